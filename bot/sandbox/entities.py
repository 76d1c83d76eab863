"""Texts as Telegram reads them: HTML with its own tag list, entities counted in UTF-16, and what it finds by itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.records import Json

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}

_NAME = re.compile(r"[A-Za-z0-9-]*")
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z0-9-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")


def utf16_len(text: str) -> int:
    """Length as Telegram counts: UTF-16 code units, so most emoji count two."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


def _unescape(piece: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found.group()), piece)


class _HtmlReader:
    """One pass over a text; offsets in errors are bytes of the source, offsets of entities UTF-16 of the result."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        at = 0
        while (lt := self.source.find("<", at)) >= 0:
            self._emit(_unescape(self.source[at:lt]))
            at = self._end_tag(lt) if self.source.startswith("</", lt) else self._start_tag(lt)
        self._emit(_unescape(self.source[at:]))
        if self.open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.out), self.entities

    def _emit(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_len(text)

    def _error(self, what: str, at: int | None = None) -> Exception:
        where = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad_request(f"can't parse entities: {what}{where}")

    def _start_tag(self, lt: int) -> int:
        named = _NAME.match(self.source, lt + 1)
        tag = named.group().lower() if named else ""
        end = lt + 1 + len(tag)
        attributes: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self.source, end):
            attributes[found.group(1).lower()] = _unescape((found.group(2) or "").strip("\"'"))
            end = found.end()
        if tag not in TAGS:
            raise self._error(f'Unsupported start tag "{tag}"', lt)
        while end < len(self.source) and self.source[end].isspace():
            end += 1
        if end >= len(self.source):
            raise self._error("Unclosed start tag", lt)
        if self.source[end] != ">":
            raise self._error(f'Unexpected character in the tag "{tag}"', end)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', lt)
        self.open.append(_Open(tag, attributes, self.length))
        return end + 1

    def _end_tag(self, lt: int) -> int:
        named = _NAME.match(self.source, lt + 2)
        tag = named.group().lower() if named else ""
        end = lt + 2 + len(tag)
        if not self.open:
            raise self._error("Unexpected end tag", lt)
        if end >= len(self.source) or self.source[end] != ">":
            raise self._error("Unclosed end tag", lt)
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise self._error(
                f"Unmatched end tag at byte offset {len(self.source[:lt].encode())}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.length > opened.offset and (entity := self._entity(opened)) is not None:
            self.entities.append(entity)
        return end + 1

    def _entity(self, opened: _Open) -> Json | None:
        entity: Json = {
            "type": TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        if opened.tag == "a":
            return _link(entity, opened.attributes.get("href", ""))
        if opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        return entity


def _link(entity: Json, href: str) -> Json | None:
    """A mention of a user without a username, or a web link; anything else is plain text, as with Telegram."""
    mention = re.fullmatch(r"tg://user\?id=(\d+)", href)
    if mention:
        return entity | {"type": "text_mention", "user_id": int(mention.group(1))}
    if re.match(r"(https?|tg|ton)://", href) or re.match(r"[\w-]+(\.[\w-]+)+", href):
        return entity | {"url": href if "://" in href else f"http://{href}"}
    return None


_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"'，。！？）]+)"
    r"|(?P<mention>(?<![\w/])@[A-Za-z][A-Za-z0-9_]{3,31})"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{3,31})?(?![\w/]))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w+)"
    r"|(?P<phone_number>(?<![\w+])\+\d{8,15}(?!\w))"
)


def find_entities(text: str, taken: list[Json]) -> list[Json]:
    """Add commands, mentions, links and hashtags that Telegram marks by itself outside the given entities."""
    found = list(taken)
    for match in _FOUND.finditer(text):
        offset = utf16_len(text[: match.start()])
        length = utf16_len(match.group())
        if not any(e["offset"] < offset + length and offset < e["offset"] + e["length"] for e in taken):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram cuts white space off both ends; entities move with it."""
    cut = text.lstrip()
    gone = utf16_len(text) - utf16_len(cut)
    cut = cut.rstrip()
    length = utf16_len(cut)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - gone)
        end = min(length, entity["offset"] - gone + entity["length"])
        if end > start:
            moved.append(entity | {"offset": start, "length": end - start})
    return cut, moved


def parse(source: str, parse_mode: str | None, given: list[Json] | None = None) -> tuple[str, list[Json]]:
    """Text and entities of what a bot sends.

    `parse_mode` is HTML or none; Markdown is refused by name, for this server does not speak it.
    """
    mode = (parse_mode or "").lower()
    if mode == "html":
        text, entities = _HtmlReader(source).read()
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"can't parse entities: {parse_mode} is not spoken here, use HTML")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, entities = source, [_given(source, entity) for entity in given or []]
    text, entities = _trim(text, entities)
    return text, find_entities(text, entities)


def _given(source: str, entity: Any) -> Json:
    if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys():
        raise bad_request("can't parse MessageEntity: Expected an Object with type, offset and length")
    kept: Json = dict(entity)
    user = kept.pop("user", None)
    if kept["type"] == "text_mention" and isinstance(user, dict):
        kept["user_id"] = int(user["id"])
    if kept["offset"] < 0 or kept["offset"] + kept["length"] > utf16_len(source):
        raise bad_request("can't parse entities: entity begins or ends outside the text")
    return kept


def from_person(text: str) -> tuple[str, list[Json]]:
    """What a person types: trimmed, with commands and links marked."""
    text, _ = _trim(text, [])
    return text, find_entities(text, [])

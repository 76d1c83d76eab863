"""What one key alone cannot show: mistakes between keys. Works on the raw data, so that every mistake shows at once."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bot.config.mistakes import ABSENT
from bot.config.schema import KeyPath
from care.domain.areas import Level

Finding = tuple[KeyPath, object, str]
ById = Mapping[str, tuple[int, Mapping[str, Any]]]
ALARM_FIELDS = ("area", "text", "item")


def findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every mistake between keys: the key's path, its value, what is expected."""
    yield from _webhook(_section(data, "telegram"))
    yield from _alarm(_section(data, "alarm")) if "alarm" in data else ()
    yield from _areas(list(_tables(data.get("areas"))))


def _section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = data.get(name)
    return section if isinstance(section, dict) else {}


def _tables(value: object) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """The entries of an array of tables with their index; whatever else stands there is not ours to judge."""
    return ((i, entry) for i, entry in enumerate(value) if isinstance(entry, dict)) if isinstance(value, list) else ()


def _webhook(telegram: Mapping[str, Any]) -> Iterator[Finding]:
    if telegram.get("mode") != "webhook":
        return
    url = telegram.get("webhook_url", ABSENT)
    if url is ABSENT:
        yield ("telegram", "webhook_url"), ABSENT, "the https address that Telegram calls, for webhook mode"
    elif isinstance(url, str) and not _is_safe(url) and telegram.get("local_files") is not True:
        yield ("telegram", "webhook_url"), url, "an https address (Telegram calls no other)"
    if "listen" not in telegram:
        yield ("telegram", "listen"), ABSENT, 'an address such as "0.0.0.0:8443", for webhook mode'


def _is_safe(url: str) -> bool:
    """Whether nobody can listen in: https, or a Bot API server on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https" or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _alarm(alarm: Mapping[str, Any]) -> Iterator[Finding]:
    if "command" in alarm and "webhook" in alarm:
        yield ("alarm", "webhook"), alarm["webhook"], "either command or webhook, not both"
    if not ({"command", "webhook"} & alarm.keys()):
        yield ("alarm", "command"), ABSENT, "command or webhook (or no [alarm] section at all)"
    command = alarm.get("command")
    for index, word in enumerate(command if isinstance(command, list) else ()):
        if isinstance(word, str) and not _fills(word):
            allowed = ", ".join(f"{{{name}}}" for name in ALARM_FIELDS)
            yield ("alarm", "command", index), word, f"no braces but {allowed}"


def _fills(word: str) -> bool:
    """Whether it can be filled in, whatever the words: names only, with no conversion and no format to fail at."""
    try:
        fields = [parts[1:] for parts in string.Formatter().parse(word) if parts[1] is not None]
    except ValueError:
        return False
    return all(name in ALARM_FIELDS and not spec and conversion is None for name, spec, conversion in fields)


def _areas(areas: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    by_id: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for index, area in areas:
        name = area.get("id")
        if isinstance(name, str):
            if name in by_id:
                yield ("areas", index, "id"), name, "an id that no other area has"
            by_id.setdefault(name, (index, area))
    for index, area in areas:
        yield from _parent(index, area, by_id)
    yield from _bindings(areas)


def _parent(index: int, area: Mapping[str, Any], by_id: ById) -> Iterator[Finding]:
    path: KeyPath = ("areas", index, "parent")
    parent = area.get("parent")
    if not isinstance(parent, str):
        return
    if parent not in by_id:
        yield path, parent, f"the id of an area (there are: {', '.join(by_id) or 'none'})"
    elif _circles(area, by_id):
        yield path, parent, "a parent that does not lie below the area itself"
    elif not _stands_below(area.get("level"), by_id[parent][1].get("level")):
        yield path, parent, f"a parent of a higher level than {area.get('level')}"


def _circles(area: Mapping[str, Any], by_id: ById) -> bool:
    """Whether going from parent to parent comes back to this area."""
    seen: set[str] = set()
    here = area.get("parent")
    while isinstance(here, str) and here in by_id and here not in seen:
        if here == area.get("id"):
            return True
        seen.add(here)
        here = by_id[here][1].get("parent")
    return False


def _stands_below(level: object, parents: object) -> bool:
    """Whether the levels fit; a level that is none is its own mistake."""
    known = {str(name): name.depth for name in Level}
    if not (isinstance(level, str) and isinstance(parents, str) and level in known and parents in known):
        return True
    return known[level] > known[parents]


def _bindings(areas: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    taken: dict[tuple[int, int | None], str] = {}
    for index, area in areas:
        chat, thread = area.get("chat_id"), area.get("thread_id")
        if chat is None and thread is not None:
            yield ("areas", index, "thread_id"), thread, "a chat_id beside it"
        if not isinstance(chat, int) or not isinstance(thread, int | None):
            continue
        if (chat, thread) in taken:
            expected = f"a chat and topic of its own ({taken[chat, thread]} has this one)"
            yield ("areas", index, "chat_id"), chat, expected
        taken.setdefault((chat, thread), str(area.get("id")))

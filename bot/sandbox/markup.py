"""Keyboards as a bot sends them: what is allowed where, and what is kept."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.records import Json

MAX_BUTTONS = 100
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES = ("danger", "success", "primary")


def check_markup(markup: Any, *, private: bool, inline_only: bool = False) -> Json | None:
    """The keyboard to keep, or the refusal Telegram gives; `inline_only` where a message is edited."""
    if markup is None or markup in ("", {}):
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    kinds = [kind for kind in _KINDS if kind in markup]
    if inline_only and kinds != ["inline_keyboard"]:
        raise bad_request("inline keyboard expected")
    if not kinds:
        return None
    kind = kinds[0]  # a message carries one keyboard: the first of Telegram's order wins
    if kind == "inline_keyboard":
        rows = [[_inline_button(button) for button in row] for row in _rows(markup[kind], "inline keyboard")]
        return {kind: [row for row in rows if row]} if any(rows) else None
    if kind == "keyboard":
        return _reply_keyboard(markup, private=private)
    kept: Json = {kind: bool(markup[kind])}
    if markup.get("selective"):
        kept["selective"] = True
    if kind == "force_reply" and markup.get("input_field_placeholder"):
        kept["input_field_placeholder"] = _placeholder(markup)
    return kept if kept[kind] else None


def _rows(rows: Any, what: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {what} markup JSON object: Expected an Array of Arrays")
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: Expected an Object")
    label = button.get("text")
    if not isinstance(label, str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    actions = [action for action in _ACTIONS if button.get(action) is not None]
    if not actions or not label.strip():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    kept: Json = {"text": label, actions[0]: button[actions[0]]}
    if actions[0] == "callback_data":
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    if actions[0] == "url":
        kept["url"] = _button_url(str(button["url"]))
    if button.get("style") is not None:
        if button["style"] not in _STYLES:
            raise bad_request("can't parse inline keyboard button: invalid button style specified")
        kept["style"] = button["style"]
    return kept


def _button_url(url: str) -> str:
    if re.fullmatch(r"tg://user\?id=\d+", url) or re.match(r"tg://[a-z]", url):
        return url
    host = re.match(r"(?:(https?)://)?([^/:?#\s]+)(?::\d+)?(?:[/?#]|$)", url)
    if not host or "." not in host.group(2):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url if host.group(1) else f"http://{url}"


def _placeholder(markup: Json) -> str:
    words = str(markup["input_field_placeholder"])
    if len(words) > 64:
        raise bad_request("input field placeholder is too long")
    return words


def _reply_keyboard(markup: Json, *, private: bool) -> Json:
    rows = [[_key(key, private=private) for key in row] for row in _rows(markup["keyboard"], "reply keyboard")]
    if not any(rows):
        raise bad_request("reply keyboard must contain at least one button")
    kept: Json = {"keyboard": [row for row in rows if row]}
    for flag in ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective"):
        if markup.get(flag):
            kept[flag] = True
    if markup.get("input_field_placeholder"):
        kept["input_field_placeholder"] = _placeholder(markup)
    return kept


def _key(key: Any, *, private: bool) -> Json:
    if isinstance(key, str):
        key = {"text": key}
    if not isinstance(key, dict):
        raise bad_request("can't parse keyboard button: Expected an Object or a String")
    if not isinstance(key.get("text"), str):
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    if not key["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    kept: Json = {"text": key["text"]}
    for ask, what in (("request_location", "location"), ("request_contact", "phone number")):
        if key.get(ask):
            if not private:
                raise bad_request(f"{what} can be requested in private chats only")
            kept[ask] = True
    if key.get("style") in _STYLES:
        kept["style"] = key["style"]
    return kept

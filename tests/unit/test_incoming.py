"""Updates as servers really send them: Telegram's, and poorer ones'."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.incoming import Unreadable, lane_of, parse

USER = {"id": 11, "is_bot": False, "first_name": "小马"}
CHAT = {"id": 11, "type": "private", "first_name": "小马"}
GROUP = {"id": -100123, "type": "supergroup", "title": "第三网格"}


def message(**more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_780_000_000, "chat": CHAT, "from": USER, **more}


def test_a_message() -> None:
    read = parse(json.dumps({"update_id": 1, "message": message(text="井盖坏了")}))
    assert (read.chat, read.user, read.private) == (11, 11, True)
    assert read.needs_membership is None


def test_a_press_from_a_poor_server() -> None:
    """No chat_instance, a numeric query id, no message id or date, dates in milliseconds."""
    inner = {"chat": CHAT, "from": USER, "date": 1_780_000_000_000}
    raw = {"update_id": 2, "callback_query": {"id": 7, "from": USER, "message": inner, "data": "1:cl:1"}}
    read = parse(json.dumps(raw))
    query = read.update.callback_query
    assert query is not None
    assert (query.id, query.data) == ("7", "1:cl:1")
    assert query.message is not None
    assert query.message.message_id == 0


def test_a_press_in_a_group_wants_to_know_the_pressers_membership() -> None:
    inner = message(chat=GROUP, text="card")
    raw = {"callback_query": {"id": "7", "from": USER, "message": inner, "data": "x", "chat_instance": "1"}}
    assert parse(json.dumps({"update_id": 3, **raw})).needs_membership == (-100123, 11)
    assert parse(json.dumps({"update_id": 4, "message": message(chat=GROUP, text="早")})).needs_membership is None
    reply = message(chat=GROUP, text="好了", reply_to_message=message(chat=GROUP))
    assert parse(json.dumps({"update_id": 5, "message": reply})).needs_membership == (-100123, 11)


def test_an_inaccessible_message_is_no_obstacle() -> None:
    inner = {"chat": GROUP, "message_id": 9, "date": 0}
    raw = {"callback_query": {"id": "7", "from": USER, "message": inner, "data": "x", "chat_instance": "1"}}
    read = parse(json.dumps({"update_id": 3, **raw}))
    assert read.chat == -100123


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "null", "3", '{"update_id": 1, "message": {"chat": 5}}'])
def test_what_makes_no_sense_is_said_to_be_unreadable(body: str) -> None:
    with pytest.raises(Unreadable):
        parse(body)


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        ({"message": message()}, 11),
        ({"edited_message": message(chat=GROUP)}, -100123),
        ({"callback_query": {"from": USER, "message": message(chat=GROUP)}}, -100123),
        ({"callback_query": {"from": USER}}, 11),
        ({"my_chat_member": {"chat": GROUP, "from": USER}}, -100123),
        ({"message": {"chat": {}}}, 0),
        ({"message": 3}, 0),
        ({}, 0),
    ],
)
def test_order_is_kept_within_a_chat(raw: dict[str, Any], lane: int) -> None:
    assert lane_of(raw) == lane

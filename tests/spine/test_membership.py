"""Whether somebody belongs to a group: a yes, a no, a server that does not tell, and a network that fails just now."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from spine_rig import GRID, START, Rig
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, TelegramError, TimedOut

from bot.clock import ManualClock
from care.services.results import SendResult
from handlers import membership
from handlers.membership import CannotAsk, Membership
from handlers.outcomes import Flood, NoSuchMethod, NotSent, ServerFault

HERE = {"status": "member"}


def asked(rig: Rig) -> int:
    return sum(1 for call in rig.world.calls if call.method == "getChatMember")


async def test_it_is_remembered_for_ten_minutes(rig: Rig):
    assert await rig.messenger.is_member(GRID, 11) is True
    assert await rig.messenger.is_member(GRID, 11) is True
    assert asked(rig) == 1
    rig.clock.move_to(rig.clock.now() + timedelta(minutes=11))
    assert await rig.messenger.is_member(GRID, 11) is True
    assert asked(rig) == 2
    rig.world.groups[GRID].remove(rig.world.phones[11])
    rig.messenger.forget_member(GRID, 11)
    assert await rig.messenger.is_member(GRID, 11) is False
    assert await rig.messenger.is_member(GRID, 424242) is False  # whom nobody knows
    assert await rig.messenger.is_member(-100900000000199, 11) is False  # a chat we are not in


async def test_an_outsider_is_asked_about_anew_after_a_minute(rig: Rig):
    assert await rig.messenger.is_member(GRID, 15) is False
    rig.world.groups[GRID].add(rig.world.phones[15])
    assert await rig.messenger.is_member(GRID, 15) is False
    rig.clock.move_to(rig.clock.now() + timedelta(seconds=61))
    assert await rig.messenger.is_member(GRID, 15) is True


async def test_where_the_member_list_is_hidden_nobody_is_an_outsider(rig: Rig):
    group = rig.world.add_group(-1009000000001, "hidden", [rig.world.phones[11]], bot_is_admin=False)
    group.chat.hidden_members = True
    assert await rig.messenger.is_member(-1009000000001, 11) is None
    assert await rig.messenger.is_member(-1009000000001, 11) is None
    assert asked(rig) == 1


class Server:
    """Answers each call as it is told; the last answer repeats."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.chats: list[int] = []
        self.lacking: list[str] = []
        self.clock = ManualClock(START)
        self.membership = Membership(self.call, self.clock, self.note)

    async def call(self, _method: str, params: dict[str, Any]) -> Any:
        self.chats.append(params["chat_id"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, TelegramError):
            raise answer
        return answer

    def note(self, method: str, _result: SendResult) -> None:
        self.lacking.append(method)


@pytest.mark.parametrize(
    ("answer", "inside"),
    [
        ({"status": "creator"}, True),
        ({"status": "administrator"}, True),
        ({"status": "member"}, True),
        ({"status": "restricted", "is_member": True}, True),
        ({"status": "restricted", "is_member": False}, False),
        ({"status": "left"}, False),
        ({"status": "kicked"}, False),
        (BadRequest("Bad Request: user not found"), False),
        (BadRequest("Bad Request: PARTICIPANT_ID_INVALID"), False),
        (BadRequest("Bad Request: chat not found"), False),
        (BadRequest("Bad Request: something new"), False),  # the safe side
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), False),
        (BadRequest("Bad Request: member list is inaccessible"), None),
        (BadRequest("Bad Request: CHAT_ADMIN_REQUIRED"), None),
        (NoSuchMethod("Not Found"), None),
        (ServerFault(500, "method not supported"), None),
        (None, None),  # a poor server's null
        ({}, None),
    ],
)
async def test_what_each_answer_means(answer: Any, inside: bool | None):
    server = Server(answer)
    assert await server.membership.of(GRID, 11) is inside
    assert await server.membership.of(GRID, 11) is inside
    assert len(server.chats) == 1


async def test_a_method_that_the_server_lacks_is_noted_and_asked_for_again_after_half_a_minute():
    server = Server(NoSuchMethod("Not Found"), HERE)
    assert await server.membership.of(GRID, 11) is None
    assert server.lacking == ["getChatMember"]
    server.clock.move_to(server.clock.now() + timedelta(seconds=31))
    assert await server.membership.of(GRID, 11) is True


FAILURES = [
    ServerFault(500, "Internal Server Error"),
    ServerFault(502, "Bad Gateway"),
    NetworkError("the connection broke"),
    NotSent("no connection"),
    TimedOut("no answer in time"),
    Conflict("?"),
]


@pytest.mark.parametrize("error", FAILURES)
async def test_a_failure_is_asked_through_once(error: TelegramError):
    server = Server(error, {"status": "left"})
    assert await server.membership.of(GRID, 11) is False
    server = Server(error, HERE)
    assert await server.membership.of(GRID, 11) is True


@pytest.mark.parametrize("error", [*FAILURES, Flood(timedelta(seconds=5))])
async def test_a_network_that_fails_says_neither_yes_nor_no(error: TelegramError):
    server = Server(error)
    with pytest.raises(CannotAsk):
        await server.membership.of(GRID, 11)
    assert len(server.chats) <= 2
    server.clock.move_to(server.clock.now() + timedelta(seconds=31))
    server.answers = [HERE]
    assert await server.membership.of(GRID, 11) is True


async def test_a_quick_failure_is_asked_anew_at_the_next_press():
    server = Server(ServerFault(502, "Bad Gateway"))
    with pytest.raises(CannotAsk):
        await server.membership.of(GRID, 11)
    server.answers = [HERE]
    assert await server.membership.of(GRID, 11) is True


async def test_a_server_that_hangs_makes_one_press_wait_not_each(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(membership, "PATIENCE", (0.2, 0.1))
    rig.world.faults.hang("getChatMember", times=10, when=lambda params: str(params["chat_id"]) == str(GRID))
    began = time.monotonic()
    for user in (11, 12, 13):
        with pytest.raises(CannotAsk):
            await rig.messenger.is_member(GRID, user)
    assert 0.3 <= time.monotonic() - began < 0.6
    assert await rig.messenger.is_member(-100900000000199, 11) is False  # another group is asked about
    rig.world.faults.clear()
    rig.clock.move_to(rig.clock.now() + timedelta(seconds=31))
    assert await rig.messenger.is_member(GRID, 11) is True


async def test_a_group_that_moved_is_asked_about_where_it_is_now():
    server = Server(ChatMigrated(-200), HERE)
    assert await server.membership.of(-77, 11) is True
    assert server.chats == [-77, -200]


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(membership, "MOST_KNOWN", 3)
    server = Server(HERE)
    for user in range(5):
        await server.membership.of(GRID, user)
    server.clock.move_to(server.clock.now() + timedelta(minutes=11))
    await server.membership.of(GRID, 9)
    assert len(server.membership._known) == 1

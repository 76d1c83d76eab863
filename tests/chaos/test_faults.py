"""The network fails in every way it can while a dozen people report: in the end each thing is told once.

Where an answer was lost the bot cannot know whether it was heard; only there may a thing be told again.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.items import Action, State, fold
from tests.chaos.tally import copies
from tests.harness import Town
from tests.harness import town as make_town

DOZEN = 12
CALLS = ("sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "deleteMessage", "answerCallbackQuery")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with make_town(tmp_path) as place:
        yield place


class Reporters:
    """A dozen couriers, each with one report, who answer as soon as they are asked."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.phones: list[Phone] = []
        self.pressed: set[tuple[int, str]] = set()

    async def arrive(self) -> None:
        for number in range(DOZEN):
            phone = self.town.world.add_user(500 + number, f"骑手{number}")
            await self.town.enrol(phone, "courier", "g3", f"D{number}")
            self.phones.append(phone)

    def report(self) -> None:
        for number, phone in enumerate(self.phones):
            phone.send_text(f"第{number}件坏了")

    def answer(self) -> None:
        """What can be answered now is: the category, the place; in the group claims and 办结."""
        for phone in self.phones:
            said = [m for m in phone.messages() if m.from_bot]
            self._press(phone, said, "公共设施")
            asked = any("在哪里？" in m.text for m in said)
            if asked and (phone.id, "place") not in self.pressed:
                self.pressed.add((phone.id, "place"))
                phone.send_text("第三网格")
        cards = self.town.said_in(self.town.grid)
        for label in ("🙋 我来处理", "✅ 办结", "无需照片，直接办结"):
            self._press(self.town.li, cards, label)

    def _press(self, who: Phone, said: list[MessageView], label: str) -> None:
        """Each button of each item once."""
        for message in said:
            what = f"{label} {_number(message.text)}"
            if message.has_button(label) and (who.id, what) not in self.pressed:
                self.pressed.add((who.id, what))
                who.press_nowait(message, label)

    async def go_on(self) -> None:
        """Let minutes pass, in which everybody answers what he is asked, until nothing happens any more."""
        calm, version = 0, -1
        while calm < 3:
            self.answer()
            await self.town.forward(seconds=40)
            calm, version = (calm + 1 if version == self.town.world.version else 0), self.town.world.version


def _number(text: str) -> str:
    found = re.search(r"#(\d+)", text)
    return found.group(1) if found else ""


async def came_out_right(town: Town, people: Reporters, most: Callable[[str], int] = lambda _: 1) -> None:
    """Twelve items, each settled, its history of one piece; nobody was told a thing more often than `most` allows."""
    for number in range(1, DOZEN + 1):
        item = await town.item(number)
        async with town.app.parts.db.read() as uow:
            history = await uow.items.history(number)
        assert fold(number, history) == item
        assert item.state is State.RESOLVED
        acts = Counter(event.action for event in history)
        assert acts[Action.CLAIM] == acts[Action.SAY_DONE] == acts[Action.RESOLVE] == acts[Action.SEND_OUT] == 1
    for phone in people.phones:
        told = Counter(_subject(m.text) for m in phone.messages() if m.from_bot)
        assert told.keys() == {"receipt", "place", "end"}
        assert all(count <= most(subject) for subject, count in told.items()), told
    cards = Counter(_number(m.text) for m in town.said_in(town.grid) if m.text.startswith("🟢"))
    assert cards.keys() == {str(number) for number in range(1, DOZEN + 1)}
    assert all(count <= most("card") for count in cards.values()), cards
    async with town.app.parts.db.read() as uow:
        assert await uow.inbox.waits() == 0
        assert await uow.outbox.pending(town.clock.now(), 10) == []
        assert await uow.cards.lagging(10) == []


def _subject(text: str) -> str:
    if "在哪里？" in text:
        return "place"
    return "end" if "已办结 ✅" in text else "receipt"


async def test_the_network_is_away_for_a_while(town: Town) -> None:
    people = Reporters(town)
    await people.arrive()
    people.report()
    await town.settle()
    people.answer()
    town.world.faults.network_down = True
    await asyncio.sleep(0.3)  # real time: calls fail, and are given up for now
    for phone in people.phones[:3]:
        phone.send_text("谢谢")
    await asyncio.sleep(0.3)
    town.world.faults.network_down = False
    await until_it_reads_again(town)
    await people.go_on()
    for phone in people.phones[:3]:
        kind = [m for m in phone.messages() if (m.from_bot and "#" not in m.text) or "😊" in m.text]
        assert len(kind) == 1
        for message in kind:
            town.world.delete(town.world.chats[phone.id].messages[message.id])
    await came_out_right(town, people)


async def until_it_reads_again(town: Town) -> None:
    """The poller's own pause is real time."""
    async with asyncio.timeout(20):
        while town.world.pending_updates():  # noqa: ASYNC110 -- the world tells of what happens in it, not of this
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("every", [2, 5])
async def test_now_and_then_the_server_refuses_or_asks_for_a_pause(town: Town, every: int) -> None:
    """429 and a cut connection: certainly not done, so each thing is told once. 502: it was not done here either."""
    people = Reporters(town)
    await people.arrive()
    count = 0

    def now_and_then(_params: object) -> bool:
        nonlocal count
        count += 1
        return count % every == 0

    faults = town.world.faults
    for method in CALLS:
        faults.too_many(method, retry_after=2, times=4, when=now_and_then)
        faults.fail(method, 502, times=3, when=now_and_then)
    people.report()
    await people.go_on()
    assert any(call.code in (429, 502) for call in town.world.calls)
    await came_out_right(town, people)


async def test_lost_answers_double_at_most_what_was_lost(town: Town) -> None:
    people = Reporters(town)
    await people.arrive()
    faults = town.world.faults
    unlucky: set[object] = set()

    def first_in_its_chat(params: Mapping[str, Any]) -> bool:
        """The same thing never loses its answer twice."""
        known = params.get("chat_id") in unlucky
        unlucky.add(params.get("chat_id"))
        return not known

    faults.lose_answer("sendMessage", times=5, when=first_in_its_chat)
    faults.lose_answer("sendMessage", when=lambda params: "🟢" in str(params.get("text")))
    for method in CALLS[2:]:
        faults.lose_answer(method, times=5)
    before = len(town.world.calls)
    people.report()
    await people.go_on()
    calls = town.world.calls[before:]
    lost = [call for call in calls if call.fault == "lose_answer" and call.method.startswith("send")]
    assert len(lost) == 6
    again = [subject for (_, subject, _), sent in copies(calls).items() for _ in sent[1:]]
    print(f"answers lost: {len(lost)}; told again: {again}")
    assert len(again) <= len(lost)
    await came_out_right(town, people, most=lambda _: 2)

"""The demo's time, with the real bot in it: a leap goes where time has something for the bot to do, and never back.

Which step comes next is the bot's to know; here it is asked, so that a new step breaks nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import ScaledClock
from bot.demo import timekeeper
from bot.demo.neighbours import LI, MA, STAFF
from bot.demo.stage import Demo, demo
from bot.demo.town import GRID_CHAT
from bot.sandbox.views import MessageView
from care.domain.items import Item, State
from tests.sandbox.sandbox_town import eventually

TEN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=2)  # what a test on a busy machine may take at 1x
TICK = timedelta(milliseconds=1)

Does = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def show() -> AsyncIterator[Demo]:
    async with demo(port=0, people=STAFF) as running:  # where nobody is greeted, nothing comes but what is done here
        yield running


@pytest.fixture
async def does(show: Demo) -> AsyncIterator[Does]:
    """What a page asks the backend to do."""
    async with aiohttp.ClientSession() as session:

        async def act(**what: Any) -> dict[str, Any]:
            async with session.post(f"{show.url}act", json=what) as response:
                told: dict[str, Any] = await response.json()
                assert response.status == 200, told
                return told

        yield act


def reports(show: Demo, words: str = "3号楼前路灯坏了") -> None:
    show.town.world.phones[MA.user_id].send_text(words)


def cards(show: Demo) -> list[MessageView]:
    return [view for view in show.town.world.phones[LI.user_id].messages(GRID_CHAT) if view.from_bot]


def offered(show: Demo, label: str) -> tuple[int, str] | None:
    """A button in the group: its message and what it carries."""
    found = ((card.id, key) for card in cards(show) for row in card.keys for key in row if label in key["text"])
    return next(((message, str(key["callback_data"])) for message, key in found), None)


def button(show: Demo, label: str) -> tuple[int, str]:
    """One that is there."""
    found = offered(show, label)
    assert found is not None, label
    return found


async def heard(show: Demo) -> MessageView:
    """The bot's first answer to the courier."""
    phone = show.town.world.phones[MA.user_id]
    await eventually(lambda: any(view.from_bot for view in phone.messages()))
    await show.bot.settled()
    return next(view for view in phone.messages() if view.from_bot)


async def the_item(show: Demo) -> Item:
    async with show.bot.parts.db.read() as uow:
        return await uow.items.get(1)


def at(told: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(told["at"])


@contextmanager
def watched(clock: ScaledClock) -> Iterator[list[datetime]]:
    """What the clock has shown while the block ran, many times a second."""
    shown: list[datetime] = []

    async def watch() -> None:
        for _ in itertools.count():
            shown.append(clock.now())
            await asyncio.sleep(0.001)

    watching = asyncio.create_task(watch())
    try:
        yield shown
    finally:
        watching.cancel()
        shown.append(clock.now())


def keeper(show: Demo) -> timekeeper.Timekeeper:
    """The demo's time, without the page before it."""
    time = timekeeper.Timekeeper(show.clock, show.town)
    time.bot = show.bot
    return time


def goes_forward(shown: list[datetime]) -> bool:
    return all(before <= after for before, after in itertools.pairwise(shown))


# --- the clock -------------------------------------------------------------------------------------------------------


async def test_a_held_clock_stands_but_for_jumps_and_goes_on_as_set_meanwhile() -> None:
    clock = ScaledClock(TEN, 600)
    with clock.held():
        stood = clock.now()
        assert clock.stands
        await asyncio.sleep(0.02)
        assert clock.now() == stood
        clock.jump_to(stood + timedelta(hours=1))
        clock.jump_to(stood)  # a past moment: it does not go back
        clock.set_speed(60)
        with clock.held():
            pass
        await asyncio.sleep(0.02)
        assert clock.now() == stood + timedelta(hours=1), "released by one, held by the other"
    assert not clock.stands
    await asyncio.sleep(0.02)
    passed = clock.now() - stood - timedelta(hours=1)
    assert timedelta(seconds=1) <= passed < timedelta(seconds=60), passed


async def test_who_sleeps_on_a_held_clock_wakes_at_a_jump_or_when_it_goes_on() -> None:
    clock = ScaledClock(TEN, 600)
    with clock.held():
        hour = asyncio.create_task(clock.sleep_until(clock.now() + timedelta(hours=1)))
        day = asyncio.create_task(clock.sleep_until(clock.now() + timedelta(hours=1, minutes=1)))
        done, _ = await asyncio.wait({hour, day}, timeout=0.05)
        assert not done
        clock.jump_to(clock.now() + timedelta(hours=1))
        await asyncio.wait_for(hour, 1)
        assert not day.done()
    await asyncio.wait_for(day, 2)  # a tenth of a second at 600x


# --- leaps -----------------------------------------------------------------------------------------------------------


async def test_where_nobody_sees_what_comes_the_clock_goes_on_three_days_at_most(show: Demo, does: Does) -> None:
    before = show.clock.now()
    told = await does(do="next")  # the days are planned, and nobody is greeted: the coordinators hear of no morning
    assert (told["ok"], told["chats"]) == (True, [])
    assert show.clock.now() - before < timekeeper.FARTHEST + timedelta(days=1)
    assert not show.clock.stands


async def test_a_leap_goes_to_what_is_next_and_says_where_to_look(show: Demo, does: Does) -> None:
    reports(show)
    await heard(show)
    for _ in range(4):
        due = show.bot.next_due()
        assert due is not None
        told = await does(do="next")
        assert at(told) - due < TICK
        assert datetime.fromisoformat(told["since"]) < due <= show.clock.now() < due + MOMENT
        if GRID_CHAT in told["chats"]:
            break
    assert [card.text.count("#1") for card in cards(show)] == [1]
    assert told["chats"][:2] == [MA.user_id, GRID_CHAT], "in the order of the panes"


async def test_leaps_lead_from_the_report_to_the_archive(show: Demo, does: Does) -> None:
    reports(show)
    await heard(show)
    moments = []
    with watched(show.clock) as shown:
        while not cards(show):
            moments.append(at(await does(do="next")))
        for label in ("我来处理", "办结", "直接办结"):
            await eventually(lambda label=label: offered(show, label) is not None)
            message, data = button(show, label)
            await does(do="press", person=LI.user_id, chat=GRID_CHAT, message=message, data=data)
            await eventually(lambda: not show.town.world.updates.pending())
            await show.bot.settled()
        while (item := await the_item(show)).state is not State.CLOSED:
            moments.append(at(await does(do="next")))
            assert len(moments) < 20
    assert goes_forward(shown)
    assert moments == sorted(set(moments)), "each leap went further than the one before"
    assert item.resolved_at is not None
    assert timedelta(hours=48) <= show.clock.now() - item.resolved_at < timedelta(hours=49)

    told = await does(do="next")  # what is left comes each day, and nobody sees it: not weeks of it at one press
    if told["at"] is not None:
        assert at(told) - datetime.fromisoformat(told["since"]) < timedelta(days=4)


async def test_what_people_did_before_counts_before_time_does(show: Demo) -> None:
    """A draft waits three minutes from the last answer; one that the bot has not yet read is an answer too."""
    reports(show)
    receipt = await heard(show)
    old_due = show.bot.next_due()
    phone, time = show.town.world.phones[MA.user_id], keeper(show)
    pressed_at = show.clock.now()
    phone.press_nowait(receipt, "公共设施")
    leap = await time.leap()
    assert leap.at is not None
    assert old_due is not None
    assert leap.at >= pressed_at + timedelta(minutes=3) > old_due


async def test_pressing_twice_at_once_leaps_once(show: Demo, does: Does) -> None:
    reports(show)
    await heard(show)
    due = show.bot.next_due()
    assert due is not None
    leaps = await asyncio.gather(*(does(do="next") for _ in range(5)))
    assert leaps == [leaps[0]] * 5
    assert at(leaps[0]) - due < TICK
    assert show.clock.now() < due + MOMENT
    assert len([event for event in show.town.world.events if event.kind == "clock"]) == 2, "it began, and it ended"


async def test_the_speed_may_be_changed_and_things_sent_while_it_leaps(show: Demo, does: Does) -> None:
    reports(show)
    await heard(show)
    show.town.world.faults.latency = 0.05
    with watched(show.clock) as shown:
        words = [does(do="text", person=MA.user_id, chat=MA.user_id, text=f"第{n}句") for n in range(3)]
        told, *_ = await asyncio.gather(does(do="next"), does(do="speed", speed=600), *words, does(do="next"))
    assert told["at"] is not None
    assert (show.clock.speed, show.clock.stands) == (600, False)
    assert goes_forward(shown)


async def test_without_a_network_a_leap_ends_too_and_nothing_is_lost(
    show: Demo, does: Does, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timekeeper, "PATIENCE", 0.2)
    reports(show)
    await heard(show)
    show.town.world.faults.network_down = True
    async with asyncio.timeout(5):
        told = await does(do="next")
    assert told["chats"] == []
    assert not show.clock.stands
    show.town.world.faults.network_down = False
    monkeypatch.setattr(timekeeper, "PATIENCE", 10)
    for _ in range(4):
        if not cards(show):
            await does(do="next")
    assert "#1" in cards(show)[0].text


async def test_who_goes_away_does_not_end_it_for_the_others(show: Demo) -> None:
    reports(show)
    await heard(show)
    time = keeper(show)
    gone, stays = asyncio.create_task(time.leap()), asyncio.create_task(time.leap())
    await asyncio.sleep(0)
    gone.cancel()
    assert (await asyncio.wait_for(stays, 10)).at is not None


async def test_a_demo_that_ends_breaks_a_leap_off(show: Demo) -> None:
    reports(show)
    await heard(show)
    time = keeper(show)
    show.town.world.faults.latency = 2
    leaping = asyncio.create_task(time.leap())
    await asyncio.sleep(0.05)
    assert show.clock.stands
    await time.close()
    with pytest.raises(timekeeper.NoBot):
        await leaping
    with pytest.raises(timekeeper.NoBot):
        await time.leap()
    assert not show.clock.stands

"""What a visitor can let go wrong, with the real bot: the promise that is kept meanwhile, and afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any

import aiohttp
import pytest

from bot.demo.machine import Wired
from bot.demo.neighbours import DAUGHTER, GRANNY_LIU, GRANNY_WANG, LI, PEOPLE, SON, STAFF, WANG, Neighbour
from bot.demo.player import State
from bot.demo.stage import Demo, demo
from bot.demo.timekeeper import LONG_PATIENCE, BotDied
from bot.demo.town import COMMUNITY_CHAT, GRID_CHAT
from tests.sandbox.sandbox_town import eventually

FEW = (*STAFF, GRANNY_WANG, GRANNY_LIU, SON, DAUGHTER)
Does = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def show(request: pytest.FixtureRequest) -> AsyncIterator[Demo]:
    people = PEOPLE if "day_that_is_played" in request.node.name else FEW
    async with demo(port=0, pace=0, people=people) as running:
        yield running


@pytest.fixture
async def does(show: Demo) -> AsyncIterator[Does]:
    """What a page asks the backend to do."""
    async with aiohttp.ClientSession() as session:

        async def act(status: int = 200, /, **what: Any) -> dict[str, Any]:
            async with session.post(f"{show.url}act", json=what) as response:
                told: dict[str, Any] = await response.json()
                assert response.status == status, told
                return told

        yield act


def said_to(show: Demo, who: Neighbour, chat: int | None = None) -> list[str]:
    """What of the bot's stands on a screen."""
    return [view.text for view in show.town.world.phones[who.id].messages(chat) if view.from_bot]


def sent_to(show: Demo, chat: int) -> list[str]:
    """Every text that has come to a chat, deleted ones and edits too."""
    told = [call for call in show.town.world.calls if call.code == 200 and str(call.params.get("chat_id")) == str(chat)]
    return [str(call.params.get("text") or call.params.get("caption") or "") for call in told]


def at(show: Demo, hour: int, minute: int) -> datetime:
    return datetime.combine(show.clock.now().astimezone(show.player.zone), time(hour, minute), show.player.zone)


async def mishaps(show: Demo) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{show.url}state") as response:
        state: dict[str, Any] = await response.json()
    found: dict[str, Any] = state["mishaps"]
    return found


# --- 🔌 the bot is killed --------------------------------------------------------------------------------------------


async def test_killed_with_a_cry_for_help_open_it_climbs_all_the_same(show: Demo, does: Does) -> None:
    granny = show.town.world.phones[GRANNY_LIU.id]
    granny.tap_reply_key("🆘 需要帮助")
    await show.time.settle()
    assert any("刘奶奶" in text and "紧急求助" in text for text in said_to(show, LI, GRID_CHAT))
    assert sent_to(show, COMMUNITY_CHAT) == []
    before = show.bot
    await does(do="mishap", what="power", on=True)
    assert await mishaps(show) == {"line": "up", "power": "off", "blocked": []}
    assert (await does(409, do="next"))["error"] == "no_bot"
    show.clock.jump_to(show.clock.now() + timedelta(minutes=4))  # nobody is there, and nothing is said
    assert sent_to(show, COMMUNITY_CHAT) == []
    await does(do="mishap", what="power", on=False)
    assert show.bot is not before
    await show.time.go_to(show.clock.now() + timedelta(minutes=3))
    await show.time.settle()
    assert any("刘奶奶" in text for text in sent_to(show, COMMUNITY_CHAT)), "five minutes after the press, as promised"
    assert any("还没联系上网格员" in text for text in said_to(show, GRANNY_LIU)), "and she hears the truth"


async def test_what_people_do_while_it_is_dead_is_done_once_it_lives(show: Demo, does: Does) -> None:
    await does(do="mishap", what="power", on=True)
    show.town.world.phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")
    await does(do="mishap", what="power", on=False)
    await show.time.settle()
    cards = [text for text in said_to(show, LI, GRID_CHAT) if "紧急求助" in text]
    assert len(cards) == 1, "and once only"


async def test_what_was_begun_at_the_kill_is_rolled_back_and_nothing_more_is_said(show: Demo, does: Does) -> None:
    """In the middle of a transaction: not half of it is kept, and the dead bot reaches nobody."""
    dead = show.bot.parts
    begun, killed = asyncio.Event(), asyncio.Event()

    async def writes() -> None:
        async with dead.db.write() as uow:
            await uow.meta.put("half", "done")
            begun.set()
            await killed.wait()

    writing = asyncio.create_task(writes())
    await begun.wait()
    assert isinstance(dead.db, Wired)
    dead.db.cut()  # the first thing that a kill does
    killed.set()
    await asyncio.wait({writing})
    assert writing.cancelled()
    await does(do="mishap", what="power", on=True)
    calls = len(show.town.world.calls)
    with pytest.raises(asyncio.CancelledError):
        async with dead.db.write():
            pass
    await does(do="mishap", what="power", on=False)
    async with show.bot.parts.db.read() as uow:
        assert await uow.meta.get("half") is None
    assert show.town.world.calls[calls].method == "getMe", "the first call after the kill is the new one's"


async def test_killed_again_and_again_it_is_one_bot_at_a_time(show: Demo, does: Does) -> None:
    for _ in range(3):
        await asyncio.gather(*(does(do="mishap", what="power", on=True) for _ in range(2)))
        await asyncio.gather(*(does(do="mishap", what="power", on=False) for _ in range(2)))
    yesterday = sum("我很好" in text or "早上好" in text for text in sent_to(show, GRANNY_WANG.id))
    await show.time.go_to(at(show, 8, 0))
    await show.time.settle()
    assert sum("我很好" in text or "早上好" in text for text in sent_to(show, GRANNY_WANG.id)) - yesterday == 1


async def test_a_day_that_is_played_waits_for_the_bot_and_goes_on(show: Demo, does: Does) -> None:
    await does(do="day", act="play")
    await eventually(lambda: show.player.scene >= 2, 30)
    await does(do="mishap", what="power", on=True)
    await eventually(lambda: show.player.state is State.PAUSED, 30)
    await does(do="mishap", what="power", on=False)
    await does(do="day", act="play")
    await show.player.finished()
    assert show.player.state is State.ENDED
    assert show.player.left_out == []
    assert any("王奶奶平安" in text for text in said_to(show, SON))


async def test_killed_between_two_looks_nobody_waits_for_the_dead(show: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed_meanwhile() -> list[object]:
        show.time.bot_died()
        return [object()]  # something still waits, so that it is looked at once more

    monkeypatch.setattr(show.town.world.updates, "pending", killed_meanwhile)
    async with asyncio.timeout(5):
        with pytest.raises(BotDied):
            await show.time.settle()


# --- 📡 the network is down ------------------------------------------------------------------------------------------


async def test_the_network_down_over_the_greeting_calls_nobody_silent(show: Demo, does: Does) -> None:
    """Two hours in which nobody could be asked: nobody is missing, and the group hears whose fault it was."""
    await does(do="mishap", what="line", on=True)
    assert (await mishaps(show))["line"] == "down"
    await eventually(lambda: show.bot.catch_up.deaf)
    show.clock.jump_to(at(show, 10, 0))
    await does(do="mishap", what="line", on=False)
    assert (await mishaps(show))["line"] == "up"
    await show.time.go_to(at(show, 10, 20))
    await show.time.settle()
    told = sent_to(show, GRID_CHAT)
    assert not [text for text in told if "没报平安" in text]
    assert [text for text in told if "系统中断" in text and "刚刚才问候" in text], told
    assert not [text for text in sent_to(show, SON.id) if "还没报平安" in text]
    assert [text for text in said_to(show, GRANNY_WANG) if "王奶奶" in text], "she was asked, if late"


async def test_silence_does_not_count_while_nobody_could_be_heard(show: Demo, does: Does) -> None:
    """Asked at eight, cut off until nine: her family is told 45 min of hearing after the question, not sooner."""
    await show.time.go_to(at(show, 8, 0))
    await show.time.settle()
    await does(do="mishap", what="line", on=True)
    await eventually(lambda: show.bot.catch_up.deaf)
    show.town.world.phones[GRANNY_LIU.id].send_text("好着呢")  # Telegram keeps it
    show.clock.jump_to(at(show, 9, 0))
    await does(do="mishap", what="line", on=False)
    await show.time.go_to(at(show, 10, 45))
    (told_at,) = [
        call.at
        for call in show.town.world.calls
        if call.method == "sendMessage"
        and str(call.params["chat_id"]) == str(SON.id)
        and "还没报平安" in call.params["text"]
    ]
    assert at(show, 9, 40) <= told_at <= at(show, 9, 50)
    assert [text for text in sent_to(show, GRID_CHAT) if "没报平安" in text]
    assert not [text for text in sent_to(show, GRID_CHAT) if "刘奶奶" in text], "her words had waited, and are heard"


async def test_the_clock_can_be_moved_while_the_network_is_down(show: Demo, does: Does) -> None:
    """What Telegram keeps meanwhile is nothing that the bot could do now, and holds no leap up."""
    await does(do="mishap", what="line", on=True)
    await eventually(lambda: show.bot.catch_up.deaf)
    show.town.world.phones[GRANNY_LIU.id].send_text("好着呢")
    before = show.clock.now()
    async with asyncio.timeout(LONG_PATIENCE):
        await does(do="next")
    assert show.clock.now() > before
    assert not show.clock.stands


async def test_killed_in_the_outage_it_starts_and_waits_for_the_network(show: Demo, does: Does) -> None:
    await does(do="mishap", what="line", on=True)
    await does(do="mishap", what="power", on=True)
    await does(do="mishap", what="power", on=False)
    assert await mishaps(show) == {"line": "down", "power": "on", "blocked": []}
    show.town.world.phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")
    await does(do="mishap", what="line", on=False)
    await show.time.settle()
    assert any("紧急求助" in text for text in said_to(show, LI, GRID_CHAT))


# --- 🚫 a phone that takes nothing -----------------------------------------------------------------------------------


async def test_an_elders_blocked_phone_is_one_matter_and_no_silence(show: Demo, does: Does) -> None:
    """Blocked since she was last greeted: somebody is to look after her, and the family knows."""
    await show.time.go_to(at(show, 8, 1))
    show.town.world.phones[GRANNY_WANG.id].tap_reply_key("✅ 我很好")
    await show.time.settle()
    await does(do="mishap", what="phone", on=True, person=GRANNY_WANG.id)
    assert (await mishaps(show))["blocked"] == [GRANNY_WANG.id]
    before = len(said_to(show, SON))
    show.clock.jump_to(at(show, 7, 58) + timedelta(days=1))
    await show.time.go_to(at(show, 8, 1))
    cards = [text for text in said_to(show, LI, GRID_CHAT) if "手机联系不上" in text]
    assert len(cards) == 1
    assert "王奶奶" in cards[0]
    assert len(said_to(show, SON)) == before + 1, "her family hears it too, and of no silence beside it"
    assert not [text for text in sent_to(show, GRID_CHAT) if "没报平安" in text and "王奶奶" in text]
    await does(do="mishap", what="phone", on=False, person=GRANNY_WANG.id)
    assert (await mishaps(show))["blocked"] == []


async def test_who_was_never_reached_is_told_of_that_day(show: Demo, does: Does) -> None:
    """Blocked before the very first greeting: her group and the coordinators hear it, as PRODUCT has it."""
    await does(do="mishap", what="phone", on=True, person=GRANNY_WANG.id)
    await show.time.go_to(at(show, 8, 4))
    assert [text for text in sent_to(show, GRID_CHAT) if "王奶奶" in text]
    assert [text for text in sent_to(show, WANG.id) if "王奶奶" in text]


async def test_a_familys_blocked_phone_is_said_on_the_list_and_holds_nothing_up(show: Demo, does: Does) -> None:
    await does(do="mishap", what="phone", on=True, person=SON.id)
    await show.time.go_to(at(show, 9, 31))
    await show.time.settle()
    lists = [text for text in said_to(show, LI, GRID_CHAT) if "没报平安" in text]
    assert [line for line in lists[0].splitlines() if "王奶奶" in line and "家属联系不上" in line], lists
    assert not [text for text in said_to(show, SON) if "还没报平安" in text]


async def test_of_a_blocked_coordinator_nothing_is_lost(show: Demo, does: Does) -> None:
    """At the last climb the others have it all the same."""
    await does(do="mishap", what="phone", on=True, person=WANG.id)
    before = said_to(show, WANG)
    show.town.world.phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")
    await show.time.settle()
    await show.time.go_to(show.clock.now() + timedelta(minutes=20))
    assert [text for text in sent_to(show, COMMUNITY_CHAT) if "刘奶奶" in text]
    assert said_to(show, WANG) == before


async def test_nobodys_phone_and_no_bot_are_refused(does: Does) -> None:
    assert (await does(404, do="mishap", what="phone", on=True, person=1))["error"] == "unknown_person"
    assert (await does(422, do="mishap", what="flood", on=True))["error"] == "bad_request"

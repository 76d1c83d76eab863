"""▶ 看一天 with the real bot: what the script says is done as people do it, whatever the visitor does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import time, timedelta
from typing import Any

import aiohttp
import pytest

from bot.demo import player as players
from bot.demo.day import OPENS, Scene
from bot.demo.deeds import Deed, Photo, Press, Say, Sticker, Tap, Voice
from bot.demo.neighbours import LI, MA, STAFF, ZHAO
from bot.demo.player import State
from bot.demo.stage import Demo, demo
from bot.demo.town import COMMUNITY_CHAT, GRID_CHAT
from tests.sandbox.sandbox_town import eventually


def scene(hour: int, minute: int, *deeds: Deed) -> Scene:
    return Scene(time(hour, minute), ("grid",), "一句话", "a sentence", deeds)


REPORT = (
    Scene(OPENS, ("courier",), "早上", "morning"),
    scene(8, 30, Photo(MA, sample="manhole", caption="井盖坏了")),
    scene(8, 31, Press(MA, label="公共设施"), Tap(MA, label="发送我的位置")),
    scene(8, 40, Press(ZHAO, GRID_CHAT, label="我来处理", on="随手拍")),
    scene(
        9, 0, Press(ZHAO, GRID_CHAT, label="✅ 办结"), Photo(ZHAO, GRID_CHAT, sample="manhole_done", to="照片或说明")
    ),
    scene(9, 2, Press(MA, label="👍 满意")),
)


@asynccontextmanager
async def playing(*scenes: Scene) -> AsyncIterator[Demo]:
    async with demo(port=0, pace=0, people=STAFF, day=scenes) as show:
        yield show


@asynccontextmanager
async def page_of(show: Demo) -> AsyncIterator[Callable[..., Awaitable[dict[str, Any]]]]:
    """What a page asks the backend to do."""
    async with aiohttp.ClientSession() as session:

        async def act(**what: Any) -> dict[str, Any]:
            async with session.post(f"{show.url}act", json=what) as response:
                told: dict[str, Any] = await response.json()
                assert response.status == 200, told
                return told

        yield act


def texts(show: Demo, person: int, chat: int | None = None) -> list[str]:
    return [view.text for view in show.town.world.phones[person].messages(chat)]


def at(show: Demo) -> str:
    local = show.clock.now().timestamp() + 8 * 3600
    return f"{int(local // 3600 % 24):02}:{int(local // 60 % 60):02}"


async def test_a_day_is_played_to_its_end_by_the_real_bot() -> None:
    async with playing(*REPORT) as show:
        show.player.play()
        await show.player.finished()
        assert (show.player.state, show.player.left_out, at(show)) == (State.ENDED, [], "09:02")
        (card,) = [words for words in texts(show, LI.id, GRID_CHAT) if "#1" in words]
        assert "✅ 已办结：赵敏" in card
        assert "👍" in card
        assert "#1 已办结 ✅ 赵敏处理好了" in texts(show, MA.id)[-1]
        pressed = [event for event in show.town.world.events if event.kind == "press"]
        assert len(pressed) == len(show.player.pressed) == 4
        hands = [event.details["person"] for event in show.town.world.events if event.kind == "hand"]
        assert hands == [MA.id, MA.id, ZHAO.id, ZHAO.id, MA.id], (
            "each button and key is pointed at before it is pressed"
        )


async def test_what_time_brings_on_the_way_is_brought_by_time() -> None:
    """Nobody takes the urgent report of 08:30: by 09:00 it has climbed, step by step, at its own moments."""
    async with playing(
        Scene(OPENS, ("courier",), "早上", "morning"),
        scene(8, 30, Say(MA, text="着火了，快来人")),
        scene(9, 0),
    ) as show:
        show.player.play()
        await show.player.finished()
        events = [event for event in show.town.world.events if event.kind == "message"]
        (reached,) = [event.at for event in events if event.chat_id == COMMUNITY_CHAT][:1]
        opened = next(event.at for event in events if event.chat_id == GRID_CHAT)
        assert timedelta(minutes=5) <= reached - opened < timedelta(minutes=5, seconds=10)


async def test_what_is_not_there_is_left_out_and_the_day_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(players, "TRY_AGAIN", 0.01)
    async with playing(
        REPORT[0],
        scene(
            8,
            5,
            Press(LI, GRID_CHAT, label="🙋 王奶奶"),
            Tap(MA, label="✅ 我很好"),
            Say(LI, GRID_CHAT, text="收到", to="没有的话"),
        ),
        scene(8, 6, Voice(MA)),
        scene(8, 7, Sticker(MA)),
    ) as show:
        show.player.play()
        await show.player.finished()
        assert show.player.state is State.ENDED
        assert [(one.scene, one.why) for one in show.player.left_out] == [
            (1, "🙋 王奶奶"),
            (1, "✅ 我很好"),
            (1, "没有的话"),
        ]
        assert show.player.view()["leftOut"][0] == {"scene": 1, "why": "🙋 王奶奶"}
        kinds = [view.kind for view in show.town.world.phones[MA.id].messages() if not view.from_bot]
        assert kinds == ["voice", "sticker"], "what comes after is done all the same"


async def test_paused_it_waits_and_the_town_is_the_visitors_meanwhile() -> None:
    async with playing(*REPORT) as show, page_of(show) as does:
        await does(do="day", act="play")
        await does(do="day", act="pause")
        await does(do="day", act="pause")
        seen = show.player.scene
        assert show.player.state is State.PAUSED
        await does(do="text", person=LI.id, chat=LI.id, text="在吗")
        await eventually(lambda: len(texts(show, LI.id)) == 2)
        assert (show.player.scene, show.player.state) == (seen, State.PAUSED)
        await eventually(lambda: not show.clock.stands)
        await does(do="day", act="play")
        await show.player.finished()
        assert (show.player.state, show.player.left_out) == (State.ENDED, [])


@pytest.mark.parametrize("taking", [{"do": "speed", "speed": 600}, {"do": "next"}])
async def test_who_takes_the_clock_has_it(taking: dict[str, Any]) -> None:
    async with playing(*REPORT) as show, page_of(show) as does:
        await does(do="day", act="play")
        await does(**taking)
        assert show.player.state is State.PAUSED
        assert show.clock.speed == taking.get("speed", 1)
        await does(do="day", act="play")
        assert show.clock.speed == 1, "and it goes on at a pace at which one can read"
        await show.player.finished()


async def test_stopped_it_is_over_and_the_town_goes_on_from_there() -> None:
    async with playing(*REPORT) as show, page_of(show) as does:
        await does(do="day", act="stop")
        assert show.player.state is State.IDLE
        await does(do="day", act="play")
        await eventually(lambda: len(texts(show, MA.id)) > 0)
        await does(do="day", act="stop")
        assert show.player.state is State.IDLE
        town = show.town
        await does(do="next")
        assert show.town is town
        assert not show.clock.stands


async def test_watched_again_the_day_begins_anew() -> None:
    async with playing(*REPORT[:3]) as show, page_of(show) as does:
        await does(do="day", act="play")
        await does(do="day", act="play")  # twice at once is once
        await show.player.finished()
        first, ended = show.town, texts(show, MA.id)
        await does(do="day", act="play")
        await show.player.finished()
        assert show.town is not first
        assert (texts(show, MA.id), at(show)) == (ended, "08:31"), "and goes as it went"


async def test_a_day_that_is_half_over_begins_anew_too() -> None:
    async with playing(*REPORT[:2]) as show, page_of(show) as does:
        await does(do="text", person=MA.id, chat=MA.id, text="路灯坏了")
        await does(do="next")
        before = show.town
        await does(do="day", act="play")
        await show.player.finished()
        assert show.town is not before
        assert "路灯坏了" not in texts(show, MA.id)


async def test_who_cannot_wait_names_a_scene_and_all_before_it_is_done_at_once() -> None:
    """At a pace at which nobody would see the end of it: the hurry, and only the hurry, gives no time to read."""
    async with demo(port=0, pace=60, people=STAFF, day=REPORT) as show, page_of(show) as does:
        await does(do="day", act="play")
        await eventually(lambda: show.player.state is State.PLAYING)
        await does(do="day", act="play", until=3)
        assert show.player.view()["hurriesTo"] == 3
        await eventually(lambda: show.player.view()["hurriesTo"] is None, 30)
        assert (show.player.scene, show.player.left_out, at(show)) == (3, [], "08:40")
        assert [words for words in texts(show, LI.id, GRID_CHAT) if "#1" in words], "what was to be done is done"
        await asyncio.sleep(0.3)
        assert show.player.scene == 3, "from there one may read again"
        for over in (2, 3):
            await does(do="day", act="play", until=over)
            assert show.player.view()["hurriesTo"] is None, "what is over is not played again"
        await does(do="day", act="play", until=999)
        assert show.player.view()["hurriesTo"] == len(REPORT) - 1
        await does(do="day", act="pause")
        assert show.player.view()["hurriesTo"] is None
        await does(do="day", act="stop")


async def test_a_day_may_begin_with_a_hurry() -> None:
    async with demo(port=0, pace=60, people=STAFF, day=REPORT) as show, page_of(show) as does:
        await does(do="day", act="play", until=2)
        await eventually(lambda: at(show) == "08:31", 30)
        assert show.player.left_out == []
        assert show.player.view()["began"].endswith("07:58:00+08:00")
        await does(do="day", act="stop")


async def test_what_somebody_writes_meanwhile_is_heard_and_the_day_goes_on_to_its_end() -> None:
    """On the very phone that the script is using."""
    async with playing(*REPORT) as show, page_of(show) as does:
        await does(do="day", act="play", until=3)
        await eventually(lambda: any("#1" in words for words in texts(show, LI.id, GRID_CHAT)), 30)
        await does(do="text", person=MA.id, chat=MA.id, text="还有一盏路灯不亮")
        await show.player.finished()
        assert show.player.state is State.ENDED
        assert any("还有一盏路灯不亮" in words for words in texts(show, MA.id))


async def test_a_script_that_is_broken_ends_and_nothing_else_does() -> None:
    class Broken(Sticker):
        async def _do(self, phone: object) -> None:
            raise ValueError("a mistake of ours")

    async with playing(REPORT[0], scene(8, 1, Broken(MA))) as show, page_of(show) as does:
        show.player.play()
        with pytest.raises(ValueError, match="a mistake of ours"):
            await show.player.finished()
        await asyncio.sleep(0)
        assert show.player.state is State.IDLE
        await does(do="text", person=MA.id, chat=MA.id, text="在吗")
        await eventually(lambda: len(texts(show, MA.id)) == 2)

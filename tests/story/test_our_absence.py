"""Silence is never ambiguous: what the bot's own absence does to a morning, in its three lengths. (I6)"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.planner import Planner
from bot.presence import Presence
from bot.sandbox.people import Phone
from care.domain.checkins import Outcome, Why
from tests.grannies import LI, WANG, a_relative, an_elder
from tests.greeted import greeting, local, missing, of_day, outcome, until
from tests.harness import GRID, Town, again
from tests.harness import town as make_town
from tests.sandbox.sandbox_town import eventually

LATE, NEVER = "位老人刚刚才问候", "位老人今天没有问候"


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that ends has no time to note when it last heard anything."""

    async def nothing(_presence: Presence) -> None:
        """Too late."""

    monkeypatch.setattr(Presence, "finish", nothing)


@asynccontextmanager
async def started_again(town: Town, day: int, hour: int, minute: int = 0) -> AsyncIterator[Town]:
    """The bot was dead until then."""
    town.clock.move_to(local(day, hour, minute))
    async with again(town):
        await town.settle()
        yield town


async def grannies(town: Town, count: int, *, first: int = 100, **more: str) -> list[Phone]:
    """So many of them in one house; no two of one name."""
    return [
        await an_elder(town, first + n, f"{chr(0x8D75 + n)}秀英", ref=f"E{first + n}", **more) for n in range(count)
    ]


async def test_killed_overnight_and_back_at_twenty_past_eight_they_are_just_asked(tmp_path: Path, killed: None) -> None:
    async with make_town(tmp_path) as town:
        wang, li = await an_elder(town), await an_elder(town, LI, "李大爷", ref="E2", sex="m")
        son = await a_relative(town, wang)
        await until(town, 3, 3)
    town.clock.move_to(local(3, 7))
    li.send_text("我起来了")  # it waits at the network
    async with started_again(town, 3, 8, 20):
        assert [line[:8] for line in town.heard(wang)] == ["03 08:20"]
        assert await outcome(town, li, 3) == (Outcome.OK, Why.EARLY)
        assert town.heard(li, only="一切都好吗") == []
        await until(town, 3, 9, 51)
        assert [line[:8] for line in town.heard(wang)] == ["03 08:20", "03 08:50"]
        assert town.times(son, "报平安") == ["03 09:05"]
        [item] = await missing(town, wang)
        assert item.opened_at == local(3, 9, 50)
        assert town.heard(town.grid, only="系统中断") == []


async def test_back_after_an_hour_they_are_asked_and_the_group_hears_who(tmp_path: Path, killed: None) -> None:
    async with make_town(tmp_path) as town:
        elders = await grannies(town, 3) + await grannies(town, 2, first=110, building="12号楼")
        other = await an_elder(town, LI, "李大爷", ref="E2", sex="m", area="g2")
        asleep = await an_elder(town, WANG, prompt_at="10:00")
        await until(town, 3, 7)
    async with started_again(town, 3, 9, 10):
        for elder in elders:
            assert town.times(elder, "一切都好吗") == ["03 09:10"]
        await until(town, 3, 9, 15)
        [news] = town.heard(town.grid, only="系统中断")
        assert news == "03 09:11 系统中断 07:00-09:10，5 位老人刚刚才问候，名单如下："
        text = next(m.text for m in town.said_in(town.grid) if "系统中断" in m.text)
        assert [line[:5] for line in text.splitlines()[1:]] == ["3号楼：赵", "12号楼："]
        assert town.heard(town.second_grid, only="系统中断") == [
            "03 09:11 系统中断 07:00-09:10，1 位老人刚刚才问候，名单如下："
        ]
        assert town.heard(town.community, only="系统中断") == []
        await until(town, 3, 10, 39)
        assert await missing(town, other) == []
        await until(town, 3, 10, 41)
        [item] = await missing(town, other)
        assert item.opened_at is not None
        assert item.opened_at.replace(microsecond=0) == local(3, 10, 40), "ninety minutes from when he was asked"
        assert town.times(asleep, "一切都好吗")[1:] == ["03 10:00"]
        assert len(town.heard(town.grid, only="系统中断")) == 1


async def test_back_at_noon_nobody_is_asked_and_nobody_called_silent(tmp_path: Path, killed: None) -> None:
    async with make_town(tmp_path) as town:
        wang = await an_elder(town)
        zhou = await an_elder(town, 100, "周玉兰", ref="E3", prompt_at="10:00")
        son = await a_relative(town, wang)
        await until(town, 3, 7)
    async with started_again(town, 3, 11, 20):
        await until(town, 3, 23)
        assert town.heard(wang) == town.heard(son) == []
        assert await outcome(town, wang, 3) == (Outcome.NOT_ASKED, Why.OUTAGE)
        assert await missing(town, wang) == []
        assert town.times(zhou, "一切都好吗")[1:] == ["03 11:20"]
        [news] = [m.text for m in town.said_in(town.grid) if "系统中断" in m.text]
        assert news.split("\n") == [
            "系统中断 07:00-11:20，1 位老人今天没有问候。请按老办法打电话或上门，名单如下：",
            "3号楼：王奶奶",
            "",
            "系统中断 07:00-11:20，1 位老人刚刚才问候，名单如下：",
            "3号楼：周奶奶",
        ]
        await until(town, 4, 8, 1)
        assert town.times(wang, "一切都好吗") == ["04 08:00"]


async def test_killed_with_forty_of_sixty_sent(tmp_path: Path, killed: None) -> None:
    async with make_town(tmp_path, telegram={"messages_per_second": 1}) as town:
        elders = await grannies(town, 60)
        sons = [await a_relative(town, elders[n], user=300 + n, ref=f"F{n}") for n in (0, 1)]
        await until(town, 3, 7, 59)
        await town.forward(seconds=59)
        while sum(len(town.heard(elder)) for elder in elders) < 40:
            town.clock.move_to(town.clock.now() + (local(3, 8, 0, 1) - local(3, 8)))
            await town._calm()
        asked = [elder for elder in elders if town.heard(elder)]
        asked[2].press_nowait(greeting(town, asked[2]), "✅ 我很好")
        await town._calm()
        town.clock.move_to(local(3, 8, 20))
        await town._calm()
    died_with = [elder for elder in elders if town.heard(elder)]
    assert 40 <= len(died_with) < 60
    town.clock.move_to(local(3, 8, 40))
    asked[0].press_nowait(greeting(town, asked[0]), "✅ 我很好")
    async with started_again(town, 3, 8, 52):
        for elder in elders:
            assert len(town.heard(elder, only="一切都好吗")) == 1
        assert await outcome(town, asked[0], 3) == (Outcome.OK, Why.ANSWERED)
        await until(town, 3, 9, 0)
        [news] = [m.text for m in town.said_in(town.grid) if "系统中断" in m.text]
        late = 60 - len(died_with)
        assert news.startswith(f"系统中断 08:20-08:52，{late} 位老人刚刚才问候，名单如下：\n3号楼：")
        assert news.count("、") == late - 1
        # 32 minutes do not count as her silence: half past eight is two past nine by now
        assert [line[:8] for line in town.heard(asked[1])] == ["03 08:00"]
        await until(town, 3, 9, 20)
        assert town.times(asked[1], "吃了吗") == ["03 09:02"]
        assert town.times(sons[1], "报平安") == ["03 09:17"]
        assert town.heard(sons[0]) == []
        assert await missing(town, asked[1]) == []
        await until(town, 3, 10, 4)
        assert [item.opened_at.minute for item in await missing(town, asked[1]) if item.opened_at] == [2]


async def test_the_network_is_gone_for_two_hours(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        wang, li = await an_elder(town), await an_elder(town, LI, "李大爷", ref="E2", sex="m", prompt_at="07:30")
        zhang = await an_elder(town, 100, "张桂花", ref="E3", prompt_at="07:30")
        son = await a_relative(town, li)
        await until(town, 3, 7, 50)
        town.world.faults.network_down = True
        await until(town, 3, 9, 0)
        zhang.press_nowait(greeting(town, zhang), "✅ 我很好")  # it waits at the network
        town.clock.move_to(local(3, 9, 50))
        town.world.faults.network_down = False
        await back(town)
        assert town.heard(wang) == ["03 09:50 王奶奶早上好！今天一切都好吗？"]
        assert await outcome(town, zhang, 3) == (Outcome.OK, Why.ANSWERED)
        await until(town, 3, 10, 14)
        [news] = [m.text for m in town.said_in(town.grid) if "系统中断" in m.text]
        assert news.split("\n")[1:] == ["3号楼：王奶奶"]
        assert "-09:50，1 位老人刚刚才问候" in news
        # asked at half past seven; two hours do not count, nor the minute and a half before we noticed
        assert town.times(li, "吃了吗") == ["03 10:01"]
        await until(town, 3, 10, 30)
        assert town.times(son, "报平安") == ["03 10:16"]
        await until(town, 3, 12)
        [item] = await missing(town, li)
        assert item.opened_at == local(3, 11, 1, 30)
        assert await missing(town, zhang) == []


async def back(town: Town) -> None:
    """The poller tries again within half a minute of real time; here it is told to hurry."""
    for _ in range(2000):
        if not town.app.catch_up.deaf and town.app.catch_up.gone_since is None:
            break
        town.app.sweeper.bell.ring()
        await asyncio.sleep(0.01)
    await town.settle()


async def test_four_minutes_are_no_outage(tmp_path: Path, killed: None) -> None:
    async with make_town(tmp_path) as town:
        wang = await an_elder(town)
        await until(town, 3, 8, 10)
    async with started_again(town, 3, 8, 14):
        await until(town, 3, 9)
        assert town.times(wang, "吃了吗") == ["03 08:30"]
        assert town.heard(town.grid, only="系统中断") == []


async def test_where_neighbours_read_it_goes_to_the_workers_alone(tmp_path: Path, killed: None) -> None:
    areas = [
        {"id": "haiguan", "name": "海关社区", "level": "community"},
        {
            "id": "g3",
            "name": "第三网格",
            "level": "grid",
            "parent": "haiguan",
            "chat_id": GRID,
            "audience": "residents",
        },
        {"id": "g2", "name": "第二网格", "level": "grid", "parent": "haiguan"},
        {"id": "b3", "name": "3号楼", "level": "building", "parent": "g3"},
        {"id": "g9", "name": "第九网格", "level": "grid", "parent": "haiguan"},
    ]
    async with make_town(tmp_path, areas=areas) as town:
        await an_elder(town)
        await until(town, 3, 7)
    async with started_again(town, 3, 9, 10):
        await until(town, 3, 9, 20)
        assert town.heard(town.grid) == []
        for worker in (town.li, town.zhao):
            assert [m.text for m in town.told(worker)] == [
                "系统中断 07:00-09:10，1 位老人刚刚才问候，名单如下：\n3号楼：王奶奶"
            ]


async def test_of_a_day_that_we_slept_through_only_the_ledger_tells(tmp_path: Path, killed: None) -> None:
    async with make_town(tmp_path) as town:
        wang = await an_elder(town, prompt_at="08:00,20:00")
        await until(town, 3, 7)
    async with started_again(town, 6, 8, 1):
        await until(town, 6, 8, 10)
        for day in (3, 4, 5):
            assert [(one.outcome, one.why) for one in await of_day(town, wang, day)] == [
                (Outcome.NOT_ASKED, Why.OUTAGE)
            ] * 2
        assert town.times(wang, "一切都好吗")[-1] == "06 08:01"
        assert town.heard(town.grid, only="系统中断") == []


async def test_a_word_that_waited_counts_for_a_day_that_nobody_had_planned_yet(
    tmp_path: Path, killed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two days away: however slowly the day is planned then, her word of this morning is not read before it."""
    plan = Planner.plan

    async def slowly(planner: Planner) -> None:
        await asyncio.sleep(0.2)
        await plan(planner)

    async with make_town(tmp_path) as town:
        wang = await an_elder(town)
        await until(town, 3, 7)
    town.clock.move_to(local(6, 7, 30))
    wang.send_text("我起来了")
    monkeypatch.setattr(Planner, "plan", slowly)
    async with started_again(town, 6, 8, 40):
        await until(town, 6, 12)
        assert await outcome(town, wang, 6) == (Outcome.OK, Why.EARLY)
        assert town.heard(wang, only="一切都好吗") == []
        assert await missing(town, wang) == []


async def test_a_cry_waits_for_no_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look fails and the second hangs: what people wrote is read all the same."""
    plan, tries, planned = Planner.plan, 0, asyncio.Event()

    async def fails_then_hangs(planner: Planner) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the disk is full")
        await planned.wait()
        await plan(planner)

    async with make_town(tmp_path) as town:
        wang = await an_elder(town)
    monkeypatch.setattr(Planner, "plan", fails_then_hangs)
    wang.send_text("🆘 需要帮助")
    async with again(town):
        await eventually(lambda: any("紧急求助" in message.text for message in town.said_in(town.grid)))
        planned.set()
        await town.settle()


async def test_the_sender_alone_is_stuck_and_the_group_hears_that_too(town: Town) -> None:
    """Telegram takes nothing for one chat for hours, and yet we hear."""
    wang = await an_elder(town)
    li = await an_elder(town, LI, "李大爷", ref="E2", sex="m")
    refuse = {"method": "sendMessage", "when": lambda params: int(params["chat_id"]) == WANG}
    town.world.faults.too_many(retry_after=4000, **refuse)
    await until(town, 3, 9, 20)
    assert town.times(wang, "一切都好吗") == ["03 09:06"]
    [news] = [m.text for m in town.said_in(town.grid) if "系统中断" in m.text]
    assert news == "系统中断 08:00-09:06，1 位老人刚刚才问候，名单如下：\n3号楼：王奶奶"
    [kept] = await of_day(town, wang, 3)
    assert (kept.late, kept.away.total_seconds()) == (True, 0)
    [item] = await missing(town, li) or [None]
    assert item is None

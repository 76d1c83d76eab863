"""Who has been heard of: /today and ☀️ in a group, in private, to the coordinators at ten; who has not joined."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from care.domain.checkins import Outcome, Why
from care.domain.elders import Pause, PauseWhy
from care.services.ports import Binding
from tests.harness import Town, again
from tests.harness import town as make_town
from tests.mornings import ANSWERED, asked, elders, fall_silent, person_of, takes

NOT_ASKED = {"outcome": Outcome.NOT_ASKED, "why": Why.UNDELIVERABLE, "told_at": None, "asked_at": None}
NOT_YET = {"outcome": Outcome.NOT_ASKED, "why": Why.NOT_YET, "told_at": None, "asked_at": None}


async def today(town: Town, who: Phone, where: Group | None = None) -> str:
    """What /today brings."""
    who.send_text("/today", chat=where) if where is not None else who.send_text("/today")
    await town.settle()
    return (town.said_in(where) if where is not None else town.told(who))[-1].text


async def away(town: Town, phone: Phone, until: date | None) -> None:
    async with town.app.parts.db.write() as uow:
        elder = await person_of(uow, phone)
        await uow.elders.pause(elder, Pause(since=town.clock.now(), until=until, why=PauseWhy.AWAY, by=None))


async def a_street(town: Town) -> None:
    """Three well, two missing, one not reached, one not asked yet, one away, two invited, one without a phone."""
    nine = await elders(town, "王秀英", "李明", "陈芳", "周丽", "吴娟", "郑红", "孙兰", "何英")
    await asked(town, nine[:3], **ANSWERED)
    await asked(town, nine[3:5])
    await asked(town, nine[5:6], **NOT_ASKED)
    await asked(town, nine[6:7], at=time(11), **NOT_YET)
    await asked(town, nine[7:8], outcome=Outcome.PAUSED, why=Why.PAUSED, told_at=None, asked_at=None)
    await away(town, nine[7], date(2026, 12, 1))
    await elders(town, "赵梅", "钱玉", first=700, state="invited")
    await elders(town, "冯珍", first=720, mode="curtain")
    await elders(town, "褚云", first=730, state="left")


async def test_a_group_sees_who_has_not_been_heard_of_and_a_second_list_takes_the_first_away(town: Town) -> None:
    await a_street(town)
    assert (await today(town, town.sun, town.grid)).splitlines() == [
        "☀️ 今日报平安 3/7",
        "未报：周奶奶 3号楼、吴奶奶 3号楼",
        "还没到时间 1",
        "没问到：郑奶奶 3号楼",
        "暂停问候：何奶奶 3号楼",
        "未加入 2",
        "没有手机 1，请照旧看望",
    ]
    await today(town, town.li, town.grid)
    assert len([m for m in town.said_in(town.grid) if m.text.startswith("☀️ 今日")]) == 1
    assert (await today(town, town.qian, town.second_grid)).startswith("这里还没有开始每天向老人问候")


async def test_the_menu_s_button_brings_it_and_a_fresh_one_is_only_brought_up_to_date(town: Town) -> None:
    two = await elders(town, "王秀英", "李明")
    await asked(town, two)
    town.li.send_text("/menu", chat=town.grid)
    await town.settle()
    menu = next(m for m in town.said_in(town.grid) if m.has_button("☀️ 今早平安"))
    await town.press(town.li, menu, "☀️ 今早平安")
    assert any(m.text.startswith("☀️ 今日报平安 0/2") for m in town.said_in(town.grid))
    await asked(town, two[:1], **ANSWERED)
    answer = await town.press(town.zhao, menu, "☀️ 今早平安")
    assert answer.text == "刚发过的清单已经更新了"
    shown = [m.text for m in town.said_in(town.grid) if m.text.startswith("☀️ 今日")]
    assert shown == ["☀️ 今日报平安 1/2\n未报：李奶奶 3号楼"]


async def test_where_neighbours_read_there_are_numbers_only_and_names_in_private(town: Town) -> None:
    await a_street(town)
    async with town.app.parts.db.write() as uow:
        await uow.bindings.bind(Binding(area="g3", chat=town.grid.id, audience="residents"))
    text = await today(town, town.sun, town.grid)
    assert text.splitlines()[:2] == ["☀️ 今日报平安 3/7", "未报 2"]
    assert "奶奶" not in text
    assert "未报：周奶奶 3号楼、吴奶奶 3号楼" in await today(town, town.li)
    assert (await today(town, town.ma)) == "这要在网格的工作群里看，或者请社区管理员看。"


async def test_a_coordinator_sees_every_grid_and_so_does_the_community_s_group(town: Town) -> None:
    third = await elders(town, "王秀英", "李明")
    second = await elders(town, "陈芳", "周丽", first=800, area="g2", building="5号楼")
    await asked(town, [*third, second[0]], **ANSWERED)
    await asked(town, second[1:])
    for text in (await today(town, town.wang), await today(town, town.li, town.community)):
        assert text.splitlines() == [
            "☀️ 今日报平安 3/4",
            "第三网格 2/2",
            "第二网格 1/2，未报：周奶奶 5号楼",
        ]
    assert (await today(town, town.qian)).splitlines() == ["☀️ 今日报平安 1/2", "未报：周奶奶 5号楼"]
    town.wang.send_text("今早平安")
    await town.settle()
    assert town.told(town.wang)[-1].text.startswith("☀️ 今日报平安 3/4")


async def test_of_two_check_ins_a_day_the_one_that_has_come_counts(town: Town) -> None:
    (wang,) = await elders(town, "王秀英")
    await asked(town, [wang], **ANSWERED)
    await asked(town, [wang], at=time(20), **NOT_YET)
    assert (await today(town, town.li, town.grid)).splitlines() == ["☀️ 今日报平安 1/1"]
    await town.forward(hours=10, minutes=1)
    assert (await today(town, town.li, town.grid)).splitlines() == ["☀️ 今日报平安 0/1", "还没到时间 1"]


async def test_the_coordinators_at_ten(tmp_path: Path) -> None:
    """One message for all grids; none on a morning on which nobody was to be asked, and none twice."""
    async with make_town(tmp_path) as town:
        await town.forward(hours=23)
        well = await elders(town, "王秀英", "李明")
        third = await elders(town, "陈芳", "周丽", "吴娟", first=600)
        second = await elders(town, "郑红", "孙兰", first=800, area="g2")
        await asked(town, well, **ANSWERED)
        await asked(town, [*third, *second])
        taken, *_ = await fall_silent(town, *third)
        await fall_silent(town, second[0], area="g2")
        await takes(town, taken, town.li)
        assert town.times(town.wang, "今早") == []  # yesterday nobody was greeted
        await town.forward(hours=1)
        told = [m.text for m in town.told(town.wang) if m.text.startswith("今早")]
        assert told == ["今早 7 位：2 平安，1 有人在看，3 没人接（三网格 2，二网格 1），1 还没回音"]
        assert town.times(town.wang, "今早 7 位") == ["03 10:00"]


async def test_a_bot_that_was_down_at_ten_tells_it_a_little_later_and_not_at_night(tmp_path: Path) -> None:
    for hours, told in ((25, ["03 11:00"]), (36, [])):
        folder = tmp_path / str(hours)
        folder.mkdir()
        async with make_town(folder) as town:
            pass
        town.clock.move_to(town.clock.now() + timedelta(hours=hours))
        async with again(town):
            (wang,) = await elders(town, "王秀英")
            await asked(town, [wang], **ANSWERED)
            await town.forward(minutes=3)
            assert [time[:6] for time in town.times(town.wang, "今早 1 位：1 平安")] == [one[:6] for one in told]


async def test_who_has_not_joined_is_told_once_a_week(town: Town) -> None:
    await elders(town, "赵梅", "钱玉", state="invited")
    await elders(town, "孙兰", first=800, area="g2", state="invited")
    await town.forward(days=15)
    assert town.times(town.wang, "未加入 3 位") == ["09 08:15", "16 08:15"]
    assert next(m.text for m in town.told(town.wang) if m.text.startswith("未加入")).splitlines() == [
        "未加入 3 位，还没答应每天报平安：",
        "第三网格：赵奶奶 3号楼、钱奶奶 3号楼",
        "第二网格：孙奶奶 3号楼",
    ]

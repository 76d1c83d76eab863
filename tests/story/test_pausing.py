"""Somebody is away: greetings pause, by command or by buttons, and nobody who is back is forgotten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from bot.sandbox.people import Phone
from care.domain.elders import PauseWhy
from care.domain.items import Kind
from care.domain.pauses import PauseOnFile
from care.services.kin import Trouble
from handlers.callback_data import Button, Press
from storage import care_tables
from tests.families import a_silence, last, raised, record_of, told
from tests.grannies import DAUGHTER, LI, a_relative, an_elder
from tests.harness import GRID, Town
from tests.harness import town as make_town

ZHANG = 53


async def pause_of(town: Town, elder: Phone) -> PauseOnFile | None:
    async with town.app.parts.db.read() as uow:
        return await uow.pauses.of_elder((await record_of(uow, elder)).id)


async def says(town: Town, who: Phone, text: str, chat: object = None) -> str:
    """Somebody types; what the bot says then."""
    who.send_text(text, chat=chat) if chat is not None else who.send_text(text)
    await town.settle()
    return town.said_in(town.grid)[-1].text if chat is not None else last(town, who).text


async def test_a_worker_pauses_by_command_and_the_group_hears_the_evening_before_it_ends(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李建国", ref="E2", sex="m", building="5号楼")
    answer = await says(town, town.li, "/pause 王奶奶 11月5日 去女儿家", town.grid)
    assert answer == "🧳 王奶奶 3号楼先不问候，11月5日起照常问候。"
    assert town.said_in(town.grid)[-1].labels == ["▶️ 恢复问候"]
    row = await pause_of(town, wang)
    assert row is not None
    assert (row.pause.until, row.pause.why, row.words) == (date(2026, 11, 5), PauseWhy.AWAY, "去女儿家")
    assert "11月5日再跟您问好" in last(town, wang).text  # she is told why nothing comes
    await says(town, town.li, "/pause 李爷爷5号楼 3d", town.grid)
    heard = len(town.said_in(town.grid))
    await town.forward(hours=54)  # Wednesday, 16:00
    assert len(town.said_in(town.grid)) == heard
    await town.forward(hours=2)
    [line] = town.said_in(town.grid)[heard:]
    assert line.text == "明天起照常问候：王奶奶 3号楼、李爷爷 5号楼"
    assert line.silent
    assert town.times(town.grid, "明天起照常问候") == ["04 17:00"]
    for elder in (wang, li):
        row = await pause_of(town, elder)
        assert row is not None
        assert row.next_at is None  # told once; the pause ends by its day, and nobody need say so


async def test_who_is_back_sooner_or_stays_longer_is_not_announced(town: Town) -> None:
    wang = await an_elder(town)
    await says(town, town.li, "/pause 王秀英 11月5日", town.grid)
    done = town.said_in(town.grid)[-1]
    assert (await town.press(town.zhao, done, "▶️ 恢复问候")).text == "好，照常问候"
    assert town.said_in(town.grid)[-1].text == "☀️ 王奶奶 3号楼每天照常问候。"
    assert await pause_of(town, wang) is None
    assert await says(town, town.li, "/resume 王奶奶", town.grid) == "☀️ 王奶奶 3号楼每天照常问候。"  # twice is once
    await says(town, town.li, "/pause 王奶奶 11月5日", town.grid)
    await says(town, town.li, "/pause 王奶奶 11月9日", town.grid)  # the later word counts
    await town.forward(days=6, hours=8)
    assert town.times(town.grid, "明天起照常问候") == ["08 17:00"]


async def test_names_that_fit_several_or_nobody_and_days_that_are_none(town: Town) -> None:
    wang = await an_elder(town)
    other = await an_elder(town, LI, "王兰英", ref="E2", birth_year=1950)
    far = await an_elder(town, ZHANG, "张桂花", ref="E3", area="g2", building="8号楼")
    await says(town, town.li, "/pause 王奶奶 12月1日 住院", town.grid)
    asked = town.said_in(town.grid)[-1]
    assert asked.text == "🧳 暂停谁的问候？"
    assert asked.labels == ["王奶奶(81) 3号楼", "王奶奶(76) 3号楼"]
    await town.press(town.li, asked, "王奶奶(76) 3号楼")
    row = await pause_of(town, other)
    assert row is not None
    assert (row.pause.until, row.pause.why, row.words) == (date(2026, 12, 1), PauseWhy.HOSPITAL, "住院")
    assert town.told(other) == []  # she is in hospital, and not written to
    assert await pause_of(town, wang) is None

    assert await says(town, town.li, "/pause 汪奶奶 3d", town.grid) == (
        "没找到这个名字，是下面哪一位？\n🧳 王奶奶(76) 3号楼 12月1日起恢复"
    )
    assert (
        await says(town, town.li, "/pause 孙悟空 3d", town.grid) == "没找到这位老人，请写称呼或姓名，如：王奶奶 3号楼。"
    )
    assert await says(town, town.li, "/pause 张奶奶 3d", town.grid) != "🧳"  # of another grid: she is not named here
    assert "张" not in "".join(message.text for message in town.said_in(town.grid))
    assert await pause_of(town, far) is None
    for words, refusal in (
        ("王秀英 2025-12-01", "这一天已经过了"),
        ("王秀英 今天", "这一天已经过了"),
        ("王秀英 2029-12-01", "停一年以上太久了"),
    ):
        assert (await says(town, town.li, f"/pause {words}", town.grid)).startswith(refusal)
    assert await says(town, town.li, "/pause 王秀英", town.grid) == "王奶奶(81) 3号楼的问候停几天？"
    menu = town.said_in(town.grid)[-1]
    assert menu.labels == ["今天", "3 天", "一周", "回来再说"]
    await town.press(town.zhao, menu, "3 天")
    row = await pause_of(town, wang)
    assert row is not None
    assert row.pause.until == date(2026, 11, 5)
    assert (
        await says(town, town.li, "/resume 孙悟空", town.grid) == "没找到这位老人，请写称呼或姓名，如：王奶奶 3号楼。"
    )


async def test_only_enrolled_people_of_the_grid_may_and_a_forged_press_changes_nothing(town: Town) -> None:
    wang = await an_elder(town)
    her = await person_id(town, wang)
    refused = "谢谢！这件事要社区登记过的网格员来办，要登记请找社区。"
    assert await says(town, town.sun, "/pause 王奶奶 3d", town.grid) == refused
    await says(town, town.li, "/pause 王奶奶", town.grid)
    asked = town.said_in(town.grid)[-1]
    assert (await town.press(town.sun, asked, "一周")).text == refused
    data = Press(Button.PAUSE_LONG, her, "week").pack()
    assert (await town.qian.forge_press(asked.id, data, GRID)).text == "请在收到这张卡片的群里按"  # of another grid
    assert (await town.guest.forge_press(1, data)).text == "这位老人的问候不归您来停，要改请找社区。"
    assert (await town.li.forge_press(asked.id, Press(Button.PAUSE_LONG, her, "ever").pack(), GRID)).text.startswith(
        "这个按钮太旧了"
    )
    assert (await town.li.forge_press(asked.id, Press(Button.RESUME, 9999).pack(), GRID)).text.startswith(
        "这位老人的问候"
    )
    assert await pause_of(town, wang) is None
    await town.press(town.li, asked, "一周")
    first = await pause_of(town, wang)
    late = await town.li.forge_press(asked.id, data, GRID)  # twice at once: one pause
    assert late.text == "好，先不问候了"
    async with town.app.parts.db.read() as uow:
        rows = (
            await uow.link.run(select(care_tables.pauses.c.id).where(care_tables.pauses.c.ended_at.is_(None)))
        ).all()
    assert len(rows) == 1
    assert first is not None
    assert first.pause.until == date(2026, 11, 9)


async def person_id(town: Town, phone: Phone) -> int:
    async with town.app.parts.db.read() as uow:
        person = await uow.people.by_telegram(phone.id)
    assert person is not None
    return person.id


async def test_the_menu_asks_whom_and_for_how_long_building_by_building_where_there_are_many(town: Town) -> None:
    wang = await an_elder(town)
    for number in range(26):
        await an_elder(town, 200 + number, f"陈{chr(0x4E00 + 40 * number)}兰", ref=f"E{number + 2}", building="12号楼")
    town.li.send_text("/menu", chat=town.grid)
    await town.settle()
    menu = next(m for m in town.said_in(town.grid) if m.has_button("🧳 暂停问候"))
    await town.press(town.li, menu, "🧳 暂停问候")
    asked = town.said_in(town.grid)[-1]
    assert asked.labels == ["3号楼 (1)", "12号楼 (26)"]
    await town.press(town.li, asked, "3号楼 (1)")
    asked = town.said_in(town.grid)[-1]
    assert asked.labels == ["王奶奶 3号楼"]
    await town.press(town.li, asked, "王奶奶 3号楼")
    asked = town.said_in(town.grid)[-1]
    await town.press(town.li, asked, "回来再说")
    assert town.said_in(town.grid)[-1].text == "🧳 王奶奶 3号楼先不问候，回来了再恢复。"
    assert len({m.id for m in town.said_in(town.grid) if m.text.startswith("🧳")}) == 1  # one message all along
    row = await pause_of(town, wang)
    assert row is not None
    assert (row.pause.until, row.pause.why) == (None, PauseWhy.LATER)
    await says(town, town.li, "/resume", town.grid)
    assert town.said_in(town.grid)[-1].labels == ["▶️ 王奶奶 3号楼 恢复问候"]


async def test_where_neighbours_read_nothing_of_an_elder_is_said(tmp_path: Path) -> None:
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
    ]
    async with make_town(tmp_path, enrolled=False, areas=areas) as town:
        town.wang.start()
        await town.enrol(town.li, "worker", "g3", "W1")
        town.li.started = True
        await town.settle()
        wang = await an_elder(town)
        assert await says(town, town.li, "/pause 王奶奶 3d", town.grid) == (
            "这个群里有居民，不说老人的事。请私聊我发 /pause。"
        )
        assert await says(town, town.li, "/pause 王奶奶 11月4日") == "🧳 王奶奶 3号楼先不问候，11月4日起照常问候。"
        await town.forward(hours=32)
        assert "明天起照常问候：王奶奶 3号楼" in last(town, town.li).text  # the workers hear it in private
        assert "王奶奶" not in "".join(m.text for m in town.said_in(town.grid))
        assert await pause_of(town, wang) is not None


async def test_the_family_pauses_in_private_and_a_silence_is_over_by_its_word(town: Town) -> None:
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await told(town, wang, Trouble.SILENT, checkin=await a_silence(town, wang))
    assert await says(town, son, "暂停问候") == "🧳 暂停谁的问候？"
    await town.press(son, last(town, son), "王奶奶 3号楼")
    await town.press(son, last(town, son), "一周")
    assert last(town, son).text == "🧳 王奶奶 3号楼先不问候，11月9日起照常问候。"
    await town.forward(seconds=30)
    assert last(town, daughter).text == "王奶奶出门了，人没事。"
    assert not any(message.text == last(town, daughter).text for message in town.told(son))  # it was he who said so
    assert await says(town, town.guest, "/pause 王奶奶 3d") == "这位老人的问候不归您来停，要改请找社区。"


async def test_an_item_runs_to_its_outcome_whoever_pauses(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    item = await raised(town, wang, Kind.HELP)
    await told(town, wang, Trouble.HELP, item=item)
    await says(town, town.li, "/pause 王奶奶 3d", town.grid)
    await town.forward(minutes=2)
    assert (await town.item(item.number)).live
    assert len(town.told(son)) == 1
    assert last(town, son).labels != []


async def test_an_open_pause_is_asked_about_weekly_and_unanswered_comes_before_the_coordinators(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李建国", ref="E2", sex="m", building="5号楼")
    son = await a_relative(town, li)
    await says(town, town.li, "/pause 王奶奶 回来再说", town.grid)
    await says(town, town.li, "/pause 李爷爷 回来再说 住院", town.grid)
    await town.forward(days=7)  # Monday, 10:00
    asked = last(town, wang)
    assert asked.text == "王奶奶还在外面吗？回来了按一下，就照常问候。"
    assert asked.labels == ["还没回来", "回来了，照常问候"]
    of_the_hospital = last(town, son)
    assert of_the_hospital.text == "李爷爷出院了吗？回来了按一下，就照常问候。"
    assert not any("出院" in message.text for message in town.told(li))
    assert (await town.press(wang, asked, "还没回来")).text == "好，过几天再问您"
    assert last(town, wang).text == "好，王奶奶还没回来，过几天再问您。"
    await town.forward(days=7)  # Monday again: 08:15 the list, 10:00 the questions
    listed = next(m for m in town.told(town.wang) if "不知道回来没有" in m.text)
    assert listed.text.splitlines()[1:] == ["🧳 李爷爷 5号楼 11月2日起"]
    assert town.times(town.wang, "不知道回来没有") == ["16 08:15"]
    assert (await town.press(town.wang, listed, "▶️ 李爷爷 5号楼 恢复问候")).text == "好，照常问候"
    assert town.wang.see(listed) is None  # nobody is left on it
    assert await pause_of(town, li) is None
    assert next(m for m in town.told(son) if m.id == of_the_hospital.id).text == "好，李爷爷照常问候。"
    again = last(town, wang)
    assert again.labels == ["还没回来", "回来了，照常问候"]
    stranger = await town.guest.forge_press(again.id, Press(Button.BACK_HOME, await person_id(town, wang)).pack())
    assert stranger.text == "这位老人的问候不归您来停，要改请找社区。"
    assert (await town.press(wang, again, "回来了，照常问候")).text == "好，照常问候"
    stale = await wang.forge_press(asked.id, Press(Button.STILL_AWAY, await person_id(town, wang)).pack())
    assert stale.text == "已经照常问候了"
    async with town.app.parts.db.read() as uow:
        assert (await uow.next_dues()).get("pause") is None  # nobody is away, and nobody is asked
    assert len(town.heard(wang, only="还在外面吗")) == 2

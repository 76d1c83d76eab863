"""The one list of a group's morning: who is missing, who takes whom, when it rings, where it climbs, how it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.checkins import Outcome, Why
from care.domain.items import Action
from care.domain.states import Ending, State
from care.services import lists
from care.services.acts import change
from handlers.callback_data import Button, Press
from tests.grannies import a_relative
from tests.greeted import outcome
from tests.harness import Town, again
from tests.harness import town as make_town
from tests.mornings import (
    ANSWERED,
    BY_FAMILY,
    asked,
    elders,
    ends,
    fall_silent,
    open_items,
    takes,
    the_list,
)


async def forged(town: Town, who: Phone, message: MessageView, press: Press) -> str:
    """What he hears who presses a button that his message does not show (any more)."""
    answer = await who.forge_press(message.id, press.pack(), message.chat_id)
    await town.settle()
    return answer.text or ""


async def test_a_morning_of_sixty_with_seven_silent_from_the_first_name_to_the_last(town: Town) -> None:  # noqa: PLR0915 -- one story
    """One list, two reminders, one word that it has climbed: four new messages until noon, all else is edited."""
    well = await elders(town, *[f"赵{n}" for n in range(53)], first=600, building="1号楼", called="赵奶奶")
    missing = await elders(town, "王秀英", "李明", "陈芳", "周丽", "吴娟", "郑红", "孙兰", first=500)
    await asked(town, well, **ANSWERED)
    await asked(town, missing)
    numbers = await fall_silent(town, *missing)
    listed = the_list(town, town.grid)
    lines = listed.text.splitlines()
    assert lines[0] == "☀️ 今早还有 7 位没报平安（已报 53/60）"
    assert lines[1:3] == ["王奶奶 3号楼 · 还没人接", "李奶奶 3号楼 · 还没人接"]
    assert listed.labels[:2] == ["🙋 王奶奶 3号楼", "🙋 李奶奶 3号楼"]
    assert not listed.silent
    assert town.said_in(town.community) == []
    await town.forward(minutes=10)
    reminder = next(m for m in town.said_in(town.grid) if m.text.startswith("还有 7 位没人接"))
    assert reminder.reply_to == listed.id
    assert "王奶奶 3号楼、李奶奶 3号楼" in reminder.text
    assert reminder.text.endswith("等")
    answer = await town.press(town.li, listed, "🙋 王奶奶 3号楼")
    assert answer.text.startswith("王奶奶 3号楼：")
    await takes(town, numbers[0], town.li)
    listed = the_list(town, town.grid)
    assert "王奶奶 3号楼 · 李娟在看" in listed.text
    assert "🙋 王奶奶 3号楼" not in listed.labels
    assert next(m for m in town.said_in(town.grid) if "没人接，请" in m.text).text.startswith("还有 6 位")
    late = await forged(town, town.zhao, reminder, Press(Button.CLAIM, numbers[0]))
    assert late == "王奶奶 3号楼：已由 李娟 认领"
    await ends(town, numbers[1], Ending.HERSELF, at=town.clock.now() - timedelta(minutes=1))
    assert "李奶奶 3号楼 · 本人 10:09 已报平安" in the_list(town, town.grid).text
    assert the_list(town, town.grid).text.startswith("☀️ 今早还有 6 位没报平安（已报 54/60）")
    await town.forward(minutes=21)
    assert town.times(town.grid, "没人接，请") == ["02 10:10", "02 10:20"]
    assert town.times(town.grid, "⬆️ 已上报社区") == ["02 10:30"]
    assert [m.text for m in town.said_in(town.grid) if "没人接，请" in m.text] == []
    card = the_list(town, town.community, "第三网格")
    assert card.text.splitlines()[0] == "第三网格还有 5 位没人接，需要支援"
    assert card.labels == ["🙋 我去支援"]
    await ends(town, numbers[2], Ending.FAMILY)
    for number, who in zip(numbers[3:], [town.li, town.zhao, town.li, town.zhao], strict=True):
        await takes(town, number, who)
    assert the_list(town, town.community, "第三网格").text.startswith("第三网格 4 位都有人在看了")
    assert [m for m in town.said_in(town.grid) if m.text.startswith("⬆️")] == []
    await ends(town, numbers[0], Ending.SEEN, town.li)
    await ends(town, numbers[3], Ending.PHONED, town.li)
    for number in numbers[4:]:
        assert "位没报平安" in the_list(town, town.grid).text
        await ends(town, number, Ending.SEEN, town.zhao)
    over = the_list(town, town.grid)
    assert over.text.splitlines()[0] == "☀️ 60 位都平安：本人报 54，家人确认 1，电话确认 1，上门见到 4"
    assert "王奶奶 3号楼 · 李娟 10:31 上门见到了，平安" in over.text
    assert over.labels == []
    assert over.id == listed.id
    assert the_list(town, town.community, "第三网格").text.startswith("第三网格 5 位都有着落了")
    await town.forward(hours=1, minutes=25)
    assert len(town.heard(town.grid)) == 4
    assert [line[:8] for line in town.heard(town.community)] == ["02 10:30"]


async def test_it_says_that_all_are_well_only_where_it_is_true(town: Town) -> None:
    """Who is in hospital is accounted for; who has not been raised yet keeps the last word back."""
    six = await elders(town, "王秀英", "李明", "陈芳", "周丽", "吴娟", "郑红")
    await asked(town, six[:3], **ANSWERED)
    await asked(town, six[3:4], **BY_FAMILY)
    await asked(town, six[4:])
    await elders(town, "刘梅", "何英", first=700, mode="curtain")
    (wu, zheng) = six[4:]
    (number,) = await fall_silent(town, wu)
    assert the_list(town, town.grid).text.splitlines() == [
        "☀️ 今早还有 1 位没报平安（已报 4/6）",
        "吴奶奶 3号楼 · 还没人接",
        "另有 2 位没有手机，请照旧看望",
    ]
    await takes(town, number, town.li)
    await ends(town, number, Ending.HOSPITAL, town.li)
    text = the_list(town, town.grid).text
    assert text.startswith("☀️ 今早名单上的都有着落了（已报 4/6）")
    assert "医" not in text  # no word of health beside a name
    assert "吴奶奶 3号楼 · 李娟 10:00 有着落了" in text
    await town.forward(minutes=3)
    (second,) = await fall_silent(town, zheng)
    assert the_list(town, town.grid).text.startswith("☀️ 今早还有 1 位没报平安（已报 4/6）")
    assert town.times(town.grid, "又有 1 位没报平安：郑奶奶 3号楼") == ["02 10:03"]
    await ends(town, second, Ending.HERSELF)
    assert the_list(town, town.grid).text.splitlines()[0] == "☀️ 6 位都有着落：本人报 4，家人确认 1，送医 1"


async def test_a_list_that_is_over_is_left_alone_by_what_does_not_stand_on_it(town: Town) -> None:
    """That her family is told of a cry changes no line of the morning."""
    wang, li, chen = await elders(town, "王秀英", "李明", "陈芳")
    for elder, user in ((wang, 600), (li, 601)):
        await a_relative(town, elder, user=user, ref=f"F{user}")
    await asked(town, [li], **ANSWERED)
    await asked(town, [wang, chen])
    (number, other) = await fall_silent(town, wang, chen)
    await takes(town, number, town.li)
    for each in (number, other):
        await ends(town, each, Ending.SEEN, town.li)
    over = the_list(town, town.grid)
    assert over.text.startswith("☀️ 3 位都平安")
    before = len(town.world.calls)
    li.send_text("🆘 需要帮助")  # she is only counted there
    await town.settle()
    await town.forward(minutes=1)
    assert the_list(town, town.grid).text == over.text
    edits = [call.params for call in town.world.calls[before:] if call.method == "editMessageText"]
    assert [edit for edit in edits if (edit["chat_id"], edit["message_id"]) == (over.chat_id, over.id)] == []
    wang.send_text("🆘 需要帮助")  # she is named, and has been heard of herself by now: one edit, and none in vain
    await town.settle()
    await town.forward(minutes=1)
    assert the_list(town, town.grid).text.startswith("☀️ 3 位都平安：本人报 2")
    assert [call.params for call in town.world.calls[before:] if call.code == 400] == []


async def test_a_name_that_comes_later_rings_once_and_puts_the_reminders_off(town: Town) -> None:
    three = await elders(town, "王秀英", "李明", "陈芳")
    await asked(town, three)
    await fall_silent(town, three[0])
    await town.forward(seconds=40)
    await fall_silent(town, three[1])  # the group has been rung just now: she is on the list
    assert len(town.heard(town.grid)) == 1
    await town.forward(minutes=5)
    await fall_silent(town, three[2])
    rung = [m for m in town.said_in(town.grid) if m.text.startswith("又有 1 位没报平安：陈奶奶 3号楼")]
    assert rung[0].reply_to == the_list(town, town.grid).id
    await town.forward(minutes=23)
    assert town.times(town.grid, "还有 3 位没人接") == ["02 10:15", "02 10:25"]
    assert [m for m in town.said_in(town.grid) if m.text.startswith("又有")] == []  # one lives at a time


async def test_where_nobody_comes_it_goes_up_to_the_last_and_reminders_go_along(town: Town) -> None:
    (wang,) = await elders(town, "王秀英")
    await asked(town, [wang])
    (number,) = await fall_silent(town, wang)
    await town.forward(hours=3)
    assert town.times(town.grid, "没人接，请") == ["02 10:10", "02 10:20"]
    # after the last climb the intervals double
    assert town.times(town.community, "没人接，请来一位") == ["02 10:40", "02 11:00", "02 11:40", "02 13:00"]
    assert len([m for m in town.said_in(town.community) if "没人接，请" in m.text]) == 1  # one lives at a time
    card = the_list(town, town.community, "第三网格")
    link = await town.press(town.li, card, "🙋 我去支援")  # who never pressed START is led there
    assert link.url is not None
    town.li.start()
    await town.settle()
    assert "李娟" in the_list(town, town.community, "第三网格").text
    assert (await town.item(number)).claimed_by is not None
    assert the_list(town, town.community, "第三网格").text.startswith("第三网格 1 位都有人在看了")
    assert [m for m in town.said_in(town.community) if "没人接，请" in m.text] == []
    before = len(town.heard(town.community))
    await town.forward(minutes=29)
    assert len(town.heard(town.community)) == before


async def test_a_claim_that_is_given_back_or_lapses_is_named_again(town: Town) -> None:
    wang, li = await elders(town, "王秀英", "李明")
    await asked(town, [wang, li])
    first, second = await fall_silent(town, wang, li)
    await takes(town, first, town.li)
    await takes(town, second, town.li)
    await town.forward(minutes=5)
    assert await forged(town, town.li, the_list(town, town.grid), Press(Button.RELEASE, first))
    assert the_list(town, town.grid).labels == ["🙋 王奶奶 3号楼"]
    await town.forward(minutes=11)
    assert town.times(town.grid, "还有 1 位没人接，请来一位看看：王奶奶 3号楼") == ["02 10:15"]
    await town.forward(minutes=90)  # he was asked twice in vain
    assert "02 11:30" in town.times(town.grid, "李奶奶 3号楼 请再来一位帮忙（李娟可能正忙着）")


async def test_neighbours_of_one_name_are_told_apart_in_lines_buttons_and_toasts(town: Town) -> None:
    two = await elders(town, "王秀英", "王玉兰")
    other = await elders(town, "王桂花", first=520, birth_year=1951)
    far = await elders(town, "王春梅", first=540, building="5号楼")
    await asked(town, [*two, *other, *far])
    numbers = await fall_silent(town, *two, *other, *far)
    listed = the_list(town, town.grid)
    assert listed.labels == [
        "🙋 王奶奶(秀英·81) 3号楼",
        "🙋 王奶奶(玉兰·81) 3号楼",
        "🙋 王奶奶(75) 3号楼",
        "🙋 王奶奶 5号楼",
    ]
    assert "王奶奶(玉兰·81) 3号楼 · 还没人接" in listed.text
    assert "王秀英" not in listed.text
    answer = await town.press(town.li, listed, "🙋 王奶奶(玉兰·81) 3号楼")
    assert answer.text.startswith("王奶奶(玉兰·81) 3号楼：")
    assert (await town.item(numbers[0])).claimed_by is None


async def test_only_enrolled_people_take_a_name_and_every_press_is_answered(town: Town) -> None:
    wang, li = await elders(town, "王秀英", "李明")
    await asked(town, [wang, li])
    first, _ = await fall_silent(town, wang, li)
    listed = the_list(town, town.grid)
    refused = await town.press(town.sun, listed, "🙋 王奶奶 3号楼")  # a member of the group, not enrolled
    assert refused.text
    assert (await town.item(first)).claimed_by is None
    assert len(await open_items(town)) == 2
    town.qian.send_text("早", chat=town.second_grid)
    assert await forged(town, town.qian, town.second_grid.messages()[-1], Press(Button.CLAIM, first))
    assert len(await open_items(town)) == 2  # forged in a group that has no such list
    await ends(town, first, Ending.HERSELF)
    assert await forged(town, town.li, listed, Press(Button.CLAIM, first))  # pressed on the list as it was
    assert (await town.item(first)).state is State.RESOLVED
    for unknown in (Press(Button.SUPPORT, 999), Press(Button.HEAR, 999), Press(Button.SUPPORT, 0)):
        assert await forged(town, town.li, listed, unknown)
    said = len(town.said_in(town.grid))
    town.li.send_text("李奶奶在我店里买菜呢", chat=town.grid, reply_to=the_list(town, town.grid))
    await town.settle()
    async with town.app.parts.db.read() as uow:
        history = await uow.items.history(first + 1)
    assert history[-1].note == "李奶奶在我店里买菜呢"  # the only one on it who is missing
    assert len(town.said_in(town.grid)) == said


async def test_a_list_that_somebody_deletes_comes_again_while_anybody_is_missing(town: Town) -> None:
    wang, li = await elders(town, "王秀英", "李明")
    await asked(town, [wang, li])
    first, second = await fall_silent(town, wang, li)
    town.grid.promote(town.li)
    town.li.delete_message(the_list(town, town.grid))
    await takes(town, first, town.li)
    listed = the_list(town, town.grid)
    assert "李娟在看" in listed.text
    assert (await town.item(second)).live


async def test_a_restart_forgets_no_reminder_and_says_none_twice(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        (wang,) = await elders(town, "王秀英")
        await asked(town, [wang])
        await fall_silent(town, wang)
        await town.forward(minutes=4)
    town.clock.move_to(town.clock.now() + timedelta(minutes=22))
    async with again(town):
        await town.forward(minutes=3)
        assert len(town.times(town.grid, "没人接，请")) == 1  # both were due: it is one
        assert town.times(town.grid, "⬆️") == []
        await town.forward(minutes=8)
        assert town.times(town.grid, "⬆️ 已上报社区") == ["02 10:30"]


async def test_tomorrow_s_silence_of_whom_nobody_took_stands_on_tomorrow_s_list(town: Town) -> None:
    (wang,) = await elders(town, "王秀英")
    await asked(town, [wang])
    (number,) = await fall_silent(town, wang)
    await town.forward(hours=23)  # 09:00 of the next day
    yesterday = town.times(town.community, "没人接，请来一位")
    assert yesterday[-1].startswith("03 0")  # it has not been forgotten, at growing intervals
    await asked(town, [wang])
    async with town.app.parts.db.write() as uow:
        item = await uow.items.get(number)
        now, rules = town.clock.now(), town.app.parts.rules
        item = await change(uow, item, Action.URGE, by=None, now=now, rules=rules, reason="again")
        await lists.name_silent(uow, item, now, rules)
    await town.settle()
    listed = the_list(town, town.grid)
    assert listed.text.startswith("☀️ 今早还有 1 位没报平安")
    assert listed.labels == ["🙋 王奶奶 3号楼"]
    await town.forward(minutes=31)
    assert town.times(town.grid, "⬆️ 已上报社区") == ["02 10:30", "03 09:30"]


async def test_what_several_grids_have_not_taken_rings_as_one(tmp_path: Path) -> None:
    """Each grid has its own card in the community's group; one reminder speaks of all."""
    async with make_town(tmp_path) as town:
        third = await elders(town, "王秀英", "李明")
        second = await elders(town, "陈芳", first=800, area="g2")
        await asked(town, [*third, *second])
        await fall_silent(town, *third)
        await fall_silent(town, *second, area="g2")
        assert the_list(town, town.second_grid).text.startswith("☀️ 今早还有 1 位没报平安（已报 0/1）")
        await town.forward(minutes=41)
        cards = [m for m in town.said_in(town.community) if "需要支援" in m.text and "第" in m.text]
        assert sorted(m.text.splitlines()[0] for m in cards) == [
            "第三网格还有 2 位没人接，需要支援",
            "第二网格还有 1 位没人接，需要支援",
        ]
        reminders = [m for m in town.said_in(town.community) if m.text.startswith("还有 3 位没人接")]
        assert [m.text for m in reminders] == ["还有 3 位没人接，请来支援（三网格 2，二网格 1）"]
        assert town.times(town.community, "请来支援（") == ["02 10:40"]


async def test_a_real_morning_from_the_greeting_to_the_last_line(town: Town) -> None:
    """All by the clock and the phones: greetings, the family's tap, a private sheet, an answer that comes late."""
    for worker in (town.li, town.zhao):
        worker.start()
    eight = await elders(town, "王秀英", "李明", "陈芳", "周丽", "吴娟", "郑红", "孙兰", "何英")
    son = await a_relative(town, eight[6])
    await town.forward(hours=22, minutes=5)
    for elder in eight[:5]:
        await town.press(elder, town.told(elder)[-1], "✅ 我很好")
    await town.forward(minutes=84)
    assert town.heard(town.grid) == []
    await town.forward(minutes=2)
    listed = the_list(town, town.grid)
    assert listed.text.splitlines() == [
        "☀️ 今早还有 3 位没报平安（已报 5/8）",
        "郑奶奶 3号楼 · 还没人接",
        "孙奶奶 3号楼 · 家里人在联系",
        "何奶奶 3号楼 · 还没人接",
    ]
    answer = await town.press(town.li, listed, "🙋 郑奶奶 3号楼")
    assert answer.text.startswith("郑奶奶 3号楼：")
    assert "郑奶奶 3号楼 · 李娟在看" in the_list(town, town.grid).text
    await town.press(town.zhao, the_list(town, town.grid), "🙋 何奶奶 3号楼")
    await town.forward(minutes=5)
    eight[7].send_text("刚才在洗菜，没听见")
    await town.settle()
    assert "何奶奶 3号楼 · 本人 09:36 已报平安" in the_list(town, town.grid).text
    assert "不用" in town.told(town.zhao)[-1].text  # nobody walks there for nothing
    await town.press(son, next(m for m in town.told(son) if m.has_button("✅ 联系上了，平安")), "✅ 联系上了，平安")
    assert "孙奶奶 3号楼 · 家里人 09:36 联系上了，平安" in the_list(town, town.grid).text
    sheet = next(m for m in town.told(town.li) if m.has_button("🚪 上门已见平安"))
    await town.press(town.li, sheet, "🚪 上门已见平安")
    over = the_list(town, town.grid)
    assert over.text.splitlines()[0] == "☀️ 8 位都平安：本人报 6，家人确认 1，上门见到 1"
    assert "郑奶奶 3号楼 · 李娟 09:36 上门见到了，平安" in over.text
    assert over.id == listed.id
    await town.forward(hours=2, minutes=20)
    assert len(town.heard(town.grid)) == 1
    assert town.times(town.wang, "今早 8 位：8 平安") == ["03 10:00"]


async def test_a_slip_on_the_outcome_makes_her_as_missing_as_she_was(town: Town) -> None:
    town.li.start()
    [wang, _] = await elders(town, "王秀英", "李明")
    await town.forward(hours=23, minutes=32)
    listed = the_list(town, town.grid)
    await town.press(town.li, listed, "🙋 王奶奶 3号楼")
    await town.press(town.li, town.told(town.li)[-1], "🚪 上门已见平安")
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.SEEN)
    assert "王奶奶 3号楼 · 李娟 09:32 上门见到了，平安" in the_list(town, town.grid).text
    await town.press(town.li, town.told(town.li)[-1], "↶ 撤销")
    assert await outcome(town, wang, 3) == (Outcome.MISSED, Why.SILENT)
    listed = the_list(town, town.grid)
    assert listed.text.splitlines()[:2] == ["☀️ 今早还有 2 位没报平安（已报 0/2）", "王奶奶 3号楼 · 李娟在看"]
    wang.send_text("我在呢")
    await town.settle()
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.ANSWERED)


async def test_two_check_ins_missed_on_one_day_are_one_item_on_two_lists(town: Town) -> None:
    await elders(town, "王秀英", prompt_at="08:00,20:00")
    await town.forward(hours=24, minutes=10)
    assert len(await open_items(town)) == 1
    await town.forward(hours=11, minutes=30)
    listed = the_list(town, town.grid)  # the morning's has given her up
    assert listed.text.splitlines()[0] == "☀️ 今晚还有 1 位没报平安（已报 0/1）"
    assert len(await open_items(town)) == 1
    assert town.times(town.grid, "☀️") == ["02 21:30", "03 09:30", "03 21:30"]
    await town.forward(minutes=25)
    assert town.times(town.grid, "没人接，请")[-2:] == ["03 21:40", "03 21:50"]

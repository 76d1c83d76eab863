"""A relative worries before anybody else does: what he writes is about her, and never goes off as a report."""

from __future__ import annotations

import re

from bot.sandbox.people import Phone
from care.domain.checkins import Outcome, Why
from care.domain.items import Kind, Severity, State
from tests.families import record_of
from tests.grannies import DAUGHTER, a_relative, an_elder
from tests.greeted import missing, outcome, until
from tests.harness import Town
from tests.story.test_sheet import CLAIM, known, sheets

WELL, NO_ANSWER, BAD, ELSE = "✅ 联系上了，平安", "☎️ 打不通", "🆘 情况不好", "✍️ 是别的事"


async def found_at_her_door(town: Town, *relatives: Phone) -> None:
    """李娟 goes there, and her family hears it."""
    await town.press(town.li, sheets(town.li)[-1], "🚪 上门已见平安")
    await town.forward(seconds=40)
    for relative in relatives:
        assert "上门见到她了，您放心" in town.told(relative)[-1].text


async def test_nobody_had_missed_her_and_somebody_goes_and_looks(town: Town) -> None:
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await known(town, town.li)
    son.send_text("我妈电话打不通")
    await town.settle()
    question = town.told(son)[-1]
    assert question.text.startswith("您说的是王奶奶吗？")
    assert question.labels == [WELL, NO_ANSWER, BAD, ELSE]
    answer = await town.press(son, question, NO_ANSWER)
    assert answer.text == "好，网格员现在就去看看，有消息马上告诉您。"
    item = await town.item(1)
    assert (item.kind, item.severity, item.state) == (Kind.HELP, Severity.HIGH, State.OPEN)
    assert "王奶奶" in town.card(town.grid, 1).text
    assert "我妈电话" not in town.card(town.grid, 1).text  # his words are for who goes there
    assert any("王奶奶" in m.text for m in town.told(daughter))
    await town.press(town.li, town.card(town.grid, 1), CLAIM)
    assert "我妈电话打不通" in sheets(town.li)[-1].text
    await found_at_her_door(town, son, daughter)


async def test_it_is_serious(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    son.send_text("我妈在电话里说胸口疼")
    await town.settle()
    await town.press(son, town.told(son)[-1], BAD)
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.SOS, Severity.URGENT)


async def test_he_has_reached_her_meanwhile_and_nobody_goes(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    son.send_text("她今天按了没有")
    await town.settle()
    await town.press(son, town.told(son)[-1], WELL)
    await town.forward(hours=2)
    assert town.heard(town.grid) == []
    assert not any("已收到" in line for line in town.heard(son))


async def test_it_was_something_else_and_becomes_a_report(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    son.send_text("我妈家楼下太吵")
    await town.settle()
    await town.press(son, town.told(son)[-1], ELSE)
    assert any("已收到 #1" in line for line in town.heard(son))


async def test_a_relatives_ordinary_report_is_a_report_as_ever(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    son.send_text("3号楼的路灯坏了")
    await town.settle()
    assert any("已收到 #1" in line for line in town.heard(son))
    son.send_text("谢谢")
    await town.settle()
    assert not any("您说的是" in line for line in town.heard(son))


async def test_his_worry_ends_nothing_but_itself(town: Town) -> None:
    """She has cried meanwhile: the sister still hears how that ended, and somebody still goes."""
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await known(town, town.li)
    son.send_text("我妈今天怎么样")
    await town.settle()
    question = town.told(son)[-1]
    wang.send_text("🆘 需要帮助")
    await town.settle()
    answer = await town.press(son, question, WELL)
    assert answer.text == "太好了，谢谢您！网格员还会去看一眼。"
    assert re.search(r"家属李强：已回应 \d\d:\d\d，说平安", town.card(town.grid, 1).text)
    assert (await town.item(1)).live
    await town.press(town.li, town.card(town.grid, 1), CLAIM)
    await found_at_her_door(town, son, daughter)


async def test_his_word_on_an_older_worry_ends_the_silence_that_came_after_it(town: Town) -> None:
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await until(town, 3, 8, 10)
    son.send_text("我妈今天怎么样")
    await town.settle()
    question = town.told(son)[-1]
    await until(town, 3, 8, 50)
    await town.press(son, question, WELL)
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.FAMILY)
    assert not any(m.labels for m in town.told(daughter) if "没报平安" in m.text)
    await until(town, 3, 11)
    assert await missing(town, wang) == []


async def test_his_word_on_a_silence_stands_at_the_cry_that_came_meanwhile(town: Town) -> None:
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await until(town, 3, 8, 46)
    silence = town.told(son)[-1]
    wang.send_text("🆘 需要帮助")
    await town.settle()
    answer = await town.press(son, silence, WELL)
    assert answer.text == "太好了，谢谢您！网格员还会去看一眼。"
    assert re.search(r"家属李强：已回应 \d\d:\d\d，说平安", town.card(town.grid, 1).text)
    assert (await town.item(1)).live
    assert not any("放心" in m.text for m in town.told(daughter)[-2:])
    await town.press(town.li, town.card(town.grid, 1), CLAIM)


async def test_of_who_has_left_nobody_is_asked_and_it_is_a_report(town: Town) -> None:
    wang = await an_elder(town, state="left")
    son = await a_relative(town, wang)
    son.send_text("她家门口太吵")
    await town.settle()
    assert any("已收到 #1" in line for line in town.heard(son))
    async with town.app.parts.db.read() as uow:
        assert await uow.alerts.unended((await record_of(uow, wang)).id) == []

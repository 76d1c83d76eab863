"""A relative worries before anybody else does: what he writes is about her, and never goes off as a report."""

from __future__ import annotations

from care.domain.items import Kind, Severity, State
from tests.grannies import DAUGHTER, a_relative, an_elder
from tests.harness import Town
from tests.story.test_sheet import CLAIM, known, sheets

WELL, NO_ANSWER, BAD, ELSE = "✅ 联系上了，平安", "☎️ 打不通", "🆘 情况不好", "✍️ 是别的事"


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
    assert "打不通" not in town.card(town.grid, 1).text.splitlines()[0]
    assert any("王奶奶" in m.text for m in town.told(daughter))
    await town.press(town.li, town.card(town.grid, 1), CLAIM)
    assert "我妈电话打不通" in sheets(town.li)[-1].text
    await town.press(town.li, sheets(town.li)[-1], "🚪 上门已见平安")
    await town.forward(seconds=40)
    for relative in (son, daughter):
        assert "上门见到她了，您放心" in town.told(relative)[-1].text


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

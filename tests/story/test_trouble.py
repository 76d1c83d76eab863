"""Words of an elder that sound unwell: she is asked once, and where she does not answer somebody looks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.people import Phone
from care.domain.items import Kind, Severity, State
from handlers.callback_data import Button, Press
from tests.grannies import a_relative, an_elder
from tests.harness import Town, again
from tests.harness import town as make_town

ASKED = "您是不是不舒服？要我们现在过去看您吗？"
NEED, NO_NEED = "🆘 需要", "✅ 不用，我很好"


async def says(town: Town, wang: Phone, words: str) -> str:
    """She types; the last thing she hears."""
    wang.send_text(words)
    await town.settle()
    return town.told(wang)[-1].text


async def items(town: Town) -> list[int]:
    async with town.app.parts.db.read() as uow:
        return sorted(await uow.items.several(range(1, 10)))


async def test_she_is_asked_and_silence_has_somebody_look(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    assert await says(town, wang, "早上起来头晕得很") == ASKED
    assert town.told(wang)[-1].labels == [NEED, NO_NEED]
    await town.forward(minutes=1)
    assert await says(town, wang, "胸也闷") == ASKED  # asked once
    assert len(town.heard(wang)) == 1
    assert await items(town) == []
    await town.forward(seconds=61)
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.HELP, Severity.URGENT)
    assert item.text == "早上起来头晕得很\n胸也闷"
    card = town.card(town.grid, 1)
    assert card.text.startswith(
        "🔴 #1 需要帮助 · 紧急\n王奶奶 · 81岁 · 3号楼\n📍 第三网格\n10:02 说的话让人担心，问了没回"
    )
    assert town.told(town.li)[-1].text == card.text
    assert "王奶奶" in town.told(son)[-1].text
    answer = town.told(wang)[-1]
    assert answer.text == "王奶奶，没等到您回话，我们请人来看看您。没事的话，按一下“我很好”。"
    said = "\n".join(str(call.params) for call in town.world.calls if str(call.params.get("chat_id")) != str(wang.id))
    assert "晕" not in said
    assert "闷" not in said
    # she answers late: less haste, and somebody still looks
    await town.press(wang, answer, "✅ 我很好")
    assert town.told(wang)[-1].text.startswith("您没事就好！")
    assert (await town.item(1)).severity is Severity.HIGH
    assert (await town.item(1)).state is State.OPEN


async def test_when_nobody_comes_she_hears_that_too(town: Town) -> None:
    contacts = '[{"name": "李强", "relation": "儿子", "phone": "+8613909310061"}]'
    wang = await an_elder(town, contacts=contacts)
    await says(town, wang, "喘不上气")
    await town.forward(minutes=7, seconds=1)
    truth = "王奶奶，还没联系上网格员，正在继续叫人。请先打 120；也可以打李强 13909310061。"
    assert town.told(wang)[-1].text == truth


@pytest.mark.parametrize("answer", [NO_NEED, "不用了", "没事，好着呢", "✅ 我很好", "按错了"])
async def test_no_need(town: Town, answer: str) -> None:
    wang = await an_elder(town)
    await says(town, wang, "腿疼")
    question = town.told(wang)[-1]
    if answer == NO_NEED:
        await town.press(wang, question, NO_NEED)
    else:
        await says(town, wang, answer)
    await town.forward(minutes=10)
    assert await items(town) == []
    assert wang.see(question).labels == []  # type: ignore[union-attr]  # it stands there
    assert len(town.heard(wang)) == 2
    assert await says(town, wang, "又疼了") == ASKED  # another time she is asked anew


@pytest.mark.parametrize("answer", [NEED, "快来", "要", "来看看我", "救命"])
async def test_somebody_is_needed(town: Town, answer: str) -> None:
    wang = await an_elder(town)
    await says(town, wang, "心口疼")
    if answer == NEED:
        assert (await town.press(wang, town.told(wang)[-1], NEED)).text == "正在给您叫人，别怕"
    else:
        await says(town, wang, answer)
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.SOS, Severity.URGENT)
    assert town.told(wang)[-1].text.startswith("王奶奶别怕，我们正在叫人。")
    await town.forward(minutes=3)
    assert await items(town) == [1]


async def test_the_late_press_turns_the_help_into_a_cry(town: Town) -> None:
    wang = await an_elder(town)
    await says(town, wang, "心口疼")
    question = town.told(wang)[-1]
    await town.forward(minutes=3)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    assert "李娟看到了，正往您家走。" in [message.text for message in town.told(wang)]
    query = town.world.press(wang.user, wang.chat(), question.id, Press(Button.SOS_NEED).pack())
    await town.settle()
    assert (await wang.answer_to(query, 1.0)).text == "正在给您叫人，别怕"
    item = await town.item(1)
    assert (item.kind, item.state) == (Kind.SOS, State.CLAIMED)
    assert any("处理得怎么样了" in message.text for message in town.told(town.li))  # who has it is asked at once
    assert await items(town) == [1]


async def test_a_heavy_heart_is_asked_gently(town: Town) -> None:
    wang = await an_elder(town)
    assert await says(town, wang, "活着没意思") == "听您这么说，心里不好受吧？要不要我们过去陪您坐坐，说说话？"
    assert town.told(wang)[-1].labels == [NEED, NO_NEED]
    await town.forward(minutes=3)
    assert (await town.item(1)).severity is Severity.URGENT


async def test_the_heaviest_sentence_is_answered_whatever_was_asked_before(town: Town) -> None:
    wang = await an_elder(town)
    await says(town, wang, "头晕")
    gently = "听您这么说，心里不好受吧？要不要我们过去陪您坐坐，说说话？"
    assert await says(town, wang, "活着没意思") == gently
    assert town.told(wang)[-1].labels == [NEED, NO_NEED]
    await says(town, wang, "活着没意思")
    assert len([m for m in town.told(wang) if m.text == gently]) == 1


async def test_while_people_are_on_their_way_she_is_not_asked_again(town: Town) -> None:
    wang = await an_elder(town)
    await says(town, wang, "🆘 需要帮助")
    assert await says(town, wang, "胸闷") == "收到了，正在给您叫人，来的人会知道的。"
    await says(town, wang, "喘不上气")
    assert len(town.heard(wang, only="收到了，正在给您叫人，来的人")) == 1
    assert (await town.item(1)).text == "胸闷\n喘不上气"
    await town.forward(minutes=3)
    assert await items(town) == [1]


async def test_the_question_outlives_a_restart(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        wang = await an_elder(town)
        await says(town, wang, "站不起来了")
    async with again(town):
        await town.forward(minutes=3)
        assert (await town.item(1)).severity is Severity.URGENT


async def test_what_is_harmless_asks_nothing(town: Town) -> None:
    wang = await an_elder(town)
    for words in ("腿不疼了", "今天天气不错", "好着呢"):
        assert await says(town, wang, words) != ASKED
    await town.forward(minutes=5)
    assert await items(town) == []

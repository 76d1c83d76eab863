"""📅 预计完成: who has an item says until when it takes, and is left in peace until then."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.views import MessageView
from care.domain.items import State
from handlers.callback_data import Button, Press
from tests.harness import GRID, SECOND_GRID, Town
from tests.harness import town as make_town
from tests.story.test_card import claimed

TERMS = ["今天", "明天", "3 天", "一周", "等物料"]


async def menu(town: Town, number: int) -> MessageView:
    """李娟 presses 📅; the menu."""
    answer = await town.press(town.li, town.card(town.grid, number), "📅 预计完成")
    assert answer.text == "请选一下什么时候能办好"
    return town.said_in(town.grid)[-1]


async def promises(town: Town, number: int, term: str) -> str:
    """李娟 promises; what she hears."""
    return (await town.press(town.li, await menu(town, number), term)).text


def lines(town: Town, number: int = 1) -> list[str]:
    return town.card(town.grid, number).text.splitlines()


def rung(town: Town) -> int:
    """How many messages of the bot have rung anywhere so far."""
    groups = (town.grid, town.second_grid, town.community, None)
    return sum(phone.sounding(chat) for phone in (town.wang,) for chat in groups) + sum(
        phone.sounding() for phone in (town.li, town.zhao, town.ma)
    )


async def test_a_pipe_that_takes_four_days(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    asked = await menu(town, number)
    assert asked.text == "#1 预计什么时候办好？"
    assert asked.labels == TERMS
    assert asked.reply_to == card.id
    answer = await town.press(town.li, asked, "3 天")
    assert answer.text == "好的，#1 预计11月5日 18:00 前办好"
    assert town.li.see(asked) is None
    assert "李娟预计11月5日 18:00 前办好" in lines(town)
    assert town.receipt(town.ma, 1).text.endswith("→ 李娟在处理（预计11月5日）")

    quiet = rung(town)
    await town.forward(hours=38)  # past midnight of the day before
    assert "李娟预计明天 18:00 前办好" in lines(town)
    assert town.receipt(town.ma, 1).text.endswith("→ 李娟在处理（预计明天）")
    await town.forward(hours=24)
    assert "李娟预计今天 18:00 前办好" in lines(town)
    await town.forward(hours=17, minutes=59)  # Thursday 17:59: normal would have climbed on Thursday at 10:00
    assert rung(town) == quiet

    await town.forward(minutes=1)  # 18:00: the promise is over, she is asked at once
    assert "#1 处理得怎么样了？" in town.told(town.li)[-1].text
    assert not any("预计" in line for line in lines(town))
    assert town.receipt(town.ma, 1).text.endswith("→ 李娟在处理")
    assert await promises(town, number, "明天") == "好的，#1 预计明天 18:00 前办好"
    assert not any("处理得怎么样了" in message.text for message in town.told(town.li))  # she has answered

    await town.forward(hours=20)  # Friday 14:00
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(seconds=30)
    assert "已办结 ✅ 李娟处理好了" in town.told(town.ma)[-1].text
    assert town.said_in(town.community) == []


async def test_waiting_for_materials_names_the_day_on_which_we_ask(town: Town) -> None:
    number = await claimed(town)
    assert await promises(town, number, "等物料") == "好的，#1 等物料，11月9日再问您"
    assert "等物料，11月9日再问" in lines(town)
    assert town.receipt(town.ma, 1).text.endswith("→ 李娟在处理（等物料）")
    quiet = rung(town)
    await town.forward(days=7, minutes=-1)
    assert rung(town) == quiet
    await town.forward(minutes=1)
    assert "处理得怎么样了" in town.told(town.li)[-1].text


async def test_who_stays_silent_after_his_promise_is_asked_again_and_lapses(town: Town) -> None:
    number = await claimed(town)
    await promises(town, number, "今天")
    await town.forward(hours=8)  # 18:00: asked
    await town.forward(hours=48)
    assert (await town.item(number)).state is State.OPEN


async def test_the_third_promise_is_shown_to_the_coordinators(town: Town) -> None:
    number = await claimed(town)
    for term in ("明天", "3 天"):
        await promises(town, number, term)
    assert not any("#1" in message.text for message in town.told(town.wang))
    await promises(town, number, "一周")
    assert "第 3 次改期" in lines(town)
    private = town.told(town.wang)[-1]
    assert "第 3 次改期" in private.text
    assert "🤝 接手" in private.labels
    heard = len(town.told(town.wang))
    await promises(town, number, "等物料")
    assert len(town.told(town.wang)) == heard  # one card, edited
    assert "第 4 次改期" in town.told(town.wang)[-1].text


async def test_a_coordinator_may_promise_for_the_claimer(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.wang, town.card(town.grid, number), "📅 预计完成")
    await town.press(town.wang, town.said_in(town.grid)[-1], "明天")
    assert "李娟预计明天 18:00 前办好" in lines(town)


@pytest.mark.parametrize("hour", [10, 18])
async def test_what_is_urgent_can_be_promised_for_today_only(town: Town, hour: int) -> None:
    await town.forward(hours=hour - 10)
    town.ma.send_text("三号楼着火了")
    await town.settle()
    card = town.card(town.grid, 1)
    await town.press(town.li, card, "🙋 我来处理")
    heard = len(town.said_in(town.grid))
    answer = await town.press(town.li, town.card(town.grid, 1), "📅 预计完成")
    if hour == 18:
        assert answer.text.startswith("#1 是紧急的事，今天 18:00 已经过了")
        assert len(town.said_in(town.grid)) == heard
        return
    asked = town.said_in(town.grid)[-1]
    assert asked.labels == ["今天"]
    forged = await town.li.forge_press(asked.id, Press(Button.PROMISE_UNTIL, 1, "week").pack(), town.grid)
    assert forged.text == "#1 是紧急的事，只能约今天"
    await town.press(town.li, asked, "今天")
    assert "李娟预计今天 18:00 前办好" in town.card(town.grid, 1).text


async def test_today_ends_at_six_while_the_menu_stands(town: Town) -> None:
    number = await claimed(town)
    await town.forward(hours=7, minutes=55)  # 17:55
    asked = await menu(town, number)
    assert asked.labels == TERMS
    await town.forward(minutes=5)
    answer = await town.press(town.li, asked, "今天")
    assert answer.text == "今天 18:00 已经过了，请另选一天"
    assert (await town.press(town.li, asked, "明天")).text == "好的，#1 预计明天 18:00 前办好"
    assert (await menu(town, number)).labels == TERMS[1:]


async def test_the_menu_stands_once_and_goes_by_itself(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    both = [town.li.press_nowait(card, "📅 预计完成") for _ in range(2)]
    await town.settle()
    assert [(await town.li.answer_to(query)).text for query in both if query] == ["请选一下什么时候能办好"] * 2
    assert sum(message.labels == TERMS for message in town.said_in(town.grid)) == 1
    first = town.said_in(town.grid)[-1]
    second = await menu(town, number)  # she lost sight of it
    assert town.li.see(first) is None
    await town.forward(minutes=10)
    assert town.li.see(second) is None
    third = await menu(town, number)
    assert (await town.press(town.li, third, "明天")).text.startswith("好的")


async def test_others_cannot_promise_in_her_name(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    answer = await town.press(town.zhao, card, "📅 预计完成")
    assert answer.text == "什么时候办好，要由认领的人来说"
    asked = await menu(town, number)
    before = await town.item(number)
    assert (await town.press(town.zhao, asked, "今天")).text == "什么时候办好，要由认领的人来说"
    assert (await town.press(town.sun, asked, "今天")).text == "什么时候办好，要由认领的人来说"
    data = Press(Button.PROMISE_UNTIL, number, "today").pack()
    assert (await town.guest.forge_press(asked.id, data, GRID)).text == "什么时候办好，要由认领的人来说"
    assert (await town.qian.forge_press(1, data, SECOND_GRID)).text == "请在收到这张卡片的群里按"
    assert await town.item(number) == before
    assert town.li.see(asked) is not None


@pytest.mark.parametrize("word", ["", "never", "TODAY", "2026-12-01", "today; drop", "今天"])
async def test_a_forged_word_changes_nothing(town: Town, word: str) -> None:
    number = await claimed(town)
    before = await town.item(number)
    card = town.card(town.grid, number)
    answer = await town.li.forge_press(card.id, Press(Button.PROMISE_UNTIL, number, word).pack(), town.grid)
    assert answer.text == "这个按钮太旧了，请看最新的消息"
    assert await town.item(number) == before


async def test_a_menu_does_not_outlive_the_claim(town: Town) -> None:
    number = await claimed(town)
    asked = await menu(town, number)
    await town.press(town.li, town.card(town.grid, number), "↩️ 放弃认领")
    assert town.li.see(asked) is None
    late = await town.wang.forge_press(asked.id, Press(Button.PROMISE_UNTIL, number, "today").pack(), town.grid)
    assert late.text == "#1 的情况已经变了，请看最新的卡片"
    assert (await town.item(number)).state is State.OPEN


async def test_a_forged_press_on_the_card_leaves_the_card_where_it_is(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    await town.li.forge_press(card.id, Press(Button.PROMISE_UNTIL, number, "today").pack(), town.grid)
    await town.settle()
    assert town.card(town.grid, number).id == card.id
    assert "李娟预计今天 18:00 前办好" in lines(town)


async def test_who_promises_a_day_need_not_prove_anything_yet(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    proof = town.said_in(town.grid)[-1]
    assert "李娟说办好了，等照片或说明" in lines(town)
    await promises(town, number, "明天")
    assert town.li.see(proof) is None
    assert "李娟说办好了，等照片或说明" not in lines(town)
    assert "李娟预计明天 18:00 前办好" in lines(town)


async def test_a_reply_to_the_menu_is_progress(town: Town) -> None:
    number = await claimed(town)
    asked = await menu(town, number)
    town.li.send_text("等厂家回话", chat=town.grid, reply_to=asked)
    await town.settle()
    assert "💬 李娟：“等厂家回话”" in lines(town)


async def test_made_urgent_again_the_promise_is_off(town: Town) -> None:
    """Another report of the reporter's makes it urgent: nobody waits for tomorrow."""
    number = await claimed(town)
    await promises(town, number, "一周")
    town.ma.send_text("着火了", reply_to=town.receipt(town.ma, number))
    await town.settle()
    item = await town.item(number)
    assert item.progress is not None
    assert item.progress.promised_until is None
    assert not any("预计" in line for line in lines(town))


async def test_in_english_too(tmp_path: Path) -> None:
    async with make_town(tmp_path, community={"language": "en"}) as town:
        town.ma.send_text("着火了，在第三网格")
        await town.settle()
        await town.press(town.li, town.card(town.grid, 1), "🙋 I'll take it")
        await town.press(town.li, town.card(town.grid, 1), "📅 Done by …")
        answer = await town.press(town.li, town.said_in(town.grid)[-1], "Today")
        assert answer.text == "All right, #1 is expected today by 18:00"
        assert "李娟 expects to be done today by 18:00" in town.card(town.grid, 1).text

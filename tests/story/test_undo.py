"""↶ 撤销: an end that was a slip of the thumb."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from care.domain.items import State
from care.services.delivery import record
from care.services.ports import Step
from care.services.results import Outcome, SendResult
from handlers.callback_data import Button, Press
from tests.harness import GRID, SECOND_GRID, Town, photo
from tests.harness import town as make_town
from tests.story.test_card import claimed

SLIP = "刚才那条按错了，#1 还在处理，有消息马上告诉您。"


async def settled(town: Town) -> int:
    """李娟 presses 办结 too early."""
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    return number


async def test_within_half_a_minute_nothing_had_been_told(town: Town) -> None:
    number = await settled(town)
    heard, in_group = len(town.told(town.ma)), len(town.said_in(town.grid))
    await town.forward(seconds=25)
    card = town.card(town.grid, number)
    assert card.labels == ["🔄 重新打开", "↶ 撤销"]
    assert (await town.press(town.li, card, "↶ 撤销")).text == "好的，#1 撤回来了，接着办"
    item = await town.item(number)
    assert (item.state, item.resolved_at) == (State.CLAIMED, None)
    assert "李娟 处理中" in town.card(town.grid, number).text
    assert town.receipt(town.ma, number).text.endswith("→ 李娟在处理")
    await town.forward(minutes=10)
    assert len(town.told(town.ma)) == heard
    assert len(town.said_in(town.grid)) == in_group


async def test_an_undo_after_the_all_clear(town: Town) -> None:
    number = await settled(town)
    await town.forward(seconds=30)
    news = town.told(town.ma)[-1]
    assert news.labels == ["👍 满意", "↩️ 没解决"]
    await town.forward(minutes=3)
    await town.press(town.li, town.card(town.grid, number), "↶ 撤销")
    assert town.told(town.ma)[-1].text == SLIP
    bare = town.ma.see(news)
    assert bare is not None
    assert bare.labels == []
    assert town.receipt(town.ma, number).text.endswith("→ 李娟在处理")
    late = await town.ma.forge_press(news.id, Press(Button.CONTENT, number).pack())
    assert late.text == "#1 的情况已经变了，请看最新的卡片"

    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    town.li.send_photo(photo("green"), chat=town.grid)
    await town.forward(seconds=40)
    assert "已办结 ✅ 李娟处理好了" in town.told(town.ma)[-1].text  # the real end comes
    assert sum(message.text == SLIP for message in town.told(town.ma)) == 1


async def test_the_ladder_goes_on_where_it_was(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    before = await town.item(1)
    await town.forward(hours=23)
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    settled_at = await town.item(1)
    await town.press(town.li, town.card(town.grid, 1), "↶ 撤销")
    item = await town.item(1)
    assert item.progress == settled_at.progress
    assert item.claimed_at == before.claimed_at
    await town.forward(hours=24, minutes=1)  # 24 h after her last word
    assert "处理得怎么样了" in town.told(town.li)[-1].text


async def test_after_five_minutes_the_button_is_gone(town: Town) -> None:
    number = await settled(town)
    await town.forward(minutes=5)
    card = town.card(town.grid, number)
    assert card.labels == ["🔄 重新打开"]
    late = await town.li.forge_press(card.id, Press(Button.UNDO, number).pack(), GRID)
    assert late.text == "#1 过了撤销的时间，撤不回来了"
    assert (await town.item(number)).state is State.RESOLVED


async def test_what_needed_nobody_waits_again_and_rings(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "看不清")
    card = town.card(town.grid, 1)
    assert card.labels == ["↶ 撤销"]
    await town.forward(seconds=40)
    await town.press(town.li, card, "↶ 撤销")
    assert town.told(town.ma)[-1].text == SLIP
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第三网格"
    ring = town.said_in(town.grid)[-1]
    assert (ring.text, ring.reply_to) == ("↶ #1 刚才按错了，还要办，请一位帮忙看看", card.id)
    assert town.card(town.grid, 1).labels[0] == "🙋 我来处理"
    await town.press(town.sun, town.card(town.grid, 1), "🙋 我来处理")
    assert town.said_in(town.grid)[-1].text != ring.text  # the call goes with whoever takes it


async def test_dismissed_for_good_the_card_loses_its_button(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "重复")
    await town.forward(minutes=5)
    assert town.card(town.grid, 1).labels == []


async def test_a_proof_that_was_given_is_not_the_next_ones(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    town.li.send_text("换了新的", chat=town.grid, reply_to=town.said_in(town.grid)[-1])
    await town.settle()
    assert "换了新的" in town.card(town.grid, number).text
    await town.forward(seconds=40)
    await town.press(town.li, town.card(town.grid, number), "↶ 撤销")
    assert "换了新的" not in town.card(town.grid, number).text
    async with town.app.parts.db.read() as uow:
        history = await uow.items.history(number)
    assert any(event.details.proof == "换了新的" for event in history)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(seconds=40)
    assert "换了新的" not in town.told(town.ma)[-1].text


async def test_only_who_ended_it_or_a_coordinator(town: Town) -> None:
    """赵敏 proves what 李娟 had: hers is the end, and hers to take back."""
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    town.zhao.send_text("换好了", chat=town.grid, reply_to=town.said_in(town.grid)[-1])
    await town.settle()
    card = town.card(town.grid, number)
    said = "这个按钮要由刚才办结的人或社区管理员来按"
    assert (await town.press(town.li, card, "↶ 撤销")).text == said
    assert (await town.press(town.sun, card, "↶ 撤销")).text == said
    data = Press(Button.UNDO, number).pack()
    assert (await town.guest.forge_press(card.id, data, GRID)).text == said
    assert (await town.qian.forge_press(card.id, data, SECOND_GRID)).text == "请在收到这张卡片的群里按"
    assert (await town.item(number)).state is State.RESOLVED
    assert (await town.press(town.wang, card, "↶ 撤销")).text == "好的，#1 撤回来了，接着办"
    assert (await town.item(number)).claimed_by is not None
    assert "李娟 处理中" in town.card(town.grid, number).text


async def test_twice_at_once_and_after_it_was_undone(town: Town) -> None:
    number = await settled(town)
    card = town.card(town.grid, number)
    presses = [(who, who.press_nowait(card, "↶ 撤销")) for who in (town.li, town.wang)]
    await town.settle()
    answers = [(await who.answer_to(query)).text for who, query in presses if query]
    assert sorted(answers) == sorted(
        ["好的，#1 撤回来了，接着办", "这个按钮要由刚才办结的人或社区管理员来按"]
    ) or answers == ["好的，#1 撤回来了，接着办", "#1 的情况已经变了，请看最新的卡片"]
    async with town.app.parts.db.read() as uow:
        history = await uow.items.history(number)
    assert [event.action for event in history].count("undo") == 1


async def test_what_the_reporter_settled_himself_has_no_undo(town: Town) -> None:
    heard = len(town.told(town.ma))
    town.ma.send_photo(photo(), caption="墙上小广告")
    await town.settle()
    await town.press(town.ma, town.told(town.ma)[heard], "💪 我已随手处理")
    town.ma.send_photo(photo("white"))
    await town.settle()
    card = town.card(town.grid, 1)
    assert "↶ 撤销" not in card.labels
    forged = await town.wang.forge_press(card.id, Press(Button.UNDO, 1).pack(), GRID)
    assert forged.text == "#1 不能撤销"
    assert (await town.item(1)).state is State.RESOLVED


async def test_the_reporter_was_content_already(town: Town) -> None:
    number = await settled(town)
    await town.forward(seconds=40)
    await town.press(town.ma, town.told(town.ma)[-1], "👍 满意")
    late = await town.li.forge_press(town.card(town.grid, number).id, Press(Button.UNDO, number).pack(), GRID)
    assert late.text == "#1 已经办完了"
    assert (await town.item(number)).state is State.CLOSED


async def test_an_end_that_arrives_after_it_was_undone_loses_its_buttons(town: Town) -> None:
    number = await settled(town)
    await town.forward(seconds=40)
    async with town.app.parts.db.read() as uow:
        [end] = await uow.outbox.told(number, [Step.ENDED])
    await town.press(town.li, town.card(town.grid, number), "↶ 撤销")
    other = town.world.post(town.ma.chat(), town.world.bot, "text", {"text": "#1 已办结 ✅"})
    async with town.app.parts.db.write() as uow:  # as the dispatcher does, were it slower than the undo
        sent = SendResult(outcome=Outcome.SENT, message=other.id)
        telling = replace(end, message=other.id)
        await record(uow, telling, sent, town.clock.now(), town.app.parts.rules)
        assert (town.ma.id, other.id, "bare") in await uow.messages.wishes(10)


async def test_who_never_got_the_end_need_not_hear_that_it_was_none(town: Town) -> None:
    number = await settled(town)
    town.ma.block_bot()
    await town.forward(seconds=40)
    await town.press(town.li, town.card(town.grid, number), "↶ 撤销")
    town.ma.unblock_bot()
    await town.forward(minutes=5)
    assert not any(message.text == SLIP for message in town.told(town.ma))  # he never got the end
    assert town.receipt(town.ma, number).text.endswith("→ 李娟在处理")


@pytest.mark.parametrize("seconds", [0, 20])
async def test_the_span_is_the_configs(tmp_path: Path, seconds: int) -> None:
    async with make_town(tmp_path, items={"undo_within": f"{seconds}s"} if seconds else {"undo_within": "1s"}) as town:
        number = await settled(town)
        await town.forward(seconds=seconds or 1)
        assert town.card(town.grid, number).labels == ["🔄 重新打开"]

"""The card in the grid's group: who may do what, exactly one winner, a proof, and every press answered."""

from __future__ import annotations

import pytest

from care.domain.items import State
from handlers.callback_data import Button, Press
from tests.harness import SECOND_GRID, Town, photo


async def claimed(town: Town) -> int:
    number = await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, number), "🙋 我来处理")
    return number


async def test_the_second_to_claim_hears_who_was_first(town: Town) -> None:
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    await town.press(town.li, card, "🙋 我来处理")
    late = await town.zhao.forge_press(card.id, Press(Button.CLAIM, 1).pack(), town.grid)
    assert late.text == "已由 李娟 认领"
    again = await town.li.forge_press(card.id, Press(Button.CLAIM, 1).pack(), town.grid)
    assert again.text == "#1 已经在您手上了"


async def test_three_press_at_once_and_one_wins(town: Town) -> None:
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    presses = [(who, who.press_nowait(card, "🙋 我来处理")) for who in (town.li, town.zhao, town.sun)]
    await town.settle()
    answers = [(await who.answer_to(query)).text for who, query in presses if query]
    winners = [text for text in answers if text == "#1 归您了，谢谢！"]
    assert len(winners) == 1
    winner = (await town.item(1)).claimed_by
    async with town.app.parts.db.read() as uow:
        name = (await uow.people.get(winner or 0)).name
        history = await uow.items.history(1)
    assert [text for text in answers if text == f"已由 {name} 认领"] == [f"已由 {name} 认领"] * 2
    assert [event.action for event in history].count("claim") == 1


async def test_members_of_the_group_may_act_on_reports(town: Town) -> None:
    """孙强 is in the group and not enrolled: for reports that is enough."""
    await town.reports(town.ma)
    answer = await town.press(town.sun, town.card(town.grid, 1), "🙋 我来处理")
    assert answer.text == "#1 归您了，谢谢！"
    assert "孙强 处理中" in town.card(town.grid, 1).text


@pytest.mark.parametrize("button", [Button.CLAIM, Button.DISMISS, Button.ASK_WHERE, Button.DONE, Button.NO_PROOF])
async def test_an_outsiders_press_changes_nothing_and_is_answered(town: Town, button: Button) -> None:
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    before = await town.item(1)
    answer = await town.guest.forge_press(card.id, Press(button, 1).pack(), town.grid)
    assert "登记过的网格员" in answer.text
    await town.settle()
    assert await town.item(1) == before


async def test_a_press_from_a_chat_that_never_had_the_card_changes_nothing(town: Town) -> None:
    await town.reports(town.ma)
    before = await town.item(1)
    foreign = await town.qian.forge_press(1, Press(Button.CLAIM, 1).pack(), SECOND_GRID)
    assert foreign.text == "请在收到这张卡片的群里按"
    private = await town.li.forge_press(1, Press(Button.CLAIM, 1).pack())
    assert private.text == "请在收到这张卡片的群里按"
    assert await town.item(1) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("1:cl:zzzz", "没有找到 #1679615"),
        ("0:cl:1", "这个按钮太旧了，请看最新的消息"),
        ("nonsense", "这个按钮太旧了，请看最新的消息"),
        ("1:db:1:no_such_reason", "这个按钮太旧了，请看最新的消息"),
        ("1:db:1:same", "这个按钮太旧了，请看最新的消息"),
        ("1:co:1", "#1 的情况已经变了，请看最新的卡片"),
        ("1:ro:1", "#1 的情况已经变了，请看最新的卡片"),
        ("1:ap:1", "这个按钮要社区登记过的网格员来按，麻烦联系社区登记一下"),
        ("1:c:1:hazard", "这个按钮要社区登记过的网格员来按，麻烦联系社区登记一下"),
    ],
)
async def test_a_forged_press_gets_a_clear_answer(town: Town, data: str, said: str) -> None:
    await town.reports(town.ma)
    before = await town.item(1)
    answer = await town.li.forge_press(town.card(town.grid, 1).id, data, town.grid)
    assert answer.text == said
    assert await town.item(1) == before


async def test_a_stale_press_gets_a_clear_answer(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    await town.press(town.li, card, "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    for button in (Button.CLAIM, Button.DONE, Button.RELEASE, Button.NO_PROOF):
        answer = await town.li.forge_press(card.id, Press(button, number).pack(), town.grid)
        assert answer.text in ("#1 已经办完了", "这个按钮要社区登记过的网格员来按，麻烦联系社区登记一下")


async def test_a_card_that_a_crash_orphaned_still_acts_and_loses_its_buttons(town: Town) -> None:
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    # what a kill between the send and its record leaves: a second card of the item, not on file
    orphan = town.world.post(
        town.grid.chat, town.world.bot, "text", {"text": "🟢 #1"}, markup={"inline_keyboard": [list(card.keys[0])]}
    )
    view = next(m for m in town.grid.messages() if m.id == orphan.id)
    assert (await town.press(town.li, view, "🙋 我来处理")).text == "#1 归您了，谢谢！"
    await town.forward(seconds=5)
    assert next(m for m in town.grid.messages() if m.id == orphan.id).labels == []
    assert town.li.see(card) is not None
    assert "李娟 处理中" in (town.li.see(card) or card).text


async def test_a_bare_photo_proves_the_latest_done(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    town.li.send_photo(photo("green"), chat=town.grid)
    await town.settle()
    assert (await town.item(number)).state is State.RESOLVED


async def test_a_bare_photo_of_somebody_else_proves_nothing(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    town.zhao.send_photo(photo("green"), chat=town.grid)
    town.li.send_text("好了", chat=town.grid)  # bare words are talk
    await town.settle()
    assert (await town.item(number)).state is State.CLAIMED


async def test_words_in_a_reply_are_a_proof(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    question = town.said_in(town.grid)[-1]
    town.zhao.send_text("我和李娟一起换的", chat=town.grid, reply_to=question)
    await town.settle()
    item = await town.item(number)
    assert (item.state, item.proof) == (State.RESOLVED, "我和李娟一起换的")
    assert "✅ 已办结：赵敏" in town.card(town.grid, number).text


async def test_a_reply_proves_what_it_replies_to(town: Town) -> None:
    """Two 办结 are open; the reply decides, not the order."""
    first, second = await claimed(town), await claimed(town)
    await town.press(town.li, town.card(town.grid, first), "✅ 办结")
    question = town.said_in(town.grid)[-1]
    await town.press(town.li, town.card(town.grid, second), "✅ 办结")
    town.li.send_photo(photo("green"), chat=town.grid, reply_to=question)
    await town.settle()
    assert [(await town.item(n)).state for n in (first, second)] == [State.RESOLVED, State.CLAIMED]
    town.li.send_photo(photo("blue"), chat=town.grid)
    await town.settle()
    assert (await town.item(second)).state is State.RESOLVED


async def test_no_proof_in_ten_minutes(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    question = town.said_in(town.grid)[-1]
    await town.forward(minutes=10)
    assert town.li.see(question) is None
    card = town.card(town.grid, number)
    assert "李娟说办好了，等照片或说明" in card.text
    assert (await town.item(number)).state is State.CLAIMED
    town.li.send_photo(photo("green"), chat=town.grid, reply_to=card)  # a reply to the card still proves it
    await town.settle()
    assert (await town.item(number)).state is State.RESOLVED


async def test_an_album_as_proof(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    town.li.send_photo([photo("green"), photo("blue"), photo("red")], chat=town.grid)
    await town.settle()
    assert "🖼 看全部 (3)" in town.card(town.grid, number).labels
    await town.forward(seconds=30)
    assert town.told(town.ma)[-1].photo is not None


async def test_giving_it_back(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    assert "要由认领的人来放弃" in (await town.press(town.zhao, card, "↩️ 放弃认领")).text
    assert (await town.press(town.li, card, "↩️ 放弃认领")).text == "好的，#1 再请别人帮忙"
    assert town.card(town.grid, number).labels[0] == "🙋 我来处理"
    await town.press(town.zhao, card, "🙋 我来处理")
    assert (await town.press(town.wang, card, "↩️ 放弃认领")).text == "好的，#1 再请别人帮忙"  # a coordinator may


@pytest.mark.parametrize(
    ("label", "news"),
    [
        ("已经没了", "已经没有了"),
        ("重复", "别人也报了"),
        ("看不清", "再拍一张"),
        ("不在本社区", "不在我们社区"),
        ("不归社区管", "不归社区管"),
    ],
)
async def test_not_needed_for_a_reason(town: Town, label: str, news: str) -> None:
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    await town.press(town.li, card, "🚫 不用处理")
    question = town.said_in(town.grid)[-1]
    assert question.labels == ["已经没了", "重复", "看不清", "不在本社区", "不归社区管", "📝 其他"]
    await town.press(town.li, question, label)
    assert town.li.see(question) is None
    assert f"🚫 不用处理：{label}（李娟）" in town.card(town.grid, 1).text
    await town.forward(seconds=30)
    assert news in town.told(town.ma)[-1].text
    assert town.receipt(town.ma, 1).text.endswith("→ 不用处理")


async def test_asked_again_after_the_question_went_by_itself(town: Town) -> None:
    await town.reports(town.ma)
    for _ in range(2):
        await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
        assert "📝 其他" in town.said_in(town.grid)[-1].labels
        await town.forward(minutes=10)
        assert "📝 其他" not in town.said_in(town.grid)[-1].labels


async def test_not_needed_in_words(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "📝 其他")
    question = town.said_in(town.grid)[-1]
    assert "请回复这条说一句" in question.text
    town.li.send_text("下周统一更换", chat=town.grid, reply_to=question)
    await town.settle()
    assert "🚫 不用处理：下周统一更换（李娟）" in town.card(town.grid, 1).text
    assert town.li.see(question) is None
    await town.forward(seconds=30)
    assert "这次不用处理：下周统一更换" in town.told(town.ma)[-1].text


async def test_asking_where(town: Town) -> None:
    await town.reports(town.ma, place="跳过")
    card = town.card(town.grid, 1)
    assert (await town.press(town.li, card, "❓ 问问在哪")).text == "已经去问上报的人了"
    assert town.told(town.ma)[-1].text == "#1 网格员找不到地方，发个位置或说一句就行"
    assert (await town.press(town.zhao, card, "❓ 问问在哪")).text == "已经问过了，等上报的人回话"
    town.ma.send_text("菜市场后门左边")
    await town.settle()
    assert "菜市场后门左边" in town.card(town.grid, 1).text
    assert "❓ 问问在哪" not in town.card(town.grid, 1).labels


async def test_he_did_it_himself(town: Town) -> None:
    heard = len(town.told(town.ma))
    town.ma.send_photo(photo(), caption="墙上小广告")
    await town.settle()
    receipt = town.told(town.ma)[heard]
    await town.press(town.ma, receipt, "💪 我已随手处理")
    assert town.receipt(town.ma, 1).text == "#1 辛苦啦 💪 请拍一张处理后的照片发来。"
    town.ma.send_photo(photo("white"))
    await town.settle()
    assert town.receipt(town.ma, 1).text.endswith("您已随手处理 💪，等网格员确认")
    card = town.card(town.grid, 1)
    assert card.labels == ["👍 确认", "🔄 重新打开", "🖼 看全部 (2)"]
    assert (await town.press(town.li, card, "👍 确认")).text == "#1 确认好了，谢谢！"
    assert (await town.item(1)).state is State.CLOSED
    assert "您处理得真好" in town.told(town.ma)[-1].text
    assert len(town.told(town.ma)) == heard + 2  # receipt and end


async def test_nobody_confirms_his_own_work(town: Town) -> None:
    await town.enrol(town.sun, "worker", "g3", "W9")
    heard = len(town.told(town.sun))
    town.sun.send_photo(photo())
    await town.settle()
    await town.press(town.sun, town.told(town.sun)[heard], "💪 我已随手处理")
    town.sun.send_photo(photo("white"))
    await town.settle()
    answer = await town.press(town.sun, town.card(town.grid, 1), "👍 确认")
    assert answer.text == "自己处理的，要请另一位网格员来确认"
    assert (await town.item(1)).state is State.RESOLVED


async def settled(town: Town) -> int:
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    return number


async def test_not_solved_opens_it_again_and_calls_somebody(town: Town) -> None:
    number = await settled(town)
    await town.forward(seconds=30)
    news = town.told(town.ma)[-1]
    await town.press(town.ma, news, "↩️ 没解决")
    assert town.told(town.ma)[-1].text == "#1 哪里还没好？拍一张或说一句"
    town.ma.send_text("井盖还是松的")
    await town.settle()
    card = town.card(town.grid, number)
    assert "🔄 重新打开，待认领（10:00 起）" in card.text
    assert "还没好的：“井盖还是松的”" in card.text
    call = town.said_in(town.grid)[-1]
    assert "还没解决，请一位帮忙看看：“井盖还是松的”" in call.text
    assert call.reply_to == card.id
    assert not call.silent
    assert town.said_in(town.community) == []  # the first time it stays in the grid


async def test_the_second_reopening_climbs(town: Town) -> None:
    number = await settled(town)
    for round_ in range(2):
        await town.forward(seconds=30)
        await town.press(town.ma, town.told(town.ma)[-1], "↩️ 没解决")
        town.ma.send_text("还没好")
        await town.settle()
        assert bool(town.said_in(town.community)) is (round_ == 1)
        if round_ == 0:
            await town.press(town.li, town.card(town.grid, number), "🙋 我来处理")
            await town.press(town.li, town.card(town.grid, number), "✅ 办结")
            await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    assert town.card(town.community, number).labels[0] == "🙋 我来处理"
    await town.press(town.wang, town.card(town.community, number), "🙋 我来处理")
    assert "王主任 处理中" in town.card(town.grid, number).text


async def test_reopening_on_the_card_before_anybody_was_told(town: Town) -> None:
    number = await settled(town)
    heard = len(town.told(town.ma))
    await town.press(town.li, town.card(town.grid, number), "🔄 重新打开")
    await town.forward(minutes=5)
    assert len(town.told(town.ma)) == heard  # a slip of the thumb: he hears nothing of it


async def test_reopening_after_the_reporter_was_told(town: Town) -> None:
    number = await settled(town)
    await town.forward(seconds=30)
    await town.press(town.zhao, town.card(town.grid, number), "🔄 重新打开")
    assert "又重新打开了" in town.told(town.ma)[-1].text


async def test_after_two_days_it_is_archived_and_not_solved_is_a_new_item(town: Town) -> None:
    number = await settled(town)
    await town.forward(seconds=30)
    news = town.told(town.ma)[-1]
    await town.forward(hours=48)
    assert (await town.item(number)).state is State.CLOSED
    await town.press(town.ma, news, "↩️ 没解决")
    town.ma.send_text("又松了")
    await town.settle()
    assert (await town.item(number)).state is State.CLOSED
    fresh = await town.item(2)
    assert (fresh.linked_to, fresh.area) == (number, "g3")
    assert "接着 #1" in town.card(town.grid, 2).text


async def test_progress_in_a_reply_stands_on_the_card(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    town.zhao.send_text("配件明天到", chat=town.grid, reply_to=card)
    await town.settle()
    assert "💬 赵敏：“配件明天到”" in town.card(town.grid, number).text


async def test_talk_in_the_group_is_none_of_our_business(town: Town) -> None:
    await town.reports(town.ma)
    heard = len(town.said_in(town.grid))
    town.li.send_text("早上好", chat=town.grid)
    town.zhao.send_photo(photo("blue"), chat=town.grid)
    town.sun.send_sticker(chat=town.grid)
    await town.settle()
    assert len(town.said_in(town.grid)) == heard


async def test_an_anonymous_admin_is_asked_to_show_himself(town: Town) -> None:
    await town.reports(town.ma)
    town.grid.make_anonymous(town.wang)
    town.wang.send_text("我去看看", chat=town.grid, reply_to=town.card(town.grid, 1))
    await town.settle()
    assert "请先关闭匿名身份再发送" in town.said_in(town.grid)[-1].text


async def test_a_group_that_put_us_out_is_stood_in_for_by_the_one_above(town: Town) -> None:
    town.grid.remove_bot()
    await town.reports(town.ma)
    await town.forward(minutes=5)
    assert (await town.press(town.wang, town.card(town.community, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"


async def test_without_any_group_the_coordinators_stand_in(town: Town) -> None:
    town.grid.remove_bot()
    town.community.remove_bot()
    await town.reports(town.ma)
    await town.forward(minutes=5)
    private = town.told(town.wang)[-1]
    assert "#1" in private.text
    assert private.labels[0] == "🙋 我来处理"
    assert (await town.press(town.wang, private, "🙋 我来处理")).text == "#1 归您了，谢谢！"

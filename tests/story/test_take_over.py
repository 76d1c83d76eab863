"""🤝 接手: somebody above takes it from who has it; and how many somebody still has in hand."""

from __future__ import annotations

from care.domain.items import State
from handlers.callback_data import Button, Press
from tests.harness import COMMUNITY, GRID, Town, photo
from tests.story.test_card import claimed


async def climbed(town: Town) -> int:
    """李娟 has it, and the community's group sees it."""
    number = await claimed(town)
    await town.press(town.li, town.card(town.grid, number), "⬆️ 上报")
    return number


async def test_the_community_takes_over(town: Town) -> None:
    number = await climbed(town)
    assert "🤝 接手" not in town.card(town.grid, number).labels
    card = town.card(town.community, number)
    assert card.buttons == [["✅ 办结", "📅 预计完成"], ["↩️ 放弃认领", "⬆️ 上报", "↪️ 转派"], ["🤝 接手"]]
    assert (await town.press(town.wang, card, "🤝 接手")).text == "#1 归您了，谢谢！"
    assert "王主任 处理中" in town.card(town.grid, number).text
    assert town.told(town.li)[-1].text == "#1 由王主任接手了，您可以放下了，辛苦啦！"
    assert "🤝 接手" not in town.card(town.community, number).labels  # it was claimed up here now
    assert town.receipt(town.ma, number).text.endswith("→ 王主任在处理")


async def test_what_she_was_asked_is_moot(town: Town) -> None:
    number = await climbed(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    proof = town.said_in(town.grid)[-1]
    await town.forward(hours=25)
    question = town.told(town.li)[-1]
    assert "处理得怎么样了" in question.text
    await town.press(town.wang, town.card(town.community, number), "🤝 接手")
    assert town.li.see(question) is None
    assert town.li.see(proof) is None
    assert "说办好了" not in town.card(town.grid, number).text
    await town.forward(hours=24, minutes=1)
    assert "处理得怎么样了" in town.told(town.wang)[-1].text
    assert not any("处理得怎么样了" in message.text for message in town.told(town.li))


async def test_who_has_it_and_sits_in_both_groups_is_told_so(town: Town) -> None:
    number = await climbed(town)
    before = await town.item(number)
    answer = await town.press(town.li, town.card(town.community, number), "🤝 接手")
    assert answer.text == "#1 已经在您手上了"
    assert await town.item(number) == before


async def test_not_from_below_and_not_by_an_outsider(town: Town) -> None:
    number = await climbed(town)
    before = await town.item(number)
    data = Press(Button.TAKE_OVER, number).pack()
    assert (await town.zhao.forge_press(town.card(town.grid, number).id, data, GRID)).text == "已由 李娟 认领"
    card = town.card(town.community, number)
    assert "登记过的网格员" in (await town.guest.forge_press(card.id, data, COMMUNITY)).text
    assert await town.item(number) == before


async def test_a_stale_press(town: Town) -> None:
    number = await climbed(town)
    card = town.card(town.community, number)
    await town.press(town.li, town.card(town.grid, number), "↩️ 放弃认领")
    late = await town.wang.forge_press(card.id, Press(Button.TAKE_OVER, number).pack(), COMMUNITY)
    assert late.text == "#1 的情况已经变了，请看最新的卡片"
    await town.press(town.li, town.card(town.grid, number), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "重复")
    late = await town.wang.forge_press(card.id, Press(Button.TAKE_OVER, number).pack(), COMMUNITY)
    assert late.text == "#1 已经办完了"


async def test_two_take_over_at_once(town: Town) -> None:
    town.community.add(town.sun)
    number = await climbed(town)
    card = town.card(town.community, number)
    presses = [(who, who.press_nowait(card, "🤝 接手")) for who in (town.wang, town.sun)]
    await town.settle()
    answers = [(await who.answer_to(query)).text for who, query in presses if query]
    assert answers == ["#1 归您了，谢谢！", "已由 王主任 认领"]
    assert "王主任 处理中" in town.card(town.grid, number).text


async def test_a_claim_made_in_private_counts_as_one_of_its_own_area(town: Town) -> None:
    """赵敏 takes it in private, as she was asked to: the community is above her."""
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "↪️ 转派")
    await town.press(town.li, town.said_in(town.grid)[-1], "👤 转给某个人")
    await town.press(town.li, town.said_in(town.grid)[-1], "赵敏")
    await town.press(town.zhao, town.told(town.zhao)[-1], "👌 我接")
    own = town.told(town.zhao)[-1]
    assert "🤝 接手" not in own.labels
    await town.press(town.zhao, own, "⬆️ 上报")
    assert town.zhao.see(own) is not None  # hers stays while it climbs
    assert "🤝 接手" not in town.card(town.grid, 1).labels
    await town.press(town.wang, town.card(town.community, 1), "🤝 接手")
    assert town.zhao.see(own) is None  # it is hers no more
    assert "由王主任接手了" in town.told(town.zhao)[-1].text


async def test_a_coordinators_own_card_is_above_every_group(town: Town) -> None:
    number = await climbed(town)
    await town.press(town.li, town.card(town.grid, number), "⬆️ 上报")  # to the coordinators
    private = town.told(town.wang)[-1]
    assert "🤝 接手" in private.labels
    assert (await town.press(town.wang, private, "🤝 接手")).text == "#1 归您了，谢谢！"
    again = town.wang.see(private)
    assert again is not None
    assert "🤝 接手" not in again.labels


async def test_how_many_she_still_has(town: Town) -> None:
    first, second = await town.reports(town.ma), await town.reports(town.ma)
    third = await town.reports(town.ma)
    assert (await town.press(town.li, town.card(town.grid, first), "🙋 我来处理")).text == "#1 归您了，谢谢！"
    await town.press(town.li, town.card(town.grid, second), "🙋 我来处理")
    answer = await town.press(town.li, town.card(town.grid, third), "🙋 我来处理")
    assert answer.text == "#3 归您了，谢谢！您手上另外还有 2 件未办结"
    await town.press(town.li, town.card(town.grid, first), "✅ 办结")
    answer = await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    assert answer.text == "#1 已办结，您手上还有 2 件未办结"
    await town.press(town.li, town.card(town.grid, second), "✅ 办结")
    town.li.send_photo(photo("green"), chat=town.grid)
    await town.settle()
    await town.press(town.li, town.card(town.grid, third), "✅ 办结")
    answer = await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    assert answer.text == "#3 已办结，辛苦了！"


async def test_a_word_of_the_community_is_progress_too(town: Town) -> None:
    number = await climbed(town)
    town.wang.send_text("水务明天派人", chat=town.community, reply_to=town.card(town.community, number))
    await town.settle()
    assert "💬 王主任：“水务明天派人”" in town.card(town.grid, number).text
    assert (await town.item(number)).state is State.CLAIMED


async def test_who_reported_it_himself_and_works_on_it_answers_as_who_works_on_it(town: Town) -> None:
    """李娟 reports what she sees and takes it: her word on the card is progress, and answers our question."""
    await town.reports(town.li)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(hours=24)
    question = town.told(town.li)[-1]
    assert "处理得怎么样了" in question.text
    town.li.send_text("配件明天到", reply_to=question)
    await town.settle()
    assert "💬 李娟：“配件明天到”" in town.card(town.grid, 1).text
    assert "“井盖坏了”" in town.card(town.grid, 1).text  # what she reported stays as it was
    assert town.li.see(question) is None
    town.li.send_text("到了，正在换", chat=town.grid, reply_to=town.card(town.grid, 1))
    await town.settle()
    assert "💬 李娟：“到了，正在换”" in town.card(town.grid, 1).text


async def test_a_reply_to_a_reminder_of_several_things_is_asked_which(town: Town) -> None:
    await town.reports(town.ma)
    await town.reports(town.ma, "路灯不亮")
    await town.forward(hours=2, minutes=1)
    reminder = town.said_in(town.grid)[-1]
    assert "#1" in reminder.text
    assert "#2" in reminder.text
    town.li.send_text("下午去看", chat=town.grid, reply_to=reminder)
    await town.settle()
    assert "请回复那一件的卡片" in town.said_in(town.grid)[-1].text

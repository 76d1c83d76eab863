"""↪️ 转派: to another grid, to the area above, or to a person, who is asked first; and ⬆️ 上报."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.sandbox.views import MessageView
from care.domain.items import State
from handlers.callback_data import Button, Press
from storage.tables import bindings, posts
from tests.harness import COMMUNITY, GRID, SECOND_GRID, Town, again, photo
from tests.harness import town as make_town
from tests.story.test_card import claimed


async def menu(town: Town, number: int = 1) -> MessageView:
    """李娟 presses ↪️ in the third grid; the menu."""
    assert (await town.press(town.li, town.card(town.grid, number), "↪️ 转派")).text == "请选一下转给谁"
    return town.said_in(town.grid)[-1]


async def people(town: Town, number: int = 1) -> MessageView:
    """李娟 presses 👤; the menu of names."""
    first = await menu(town, number)
    assert (await town.press(town.li, first, "👤 转给某个人")).text == "请选一下请谁来接"
    assert town.li.see(first) is None
    return town.said_in(town.grid)[-1]


def old_card(town: Town, card: MessageView) -> MessageView:
    seen = town.li.see(card)
    assert seen is not None
    return seen


# ------------------------------------------------------------------------------------------------ to an area


async def test_to_another_grid(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    asked = await menu(town)
    assert asked.text == "#1 转给谁来办？"
    assert asked.buttons == [["第二网格", "第九网格"], ["⬆️ 海关社区"], ["👤 转给某个人"]]
    assert asked.reply_to == card.id
    assert (await town.press(town.li, asked, "第二网格")).text == "#1 已转给第二网格"
    assert town.li.see(asked) is None
    assert old_card(town, card).text == "🟢 #1 随手拍 · 公共设施\n已转给第二网格"
    assert old_card(town, card).labels == []
    new = town.card(town.second_grid, number)
    assert new.labels[0] == "🙋 我来处理"
    assert not new.silent
    item = await town.item(number)
    assert (item.state, item.area, item.claimed_by) == (State.OPEN, "g2", None)
    assert town.receipt(town.ma, 1).text.endswith("已派第二网格")


async def test_the_old_card_is_not_edited_again_and_says_where_to_look(town: Town) -> None:
    number = await claimed(town)
    card = town.card(town.grid, number)
    await town.press(town.li, await menu(town), "第二网格")
    edits = len(town.world.events)
    await town.press(town.qian, town.card(town.second_grid, number), "🙋 我来处理")
    await town.forward(hours=25)
    assert [
        e for e in town.world.events[edits:] if e.kind == "edit" and (e.chat_id, e.message_id) == (GRID, card.id)
    ] == []
    said = "#1 已经转给第二网格了，请到那边的群里看"
    for button in (Button.CLAIM, Button.DONE, Button.RELEASE, Button.TRANSFER, Button.CLIMB):
        late = await town.zhao.forge_press(card.id, Press(button, number).pack(), town.grid)
        assert late.text == said
    before = await town.item(number)
    town.zhao.send_text("我去看过了", chat=town.grid, reply_to=old_card(town, card))
    await town.settle()
    assert town.said_in(town.grid)[-1].text == said
    assert await town.item(number) == before


async def test_reminders_start_anew_and_the_climb_counts_from_the_opening(town: Town) -> None:
    await town.reports(town.ma)
    await town.forward(hours=1, minutes=30)
    await town.press(town.li, await menu(town), "第二网格")  # 11:30
    await town.forward(hours=1, minutes=59)
    assert len(town.said_in(town.second_grid)) == 1
    await town.forward(minutes=2)
    assert "#1" in town.said_in(town.second_grid)[-1].text  # reminded 2 h after it came
    assert len(town.said_in(town.second_grid)) == 2
    assert len(town.said_in(town.grid)) == 1  # nothing in the old one but the old card
    await town.forward(hours=20, minutes=25)  # 9:56 the next day
    assert town.said_in(town.community) == []
    await town.forward(minutes=6)
    assert town.card(town.community, 1).labels[0] == "🙋 我来处理"


async def test_a_photo_card_keeps_its_picture_and_says_where_it_went(town: Town) -> None:
    town.ma.send_photo([photo("green"), photo("blue")], caption="井盖坏了")
    await town.settle()
    await town.press(town.ma, town.told(town.ma)[-1], "公共设施")
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    card = town.card(town.grid, 1)
    await town.press(town.li, await menu(town), "第二网格")
    old = old_card(town, card)
    assert old.photo == card.photo
    assert old.text.endswith("已转给第二网格")
    assert town.card(town.second_grid, 1).photo is not None


async def test_a_transfer_that_comes_back(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, await menu(town), "第二网格")
    await town.press(town.qian, town.card(town.second_grid, 1), "↪️ 转派")
    answer = await town.press(town.qian, town.said_in(town.second_grid)[-1], "第三网格")
    assert answer.text == "那边已经办过 #1，先请海关社区来定"
    assert (await town.item(1)).area == "haiguan"
    card = town.card(town.community, 1)
    assert "已转给海关社区" in town.said_in(town.second_grid)[0].text
    assert "已转给第二网格" in town.said_in(town.grid)[0].text  # as it was when it left
    await town.press(town.wang, card, "↪️ 转派")
    asked = town.said_in(town.community)[-1]
    assert asked.buttons == [["第三网格", "第二网格"], ["第九网格"], ["👤 转给某个人"]]
    answer = await town.press(town.wang, asked, "第三网格")
    assert answer.text == "#1 在第三网格那边办过了，请在这里定下来由谁办"
    assert (await town.item(1)).area == "haiguan"


async def test_the_third_transfer_goes_to_the_community(tmp_path: Path) -> None:
    """g3 -> g2 -> g9 (which has no chat: the community's stands in) -> wherever: the community decides."""
    async with make_town(tmp_path) as town:
        await town.reports(town.ma)
        await town.press(town.li, await menu(town), "第二网格")
        await town.press(town.qian, town.card(town.second_grid, 1), "↪️ 转派")
        await town.press(town.qian, town.said_in(town.second_grid)[-1], "第九网格")
        card = town.card(town.community, 1)
        assert "第九网格" in card.text
        await town.press(town.wang, card, "↪️ 转派")
        assert town.said_in(town.community)[-1].buttons[-2:] == [["⬆️ 海关社区"], ["👤 转给某个人"]]
        assert (await town.item(1)).area == "g9"
        answer = await town.press(town.wang, town.said_in(town.community)[-1], "⬆️ 海关社区")
        assert answer.text == "#1 已转给海关社区"
        assert town.card(town.community, 1).id == card.id  # the same message
        ring = town.said_in(town.community)[-1]
        assert (ring.text, ring.reply_to, ring.silent) == ("↪️ #1 转到海关社区了，请一位帮忙看看", card.id, False)


async def test_where_the_card_stands_already_it_rings(town: Town) -> None:
    """It had climbed to the community before it was handed up: an edit alone rings nobody."""
    await town.reports(town.ma)
    await town.forward(hours=25)
    card = town.card(town.community, 1)
    await town.press(town.li, await menu(town), "⬆️ 海关社区")
    assert town.card(town.community, 1).id == card.id
    ring = town.said_in(town.community)[-1]
    assert ring.text == "↪️ #1 转到海关社区了，请一位帮忙看看"
    assert ring.reply_to == card.id


async def test_who_had_it_hears_that_he_may_let_go(town: Town) -> None:
    number = await claimed(town)
    await town.press(town.wang, town.card(town.grid, number), "↪️ 转派")
    await town.press(town.wang, town.said_in(town.grid)[-1], "第二网格")
    assert town.told(town.li)[-1].text == "#1 转给第二网格了，您可以放下了，辛苦啦！"
    assert not any("放下" in message.text for message in town.told(town.wang))


async def test_a_stale_menu_and_two_at_once(town: Town) -> None:
    await town.reports(town.ma)
    asked = await menu(town)
    await town.press(town.zhao, town.card(town.grid, 1), "↪️ 转派")
    other = town.said_in(town.grid)[-1]
    presses = [(who, who.press_nowait(m, area)) for who, m, area in (
        (town.li, asked, "第二网格"), (town.zhao, other, "第九网格"))]  # fmt: skip
    await town.settle()
    answers = [(await who.answer_to(query)).text for who, query in presses if query]
    assert answers == ["#1 已转给第二网格", "#1 已经转给第二网格了，请到那边的群里看"]
    assert (await town.item(1)).area == "g2"
    assert town.li.see(asked) is None
    assert town.zhao.see(other) is None


async def test_anybody_of_the_group_may_answer_the_menu(town: Town) -> None:
    await town.reports(town.ma)
    asked = await menu(town)
    before = await town.item(1)
    data = Press(Button.TRANSFER_TO, 1, "g2").pack()
    assert "登记过的网格员" in (await town.guest.forge_press(asked.id, data, GRID)).text
    assert (await town.qian.forge_press(asked.id, data, SECOND_GRID)).text == "请在收到这张卡片的群里按"
    assert await town.item(1) == before
    assert (await town.press(town.sun, asked, "第二网格")).text == "#1 已转给第二网格"


@pytest.mark.parametrize(
    ("button", "word", "said"),
    [
        (Button.TRANSFER_TO, "", "这个按钮太旧了，请看最新的消息"),
        (Button.TRANSFER_TO, "no_such_area", "这个按钮太旧了，请看最新的消息"),
        (Button.TRANSFER_TO, "b3", "这个按钮太旧了，请看最新的消息"),  # ours, but not on the menu
        (Button.TRANSFER_TO, "g3", "#1 已经在第三网格了"),
        (Button.TRANSFER_PERSON, "", "这个按钮太旧了，请看最新的消息"),
        (Button.TRANSFER_PERSON, "孙强", "这个按钮太旧了，请看最新的消息"),
        (Button.TRANSFER_PERSON, "-1", "这个按钮太旧了，请看最新的消息"),
        (Button.TRANSFER_PERSON, "²", "这个按钮太旧了，请看最新的消息"),
        (Button.TRANSFER_PERSON, "9" * 40, "现在请不到这位了，请另选一位"),
        (Button.TRANSFER_PERSON, "2", "现在请不到这位了，请另选一位"),  # 小马 is a courier
    ],
)
async def test_a_forged_word_changes_nothing(town: Town, button: Button, word: str, said: str) -> None:
    await town.reports(town.ma)
    before = await town.item(1)
    card = town.card(town.grid, 1)
    assert (await town.li.forge_press(card.id, Press(button, 1, word).pack(), GRID)).text == said
    assert await town.item(1) == before
    assert town.li.see(card) is not None


async def test_a_settled_item_is_not_handed_on(town: Town) -> None:
    number = await claimed(town)
    asked = await menu(town)
    await town.press(town.li, town.card(town.grid, number), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    assert town.li.see(asked) is None
    late = await town.li.forge_press(asked.id, Press(Button.TRANSFER_TO, 1, "g2").pack(), GRID)
    assert late.text == "#1 已经办完了"


async def test_a_quarrel_is_never_handed_round(town: Town) -> None:
    await town.reports(town.ma, "楼上又吵架", "矛盾纠纷")
    private = town.told(town.wang)[-1]
    assert "↪️ 转派" not in private.labels
    forged = await town.wang.forge_press(private.id, Press(Button.TRANSFER_TO, 1, "g2").pack())
    assert forged.text == "#1 的情况已经变了，请看最新的卡片"


async def test_an_area_that_is_gone_from_the_config(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        await town.reports(town.ma)
        asked = await menu(town)
        await town.press(town.zhao, town.card(town.grid, 1), "⬆️ 上报")
        place = town
    areas = [
        {"id": "haiguan", "name": "海关社区", "level": "community", "chat_id": COMMUNITY, "audience": "staff"},
        {"id": "g2", "name": "第二网格", "level": "grid", "parent": "haiguan", "chat_id": SECOND_GRID},
    ]
    place.sections = {"areas": areas}
    async with again(place):
        late = await place.li.forge_press(asked.id, Press(Button.TRANSFER_TO, 1, "g9").pack(), GRID)
        assert late.text in ("这个按钮太旧了，请看最新的消息", "这个按钮要社区登记过的网格员来按，麻烦联系社区登记一下")
        card = place.card(place.community, 1)
        await place.press(place.wang, card, "↪️ 转派")
        menu_now = place.said_in(place.community)[-1]
        assert menu_now.buttons == [["第二网格"], ["⬆️ 海关社区"], ["👤 转给某个人"]]
        assert (await place.press(place.wang, menu_now, "第二网格")).text == "#1 已转给第二网格"
        assert place.card(place.second_grid, 1).labels[0] == "🙋 我来处理"


# ------------------------------------------------------------------------------------------------ to a person


async def test_somebody_is_asked_and_takes_it(town: Town) -> None:
    number = await claimed(town)
    names = await people(town)
    assert names.text == "#1 想请谁来接？"
    assert names.labels == ["赵敏", "钱芳"]  # of the grid, then of the community; never herself
    assert (await town.press(town.li, names, "赵敏")).text == "好的，#1 已经去问赵敏了"
    assert town.li.see(names) is None
    assert "已请赵敏来接，等他答复" in town.card(town.grid, number).text
    assert (await town.item(number)).state is State.OPEN
    offer = town.told(town.zhao)[-1]
    assert offer.text == "李娟想请您接 #1 公共设施 · 第三网格\n“井盖坏了”"
    assert offer.labels == ["👌 我接"]
    assert (await town.press(town.zhao, offer, "👌 我接")).text == "#1 归您了，谢谢！"
    assert "赵敏 处理中" in town.card(town.grid, number).text
    assert town.zhao.see(offer) is None
    own = town.told(town.zhao)[-1]
    assert own.labels[:2] == ["✅ 办结", "📅 预计完成"]
    assert town.receipt(town.ma, number).text.endswith("→ 赵敏在处理")


async def test_somebody_of_another_grid_takes_it_and_settles_it_in_private(town: Town) -> None:
    """钱芳 is not in the third grid's group: her own card is all that she has."""
    number = await claimed(town)
    await town.press(town.li, await people(town), "钱芳")
    await town.press(town.qian, town.told(town.qian)[-1], "👌 我接")
    own = town.told(town.qian)[-1]
    await town.forward(hours=30)  # asked, and answered by a reply to the card
    assert any("处理得怎么样了" in message.text for message in town.told(town.qian))
    town.qian.send_text("明天换", reply_to=own)
    await town.settle()
    assert not any("处理得怎么样了" in message.text for message in town.told(town.qian))
    await town.press(town.qian, town.told(town.qian)[-2], "✅ 办结")
    town.qian.send_photo(photo("green"))
    await town.settle()
    assert (await town.item(number)).state is State.RESOLVED
    assert town.told(town.qian)[-1].text == "#1 已办结，辛苦了！"
    assert "✅ 已办结：钱芳" in town.card(town.grid, number).text


async def test_anybody_may_still_claim_and_who_was_asked_hears_it(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, await people(town), "赵敏")
    offer = town.told(town.zhao)[-1]
    assert (await town.press(town.sun, town.card(town.grid, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"
    now = town.zhao.see(offer)
    assert now is not None
    assert now.labels == []
    assert now.text.endswith("已由孙强认领，不用您接了，谢谢！")
    late = await town.zhao.forge_press(offer.id, Press(Button.ACCEPT, 1).pack())
    assert late.text == "已由 孙强 认领"


async def test_an_offer_that_is_answered_late(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, await people(town), "赵敏")
    offer = town.told(town.zhao)[-1]
    await town.press(town.li, await people(town), "钱芳")  # she thought better of it
    assert "不用您接了" in (town.zhao.see(offer) or offer).text
    late = await town.zhao.forge_press(offer.id, Press(Button.ACCEPT, 1).pack())
    assert late.text == "#1 已经不用您接了，谢谢！"
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "已经没了")
    ended = town.told(town.qian)[-1]
    assert "这件事已经办完" in ended.text
    late = await town.qian.forge_press(ended.id, Press(Button.ACCEPT, 1).pack())
    assert late.text == "#1 已经办完了"


async def test_an_offer_is_nobody_elses(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, await people(town), "赵敏")
    before = await town.item(1)
    data = Press(Button.ACCEPT, 1).pack()
    assert (await town.guest.forge_press(1, data)).text == "请在收到这张卡片的群里按"
    assert (await town.qian.forge_press(1, data)).text == "请在收到这张卡片的群里按"
    assert await town.item(1) == before


async def test_who_cannot_be_reached_in_private(town: Town) -> None:
    number = await claimed(town)
    town.zhao.block_bot()
    await town.press(town.li, await people(town), "赵敏")
    card = town.card(town.grid, number)
    assert "赵敏联系不上，请别人来接" in card.text
    assert "等他答复" not in card.text
    assert (await town.item(number)).offered_to is None
    await town.press(town.sun, card, "🙋 我来处理")
    assert "联系不上" not in town.card(town.grid, number).text


async def test_somebody_who_left_the_roster_meanwhile(town: Town) -> None:
    await town.reports(town.ma)
    names = await people(town)
    async with town.app.parts.db.write() as uow:
        zhao = await uow.people.by_telegram(town.zhao.id)
        assert zhao is not None
        await uow.link.run(delete(posts).where(posts.c.person == zhao.id))
    assert (await town.press(town.li, names, "赵敏")).text == "现在请不到这位了，请另选一位"
    assert (await town.item(1)).offered_to is None
    assert (await town.press(town.li, names, "钱芳")).text == "好的，#1 已经去问钱芳了"


async def test_nobody_to_ask(tmp_path: Path) -> None:
    async with make_town(tmp_path, enrolled=False) as town:
        for phone in (town.ma, town.li):
            phone.started = True
        await town.enrol(town.ma, "courier", "g3", "C1")
        await town.enrol(town.li, "worker", "g3", "W1")
        await town.reports(town.ma)
        asked = await menu(town)
        answer = await town.press(town.li, asked, "👤 转给某个人")
        assert answer.text == "这里没有别的能联系上的网格员，请转给别的网格"
        assert town.li.see(asked) is not None


async def test_at_most_ten_names_the_grids_own_first(town: Town) -> None:
    for n in range(12):
        phone = town.world.add_user(500 + n, f"邻格{n}")
        await town.enrol(phone, "worker", "g2", f"N{n}")
    await town.reports(town.ma)
    names = (await people(town)).labels
    assert len(names) == 10
    assert names[0] == "赵敏"


# ------------------------------------------------------------------------------------------------ ⬆️


async def test_called_higher_by_hand(town: Town) -> None:
    await town.reports(town.ma)
    assert (await town.press(town.li, town.card(town.grid, 1), "⬆️ 上报")).text == "#1 已上报社区"
    assert town.card(town.community, 1).labels[0] == "🙋 我来处理"
    assert (await town.press(town.zhao, town.card(town.grid, 1), "⬆️ 上报")).text == "#1 已上报社区管理员"
    assert "#1" in town.told(town.wang)[-1].text
    assert (await town.press(town.sun, town.card(town.grid, 1), "⬆️ 上报")).text == "#1 已经报到最上面了"
    outsider = await town.guest.forge_press(1, Press(Button.CLIMB, 1).pack(), GRID)
    assert "登记过的网格员" in outsider.text


async def test_a_claimed_one_is_called_higher_and_stays_with_her(town: Town) -> None:
    number = await claimed(town)
    assert (await town.press(town.li, town.card(town.grid, number), "⬆️ 上报")).text == "#1 已上报社区"
    assert "李娟 处理中" in town.card(town.community, number).text


async def test_where_two_rungs_share_a_chat_one_reply_says_so(town: Town) -> None:
    async with town.app.parts.db.write() as uow:
        await uow.link.run(update(bindings).where(bindings.c.area == "haiguan").values(chat=GRID))
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    await town.press(town.li, card, "⬆️ 上报")
    reply = town.said_in(town.grid)[-1]
    assert (reply.text, reply.reply_to) == ("⬆️ #1 已上报社区", card.id)

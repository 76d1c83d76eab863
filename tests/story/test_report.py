"""Flow 1 as a courier lives it: what he sends becomes a number, a card, a claim, a proof, and news."""

from __future__ import annotations

import pytest

from bot.sandbox.views import MessageView
from care.domain.items import Category, Severity, State
from tests.harness import FAR_AWAY, IN_GRID_2, IN_GRID_3, Town, photo


async def begins(town: Town, text: str = "", colour: str = "gray") -> MessageView:
    """小马 sends a photo; his receipt."""
    heard = len(town.told(town.ma))
    town.ma.send_photo(photo(colour), caption=text or None)
    await town.settle()
    return town.told(town.ma)[heard]


async def test_a_photo_becomes_a_card_becomes_a_proof(town: Town) -> None:
    heard = len(town.told(town.ma))
    receipt = await begins(town, "井盖坏了")
    assert receipt.text == "已收到 📷 #1。这是什么问题？"
    assert town.said_in(town.grid) == []

    await town.press(town.ma, receipt, "公共设施")
    place = town.told(town.ma)[heard + 1]
    assert place.text.startswith("#1 在哪里？")
    assert town.ma.reply_keyboard() == [["📍 发送我的位置"], ["第三网格"], ["第二网格", "第九网格"], ["跳过"]]
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第三网格"

    card = town.card(town.grid, 1)
    assert card.photo is not None
    assert "“井盖坏了”" in card.text
    assert card.labels == ["🙋 我来处理", "↪️ 转派", "⬆️ 上报", "🚫 不用处理", "❓ 问问在哪"]
    assert (await town.press(town.li, card, "🙋 我来处理")).text == "#1 归您了，谢谢！"
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第三网格 → 李娟在处理"
    assert "李娟 处理中（10:00 起）" in town.card(town.grid, 1).text

    assert (await town.press(town.li, card, "✅ 办结")).text == "请发处理后的照片或说明"
    question = town.said_in(town.grid)[-1]
    assert "请发处理后的照片或说明" in question.text
    assert question.reply_to == card.id
    town.li.send_photo(photo("green"), chat=town.grid, reply_to=question, caption="换好了")
    await town.settle()
    assert town.li.see(question) is None
    settled = town.card(town.grid, 1)
    assert "✅ 已办结：李娟 · 10:00" in settled.text
    assert settled.labels == ["🔄 重新打开", "↶ 撤销", "🖼 看全部 (2)"]

    assert len(town.told(town.ma)) == heard + 2  # nothing was told yet
    await town.forward(seconds=30)
    news = town.told(town.ma)[-1]
    assert news.text == "#1 已办结 ✅ 李娟处理好了，谢谢您告诉我们。\n“换好了”"
    assert news.photo is not None
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第三网格 → 已办结"
    assert (await town.press(town.ma, news, "👍 满意")).text == "谢谢您！"
    assert town.told(town.ma)[-1].labels == []
    assert (await town.item(1)).state is State.CLOSED
    assert town.card(town.grid, 1).labels == ["🖼 看全部 (2)"]
    assert len(town.told(town.ma)) == heard + 3  # receipt, place, end: three messages and no more


@pytest.mark.parametrize(
    ("send", "sign"),
    [
        (lambda ma: ma.send_video(b"video"), "🎬 "),
        (lambda ma: ma.send_voice(b"voice"), "🎤 "),
        (lambda ma: ma.send_document(b"file"), "📎 "),
        (lambda ma: ma.send_location(*IN_GRID_3), "📍 "),
        (lambda ma: ma.send_text("3号院路灯坏了"), ""),
    ],
)
async def test_whatever_is_sent_becomes_a_report(town: Town, send: object, sign: str) -> None:
    send(town.ma)  # type: ignore[operator]  # a phone's act
    await town.settle()
    assert town.told(town.ma)[-1].text == f"已收到 {sign}#1。这是什么问题？"
    await town.forward(minutes=3)
    assert town.card(town.grid, 1).labels[0] == "🙋 我来处理"


async def test_an_album_is_one_report_with_one_sheet(town: Town) -> None:
    town.ma.send_photo([photo("red"), photo("blue"), photo("green")], caption="楼道堆物")
    await town.settle()
    receipts = [m for m in town.told(town.ma) if "#1" in m.text]
    assert [m.text for m in receipts] == ["已收到 📷×3 #1。这是什么问题？"]
    await town.press(town.ma, receipts[0], "安全隐患")
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    card = town.card(town.grid, 1)
    assert card.text.startswith("🟠")  # a hazard is important
    assert "🖼 看全部 (3)" in card.labels
    await town.press(town.li, card, "🖼 看全部 (3)")
    album = [m for m in town.said_in(town.grid) if m.album]
    assert len(album) == 3
    assert {m.reply_to for m in album} == {card.id}


async def test_twelve_single_photos_are_one_report_and_one_edited_receipt(town: Town) -> None:
    heard = len(town.told(town.ma))
    for number in range(12):
        town.ma.send_photo(photo(f"#{number * 20:02x}0000"))
        await town.forward(seconds=20)
    assert [m.text for m in town.told(town.ma)[heard:]] == ["已收到 📷×12 #1。这是什么问题？"]


async def test_a_photo_a_minute_later_is_a_new_report_that_may_be_the_same(town: Town) -> None:
    await begins(town, "楼道堆物")
    await town.forward(seconds=61)
    second = await begins(town, colour="blue")
    assert second.text == "已收到 📷 #2。这是什么问题？"
    answer = await town.press(town.ma, second, "🔗 和 #1 是一件事")
    assert answer.text == "好的，和 #1 放一起了"
    assert town.receipt(town.ma, 2).text == "#2 已并到 #1，一起处理。"
    assert town.receipt(town.ma, 1).text == "已收到 📷×2 #1。这是什么问题？"
    assert (await town.item(2)).state is State.DISMISSED
    await town.forward(minutes=5)
    assert len(town.said_in(town.grid)) == 1


async def test_a_photo_after_a_press_is_a_new_report(town: Town) -> None:
    receipt = await begins(town)
    await town.press(town.ma, receipt, "环境卫生")
    await begins(town, colour="blue")
    assert town.receipt(town.ma, 2).text == "已收到 📷 #2。这是什么问题？"


async def test_words_after_a_photo_belong_to_it(town: Town) -> None:
    await begins(town)
    town.ma.send_text("墙上全是小广告")
    await town.settle()
    receipt = town.receipt(town.ma, 1)
    assert receipt.labels[0] == "小广告"  # the likeliest is offered first
    await town.press(town.ma, receipt, "小广告")
    town.ma.tap_reply_key("跳过")
    await town.settle()
    assert "墙上全是小广告" in town.card(town.grid, 1).text


@pytest.mark.parametrize(
    ("spot", "group", "area"),
    [(IN_GRID_3, "grid", "g3"), (IN_GRID_2, "second_grid", "g2"), (FAR_AWAY, "community", "haiguan")],
)
async def test_a_location_picks_the_grid(town: Town, spot: tuple[float, float], group: str, area: str) -> None:
    receipt = await begins(town)
    await town.press(town.ma, receipt, "环境卫生")
    town.ma.position = spot
    town.ma.tap_reply_key("📍 发送我的位置")
    await town.settle()
    card = town.card(getattr(town, group), 1)
    assert "地图" in card.text
    assert (await town.item(1)).area == area


async def test_the_same_place_as_just_now(town: Town) -> None:
    receipt = await begins(town)
    await town.press(town.ma, receipt, "环境卫生")
    town.ma.send_venue(*IN_GRID_2, "北门", "银滩路")
    await town.settle()
    second = await begins(town, colour="blue")
    await town.press(town.ma, second, "小广告")
    assert ["📍 还是刚才那里"] in town.ma.reply_keyboard()
    town.ma.tap_reply_key("📍 还是刚才那里")
    await town.settle()
    assert "北门 银滩路" in town.card(town.second_grid, 2).text


async def test_a_caption_that_names_a_known_place_is_not_asked_where(town: Town) -> None:
    heard = len(town.told(town.ma))
    receipt = await begins(town, "3号楼门口井盖坏了")
    await town.press(town.ma, receipt, "公共设施")
    assert len(town.told(town.ma)) == heard + 1
    assert "3号楼" in town.card(town.grid, 1).text
    assert (await town.item(1)).area == "b3"


async def test_a_place_in_words(town: Town) -> None:
    receipt = await begins(town)
    await town.press(town.ma, receipt, "公共设施")
    town.ma.send_text("菜市场后门")
    await town.settle()
    card = town.card(town.grid, 1)  # no place of ours: his home grid
    assert "菜市场后门" in card.text
    assert "❓ 问问在哪" not in card.labels


async def test_a_desktop_cannot_share_and_is_told_how(town: Town) -> None:
    receipt = await begins(town)
    await town.press(town.ma, receipt, "公共设施")
    town.ma.send_text("📍 发送我的位置")
    await town.settle()
    assert "📎" in town.told(town.ma)[-1].text
    town.ma.tap_reply_key("第二网格")
    await town.settle()
    assert town.card(town.second_grid, 1)


async def test_stopping_half_way_loses_nothing(town: Town) -> None:
    await begins(town, "垃圾没人收")
    await town.forward(minutes=2, seconds=59)
    assert town.said_in(town.grid) == []
    await town.forward(seconds=1)
    card = town.card(town.grid, 1)
    assert "随手拍 · 其他" in card.text  # with what is known; his home grid
    receipt = town.receipt(town.ma, 1)
    assert receipt.text.splitlines()[-1] == "#1 已收到 → 已派第三网格"
    await town.press(town.ma, receipt, "环境卫生")  # he may still say what it is
    assert "随手拍 · 环境卫生" in town.card(town.grid, 1).text


async def test_each_answer_gives_three_more_minutes_but_ten_in_all(town: Town) -> None:
    receipt = await begins(town)
    for _ in range(9):
        await town.forward(seconds=55)
        town.ma.send_text("再补充一句话")
        await town.settle()
    await town.forward(seconds=100)  # 9 minutes 55 in all
    assert town.said_in(town.grid) == []
    await town.forward(seconds=5)
    assert town.card(town.grid, 1)
    assert receipt.id == town.receipt(town.ma, 1).id


async def test_later_answers_update_the_card_and_move_it_while_nobody_has_it(town: Town) -> None:
    receipt = await begins(town, "垃圾没人收")
    await town.press(town.ma, receipt, "环境卫生")
    await town.forward(minutes=3)
    first = town.card(town.grid, 1)
    town.ma.position = IN_GRID_2
    town.ma.tap_reply_key("📍 发送我的位置")
    await town.settle()
    assert town.li.see(first) is None
    assert "地图" in town.card(town.second_grid, 1).text
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第二网格"


async def test_a_place_that_comes_after_the_claim_is_added_but_moves_nothing(town: Town) -> None:
    receipt = await begins(town, "垃圾没人收")
    await town.press(town.ma, receipt, "环境卫生")
    await town.forward(minutes=3)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    town.ma.position = IN_GRID_2
    town.ma.tap_reply_key("📍 发送我的位置")
    await town.settle()
    assert "地图" in town.card(town.grid, 1).text
    assert town.said_in(town.second_grid) == []


async def test_one_tap_makes_it_urgent_and_out_it_goes(town: Town) -> None:
    receipt = await begins(town)
    answer = await town.press(town.ma, receipt, "🆘 紧急")
    assert answer.text == "#1 已按紧急发出"
    card = town.card(town.grid, 1)
    assert card.text.startswith("🔴")
    assert not card.silent
    shown = town.receipt(town.ma, 1)
    assert shown.text.startswith("着火请打 119，有人受伤请打 120。")
    await town.press(town.ma, shown, "安全隐患")
    assert (await town.item(1)).severity is Severity.URGENT
    assert "安全隐患" in town.card(town.grid, 1).text


async def test_the_policy_is_copied_when_it_opens(town: Town) -> None:
    """So that a later change of the config leaves an open item alone."""
    number = await town.reports(town.ma, category="安全隐患")
    item = await town.item(number)
    assert item.policy == town.app.parts.rules.policies["high"]
    assert item.progress is not None
    assert item.progress.climb_since == item.opened_at
    await town.forward(minutes=5)
    await town.press(town.ma, town.receipt(town.ma, number), "🆘 紧急")
    item = await town.item(number)
    assert item.policy == town.app.parts.rules.policies["urgent"]
    assert item.progress is not None
    assert item.progress.climb_since == item.since == town.clock.now()  # the clocks start anew


async def test_alarm_words_go_out_at_once_by_themselves(town: Town) -> None:
    receipt = await begins(town, "3号楼着火了")
    assert receipt.text.startswith("着火请打 119，有人受伤请打 120。\n已收到 📷 #1。这是什么问题？")
    assert town.card(town.grid, 1).text.startswith("🔴")
    town.ma.send_photo(photo("blue"))  # another one within the minute
    await town.settle()
    assert "🖼 看全部 (2)" in town.card(town.grid, 1).labels
    assert len(town.said_in(town.grid)) == 1


async def test_an_alarm_in_the_second_sentence_counts_too(town: Town) -> None:
    await begins(town, "楼道里有烟")
    town.ma.send_text("着火了！")
    await town.settle()
    assert town.card(town.grid, 1).text.startswith("🔴")


async def test_an_alarm_edited_into_a_message_counts(town: Town) -> None:
    sent = town.ma.send_text("楼道")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "✍️ 不是上报")
    town.ma.edit_text(sent, "楼道着火了")
    await town.settle()
    assert town.card(town.grid, 2).text.startswith("🔴")


async def test_mere_words_can_be_taken_back(town: Town) -> None:
    town.ma.send_text("今天风真大")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "✍️ 不是上报")
    assert town.receipt(town.ma, 1).text == "好的，#1 不算上报，已经撤下。"
    await town.forward(minutes=15)
    assert town.said_in(town.grid) == []


async def test_kindness_is_answered_warmly_and_is_no_item(town: Town) -> None:
    for words in ("谢谢", "好的", "在吗", "😊"):
        town.ma.send_text(words)
        await town.settle()
        assert town.told(town.ma)[-1].text == "不客气，有事随时找我 😊"
    town.ma.send_sticker()
    await town.settle()
    assert town.told(town.ma)[-1].text == "不客气，有事随时找我 😊"
    await town.forward(minutes=15)
    assert town.said_in(town.grid) == []


async def test_a_sticker_in_the_middle_of_a_question(town: Town) -> None:
    await begins(town)
    town.ma.send_sticker()
    await town.settle()
    assert town.told(town.ma)[-1].text.startswith("😊 #1 还差一步")


async def test_the_card_is_quiet_at_night_unless_it_is_urgent(town: Town) -> None:
    await town.forward(hours=12, minutes=30)  # 22:30
    await begins(town)
    await town.forward(minutes=3)
    assert town.card(town.grid, 1).silent
    await begins(town, "有煤气味")
    assert not town.card(town.grid, 2).silent


async def test_my_reports(town: Town) -> None:
    await town.reports(town.ma)
    await begins(town, "小广告")
    for command in ("/my", "我的上报"):
        town.ma.send_text(command)
        await town.settle()
        assert town.told(town.ma)[-1].text.splitlines() == [
            "您最近的上报：",
            "#2 随手拍 · 还在问",
            "#1 随手拍 · 公共设施 · 待认领（10:00 起）",
        ]
    assert (await town.item(1)).category is Category.FACILITY


async def test_the_words_that_the_menu_shows_for_help_are_no_report(town: Town) -> None:
    for words in ("/help", "怎么用"):
        town.ma.send_text(words)
        await town.settle()
        assert "直接拍张照片发给我就行" in town.told(town.ma)[-1].text
    assert not any("已收到" in m.text for m in town.told(town.ma))


async def test_a_file_that_is_too_big_is_kept_and_said_so(town: Town) -> None:
    town.ma.send_video(b"v", size=30_000_000)
    await town.settle()
    texts = [m.text for m in town.told(town.ma)]
    assert "已收到 🎬 #1。这是什么问题？" in texts
    assert any("太大（超过 20MB）" in text for text in texts)
    await town.forward(minutes=3)
    assert town.card(town.grid, 1).kind == "video"  # it can still be shown


async def test_a_text_as_long_as_telegram_allows(town: Town) -> None:
    town.ma.send_text("坏" * 4096)
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "其他")
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    card = town.card(town.grid, 1)
    await town.press(town.li, card, "📄 全文")
    assert town.said_in(town.grid)[-1].text.count("坏") > 3800

"""What an old question must not swallow, what must ring, and what a quarrel must not leave behind."""

from __future__ import annotations

import pytest

from care.domain.items import Severity, State
from tests.harness import IN_GRID_2, Town, photo


async def draft_in_words(town: Town, text: str = "井盖坏了") -> None:
    town.ma.send_text(text)
    await town.settle()


async def test_next_mornings_sentence_is_a_report_and_no_place(town: Town) -> None:
    await draft_in_words(town)
    await town.press(town.ma, town.receipt(town.ma, 1), "公共设施")
    await town.forward(hours=5)
    town.ma.send_text("5号楼电梯坏了，里面还关着人")
    await town.settle()
    assert town.told(town.ma)[-1].text == "已收到 #2。这是什么问题？"


async def test_a_late_location_is_still_the_place_that_was_asked_for(town: Town) -> None:
    await draft_in_words(town)
    await town.press(town.ma, town.receipt(town.ma, 1), "公共设施")
    await town.forward(hours=5)
    town.ma.send_location(*IN_GRID_2)
    await town.settle()
    assert town.card(town.second_grid, 1)
    assert town.told(town.ma)[-1].text == "好的，已经加到 #1。"


async def test_a_second_sentence_after_a_minute_is_a_second_report(town: Town) -> None:
    await draft_in_words(town)
    await town.forward(seconds=70)
    await draft_in_words(town, "路灯也坏了")
    assert town.told(town.ma)[-1].text == "已收到 #2。这是什么问题？"


async def test_the_words_of_a_photo_may_take_longer(town: Town) -> None:
    town.ma.send_photo(photo())
    await town.settle()
    await town.forward(seconds=100)
    await draft_in_words(town, "墙裂了")
    assert (await town.item(1)).text == "墙裂了"


async def test_three_days_later_nobody_remembers_that_we_asked_where(town: Town) -> None:
    await town.reports(town.ma, place="跳过")
    await town.press(town.li, town.card(town.grid, 1), "❓ 问问在哪")
    await town.forward(hours=72)
    await draft_in_words(town, "楼道堆了很多纸箱")
    assert town.told(town.ma)[-1].text == "已收到 #2。这是什么问题？"


async def test_an_alarm_report_does_not_swallow_what_comes_after_it(town: Town) -> None:
    await draft_in_words(town, "楼道着火了")
    await town.forward(hours=1)
    await draft_in_words(town, "今天垃圾没人收")
    assert town.told(town.ma)[-1].text == "已收到 #2。这是什么问题？"


async def settled(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(seconds=30)


async def test_an_alarm_is_never_the_answer_to_an_old_question(town: Town) -> None:
    await settled(town)
    await town.press(town.ma, town.told(town.ma)[-1], "↩️ 没解决")
    await draft_in_words(town, "着火了！5号楼楼顶")
    assert town.card(town.grid, 2).text.startswith("🔴")
    assert (await town.item(1)).state is State.RESOLVED


async def test_an_alarm_settles_nothing(town: Town) -> None:
    town.ma.send_photo(photo())
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "💪 我已随手处理")
    town.ma.send_photo(photo("red"), caption="着火了，救命")
    await town.settle()
    assert town.card(town.grid, 2).text.startswith("🔴")
    assert (await town.item(1)).state is State.DRAFT


async def test_after_the_urgent_key_words_say_where_even_if_they_sound_alarming(town: Town) -> None:
    await draft_in_words(town)
    await town.press(town.ma, town.receipt(town.ma, 1), "🆘 紧急")
    await draft_in_words(town, "3号楼门口，有人晕倒")
    assert "3号楼门口，有人晕倒" in town.card(town.grid, 1).text
    assert (await town.item(1)).area == "b3"


async def test_an_alarm_is_asked_where_it_is(town: Town) -> None:
    await draft_in_words(town, "着火了")
    assert town.told(town.ma)[-1].text.startswith("#1 在哪里？")


async def test_a_report_that_becomes_urgent_rings(town: Town) -> None:
    await town.reports(town.ma)
    before = town.li.sounding(town.grid)
    await town.press(town.ma, town.receipt(town.ma, 1), "🆘 紧急")
    assert town.li.sounding(town.grid) == before + 1
    assert town.said_in(town.grid)[-1].text == "🆘 #1 变紧急了，请马上来一位"


async def test_after_archiving_the_reporter_gets_a_number_again(town: Town) -> None:
    await settled(town)
    news = town.told(town.ma)[-1]
    await town.forward(hours=49)
    await town.press(town.ma, news, "↩️ 没解决")
    await draft_in_words(town, "又松了")
    assert town.told(town.ma)[-1].text == "#2 已收到 → 已派第三网格"


async def test_somebody_takes_it_while_the_after_photo_is_awaited(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.ma, town.receipt(town.ma, 1), "💪 我已随手处理")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    town.ma.send_photo(photo("white"))
    await town.settle()
    assert town.told(town.ma)[-1].text == "已收到 📷 #2。这是什么问题？"
    assert "🖼 看全部 (1)" not in town.card(town.grid, 1).labels


async def test_a_claimed_item_stays_where_it_is(town: Town) -> None:
    await draft_in_words(town, "着火了")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    town.ma.send_location(*IN_GRID_2)
    await town.settle()
    assert "地图" in town.card(town.grid, 1).text
    assert (await town.item(1)).area == "g3"


async def test_photos_of_a_backlog_are_told_apart_by_when_they_were_sent(town: Town) -> None:
    town.world.faults.network_down = True
    town.ma.send_photo(photo("red"))
    town.clock.move_to(town.clock.now().replace(minute=30))
    town.ma.send_photo(photo("blue"))
    town.world.faults.network_down = False
    await town.forward(seconds=40)
    assert (await town.item(1)).number == 1
    assert (await town.item(2)).number == 2


async def test_a_quarrel_takes_its_traces_out_of_the_group(town: Town) -> None:
    town.ma.send_photo([photo("red"), photo("blue")], caption="着火了 邻居老张又在楼道烧纸")
    await town.settle()
    await town.press(town.li, town.card(town.grid, 1), "🖼 看全部 (2)")
    assert len([m for m in town.said_in(town.grid) if m.album]) == 2
    card = town.card(town.grid, 1)
    await town.press(town.ma, town.receipt(town.ma, 1), "矛盾纠纷")
    await town.forward(seconds=10)
    assert [m.text for m in town.said_in(town.grid)] == ["🤝 邻里说事 #1 · 第三网格 · 已请社区联系"]
    for data in ("1:am:1", "1:ft:1", "1:cl:1", "1:dn:1", "1:di:1"):
        answer = await town.li.forge_press(card.id, data, town.grid.id)
        assert answer.text == "这件事社区正在私下处理，不在群里说"
    await town.settle()
    assert len(town.said_in(town.grid)) == 1


@pytest.mark.parametrize("words", ["收到", "👍", "好的"])
async def test_kindness_is_no_proof(town: Town, words: str) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    town.zhao.send_text(words, chat=town.grid, reply_to=town.said_in(town.grid)[-1])
    await town.settle()
    assert (await town.item(1)).state is State.CLAIMED


async def test_questions_leave_the_group_when_they_are_answered_otherwise(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.zhao, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(seconds=5)
    assert len(town.said_in(town.grid)) == 1
    await town.press(town.zhao, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(seconds=5)
    assert len(town.said_in(town.grid)) == 1


async def test_the_second_end_shows_its_own_proof(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    town.li.send_photo(photo("green"), chat=town.grid)
    await town.forward(seconds=31)
    await town.press(town.ma, town.told(town.ma)[-1], "↩️ 没解决")
    await draft_in_words(town, "还没好")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(seconds=31)
    news = town.told(town.ma)[-1]
    assert "已办结" in news.text
    assert news.photo is None


async def test_who_blocked_us_cannot_be_asked_where_and_the_card_says_so(town: Town) -> None:
    await town.reports(town.ma, place="跳过")
    town.ma.block_bot()
    await town.press(town.li, town.card(town.grid, 1), "❓ 问问在哪")
    await town.settle()
    card = town.card(town.grid, 1)
    assert "联系不上上报的人，问不到地点" in card.text
    assert "❓ 问问在哪" not in card.labels


async def test_a_coordinator_who_presses_start_late_sees_what_waited(town: Town) -> None:
    town.wang.block_bot()
    await draft_in_words(town, "邻居吵架")
    await town.press(town.ma, town.receipt(town.ma, 1), "矛盾纠纷")
    town.ma.tap_reply_key("跳过")
    await town.forward(minutes=10)
    town.wang.start()
    await town.forward(seconds=5)
    assert any("邻居吵架" in m.text for m in town.told(town.wang))


async def test_a_group_that_put_us_out_with_open_items(town: Town) -> None:
    await town.reports(town.ma)
    town.grid.remove_bot()
    await town.forward(seconds=5)
    assert "请把我重新拉进群" in town.told(town.wang)[-1].text
    assert town.card(town.community, 1)


async def test_a_parked_update_never_shows_its_raw_self(town: Town) -> None:
    sender, chat = {"id": 11, "first_name": "小马"}, {"id": 11, "type": "private"}
    contact = {"phone_number": "13912345678", "first_name": "某人"}
    town.world.updates.add("message", {"from": sender, "chat": chat, "contact": contact, "photo": 7})
    await town.forward(minutes=3)
    assert "13912345678" not in town.card(town.grid, 1).text
    assert "机器人读不懂" in town.card(town.grid, 1).text


async def test_an_alarm_mended_by_an_edit_is_one_alarm(town: Town) -> None:
    sent = town.ma.send_text("3号楼着火")
    await town.forward(minutes=2)
    town.ma.edit_text(sent, "3号楼着火了！")
    await town.settle()
    cards = [m for m in town.said_in(town.grid) if "\n📍" in m.text]
    assert len(cards) == 1
    assert (await town.item(1)).severity is Severity.URGENT


async def test_a_member_who_is_not_enrolled_is_told_once(town: Town) -> None:
    await town.forward(seconds=1)
    await draft_in_words(town, "邻居吵架")
    await town.press(town.ma, town.receipt(town.ma, 1), "矛盾纠纷")
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    veiled = town.card(town.grid, 1)
    for _ in range(3):
        town.sun.send_text("我认识他们两家", chat=town.grid, reply_to=veiled)
        await town.settle()
    assert len([m for m in town.said_in(town.grid) if "私下处理" in m.text]) == 1

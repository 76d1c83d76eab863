"""Every input has an answer: replies, edits, stickers in the wrong moment, elders, stale and doubled answers."""

from __future__ import annotations

from pathlib import Path

from care.domain.items import State
from tests.harness import IN_GRID_2, Town, photo
from tests.harness import town as make_town


async def test_a_reply_to_the_receipt_adds_to_the_report(town: Town) -> None:
    await town.reports(town.ma)
    receipt = town.receipt(town.ma, 1)
    town.ma.send_text("旁边还有一个", reply_to=receipt)
    await town.settle()
    assert "旁边还有一个" in town.card(town.grid, 1).text
    assert town.told(town.ma)[-1].text == "好的，已经加到 #1。"
    town.ma.send_photo(photo("blue"), reply_to=receipt)
    await town.settle()
    assert "🖼 看全部 (1)" in town.card(town.grid, 1).labels  # a text card never becomes a photo
    town.ma.send_location(*IN_GRID_2, reply_to=receipt)
    await town.settle()
    assert town.card(town.second_grid, 1)


async def test_a_reply_about_an_ended_item_is_a_new_report(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "已经没了")
    await town.forward(seconds=30)
    town.ma.send_text("又出现了", reply_to=town.told(town.ma)[-1])
    await town.settle()
    assert town.told(town.ma)[-1].text == "已收到 #2。这是什么问题？"


async def test_thanks_in_reply_to_the_end_is_kindness(town: Town) -> None:
    await town.reports(town.ma)
    town.ma.send_text("谢谢", reply_to=town.receipt(town.ma, 1))
    await town.settle()
    assert town.told(town.ma)[-1].text == "不客气，有事随时找我 😊"


async def test_a_coordinators_words_in_private_are_progress(town: Town) -> None:
    heard = len(town.told(town.ma))
    town.ma.send_text("邻居吵架")
    await town.settle()
    await town.press(town.ma, town.told(town.ma)[heard], "矛盾纠纷")
    town.ma.tap_reply_key("跳过")
    await town.settle()
    details = town.told(town.wang)[-1]
    town.wang.send_text("约了明天上午谈", reply_to=details)
    await town.settle()
    assert "💬 王主任：“约了明天上午谈”" in (town.wang.see(details) or details).text
    assert town.told(town.wang)[-1].text == "好的，已经记在 #1。"
    assert (await town.item(1)).reporter != 0


async def test_what_we_cannot_read_is_said_so(town: Town) -> None:
    town.ma.send_contact("+8613900000000", "某人")
    await town.settle()
    assert "这种消息我看不懂" in town.told(town.ma)[-1].text


async def test_an_edit_adds_to_a_draft_and_else_is_said_not_to_count(town: Town) -> None:
    sent = town.ma.send_text("路灯坏了")
    await town.settle()
    town.ma.edit_text(sent, "路灯坏了，3号楼门口")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "公共设施")
    assert "3号楼门口" in town.card(town.grid, 1).text
    town.ma.edit_text(sent, "路灯好了")
    await town.settle()
    assert "我看不到改过的话" in town.told(town.ma)[-1].text


async def test_a_moving_location_is_one_report(town: Town) -> None:
    live = town.ma.send_location(*IN_GRID_2, live=True)
    await town.settle()
    heard = len(town.told(town.ma))
    town.ma.move_location(live, 36.006, 103.826)
    await town.settle()
    assert len(town.told(town.ma)) == heard


async def test_what_he_did_in_words_while_the_after_photo_is_awaited(town: Town) -> None:
    town.ma.send_photo(photo())
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "💪 我已随手处理")
    town.ma.send_text("已经撕掉了")
    await town.settle()
    town.ma.send_photo([photo("white"), photo("red")])
    await town.settle()
    item = await town.item(1)
    assert (item.state, item.text) == (State.RESOLVED, "已经撕掉了")
    assert "🖼 看全部 (3)" in town.card(town.grid, 1).labels


async def test_the_after_photo_that_never_comes(town: Town) -> None:
    town.ma.send_photo(photo())
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "💪 我已随手处理")
    await town.forward(minutes=3)
    assert town.card(town.grid, 1).labels[0] == "🙋 我来处理"  # it goes out like any other
    town.ma.send_photo(photo("white"))
    await town.settle()
    assert (await town.item(1)).state is State.RESOLVED  # and the photo still counts for ten minutes
    assert "👍 确认" in town.card(town.grid, 1).labels


async def test_a_press_on_his_own_message_after_the_end(town: Town) -> None:
    receipt_before = len(town.told(town.ma))
    number = await town.reports(town.ma)
    receipt = town.told(town.ma)[receipt_before]
    await town.press(town.li, town.card(town.grid, number), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "看不清")
    for data in ("1:c:1:hazard", "1:u:1", "1:s:1", "1:n:1", "1:y:1", "1:z:1"):
        answer = await town.ma.forge_press(receipt.id, data)
        assert answer.text in ("#1 已经办完了", "#1 的情况已经变了，请看最新的卡片"), data


async def test_forged_words_behind_his_own_buttons(town: Town) -> None:
    number = await town.reports(town.ma)
    receipt = town.receipt(town.ma, number)
    for data in ("1:c:1:nonsense", "1:p:1:nowhere", "1:m:1:abc", "1:la:0:fr"):
        assert (await town.ma.forge_press(receipt.id, data)).text == "这个按钮太旧了，请看最新的消息"
    strange = await town.guest.forge_press(receipt.id, "1:c:1:hazard", town.ma.id)
    assert strange.text in ("请在收到这张卡片的群里按", "这个按钮要社区登记过的网格员来按，麻烦联系社区登记一下")


async def test_an_elder_who_reports_keeps_her_two_keys(town: Town) -> None:
    nai = town.world.add_user(70, "秀英")
    nai.started = True
    await town.enrol(nai, "elder", "g2", "E1", "王秀英")
    await town.enrol(town.sun, "liaison", "g2", "L1")
    nai.send_text("楼道灯坏了")
    await town.settle()
    await town.press(nai, town.told(nai)[-1], "公共设施")
    question = town.told(nai)[-1]
    assert nai.reply_keyboard() == []
    assert question.labels == ["第二网格", "第三网格", "第九网格", "跳过"]
    assert (await town.press(nai, question, "第二网格")).text == "好的，第二网格"
    assert "上报：老人" in town.card(town.second_grid, 1).text
    assert "秀英" not in town.card(town.second_grid, 1).text
    nai.send_text("门禁也坏了")
    await town.settle()
    await town.press(nai, town.told(nai)[-1], "公共设施")
    assert (await town.press(nai, town.told(nai)[-1], "跳过")).text == "好的，先发给网格员"
    assert town.card(town.second_grid, 2)


async def test_an_unreadable_update_of_an_elder_is_urgent(town: Town) -> None:
    nai = town.world.add_user(70, "秀英")
    nai.started = True
    await town.enrol(nai, "elder", "g3", "E1", "王秀英")
    sender, chat = {"id": 70, "first_name": "秀英"}, {"id": 70, "type": "private"}
    town.world.updates.add("message", {"message_id": "x", "from": sender, "chat": chat, "voice": 7})
    await town.forward(minutes=2)
    card = town.card(town.grid, 1)
    assert card.text.startswith("🔴")
    assert "🚫 不用处理" not in card.labels  # a cry for help ends by an outcome only


async def test_nobody_to_ask_where(town: Town) -> None:
    town.world.updates.add("message", {"chat": {"id": -5}, "text": "?", "photo": 7})
    await town.forward(minutes=2)
    card = town.card(town.community, 1)
    assert "❓ 问问在哪" not in card.labels
    answer = await town.wang.forge_press(card.id, "1:wh:1", town.community.id)
    assert answer.text == "找不到 #1 的上报人，没法问"


async def test_two_answers_at_once(town: Town) -> None:
    """A courier taps a category and sends a location in the same second."""
    town.ma.send_photo(photo())
    await town.settle()
    receipt = town.receipt(town.ma, 1)
    query = town.ma.press_nowait(receipt, "公共设施")
    town.ma.send_location(*IN_GRID_2)
    await town.settle()
    assert query is not None
    assert (await town.ma.answer_to(query)).text == "公共设施"
    assert "地图" in town.card(town.second_grid, 1).text


async def test_a_location_first_and_the_category_after(town: Town) -> None:
    heard = len(town.told(town.ma))
    town.ma.send_location(*IN_GRID_2)
    await town.settle()
    town.ma.send_text("这里有个坑")
    await town.settle()
    await town.press(town.ma, town.told(town.ma)[heard], "公共设施")
    assert "这里有个坑" in town.card(town.second_grid, 1).text
    assert len(town.told(town.ma)) == heard + 1


async def test_the_group_moves_and_its_cards_go_on(tmp_path: Path) -> None:
    areas = [
        {"id": "c", "name": "海关社区", "level": "community", "audience": "staff"},
        {"id": "g7", "name": "第七网格", "level": "grid", "parent": "c", "chat_id": -777, "audience": "staff"},
    ]
    async with make_town(tmp_path, areas=areas) as town:
        group = town.world.add_group(-777, "第七网格", [town.wang, town.li], supergroup=False)
        await town.reports(town.ma, place="第七网格")
        old = town.card(group, 1)
        group.upgrade_to_supergroup()
        await town.settle()
        assert (await town.press(town.li, old, "🙋 我来处理")).text == "#1 归您了，谢谢！"
        assert (await town.item(1)).state is State.CLAIMED
        await town.reports(town.ma, text="第二件", place="第七网格")
        assert any("#2" in m.text for m in group.messages())

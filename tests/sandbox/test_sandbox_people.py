"""What a phone can do, and that the bot hears of it as from Telegram."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sandbox_town import Town, jpeg

from bot.sandbox.views import NoAnswer, PhoneError


async def test_a_pressed_button_pops_up_what_the_bot_answers(town: Town) -> None:
    button = {"text": "🙋 我来处理", "callback_data": "c:1"}
    await town.api("sendMessage", chat_id=town.grid.id, text="#1", reply_markup={"inline_keyboard": [[button]]})
    card = town.li.last(town.grid)
    assert card.labels == ["🙋 我来处理"]
    pressing = asyncio.create_task(town.li.press(card, "🙋 我来处理"))
    (update,) = await town.api.updates(timeout=5)
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("c:1", 10002, card.id)
    assert "date" not in query
    await town.api("answerCallbackQuery", callback_query_id=query["id"], text="已由 李娟 认领", show_alert=True)
    answer = await pressing
    assert (answer.text, answer.alert, answer.url) == ("已由 李娟 认领", True, None)


async def test_a_button_that_is_not_there_cannot_be_pressed(town: Town) -> None:
    await town.api("sendMessage", chat_id=town.ma.id, text="#1")
    with pytest.raises(PhoneError, match="no button '办结'"):
        await town.ma.press(town.ma.last(), "办结")


async def test_an_unanswered_press_spins_and_is_given_up(town: Town) -> None:
    query = town.world.press(town.ma.user, town.ma.chat(), 1, "x")
    with pytest.raises(NoAnswer):
        await town.ma.answer_to(query, timeout=0.01)
    assert town.world.spinning() == [query]


async def test_an_album_comes_as_messages_of_one_group_with_one_caption(town: Town) -> None:
    town.ma.send_photo([jpeg("red"), jpeg("blue")], "路灯坏了")
    first, second = [update["message"] for update in await town.api.updates()]
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "路灯坏了"
    assert "caption" not in second
    assert [size["width"] for size in first["photo"]] == [90, 320, 400]


async def keyboard(town: Town, chat_id: int, text: str = "?", **markup: Any) -> dict[str, Any]:
    sent: dict[str, Any] = await town.api("sendMessage", chat_id=chat_id, text=text, reply_markup=markup)
    return sent


async def test_a_reply_key_sends_its_text_or_the_position_it_asks_for(town: Town) -> None:
    await keyboard(town, town.ma.id, keyboard=[[{"text": "📍", "request_location": True}], ["跳过"]])
    assert town.ma.reply_keyboard() == [["📍"], ["跳过"]]
    town.ma.tap_reply_key("跳过")
    with pytest.raises(PhoneError, match="no position"):
        town.ma.tap_reply_key("📍")
    town.ma.position = (36.06, 103.83)
    town.ma.tap_reply_key("📍")
    skipped, shared = [update["message"] for update in await town.api.updates()]
    assert skipped["text"] == "跳过"
    assert shared["location"] == {"latitude": 36.06, "longitude": 103.83}
    with pytest.raises(PhoneError, match="no key '第三网格'"):
        town.ma.tap_reply_key("第三网格")


async def test_a_keyboard_stays_until_it_is_replaced_removed_or_its_message_deleted(town: Town) -> None:
    sent = await keyboard(town, town.ma.id, keyboard=[["a"]])
    await keyboard(town, town.ma.id, inline_keyboard=[[{"text": "x", "callback_data": "x"}]])
    assert town.ma.reply_keyboard() == [["a"]]  # inline buttons leave it where it is
    await town.api("deleteMessage", chat_id=town.ma.id, message_id=sent["message_id"])
    assert town.ma.reply_keyboard() == []
    town.forward(seconds=5)
    await keyboard(town, town.ma.id, keyboard=[["b"]], one_time_keyboard=True)
    town.ma.tap_reply_key("b")
    assert town.ma.reply_keyboard() == []
    await keyboard(town, town.ma.id, keyboard=[["c"]])
    town.forward(seconds=5)
    await keyboard(town, town.ma.id, remove_keyboard=True)
    assert town.ma.reply_keyboard() == []


async def test_a_selective_keyboard_in_a_group_is_shown_to_whom_it_answers(town: Town) -> None:
    asked = town.li.send_text("/bind", chat=town.grid)
    markup = {"keyboard": [["第三网格"]], "selective": True}
    await town.api("sendMessage", chat_id=town.grid.id, text="?", reply_to_message_id=asked.id, reply_markup=markup)
    assert (town.li.reply_keyboard(town.grid), town.zhao.reply_keyboard(town.grid)) == ([["第三网格"]], [])
    await town.api.updates()
    town.li.tap_reply_key("第三网格", town.grid)
    (update,) = await town.api.updates()
    assert update["message"]["reply_to_message"]["from"]["is_bot"]  # so that privacy mode lets it through


async def test_what_rings_is_counted_also_when_it_is_gone(town: Town) -> None:
    seen = town.world.version
    first = await town.api("sendMessage", chat_id=town.grid.id, text="1")
    await town.api("sendMessage", chat_id=town.grid.id, text="2", disable_notification=True)
    named = {"chat_id": town.grid.id, "message_id": first["message_id"]}
    await town.api("editMessageText", text="1, edited", **named)
    await town.api("deleteMessage", **named)
    assert town.li.sounding(town.grid, since=seen) == 1
    assert town.li.sounding(since=seen) == 0
    assert [view.text for view in town.li.messages(town.grid)] == ["2"]


async def test_a_button_with_a_link_opens_it(town: Town) -> None:
    url = "https://t.me/GridCareBot?start=sheet1"
    await keyboard(town, town.ma.id, inline_keyboard=[[{"text": "打开", "url": url}]])
    answer = await town.ma.press(town.ma.last(), "打开")
    assert answer.url == url
    town.ma.open_link(url)
    assert (await town.api.updates())[-1]["message"]["text"] == "/start sheet1"
    for wrong in ("https://t.me/OtherBot?start=a", "https://example.org"):
        with pytest.raises(PhoneError, match="no link to this bot"):
            town.ma.open_link(wrong)


async def test_a_forged_press_reaches_the_bot_from_outside_the_group(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.grid.id, text="#1")
    forging = asyncio.create_task(town.ma.forge_press(sent["message_id"], "claim:1", chat=town.grid))
    (update,) = await town.api.updates(timeout=5)
    query = update["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (town.ma.id, town.grid.id)
    await town.api("answerCallbackQuery", callback_query_id=query["id"])
    assert (await forging).text == ""


async def test_changes_of_the_world_can_be_waited_for(town: Town) -> None:
    seen = town.world.version
    waiting = asyncio.create_task(town.world.wait_change(seen))
    await asyncio.sleep(0)
    assert not waiting.done()
    town.ma.send_text("x")
    assert await asyncio.wait_for(waiting, 1) == seen + 1
    assert await town.world.wait_change(seen) == seen + 1
    event = town.world.events[-1]
    assert (event.kind, event.chat_id, event.at) == ("message", town.ma.id, town.clock.now())


async def test_the_world_comes_to_rest_when_the_bot_listens_again(town: Town) -> None:
    town.ma.send_text("x")
    with pytest.raises(TimeoutError):
        await town.world.quiet(for_seconds=0.01, timeout=0.05)
    await town.api.updates()
    poll = asyncio.create_task(town.api("getUpdates", timeout=30))
    await town.world.quiet(for_seconds=0.01)
    poll.cancel()


async def test_a_person_can_only_do_what_his_app_offers(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.ma.id, text="bot")
    theirs = town.ma.find("bot")
    assert theirs.id == sent["message_id"]
    with pytest.raises(PhoneError, match="not 小马's to change"):
        town.ma.edit_text(theirs, "x")
    with pytest.raises(PhoneError, match="empty"):
        town.ma.send_text("  ")
    with pytest.raises(PhoneError, match="no start payload"):
        town.ma.start("with space")
    with pytest.raises(PhoneError, match="2 to 10"):
        town.ma.send_photo([jpeg()])
    with pytest.raises(PhoneError, match="in none of the bot's messages"):
        town.ma.find("nothing like it")
    town.ma.block_bot()
    with pytest.raises(PhoneError, match="unblock"):
        town.ma.send_text("x")


async def test_deleting_ones_own_message_is_not_told(town: Town) -> None:
    mine = town.ma.send_text("x")
    await town.api.updates()
    town.ma.delete_message(mine)
    assert await town.api.updates() == []
    assert town.ma.messages()[-1].text == "/start"
    theirs = town.zhao.send_text("x", chat=town.grid)
    town.li.delete_message(theirs)  # the owner may
    assert town.zhao.see(theirs) is None


async def test_a_long_text_goes_out_in_parts(town: Town) -> None:
    town.ma.send_text("长" * 5000)
    assert [len(update["message"]["text"]) for update in await town.api.updates()] == [4096, 904]

"""What a phone can do, and that the bot hears of it as from Telegram."""

from __future__ import annotations

import asyncio

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
    assert query.spinning


async def test_an_album_comes_as_messages_of_one_group_with_one_caption(town: Town) -> None:
    town.ma.send_photo([jpeg("red"), jpeg("blue")], "路灯坏了")
    first, second = [update["message"] for update in await town.api.updates()]
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "路灯坏了"
    assert "caption" not in second
    assert [size["width"] for size in first["photo"]] == [90, 320, 400]

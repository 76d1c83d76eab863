"""The flood limits, on a clock that the test moves."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_town import Town

from bot.sandbox.people import Phone


async def say(town: Town, chat_id: int) -> dict[str, Any]:
    sent: dict[str, Any] = await town.api("sendMessage", chat_id=chat_id, text="x")
    return sent


def crowd(town: Town, size: int) -> list[Phone]:
    people = [town.world.add_user(20_000 + number, f"人{number}") for number in range(size)]
    for person in people:
        person.start()
    return people


async def test_a_private_chat_takes_three_at_once_and_then_one_a_second(town: Town) -> None:
    for _ in range(3):
        await say(town, town.ma.id)
    refusal = await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")
    assert (refusal.code, refusal.description) == (429, "Too Many Requests: retry after 1")
    assert refusal.parameters == {"retry_after": 1}
    town.forward(seconds=1)
    await say(town, town.ma.id)
    assert (await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")).code == 429


async def test_a_group_takes_twenty_in_any_minute(town: Town) -> None:
    for _ in range(10):
        await say(town, town.grid.id)
    town.forward(seconds=30)
    for _ in range(10):
        await say(town, town.grid.id)
    refusal = await town.api.refused("sendMessage", chat_id=town.grid.id, text="x")
    assert refusal.parameters == {"retry_after": 30}  # when the first ten have left the window
    town.forward(seconds=30)
    for _ in range(10):
        await say(town, town.grid.id)
    assert (await town.api.refused("sendMessage", chat_id=town.grid.id, text="x")).parameters == {"retry_after": 30}


async def test_all_chats_together_take_thirty_in_any_second(town: Town) -> None:
    people = crowd(town, 31)
    for person in people[:30]:
        await say(town, person.id)
    refusal = await town.api.refused("sendMessage", chat_id=people[30].id, text="x")
    assert refusal.parameters == {"retry_after": 1}
    town.forward(seconds=0.5)
    assert (await town.api.refused("sendMessage", chat_id=people[30].id, text="x")).code == 429
    town.forward(seconds=0.5)
    await say(town, people[30].id)


async def test_edits_count_but_deletes_and_answers_do_not(town: Town) -> None:
    sent = await say(town, town.ma.id)
    named = {"chat_id": town.ma.id, "message_id": sent["message_id"]}
    await town.api("editMessageText", text="1", **named)
    await town.api("editMessageText", text="2", **named)
    assert (await town.api.refused("editMessageText", text="3", **named)).code == 429
    for number in range(5):
        query = town.world.press(town.ma.user, town.ma.chat(), sent["message_id"], str(number))
        await town.api("answerCallbackQuery", callback_query_id=query.id)
    await town.api("sendChatAction", chat_id=town.ma.id, action="typing")
    await town.api("deleteMessage", **named)


async def test_a_refused_call_costs_nothing(town: Town) -> None:
    for _ in range(5):
        await town.api.refused("sendMessage", chat_id=town.ma.id, text="")
    for _ in range(3):
        await say(town, town.ma.id)
    for _ in range(5):
        assert (await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")).code == 429
    town.forward(seconds=1)
    await say(town, town.ma.id)


@pytest.mark.parametrize("per_minute", [1, 5])
async def test_the_numbers_can_be_set_and_switched_off(town: Town, per_minute: int) -> None:
    town.world.limits.group_per_minute = per_minute
    for _ in range(per_minute):
        await say(town, town.grid.id)
    assert (await town.api.refused("sendMessage", chat_id=town.grid.id, text="x")).parameters == {"retry_after": 60}
    town.world.limits.enabled = False
    await say(town, town.grid.id)

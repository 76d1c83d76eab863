"""getUpdates as a bot depends on it: offsets, filters, age, and who may poll."""

from __future__ import annotations

import asyncio
import time

from sandbox_town import Refusal, Town, eventually


def ids(updates: list[dict[str, object]]) -> list[object]:
    return [update["update_id"] for update in updates]


async def test_an_update_comes_again_until_a_later_offset_confirms_it(town: Town) -> None:
    for text in "甲乙丙":
        town.ma.send_text(text)
    first, second, third = ids(await town.api("getUpdates"))
    assert ids(await town.api("getUpdates")) == [first, second, third]
    assert (second, third) == (int(str(first)) + 1, int(str(first)) + 2)
    assert ids(await town.api("getUpdates", offset=second)) == [second, third]
    assert ids(await town.api("getUpdates", limit=1)) == [second]
    assert ids(await town.api("getUpdates", offset=-1)) == [third]  # keeps only the last, forgets the rest
    assert ids(await town.api("getUpdates")) == [third]
    assert town.world.pending_updates() == 1


async def test_a_long_poll_answers_as_soon_as_something_happens(town: Town) -> None:
    poll = asyncio.create_task(town.api("getUpdates", timeout=30))
    await town.world.quiet(for_seconds=0.01)
    assert not poll.done()
    began = time.monotonic()
    town.ma.send_text("在吗")
    (update,) = await poll
    assert update["message"]["text"] == "在吗"
    assert time.monotonic() - began < 1


async def test_a_poll_without_timeout_answers_at_once(town: Town) -> None:
    assert await town.api("getUpdates", timeout=0) == []


async def test_the_older_of_two_polls_ends_in_conflict(town: Town) -> None:
    older = asyncio.create_task(town.api("getUpdates", timeout=30))
    await town.world.quiet(for_seconds=0.01)
    newer = asyncio.create_task(town.api("getUpdates", timeout=30))
    refusal = await asyncio.wait_for(asyncio.gather(older, return_exceptions=True), 5)
    assert isinstance(refusal[0], Refusal)
    assert (refusal[0].code, refusal[0].description) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    town.ma.send_text("x")
    assert len(await newer) == 1


async def test_a_poller_that_went_away_frees_its_place_and_loses_nothing(town: Town) -> None:
    poll = asyncio.create_task(town.api("getUpdates", timeout=30))
    await town.world.quiet(for_seconds=0.01)
    poll.cancel()
    await eventually(lambda: not town.world.updates.polled)
    town.ma.send_text("x")
    assert len(await town.api("getUpdates", timeout=5)) == 1


async def test_allowed_updates_are_remembered_and_apply_to_what_comes_later(town: Town) -> None:
    town.ma.send_text("before")
    await town.api("getUpdates", allowed_updates=["callback_query"])
    town.ma.send_text("after")
    assert [update["message"]["text"] for update in await town.api("getUpdates")] == ["before"]
    await town.api("getUpdates", allowed_updates=[])  # the default again
    town.ma.send_text("later")
    assert [update["message"]["text"] for update in await town.api("getUpdates")] == ["before", "later"]


async def test_membership_of_others_and_reactions_must_be_asked_for(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.grid.id, text="x")
    card = town.li.last(town.grid)
    assert card.id == sent["message_id"]
    town.grid.promote(town.zhao)
    town.li.react(card, "👍")
    assert await town.api.updates() == []
    await town.api("getUpdates", allowed_updates=["chat_member", "message_reaction"])
    town.grid.demote(town.zhao)
    town.li.react(card, None)
    member, reaction = await town.api.updates()
    assert member["chat_member"]["new_chat_member"]["status"] == "member"
    assert reaction["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert reaction["message_reaction"]["new_reaction"] == []


async def test_updates_are_kept_for_a_day_by_the_clock(town: Town) -> None:
    town.ma.send_text("old")
    town.forward(hours=20)
    town.ma.send_text("new")
    town.forward(hours=4)
    assert [update["message"]["text"] for update in await town.api("getUpdates")] == ["new"]


async def test_presses_can_be_made_to_age_as_fast_as_telegram_is_said_to_let_them(town: Town) -> None:
    town.world.updates.callback_kept = town.world.callback_answer_within / 2
    town.world.press(town.ma.user, town.ma.chat(), 1, "x")
    town.forward(minutes=3)
    assert await town.api("getUpdates") == []


async def test_an_edit_and_a_moving_location_come_as_edited_messages(town: Town) -> None:
    words = town.ma.send_text("路登坏了")
    place = town.ma.send_location(36.06, 103.83, live=True)
    await town.api.updates()
    town.forward(seconds=5)
    town.ma.edit_text(words, "路灯坏了")
    town.ma.move_location(place, 36.07, 103.84)
    edited, moved = [update["edited_message"] for update in await town.api.updates()]
    assert (edited["text"], edited["edit_date"] - edited["date"]) == ("路灯坏了", 5)
    assert moved["location"]["latitude"] == 36.07
    assert moved["message_id"] == place.id


async def test_a_press_on_a_deleted_message_names_an_inaccessible_one(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.ma.id, text="x")
    await town.api("deleteMessage", chat_id=town.ma.id, message_id=sent["message_id"])
    town.world.press(town.ma.user, town.ma.chat(), sent["message_id"], "x")
    (update,) = await town.api.updates()
    message = update["callback_query"]["message"]
    assert (message["message_id"], message["date"], message["chat"]["id"]) == (sent["message_id"], 0, town.ma.id)
    assert "text" not in message

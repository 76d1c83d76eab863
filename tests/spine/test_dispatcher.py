"""Outbox, cards and wishes on their way to the network: order, limits, what is repeated and what is not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from spine_rig import GRID, Rig, until
from sqlalchemy import update
from test_messenger import sent_photo

from bot.dispatcher import IN_FLIGHT, Dispatcher
from bot.limits import Limits
from bot.sandbox.world import World
from care.domain.items import Kind
from care.domain.notices import Lane, ProofQuestion
from care.locale import say
from care.services.ports import Address, Asked, Face
from care.services.results import Outcome
from handlers.content import Button, Content
from storage.telling_tables import cards as cards_table


async def test_a_telling_is_sent_recorded_and_put_on_file(rig: Rig):
    row = await rig.tell("hello", 11)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert rig.sent() == [(11, "hello")]
    told = await rig.row(row)
    assert (told.state, told.attempts) == ("sent", 1)
    [(recorded, result)] = rig.acts.recorded
    assert (recorded.id, recorded.state, result.outcome) == (row, "sent", Outcome.SENT)
    async with rig.db.read() as uow:
        posted = await uow.messages.find(11, told.message or 0)
    assert posted is not None
    assert posted.subject == "sentence"


async def test_a_question_learns_which_message_asked_it(rig: Rig):
    number = await rig.item("灯坏了")
    async with rig.db.write() as uow:
        li = await uow.people.meet(12, "李娟", None)
        await uow.questions.ask(GRID, li.id, Asked.PROOF, number, rig.clock.now(), None)
    await rig.tell("", GRID, notice=ProofQuestion(item=number, asked=li.id), person=li.id)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    async with rig.db.read() as uow:
        [question] = await uow.questions.of_item(number)
    assert question.message == rig.world.groups[GRID].messages()[-1].id


async def test_urgent_goes_first_then_answers_then_routine_then_bulk(rig: Rig):
    for text, lane in [("bulk", Lane.BULK), ("routine", Lane.ROUTINE), ("answer", Lane.ANSWER), ("sos", Lane.URGENT)]:
        await rig.tell(text, 11, lane)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert [text for _, text in rig.sent()] == ["sos", "answer", "routine", "bulk"]


async def test_one_chat_is_told_in_order_and_one_at_a_time(rig: Rig):
    rig.world.faults.latency = 0.02
    for number in range(3):
        await rig.tell(str(number), 11)
    async with rig.dispatching() as dispatcher:
        await until(lambda: dispatcher.in_flight == 1)
        await rig.rest(dispatcher)
    assert [text for _, text in rig.sent()] == ["0", "1", "2"]


async def test_an_urgent_one_goes_beside_a_slow_one_in_the_same_chat(rig: Rig):
    rig.world.faults.slow("sendMessage", 0.5, when=lambda params: params["text"] == "slow")
    await rig.tell("slow", GRID)
    async with rig.dispatching() as dispatcher:
        await until(lambda: dispatcher.in_flight == 1)
        await rig.tell("sos", GRID, Lane.URGENT)
        await rig.rest(dispatcher)
    assert [text for _, text in rig.sent()] == ["sos", "slow"]


async def test_what_has_expired_is_not_sent(rig: Rig):
    row = await rig.tell("good morning", 11, expires_at=rig.clock.now() + timedelta(minutes=45))
    rig.clock.move_to(rig.clock.now() + timedelta(hours=1))
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert rig.sent() == []
    assert (await rig.row(row)).state == "expired"
    assert rig.acts.recorded[0][0].state == "expired"


async def test_what_has_nothing_to_say_any_more_is_superseded(rig: Rig):
    row = await rig.tell("stale", 11)
    rig.face.content = lambda _text: None
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert (await rig.row(row)).state == "superseded"
    assert rig.sent() == []


async def test_later_means_later(rig: Rig):
    await rig.tell("later", 11, not_before=rig.clock.now() + timedelta(minutes=10))
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        assert rig.sent() == []
        await rig.forward(dispatcher, 601)
    assert rig.sent() == [(11, "later")]


async def test_a_row_left_in_sending_by_a_crash_is_sent_again(rig: Rig):
    row = await rig.tell("again", 11)
    async with rig.db.write() as uow:
        assert await uow.outbox.sending(row)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert rig.sent() == [(11, "again")]
    assert (await rig.row(row)).attempts == 2


async def test_nothing_is_lost_while_the_network_is_away(rig: Rig):
    """The server is not there at all: certainly not sent, tried for ever, told at once when the poller gets through."""
    root = rig.line.base_url
    object.__setattr__(rig.line, "_base_url", "http://127.0.0.1:9/bot")
    rows = [await rig.tell(f"r{n}", 11 + n, Lane.ROUTINE) for n in range(3)]
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher, timedelta(0))
        await rig.forward(dispatcher, 120)
        assert [(await rig.row(row)).state for row in rows] == ["pending"] * 3
        object.__setattr__(rig.line, "_base_url", root)
        dispatcher.network_is_there()
        await rig.rest(dispatcher)
    assert sorted(rig.sent()) == [(11, "r0"), (12, "r1"), (13, "r2")]
    assert all([(await rig.row(row)).state == "sent" for row in rows])


async def test_while_the_network_is_away_it_is_tried_by_one_call_at_growing_intervals(rig: Rig):
    object.__setattr__(rig.line, "_base_url", "http://127.0.0.1:9/bot")
    for chat in (11, 12, 13, 14):
        await rig.tell("x", chat)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 3600)
    async with rig.db.read() as uow:
        attempts = sum(row.attempts for row in await uow.outbox.pending(rig.clock.now(), 10))
    assert 3600 / 15 <= attempts <= 3600 / 15 + 20


@pytest.mark.parametrize(
    ("lane", "copies", "state"),
    [
        (Lane.ROUTINE, 2, "failed"),  # repeated once
        (Lane.BULK, 2, "failed"),
        (Lane.ANSWER, 6, "failed"),
    ],
)
async def test_where_the_answer_is_lost_it_is_repeated_by_its_lane(rig: Rig, lane: Lane, copies: int, state: str):
    rig.world.faults.lose_answer("sendMessage", times=100)
    row = await rig.tell("x", 11, lane)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 1800)
    done = [call for call in rig.world.calls if call.method == "sendMessage"]
    assert len(done) == copies
    assert (await rig.row(row)).state == state
    assert rig.acts.recorded[-1][1].outcome is Outcome.UNKNOWN


async def test_an_urgent_one_is_repeated_until_the_network_says_yes(rig: Rig):
    rig.world.faults.lose_answer("sendMessage", times=8)
    row = await rig.tell("sos", 11, Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 1800)
    assert (await rig.row(row)).state == "sent"
    assert len([call for call in rig.world.calls if call.method == "sendMessage"]) == 9


async def test_a_lost_answer_repeated_once_is_enough_where_the_second_comes(rig: Rig):
    rig.world.faults.lose_answer("sendMessage", times=1)
    row = await rig.tell("x", 11)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 60)
    assert (await rig.row(row)).state == "sent"


async def test_a_400_is_never_repeated(rig: Rig):
    rig.world.faults.fail("sendMessage", 400, times=5, description="Bad Request: message is odd")
    row = await rig.tell("x", 11, Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 600)
    assert len(rig.world.calls) == 1
    assert (await rig.row(row)).state == "failed"
    assert rig.acts.recorded[0][1].outcome is Outcome.REJECTED


async def test_a_person_who_blocked_us_is_gone(rig: Rig):
    rig.world.phones[11].block_bot()
    row = await rig.tell("x", 11)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert (await rig.row(row)).state == "failed"
    assert rig.acts.recorded[0][1].outcome is Outcome.GONE


async def test_a_429_holds_that_chat_and_no_other(rig: Rig):
    rig.world.faults.too_many("sendMessage", 20, when=lambda params: str(params["chat_id"]) == "11")
    await rig.tell("held", 11)
    await rig.tell("free", 12)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        assert rig.sent() == [(12, "free")]
        await rig.tell("sos", 11, Lane.URGENT)
        await rig.rest(dispatcher)
        assert rig.sent() == [(12, "free")]
        await rig.forward(dispatcher, 21)
    assert rig.sent() == [(12, "free"), (11, "sos"), (11, "held")]


@pytest.mark.parametrize("code", [500, 502, 503])
@pytest.mark.parametrize("lane", [Lane.ANSWER, Lane.ROUTINE])
async def test_the_servers_own_fault_is_waited_out_as_long_as_it_takes(rig: Rig, lane: Lane, code: int):
    rig.world.faults.fail("sendMessage", code, times=10**6)
    row = await rig.tell("x", 11, lane)
    number = await shown_card(rig, "card", lane=lane)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 3600)
        assert (await rig.row(row)).state == "pending"
        tried = len(rig.world.calls)
        assert tried < 3600 / 10
        rig.world.faults.clear()
        await rig.forward(dispatcher, 61)
    assert (await rig.row(row)).state == "sent"
    assert sorted(rig.sent()) == [(GRID, "card"), (11, "x")]
    [card] = await rig.cards(number)
    assert card.message is not None
    assert [result.outcome for _, result in rig.acts.cards] == [Outcome.SENT]


async def test_an_urgent_card_that_the_server_refuses_for_long_calls_others_once(rig: Rig):
    rig.world.faults.fail("sendMessage", 502, times=10**6)
    number = await shown_card(rig, "sos", lane=Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 8)
        assert rig.acts.held_items == []
        await rig.forward(dispatcher, 400)
    assert rig.acts.held_items == [number]


async def test_what_the_server_refuses_beyond_its_time_expires(rig: Rig):
    rig.world.faults.fail("sendMessage", 502, times=10**6)
    row = await rig.tell("good morning", 11, Lane.URGENT, expires_at=rig.clock.now() + timedelta(minutes=10))
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 900)
    assert (await rig.row(row)).state == "expired"


async def test_one_thing_that_the_server_always_refuses_holds_up_nobody(rig: Rig):
    rig.world.faults.fail("sendMessage", 500, times=10**6, when=lambda params: params["text"] == "odd")
    await rig.tell("odd", 11, Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 300)
        for count in range(5):
            await rig.tell(str(count), 11 + count)
        await rig.forward(dispatcher, 16)
    assert len(rig.sent()) == 5


async def test_refusals_do_not_use_up_the_repeats_of_a_lost_answer(rig: Rig):
    row = await rig.tell("x", 11, Lane.ROUTINE)
    rig.world.faults.fail("sendMessage", 502, times=4)
    rig.world.faults.lose_answer("sendMessage", times=1)
    rig.world.faults.fail("sendMessage", 503, times=4)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 600)
    assert (await rig.row(row)).state == "sent"


async def test_what_breaks_in_our_own_code_fails_in_the_end_and_holds_up_nobody(rig: Rig):
    def broken(text: str) -> Content:
        if text == "bad":
            raise KeyError("no such sentence")
        return Content(text=text)

    rig.face.content = broken
    bad = await rig.tell("bad", 11, Lane.URGENT)
    await rig.tell("good", 11)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        assert rig.sent() == [(11, "good")]
        await rig.forward(dispatcher, 120)
    assert (await rig.row(bad)).state == "failed"
    assert rig.acts.recorded[-1][1].error == "our own fault: KeyError"


async def test_a_group_that_became_a_supergroup_is_followed(rig: Rig):
    old = rig.world.add_group(-77, "small", [rig.world.phones[11]], supergroup=False)
    number = await rig.item("?")
    async with rig.db.write() as uow:
        await uow.cards.want(number, Address(-77), Face.CARD)
    row = await rig.tell("hello", -77)
    old.upgrade_to_supergroup()
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert (await rig.row(row)).state == "sent"
    assert {message.text for message in old.messages() if message.from_bot} == {"?", "hello"}


# ---------------------------------------------------------------- cards


async def shown_card(rig: Rig, text: str, **want: Any) -> int:
    number = await rig.item(text)
    async with rig.db.write() as uow:
        await uow.cards.want(number, Address(GRID), Face.CARD, **want)
    return number


async def test_a_card_is_posted_once_and_edited_in_place(rig: Rig):
    number = await shown_card(rig, "one")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        await rig.amend(number, "two")
        await rig.rest(dispatcher)
    assert [message.text for message in rig.world.groups[GRID].messages()] == ["two"]
    [card] = await rig.cards(number)
    assert card.posted
    assert card.shown == card.wanted
    assert [result.outcome for _, result in rig.acts.cards] == [Outcome.SENT, Outcome.SENT]


async def test_many_changes_are_one_edit(rig: Rig):
    number = await shown_card(rig, "0")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    for count in range(1, 10):
        await rig.amend(number, str(count))
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
    assert rig.face.rendered == ["0", "9"]
    assert len(rig.sent("editMessageText")) == 1


async def test_a_change_during_the_edit_is_not_missed(rig: Rig):
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        rig.world.faults.slow("editMessageText", 0.1)
        await rig.amend(number, "b")
        await until(lambda: dispatcher.in_flight == 1)
        await rig.amend(number, "c")
        await rig.rest(dispatcher)
    assert rig.world.groups[GRID].messages()[-1].text == "c"


async def test_what_looks_the_same_is_not_edited(rig: Rig):
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        async with rig.db.write() as uow:
            await uow.cards.touch(number)
        await rig.rest(dispatcher)
    [card] = await rig.cards(number)
    assert card.shown == card.wanted
    assert rig.refused(400) == 0
    assert [call.method for call in rig.world.calls if call.method.startswith("edit")] == []


async def test_the_same_content_again_is_success(rig: Rig):
    """Where we do not know what it shows, as after an answer that got lost."""
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        async with rig.db.write() as uow:
            await uow.link.run(update(cards_table).values(digest=None))
            await uow.cards.touch(number)
        await rig.rest(dispatcher)
    [card] = await rig.cards(number)
    assert card.shown == card.wanted
    assert rig.refused(400) == 1


async def test_a_card_that_somebody_deleted_is_posted_anew(rig: Rig):
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        [message] = rig.world.groups[GRID].messages()
        await rig.messenger.delete(GRID, message.id)
        await rig.amend(number, "b")
        await rig.rest(dispatcher)
    assert [message.text for message in rig.world.groups[GRID].messages()] == ["b"]
    [card] = await rig.cards(number)
    assert card.message != message.id


async def test_a_message_to_be_read_anew_that_somebody_deleted_is_told_of(rig: Rig):
    row = await rig.tell("a", GRID)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        message = (await rig.row(row)).message or 0
        async with rig.db.write() as uow:
            await uow.messages.wish_anew(GRID, message, rig.clock.now())
        await rig.rest(dispatcher)
        assert rig.acts.lost_messages == []  # it stands there, and says the same
        await rig.messenger.delete(GRID, message)
        async with rig.db.write() as uow:
            await uow.messages.wish_anew(GRID, message, rig.clock.now())
        await rig.rest(dispatcher)
    assert rig.acts.lost_messages == [(GRID, message)]
    async with rig.db.read() as uow:
        assert await uow.messages.wishes(5) == []


async def test_a_card_dropped_while_it_is_being_posted_goes(rig: Rig):
    rig.world.faults.slow("sendMessage", 0.2)
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await until(lambda: rig.face.rendered == ["a"])  # it is on its way
        [card] = await rig.cards(number)
        async with rig.db.write() as uow:
            await uow.cards.drop(card.id)
        await rig.rest(dispatcher)
    assert rig.world.groups[GRID].messages() == []
    assert len(rig.sent()) == 1


async def test_a_card_for_a_chat_that_threw_us_out_is_given_up_until_it_is_wanted_again(rig: Rig):
    rig.world.groups[GRID].remove_bot()
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 600)
        assert len(rig.world.calls) == 1
        assert rig.acts.cards[0][1].outcome is Outcome.GONE
        rig.world.groups[GRID].add_bot()
        await rig.amend(number, "b")
        await rig.rest(dispatcher)
    assert rig.world.groups[GRID].messages()[-1].text == "b"


async def test_a_server_that_tells_no_message_id_is_not_flooded(rig: Rig):
    """Its results are null: the card stands there, and waits for a press to tell its id."""
    number = await shown_card(rig, "a")
    real = rig.messenger.line.call

    async def null(method: str, params: Any = None, **more: Any) -> Any:
        await real(method, params, **more)

    object.__setattr__(rig.line, "call", null)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        await rig.amend(number, "b")
        await rig.forward(dispatcher, 60)
        assert len(rig.sent()) == 1
        [card] = await rig.cards(number)
        assert card.posted
        assert card.message is None
        message = rig.world.groups[GRID].messages()[-1].id
        async with rig.db.write() as uow:
            await uow.cards.adopt(number, GRID, Face.CARD, message)
            await uow.cards.touch(number)
        await rig.rest(dispatcher)
    assert rig.world.groups[GRID].messages()[-1].text == "b"


async def test_a_cards_lost_answer_makes_a_second_card_rather_than_none(rig: Rig):
    rig.world.faults.lose_answer("sendMessage", times=1)
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 60)
    [card] = await rig.cards(number)
    assert card.message == rig.world.groups[GRID].messages()[-1].id
    assert len(rig.world.groups[GRID].messages()) == 2


async def test_a_card_whose_fate_stays_unknown_goes_on_to_somebody_else(rig: Rig):
    rig.world.faults.fail("sendMessage", 502, times=20)
    rig.world.faults.lose_answer("sendMessage", times=100)
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 3600)
    assert len(rig.world.groups[GRID].messages()) == 5
    [card] = await rig.cards(number)
    assert (card.posted, card.message, card.shown) == (True, None, card.wanted)
    assert [(card.item, result.outcome) for card, result in rig.acts.cards] == [(number, Outcome.REJECTED)]


async def test_an_urgent_card_is_posted_until_there_is_an_answer_and_goes_on_to_somebody_else_meanwhile(rig: Rig):
    rig.world.faults.lose_answer("sendMessage", times=8)
    number = await shown_card(rig, "sos", lane=Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 1200)
    [card] = await rig.cards(number)
    assert card.message == rig.world.groups[GRID].messages()[-1].id
    assert [result.outcome for _, result in rig.acts.cards] == [Outcome.REJECTED, Outcome.SENT]


async def test_an_urgent_card_overtakes_its_own_rest(rig: Rig):
    """Fifteen routine messages have used up the group's minute; the sixteenth waits, until it becomes an SOS."""
    for count in range(15):
        await rig.tell(str(count), GRID)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        number = await shown_card(rig, "a")
        await rig.rest(dispatcher)
        assert rig.face.rendered[-1] != "a"
        async with rig.db.write() as uow:
            await uow.cards.touch(number, lane=Lane.URGENT)
        await rig.rest(dispatcher)
    assert rig.face.rendered[-1] == "a"
    assert rig.clock.now() < rig.world.calls[0].at + timedelta(seconds=30)


@pytest.mark.parametrize(("seconds", "called"), [(9, 0), (30, 1)])
async def test_what_is_urgent_and_waits_for_a_held_group_calls_others_once(rig: Rig, seconds: int, called: int):
    rig.world.faults.too_many("sendMessage", seconds)
    number = await shown_card(rig, "sos", lane=Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 8)
        await rig.amend(number, "sos!")
        await rig.tell("?", GRID, Lane.URGENT, notice=ProofQuestion(item=number, asked=1))
        await rig.rest(dispatcher)
        await rig.forward(dispatcher, 30)
    assert rig.acts.held_items == [number] * called
    assert rig.acts.cards[-1][1].outcome is Outcome.SENT
    assert [message.text for message in rig.world.groups[GRID].messages()] == ["sos!", "proof_question"]


async def test_a_group_whose_minute_is_used_up_calls_others_for_what_is_urgent_only(rig: Rig):
    async with rig.dispatching() as dispatcher:
        for count in range(20):
            await rig.tell(str(count), GRID, Lane.URGENT)
        await rig.rest(dispatcher)
        assert len(rig.sent()) == 20
        await shown_card(rig, "routine")
        number = await shown_card(rig, "sos", lane=Lane.URGENT)
        await rig.rest(dispatcher)
        assert rig.acts.held_items == [number]
        await rig.forward(dispatcher, 70)
    assert {text for _, text in rig.sent()} >= {"routine", "sos"}


async def test_a_private_chat_that_is_held_calls_nobody(rig: Rig):
    rig.world.faults.too_many("sendMessage", 30)
    number = await rig.item("sos")
    async with rig.db.write() as uow:
        await uow.cards.want(number, Address(11), Face.CARD, lane=Lane.URGENT)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 5)
    assert rig.acts.held_items == []


async def test_a_clock_set_back_makes_nobody_wait_until_it_has_caught_up(rig: Rig):
    for count in range(15):
        await rig.tell(str(count), GRID)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        await rig.tell("later", GRID)
        await rig.rest(dispatcher)
        assert (GRID, "later") not in rig.sent()
        rig.clock._now -= timedelta(hours=1)  # what an operator's `date -s` does
        await shown_card(rig, "card")
        await rig.tell("private", 11)
        await rig.forward(dispatcher, 61)
    assert {(11, "private"), (GRID, "card")} <= set(rig.sent())


async def test_buttons_come_and_go_with_the_card(rig: Rig):
    rig.face.content = lambda text: Content(text=text, buttons=((Button(text, "v1:x"),),) if text == "a" else ())
    number = await shown_card(rig, "a")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        assert rig.world.groups[GRID].messages()[-1].labels == ["a"]
        await rig.amend(number, "b")
        await rig.rest(dispatcher)
    assert rig.world.groups[GRID].messages()[-1].labels == []


# ---------------------------------------------------------------- wishes


async def test_wishes_are_carried_out_and_forgotten(rig: Rig):
    rig.face.content = lambda text: Content(text=text, buttons=((Button("x", "v1:x"),),))
    await rig.tell("gone", 11)
    await rig.tell("bare", 11)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        gone, bare = rig.world.phones[11].messages()[-2:]
        async with rig.db.write() as uow:
            await uow.messages.wish_gone(11, gone.id, rig.clock.now())
            await uow.messages.wish_bare(11, bare.id, rig.clock.now())
            await uow.messages.wish_gone(11, 9999, rig.clock.now())  # never was
        await rig.rest(dispatcher)
    left = rig.world.phones[11].messages()[-1]
    assert (left.text, left.labels) == ("bare", [])
    async with rig.db.read() as uow:
        assert await uow.messages.wishes(10) == []


MOVED_ON = say("zh", "card.moved_on")


async def wish_gone_after(rig: Rig, dispatcher: Dispatcher, hours: int, chat: int, *messages: int) -> None:
    await rig.forward(dispatcher, hours * 3600)
    async with rig.db.write() as uow:
        for message in messages:
            await uow.messages.wish_gone(chat, message, rig.clock.now())
    await rig.rest(dispatcher)
    async with rig.db.read() as uow:
        assert await uow.messages.wishes(10) == []


async def test_a_card_too_old_to_be_deleted_loses_its_words_and_its_buttons(rig: Rig):
    rig.face.content = lambda text: Content(text=text, buttons=((Button("x", "v1:x"),),))
    number = await shown_card(rig, "邻居老张烧纸")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        [card] = await rig.cards(number)
        await wish_gone_after(rig, dispatcher, 49, GRID, card.message or 0)
    [left] = rig.world.groups[GRID].messages()
    assert (left.text, left.labels) == (MOVED_ON, [])


async def test_a_picture_too_old_to_be_deleted_is_not_seen_any_more(rig: Rig):
    picture = await sent_photo(rig)
    rig.face.content = lambda text: Content(text=text, picture=picture, buttons=((Button("x", "v1:x"),),))
    number = await shown_card(rig, "邻居老张烧纸")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        before = rig.world.groups[GRID].messages()[-1].photo
        [card] = await rig.cards(number)
        await wish_gone_after(rig, dispatcher, 49, GRID, card.message or 0)
    [left] = rig.world.groups[GRID].messages()
    assert (left.text, left.labels) == (MOVED_ON, [])
    assert left.photo != before


async def test_an_old_picture_on_a_server_that_cannot_change_it_loses_its_caption(rig: Rig):
    picture = await sent_photo(rig)
    rig.face.content = lambda text: Content(text=text, picture=picture)
    number = await shown_card(rig, "邻居老张烧纸")
    rig.world.faults.fail("editMessageMedia", 404)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        [card] = await rig.cards(number)
        await wish_gone_after(rig, dispatcher, 49, GRID, card.message or 0)
    assert [message.text for message in rig.world.groups[GRID].messages()] == [MOVED_ON]


@pytest.mark.parametrize(("kind", "left"), [(Kind.REPORT, "proof_question"), (Kind.DISPUTE, MOVED_ON)])
async def test_an_old_question_keeps_its_words_but_for_a_quarrels(rig: Rig, kind: Kind, left: str):
    rig.face.content = lambda text: Content(text=text, buttons=((Button("x", "v1:x"),),))
    number = await rig.item("灯坏了", kind=kind)
    row = await rig.tell("", GRID, notice=ProofQuestion(item=number, asked=1))
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        await wish_gone_after(rig, dispatcher, 49, GRID, (await rig.row(row)).message or 0)
    [message] = rig.world.groups[GRID].messages()
    assert (message.text, message.labels) == (left, [])


async def test_in_a_persons_own_chat_it_is_said_in_his_language(rig: Rig):
    number = await rig.item("x")
    async with rig.db.write() as uow:
        reader = await uow.people.meet(12, "Zhao", None)
        await uow.people.set_language(reader.id, "en")
        await uow.cards.want(number, Address(12), Face.CARD, person=reader.id)
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        [card] = await rig.cards(number)
        await wish_gone_after(rig, dispatcher, 49, 12, card.message or 0)
    assert rig.world.phones[12].last().text == say("en", "card.moved_on")


async def test_a_message_that_can_neither_be_deleted_nor_changed_is_not_tried_for_ever(rig: Rig):
    number = await shown_card(rig, "x")
    rig.world.faults.fail("editMessageText", 400, times=10**6, description="Bad Request: odd")
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        [card] = await rig.cards(number)
        await wish_gone_after(rig, dispatcher, 49, GRID, card.message or 0)


# ---------------------------------------------------------------- many


async def test_telegrams_limits_are_never_hit(rig: Rig):
    """90 people and a busy group: the sandbox counts as strictly as Telegram and refuses nothing."""
    for user in range(100, 190):
        rig.world.add_user(user, str(user)).start()
        await rig.tell("hello", user, Lane.BULK)
    for count in range(30):
        await rig.tell(str(count), GRID)
        await rig.tell(str(count), 11)
    async with rig.dispatching() as dispatcher:
        await rig.forward(dispatcher, 180)
    assert len(rig.sent()) == 150
    assert rig.refused(429) == 0


async def test_calls_of_many_chats_are_under_way_together(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    """No call is answered before forty are open at once; and never are there more."""
    world: World = rig.world
    for user in range(100, 160):
        world.add_user(user, str(user)).start()
        await rig.tell("hello", user, Lane.BULK)
    world.updates.clear()
    full = asyncio.Event()
    most = open_now = 0

    async def until_full(_method: str) -> None:
        nonlocal most, open_now
        open_now += 1
        most = max(most, open_now)
        if open_now == IN_FLIGHT:
            full.set()
        await full.wait()
        open_now -= 1

    monkeypatch.setattr(world.faults, "delay", until_full)
    # a call that a busy machine answers after the rig's two seconds would be made again, rightly
    monkeypatch.setattr(rig.request, "_read_timeout", 60.0)
    async with rig.dispatching(Limits(per_second=1000)) as dispatcher:
        async with asyncio.timeout(10):
            while len(rig.sent()) < 60:
                if (wakes := dispatcher.bell.until) is not None:  # the even pace of what is not urgent
                    rig.clock.move_to(max(wakes, rig.clock.now()))
                await asyncio.sleep(0.002)
        await until(lambda: dispatcher.in_flight == 0)
    assert most == IN_FLIGHT
    assert sorted(chat for chat, _ in rig.sent()) == list(range(100, 160))

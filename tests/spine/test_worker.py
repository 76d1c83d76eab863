"""Inbox to handlers: order, exactly once, parking, and an answer for every press."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from spine_rig import GRID, RULES, Rig, put, raw_press, raw_text, until, waits

from bot.worker import Worker
from care.domain.errors import StaleState
from care.domain.notices import Lane, Sentence
from care.locale import say
from care.services.ports import Address
from handlers.content import After, Answer
from handlers.turn import Turn


def text_of(incoming: Any) -> str:
    return str(incoming.update.effective_message.text)


@asynccontextmanager
async def working(rig: Rig) -> AsyncIterator[Worker]:
    worker = Worker(rig.db, rig.face, rig.messenger, rig.clock, RULES, "GridCareBot")
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await worker.finish(1.0)


async def test_a_chats_updates_are_dealt_with_in_order_and_chats_side_by_side(rig: Rig):
    seen: list[str] = []
    slow = asyncio.Event()

    async def handle(incoming: Any, _turn: Turn) -> After:
        seen.append(text_of(incoming))
        return After()

    rig.face.handle = handle
    real = rig.messenger.is_member

    async def member(chat: int, user: int) -> bool | None:
        await slow.wait()
        return await real(chat, user)

    rig.messenger.is_member = member  # type: ignore[method-assign]
    chat = {"id": GRID, "type": "supergroup", "title": "g"}
    for number in (1, 2):
        said = raw_text(number, f"g{number}")
        said["message"] |= {"chat": chat, "reply_to_message": {"message_id": 1, "date": 1, "chat": chat}}
        await put(rig, said)
    await put(rig, *(raw_text(10 + n, f"p{n}") for n in range(5)))
    async with working(rig) as worker:
        await until(lambda: len(seen) == 5)
        assert seen == [f"p{n}" for n in range(5)]
        slow.set()
        await until(lambda: worker.idle)
    assert seen[5:] == ["g1", "g2"]
    assert await waits(rig) == []


async def test_the_handler_learns_who_when_and_whether_of_the_group(rig: Rig):
    turns: list[Turn] = []

    async def handle(_incoming: Any, turn: Turn) -> After:
        turns.append(turn)
        return After()

    rig.face.handle = handle
    group = {"id": GRID, "type": "supergroup", "title": "g"}
    pressed = raw_press(1, "v1:x")
    pressed["callback_query"]["message"]["chat"] = group
    stranger = raw_press(2, "v1:x", chat=15)
    stranger["callback_query"]["message"]["chat"] = group
    await put(rig, pressed, stranger, raw_text(3, "hello"))
    async with working(rig) as worker:
        await until(lambda: worker.idle)
    by_user = {(turn.actor.telegram_id, turn.member) for turn in turns}
    assert by_user == {(11, True), (15, False), (11, None)}
    assert {turn.bot_username for turn in turns} == {"GridCareBot"}
    assert turns[0].now == rig.clock.now()


async def test_a_lost_race_is_run_again_at_once_and_not_counted(rig: Rig):
    tries = 0

    async def handle(_incoming: Any, turn: Turn) -> After:
        nonlocal tries
        tries += 1
        await turn.uow.outbox.tell(
            Sentence(key="x"), Address(11), lane=Lane.ROUTINE, step="answer", key=f"k{tries}", now=turn.now
        )
        if tries < 4:
            raise StaleState("somebody was faster")
        return After()

    rig.face.handle = handle
    await put(rig, raw_text(1, "x"))
    async with working(rig) as worker:
        await until(lambda: worker.idle)
    assert tries == 4
    async with rig.db.read() as uow:
        assert [row.key for row in await uow.outbox.pending(rig.clock.now(), 10)] == ["k4"]


async def test_what_fails_three_times_is_parked_with_an_item_and_the_queue_goes_on(rig: Rig):
    seen: list[str] = []

    async def handle(incoming: Any, _turn: Turn) -> After:
        seen.append(text_of(incoming))
        if seen[-1] == "bad":
            raise ZeroDivisionError
        return After()

    rig.face.handle = handle
    await put(rig, raw_text(1, "bad"), raw_text(2, "good"))
    async with working(rig) as worker:
        await until(lambda: worker.idle)
    assert seen == ["bad", "bad", "bad", "good"]
    assert await waits(rig) == []
    async with rig.db.read() as uow:
        item = await uow.items.get(1)
    assert item.text == "bad"


async def test_what_cannot_be_read_is_parked_at_once(rig: Rig):
    await put(rig, raw_text(1, "help", location=5))
    async with working(rig) as worker:
        await until(lambda: worker.idle)
    async with rig.db.read() as uow:
        assert (await uow.items.get(1)).text == "help"


async def test_every_press_is_answered_also_when_it_fails(rig: Rig):
    async def handle(incoming: Any, _turn: Turn) -> After:
        query = incoming.update.callback_query
        if query.data == "bad":
            raise ZeroDivisionError
        return After(press=query.id, answer=Answer("yes"))

    rig.face.handle = handle
    phone = rig.world.phones[11]
    answers = []
    async with working(rig) as worker:
        for number, data in enumerate(["good", "bad"], start=1):
            query = rig.world.press(phone.user, phone.chat(), 1, data)
            raw = raw_press(number, data)
            raw["callback_query"]["id"] = query.id
            await put(rig, raw)
            worker.bell.ring()
            answers.append((await phone.answer_to(query)).text)
    assert answers == ["yes", "sorry"]


async def test_an_old_message_is_stripped_of_its_buttons(rig: Rig):
    async def handle(_incoming: Any, _turn: Turn) -> After:
        return After(bare=(11, 77))

    rig.face.handle = handle
    await put(rig, raw_text(1, "x"))
    async with working(rig) as worker:
        await until(lambda: worker.idle)
    async with rig.db.read() as uow:
        assert await uow.messages.wishes(5) == [(11, 77, "bare")]


async def test_where_not_even_parking_works_it_rests_and_the_queue_goes_on(rig: Rig):
    works = False
    seen: list[str] = []

    async def handle(incoming: Any, _turn: Turn) -> After:
        seen.append(text_of(incoming))
        if text_of(incoming) == "bad" and not works:
            raise ZeroDivisionError
        return After()

    async def no_park(*_args: Any) -> int:
        raise OSError("the disk is full")

    rig.face.handle = handle
    rig.face.park = no_park  # type: ignore[assignment]
    await put(rig, raw_text(1, "bad"), raw_text(2, "good"))
    async with working(rig) as worker:
        await until(lambda: worker.set_aside == 1 and worker.idle)
        assert [received.update for received in await waits(rig)] == [1]
        assert seen[-1] == "good"
        works = True
        rig.clock.move_to(rig.clock.now() + timedelta(minutes=2))
        await until(lambda: worker.idle and seen[-1] == "bad")
    assert await waits(rig) == []


async def test_work_in_hand_is_ended_at_the_stop_and_the_rest_waits(rig: Rig):
    began = asyncio.Event()

    async def handle(_incoming: Any, _turn: Turn) -> After:
        began.set()
        await asyncio.sleep(0.05)
        return After()

    rig.face.handle = handle
    await put(rig, *(raw_text(n, str(n)) for n in range(1, 6)))
    async with working(rig):
        await began.wait()
    left = [received.update for received in await waits(rig)]
    assert left in ([2, 3, 4, 5], [3, 4, 5])


async def test_killed_at_any_moment_each_update_is_dealt_with_exactly_once(rig: Rig):
    """The worker is cancelled again and again in the middle; what it did and what is done stay one."""
    count, dice, begun = 60, random.Random(3), 0

    async def handle(incoming: Any, turn: Turn) -> After:
        nonlocal begun
        begun += 1
        await turn.uow.items.next_number()  # one effect for each update that is dealt with
        await turn.uow.messages.wish_gone(1, incoming.update.update_id, turn.now)
        return After()

    rig.face.handle = handle
    await put(rig, *(raw_text(n, str(n), chat=11 + n % 5) for n in range(1, count + 1)))
    kills = 0
    while await waits(rig):
        worker = Worker(rig.db, rig.face, rig.messenger, rig.clock, RULES, "bot")
        task = asyncio.create_task(worker.run())
        target = begun + dice.randint(1, 4)
        await until(lambda target=target, worker=worker: begun >= target or worker.idle)
        for _ in range(dice.randint(0, 40)):  # anywhere between the handler and the commit
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await worker.finish(0)
        kills += 1
    assert kills > 5
    async with rig.db.write() as uow:
        assert await uow.items.next_number() == count + 1
        assert len(await uow.messages.wishes(1000)) == count


def group_press(update: int) -> dict[str, Any]:
    pressed = raw_press(update, "v1:x")
    pressed["callback_query"]["message"]["chat"] = {"id": GRID, "type": "supergroup", "title": "g"}
    return pressed


def group_reply(update: int, text: str, chat: int = 11) -> dict[str, Any]:
    said, group = raw_text(update, text, chat=chat), {"id": GRID, "type": "supergroup", "title": "g"}
    said["message"] |= {"chat": group, "reply_to_message": {"message_id": 1, "date": 1, "chat": group}}
    return said


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_press_of_whom_the_network_says_nothing_is_not_acted_on_and_may_be_made_again(rig: Rig, language: str):
    turns: list[Turn] = []

    async def handle(incoming: Any, turn: Turn) -> After:
        turns.append(turn)
        return After(press=incoming.update.callback_query.id, answer=Answer("yes"))

    rig.face.handle = handle
    rig.world.faults.fail("getChatMember", 502, times=2)
    async with rig.db.write() as uow:
        await uow.people.set_language((await uow.people.meet(11, "小马", None)).id, language)
    phone, group, answers = rig.world.phones[11], rig.world.groups[GRID].chat, []
    async with working(rig) as worker:
        for number in (1, 2):
            query = rig.world.press(phone.user, group, 1, "v1:x")
            raw = group_press(number)
            raw["callback_query"]["id"] = query.id
            await put(rig, raw)
            worker.bell.ring()
            answers.append((await phone.answer_to(query)).text)
        await until(lambda: worker.idle)
    assert answers == [say(language, "refused.try_again"), "yes"]
    assert [turn.member for turn in turns] == [True]
    assert await waits(rig) == []


async def test_a_reply_of_whom_the_network_says_nothing_is_dealt_with_once_it_does(rig: Rig):
    seen: list[tuple[str, bool | None]] = []

    async def handle(incoming: Any, turn: Turn) -> After:
        seen.append((text_of(incoming), turn.member))
        return After()

    rig.face.handle = handle
    rig.world.faults.fail("getChatMember", 502, times=4)
    await put(rig, group_reply(1, "proof"), group_reply(2, "not behind it", chat=12))
    async with working(rig) as worker:
        await until(lambda: worker.idle and worker.set_aside == 2)
        rig.clock.move_to(rig.clock.now() + timedelta(seconds=5))
        await until(lambda: worker.idle and worker.set_aside == 0)
    assert seen == [("proof", True), ("not behind it", True)]
    assert await waits(rig) == []


async def test_after_a_minute_without_the_networks_word_the_sender_is_none_of_the_group(rig: Rig):
    seen: list[tuple[str, bool | None, float]] = []
    start = rig.clock.now()

    async def handle(incoming: Any, turn: Turn) -> After:
        seen.append((text_of(incoming), turn.member, (turn.now - start).total_seconds()))
        return After()

    rig.face.handle = handle
    rig.world.faults.fail("getChatMember", 502, times=10**6)
    await put(rig, group_reply(1, "proof"))
    async with working(rig) as worker:
        for _ in range(20):
            await until(lambda: worker.idle)
            if (wakes := worker.bell.until) is None:
                break
            rig.clock.move_to(wakes)
    assert seen == [("proof", False, 60.0)]

"""A time has come: once, in its own transaction, and never before what people sent has been read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from spine_rig import RULES, Rig, put, raw_text, until

from bot.catch_up import CatchUp
from bot.sweeper import Sweeper
from care.domain.errors import NotFound, StaleState
from care.domain.rules import Rules
from care.services.due_things import DUE_THINGS, DueThing
from care.services.ports import Asked, UnitOfWork
from storage.next_dues import SORTS

MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def sweeping(
    rig: Rig, *, read_all: bool = True, things: Sequence[DueThing] | None = None
) -> AsyncIterator[tuple[Sweeper, CatchUp]]:
    catch_up = CatchUp(rig.clock, 2 * MINUTE)
    if read_all:
        catch_up.reached()
    sweeper = Sweeper(rig.db, things or rig.acts.things, rig.clock, RULES, catch_up)
    forget = rig.db.on_commit(sweeper.bell.ring)
    task = asyncio.create_task(sweeper.run())
    try:
        yield sweeper, catch_up
    finally:
        forget()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def pass_time(rig: Rig, sweeper: Sweeper, span: timedelta) -> None:
    target = rig.clock.now() + span
    while True:
        await until(lambda: sweeper.idle)
        wakes = sweeper.bell.until
        if wakes is None or wakes > target:
            break
        rig.clock.move_to(wakes)
    rig.clock.move_to(max(target, rig.clock.now()))
    await until(lambda: sweeper.idle)


def test_of_everything_that_is_looked_at_it_is_known_when_it_comes() -> None:
    """A sort that had no time in storage would never come due."""
    assert {thing.name for thing in DUE_THINGS} == set(SORTS)


async def test_items_and_questions_are_looked_at_when_due_and_once(rig: Rig):
    start = rig.clock.now()
    first = await rig.item("a", due_at=start + 3 * MINUTE)
    second = await rig.item("b", due_at=start + 5 * MINUTE)
    async with rig.db.write() as uow:
        person = await uow.people.meet(11, "小马", None)
        await uow.questions.ask(11, person.id, Asked.PROOF, first, start, start + 4 * MINUTE)
    async with sweeping(rig) as (sweeper, _):
        await pass_time(rig, sweeper, timedelta(minutes=10))
    assert [(what, at - start) for what, _, at in rig.acts.due] == [
        ("item", 3 * MINUTE),
        ("question", 4 * MINUTE),
        ("item", 5 * MINUTE),
    ]
    assert rig.acts.due[2][1] == second


async def test_a_new_due_time_that_comes_sooner_wakes_it(rig: Rig):
    await rig.item("later", due_at=rig.clock.now() + 60 * MINUTE)
    async with sweeping(rig) as (sweeper, _):
        await until(lambda: sweeper.idle)
        soon = await rig.item("sooner", due_at=rig.clock.now() + MINUTE)
        await pass_time(rig, sweeper, 2 * MINUTE)
    assert [number for _, number, _ in rig.acts.due] == [soon]


async def test_what_was_missed_while_we_were_away_happens_once(rig: Rig):
    number = await rig.item("overdue", due_at=rig.clock.now() + MINUTE)
    rig.clock.move_to(rig.clock.now() + timedelta(days=3))
    async with sweeping(rig) as (sweeper, _):
        await pass_time(rig, sweeper, timedelta(hours=1))
    assert [found for _, found, _ in rig.acts.due] == [number]


async def test_one_that_fails_rests_and_the_others_go_on(rig: Rig):
    start = rig.clock.now()
    bad = await rig.item("bad", due_at=start)
    lost = await rig.item("lost", due_at=start)
    good = await rig.item("good", due_at=start + MINUTE)
    tries: list[datetime] = []

    async def act(uow: UnitOfWork, number: int, now: datetime) -> None:
        if number == bad:
            tries.append(now)
            raise ZeroDivisionError
        if number == lost:
            raise NotFound
        await uow.items.set_due(number, None)

    rig.acts.on_item = act
    async with sweeping(rig) as (sweeper, _):
        await pass_time(rig, sweeper, timedelta(minutes=2))
    assert ("item", good, start + MINUTE) in rig.acts.due
    assert [(at - start).total_seconds() for at in tries] == [0, 5, 15, 35, 75]


async def test_a_lost_race_is_run_again_at_once(rig: Rig):
    number = await rig.item("x", due_at=rig.clock.now())
    races = 3

    async def act(uow: UnitOfWork, number: int, _now: datetime) -> None:
        nonlocal races
        races -= 1
        if races:
            raise StaleState
        await uow.items.set_due(number, None)

    rig.acts.on_item = act
    async with sweeping(rig) as (sweeper, _):
        await until(lambda: sweeper.idle)
    assert [found for _, found, _ in rig.acts.due] == [number] * 3


async def test_one_that_stays_due_whatever_is_done_does_not_spin(rig: Rig):
    number = await rig.item("stuck", due_at=rig.clock.now())

    async def act(_uow: UnitOfWork, _number: int, _now: datetime) -> None:
        """Change nothing."""

    rig.acts.on_item = act
    async with sweeping(rig) as (sweeper, _):
        await until(lambda: sweeper.idle)
    assert [found for _, found, _ in rig.acts.due] == [number] * 20


async def test_what_comes_next_is_known_and_neither_our_own_tidying_nor_a_mere_look_is_among_it(rig: Rig):
    start = rig.clock.now()

    async def act(_uow: UnitOfWork, _number: int, _now: datetime) -> None:
        raise NotFound

    rig.acts.on_item = act
    async with sweeping(rig) as (sweeper, _):
        await until(lambda: sweeper.idle)
        assert (sweeper.next_due, sweeper.bell.until) == (None, start + timedelta(days=1))
        await rig.item("x", due_at=start + 3 * MINUTE)
        await until(lambda: sweeper.next_due == start + 3 * MINUTE)
        await pass_time(rig, sweeper, 3 * MINUTE)
        failed_at = rig.clock.now()
        assert sweeper.bell.until == failed_at + timedelta(seconds=1), "it hides what comes after it"
        assert sweeper.next_due == failed_at + timedelta(seconds=5), "when it is tried again"


async def test_no_time_fires_before_what_people_sent_is_read_and_dealt_with(rig: Rig):
    await rig.item("draft", due_at=rig.clock.now())
    async with sweeping(rig, read_all=False) as (sweeper, catch_up):
        await until(lambda: sweeper.idle)
        assert rig.acts.due == []
        await put(rig, raw_text(1, "the answer"))
        catch_up.reached()
        sweeper.bell.ring()
        await until(lambda: sweeper.idle)
        assert rig.acts.due == []  # read, but not dealt with
        async with rig.db.write() as uow:
            await uow.inbox.done(1)
        await until(lambda: len(rig.acts.due) == 1)


async def test_but_it_waits_two_minutes_at_most(rig: Rig):
    await rig.item("draft", due_at=rig.clock.now())
    async with sweeping(rig, read_all=False) as (sweeper, catch_up):
        await pass_time(rig, sweeper, timedelta(seconds=119))
        assert rig.acts.due == []
        await pass_time(rig, sweeper, timedelta(seconds=2))
        assert len(rig.acts.due) == 1
        catch_up.reached()
        catch_up.lost()  # the network breaks: from here again
        await rig.item("another", due_at=rig.clock.now())
        await until(lambda: sweeper.idle)
        assert len(rig.acts.due) == 1
        await pass_time(rig, sweeper, timedelta(seconds=121))
        assert len(rig.acts.due) == 2


async def test_old_inbox_ids_are_forgotten_after_a_week(rig: Rig):
    await put(rig, raw_text(1, "x"))
    async with rig.db.write() as uow:
        await uow.inbox.done(1)
    async with sweeping(rig) as (sweeper, _):
        await pass_time(rig, sweeper, timedelta(days=6))
        async with rig.db.write() as uow:
            assert await uow.inbox.add([(1, 11, "{}")], rig.clock.now()) == []
        await pass_time(rig, sweeper, timedelta(days=3))
        async with rig.db.write() as uow:
            assert await uow.inbox.add([(1, 11, "{}")], rig.clock.now()) == [1]


async def test_what_comes_by_the_hundred_is_done_several_at_a_time_and_one_that_fails_holds_up_only_itself(rig: Rig):
    start = rig.clock.now()
    numbers = [await rig.item(str(n), due_at=start + timedelta(seconds=n)) for n in range(25)]
    bad = numbers[12]
    batches: list[list[int]] = []

    async def one(uow: UnitOfWork, number: int, _now: datetime, _rules: Rules) -> None:
        if number == bad:
            raise ZeroDivisionError
        await uow.items.set_due(number, None)

    async def many(uow: UnitOfWork, ids: Sequence[int], now: datetime, rules: Rules) -> None:
        batches.append(list(ids))
        for number in ids:
            await one(uow, number, now, rules)

    [items, _] = rig.acts.things
    rig.clock.move_to(start + MINUTE)
    async with sweeping(rig, things=[replace(items, act=one, many=many, together=10)]) as (sweeper, _):
        await until(lambda: sweeper.idle)
        async with rig.db.read() as uow:
            assert await uow.items.due(rig.clock.now(), 100) == [bad]
    assert [len(batch) for batch in batches] == [10, 10, 5]


async def test_a_batch_that_stays_due_whatever_is_done_does_not_spin(rig: Rig):
    await rig.item("stuck", due_at=rig.clock.now())
    looks: list[int] = []

    async def stay(_uow: UnitOfWork, ids: Sequence[int], _now: datetime, _rules: Rules) -> None:
        looks.extend(ids)

    async def stay_alone(_uow: UnitOfWork, number: int, _now: datetime, _rules: Rules) -> None:
        looks.append(number)

    [items, _] = rig.acts.things
    async with sweeping(rig, things=[replace(items, act=stay_alone, many=stay, together=10)]) as (sweeper, _):
        await until(lambda: sweeper.idle)
    assert len(looks) == 20


async def test_where_no_time_has_come_only_when_it_comes_is_asked(rig: Rig):
    await rig.item("later", due_at=rig.clock.now() + MINUTE)
    asked: list[datetime] = []

    class Asked:
        async def due(self, now: datetime, _limit: int) -> list[int]:
            asked.append(now)
            return []

    [items, _] = rig.acts.things
    async with sweeping(rig, things=[replace(items, where=lambda _uow: Asked())]) as (sweeper, _):
        await until(lambda: sweeper.idle)
        assert asked == []
        rig.clock.move_to(rig.clock.now() + MINUTE)
        await until(lambda: bool(asked))

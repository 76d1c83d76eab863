"""Whatever happens to an item, what is on file is what its history adds up to (invariant I3)."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from care.domain import notices
from care.domain.errors import NotNow
from care.domain.items import (
    TRANSITIONS,
    Action,
    Category,
    Details,
    DismissReason,
    Item,
    Kind,
    Place,
    Severity,
    begin,
    fold,
)
from care.domain.notices import Lane, Notice
from care.services.ports import Address
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import NOW, Home, reported

PEOPLE = st.integers(1, 3)  # the ids of those on file
ZONES = st.builds(timezone, st.timedeltas(timedelta(hours=-12), timedelta(hours=14)))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=ZONES | st.just(UTC))  # noqa: DTZ001 -- bounds of aware ones
DEGREES = st.none() | st.floats(-180, 180)
PLACES = st.fixed_dictionaries(
    {}, optional={"words": st.none() | st.text(), "latitude": DEGREES, "longitude": DEGREES}
).map(lambda given: Place(**given))
DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(Kind),
        "category": st.none() | st.sampled_from(Category),
        "severity": st.sampled_from(Severity),
        "area": st.none() | st.sampled_from(["g1", "第三网格"]),
        "place": st.none() | PLACES,
        "text": st.text(),
        "reporter": st.none() | PEOPLE,
        "reporter_known": st.booleans(),
        "about": st.none() | PEOPLE,
        "linked_to": st.none() | st.just(1),
        "held": st.booleans(),
        "self_settled": st.booleans(),
        "proof": st.none() | st.text(),
        "dismiss_reason": st.none() | st.sampled_from(DismissReason),
    },
).map(lambda given: Details(**given))
ACT = st.fixed_dictionaries(
    {
        "at": MOMENTS,
        "actor": st.none() | PEOPLE,
        "reason": st.sampled_from(["", "press", "draft_timeout"]),
        "note": st.text(),
        "details": DETAILS,
    }
)
STORIES = st.tuples(
    st.sampled_from([Action.REPORT, Action.RAISE]), ACT, st.lists(st.tuples(st.integers(0, 99), ACT), max_size=12)
)
Story = tuple[Action, dict[str, Any], list[tuple[int, dict[str, Any]]]]


class RollBack(Exception):
    """Leave nothing for the next example."""


def on(home: Home, check: Callable[[asyncio.Runner, Database], None]) -> None:
    """Run a check that is made of many small runs on one database with three people and an item in it."""

    async def begin_with(db: Database) -> None:
        async with db.write() as uow:
            for user in range(3):
                await uow.people.meet(user, "x", None)
            await reported(uow, 1)

    with asyncio.Runner() as runner:
        db = runner.run(home.database().open())
        try:
            runner.run(begin_with(db))
            check(runner, db)
        finally:
            runner.run(db.close())


async def rolled_back(db: Database, act: Callable[[Unit], Coroutine[Any, Any, None]]) -> None:
    try:
        async with db.write() as uow:
            await act(uow)
            raise RollBack
    except RollBack:
        pass


def test_an_item_on_file_is_the_fold_of_its_history_after_every_act(home: Home) -> None:
    async def live(uow: Unit, story: Story) -> None:
        birth, first, acts = story
        item, event = begin(2, birth, **first)
        await uow.items.add(item, event, None)
        events = [event]
        for choice, act in acts:
            possible = sorted(action for state, action in TRANSITIONS if state is item.state)
            try:
                item, event = item.apply(possible[choice % len(possible)], **act)
            except NotNow:  # ↶ of what nobody had
                continue
            await uow.items.save(item, event, act["at"])
            events.append(event)
        kept: Item = await uow.items.get(2)
        assert kept == item
        assert await uow.items.history(2) == events
        assert fold(2, await uow.items.history(2)) == kept
        for told, written in zip(await uow.items.history(2), events, strict=True):
            assert told.details.model_fields_set == written.details.model_fields_set

    def check(runner: asyncio.Runner, db: Database) -> None:
        @settings(max_examples=80, deadline=None)
        @given(STORIES)
        def every(story: Story) -> None:
            runner.run(rolled_back(db, lambda uow: live(uow, story)))

        every()

    on(home, check)


def _notice(kind: type[Any]) -> st.SearchStrategy[Notice]:
    """Any notice of this kind, about the item on file."""
    known: dict[str, Any] = {"item": st.just(1)} if "item" in kind.model_fields else {}
    if kind is notices.Reminder:
        known["waiting"] = st.lists(st.builds(notices.Waiting, item=st.just(1)), max_size=3).map(tuple)
    return st.builds(kind, **known)


def test_every_notice_comes_out_of_the_outbox_as_it_was_put_in(home: Home) -> None:
    every_kind = st.one_of([_notice(kind) for kind in get_args(get_args(notices.Notice)[0])])

    async def tell(uow: Unit, notice: Notice, lane: Lane, to: Address) -> None:
        assert await uow.outbox.tell(notice, to, lane=lane, step="s", key="k", now=NOW)
        [telling] = await uow.outbox.pending(NOW, 5)
        assert (telling.notice, telling.lane, telling.address) == (notice, lane, to)
        assert telling.item == notice.about

    def check(runner: asyncio.Runner, db: Database) -> None:
        chats = st.integers(-(2**52), 2**52)  # Telegram's promise: 52 significant bits; 0 is the alarm's
        addresses = st.builds(Address, chats.filter(bool), st.none() | st.integers(1, 2**31))

        @settings(max_examples=80, deadline=None)
        @given(every_kind, st.sampled_from(Lane), addresses)
        def every(notice: Notice, lane: Lane, to: Address) -> None:
            runner.run(rolled_back(db, lambda uow: tell(uow, notice, lane, to)))

        every()

    on(home, check)

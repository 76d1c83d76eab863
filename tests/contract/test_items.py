"""The port `Items`: what is kept of an item is what its history adds up to, whoever writes at the same time."""

import dataclasses
from datetime import timedelta

import pytest

from care.domain.errors import NotFound, StaleState
from care.domain.items import Action, Details, Ending, Item, Kind, Place, Severity, State, begin, fold
from care.services.ports import Address, Face
from storage import tables
from storage.database import Database
from tests.contract.conftest import A_MINUTE, NOW, done, report, reported


def test_every_field_of_an_item_has_its_column() -> None:
    fields = {field.name for field in dataclasses.fields(Item)}
    assert fields == set(tables.items.c.keys()) - {"due_at"}


async def test_numbers_count_up_from_one_and_a_rollback_gives_its_number_back(db: Database) -> None:
    async with db.write() as uow:
        assert [await uow.items.next_number() for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ZeroDivisionError):
        async with db.write() as uow:
            await uow.items.next_number() // 0
    async with db.write() as uow:
        assert await uow.items.next_number() == 4


async def test_an_item_comes_back_as_it_was_kept(db: Database, people: list[int]) -> None:
    first = Details(kind=Kind.REPORT, reporter=people[0], text="井盖\n没了 🕳", about=None, reporter_known=False)
    place = Place(words="3号楼东", latitude=36.061089, longitude=103.834303)
    async with db.write() as uow:
        item, event = begin(1, Action.REPORT, at=NOW, actor=people[0], details=first, note="原话")
        await uow.items.add(item, event, NOW + A_MINUTE)
        item, event = item.apply(Action.SEND_OUT, at=NOW, actor=None, details=Details(place=place, area="g3"))
        await uow.items.save(item, event, None)
        item, event = item.apply(Action.CLAIM, at=NOW + A_MINUTE, actor=people[1], reason="press")
        await uow.items.save(item, event, None)
    async with db.read() as uow:
        assert await uow.items.get(1) == item
        events = await uow.items.history(1)
        assert events[-1] == event
        assert events[0].note == "原话"
        assert events[0].details.model_fields_set == first.model_fields_set
        assert fold(1, events) == item


async def test_an_unknown_number_is_not_found(db: Database) -> None:
    async with db.write() as uow:
        with pytest.raises(NotFound):
            await uow.items.get(5)
        with pytest.raises(NotFound):
            await uow.items.set_due(5, NOW)
        assert await uow.items.history(5) == []


async def test_saving_over_a_newer_version_is_stale_and_leaves_nothing(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        draft = await reported(uow, people[0])
        item = await done(uow, draft, Action.SEND_OUT, None)
    late, event = draft.apply(Action.NOTE, at=NOW, actor=people[0])
    with pytest.raises(StaleState):
        async with db.write() as uow:
            await uow.items.save(late, event, None)
    async with db.read() as uow:
        assert await uow.items.get(item.number) == item
        assert len(await uow.items.history(item.number)) == 2


async def test_a_naive_time_is_refused(db: Database, people: list[int]) -> None:
    with pytest.raises(ValueError, match="aware"):
        async with db.write() as uow:
            await reported(uow, people[0], due=NOW.replace(tzinfo=None))


async def test_times_of_other_zones_are_kept_as_the_same_moment(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        due = NOW.replace(microsecond=123456).astimezone()
        item = await reported(uow, people[0], due=due)
        kept = (await uow.next_dues()).get("item")
        assert kept == due
        assert kept is not None
        assert kept.utcoffset() == timedelta(0)
        assert await uow.items.due(due, 10) == [item.number]
        assert await uow.items.due(due - timedelta(microseconds=1), 10) == []


async def test_what_is_due_comes_earliest_first_and_no_more_than_asked_for(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        assert (await uow.next_dues()).get("item") is None
        for minutes in (3, 1, 2):
            await reported(uow, people[0], due=NOW + minutes * A_MINUTE)
        await reported(uow, people[0])  # waits for people only
        assert (await uow.next_dues()).get("item") == NOW + A_MINUTE
        assert await uow.items.due(NOW, 10) == []
        assert await uow.items.due(NOW + 3 * A_MINUTE, 10) == [2, 3, 1]
        assert await uow.items.due(NOW + 3 * A_MINUTE, 2) == [2, 3]
        await uow.items.set_due(2, None)
        await uow.items.set_due(3, NOW + 9 * A_MINUTE)
        assert await uow.items.due(NOW + 3 * A_MINUTE, 10) == [1]


async def test_what_is_due_in_a_chat_is_what_is_open_and_shown_there(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        for _ in range(4):
            item = await reported(uow, people[0], due=NOW)
            if item.number < 4:  # the fourth is a draft still
                opened, event = item.apply(Action.SEND_OUT, at=NOW, actor=None)
                await uow.items.save(opened, event, NOW + item.number * A_MINUTE)
        for number in (1, 2, 4):
            await uow.cards.want(number, Address(-1, 7), Face.CARD)
        await uow.cards.want(3, Address(-1), Face.VEILED)
        await uow.cards.want(3, Address(-2), Face.CARD)
        soon = NOW + 9 * A_MINUTE
        assert [item.number for item in await uow.items.due_in([-1], soon, 10)] == [1, 2]
        assert [item.number for item in await uow.items.due_in([-1, -2], soon, 10)] == [1, 2, 3]
        assert [item.number for item in await uow.items.due_in([-1, -2], soon, 2)] == [1, 2]
        assert [item.number for item in await uow.items.due_in([-1], NOW + A_MINUTE, 10)] == [1]
        assert [await uow.items.is_due(2, NOW + minutes * A_MINUTE) for minutes in (1, 2)] == [False, True]
        await uow.cards.drop((await uow.cards.of_item(1))[0].id)
        assert [item.number for item in await uow.items.due_in([-1], soon, 10)] == [2]
        assert await uow.items.several([3, 99]) == {3: await uow.items.get(3)}


async def test_a_person_finds_his_reports_and_only_his_newest_first(db: Database, people: list[int]) -> None:
    me, you = people[:2]
    async with db.write() as uow:
        for reporter in (me, you, me):
            await reported(uow, reporter)
        for number, kind, action in ((4, Kind.DISPUTE, Action.REPORT), (5, Kind.SOS, Action.RAISE)):
            item, event = begin(number, action, at=NOW, actor=me, details=Details(kind=kind, reporter=me))
            await uow.items.add(item, event, None)
        assert [item.number for item in await uow.items.by_reporter(me, 10)] == [4, 3, 1]
        assert [item.number for item in await uow.items.by_reporter(me, 2)] == [4, 3]


async def test_reports_are_counted_since_a_moment_dismissed_ones_too(db: Database, people: list[int]) -> None:
    me = people[0]
    async with db.write() as uow:
        for at in (NOW - A_MINUTE, NOW, NOW + A_MINUTE):
            item = await reported(uow, me, at)
        await done(uow, item, Action.DISMISS, None)
        await reported(uow, people[1])
        assert await uow.items.count_reports(me, NOW) == 2
        assert await uow.items.count_reports(me, NOW - A_MINUTE) == 3


async def test_the_latest_place_is_of_the_latest_report_that_has_one(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        assert await uow.items.latest_place(people[0], NOW) is None
        for minutes, place in enumerate([Place(words="东门"), Place(latitude=36.0, longitude=103.8), Place(), None]):
            item, event = report(await uow.items.next_number(), people[0], NOW + minutes * A_MINUTE)
            await uow.items.add(item, event, None)
            if place is not None:
                item, event = item.apply(Action.AMEND, at=NOW, actor=people[0], details=Details(place=place))
                await uow.items.save(item, event, None)
        found = await uow.items.latest_place(people[0], NOW)
        assert found is not None
        assert found.number == 2
        assert await uow.items.latest_place(people[0], NOW + 2 * A_MINUTE) is None
        assert await uow.items.latest_place(people[1], NOW) is None


async def test_items_are_found_by_state_and_area(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        for area in ("g1", "g2", "g1", None):
            item = await reported(uow, people[0])
            item, event = item.apply(Action.SEND_OUT, at=NOW, actor=None, details=Details(area=area))
            await uow.items.save(item, event, None)
        await reported(uow, people[0])
        live = [State.OPEN, State.CLAIMED]
        assert [item.number for item in await uow.items.in_states(live)] == [1, 2, 3, 4]
        assert [item.number for item in await uow.items.in_states(live, ["g1"])] == [1, 3]
        assert [item.number for item in await uow.items.in_states([State.DRAFT])] == [5]
        assert await uow.items.in_states([]) == []
        assert await uow.items.in_states(live, []) == []


@pytest.mark.parametrize("kind", [Kind.SOS, Kind.MISSED_CHECKIN, Kind.UNREACHABLE])
async def test_a_second_live_alarm_of_one_elder_is_stale(db: Database, people: list[int], kind: Kind) -> None:
    async def raise_one(about: int, kind: Kind = kind) -> Item:
        async with db.write() as uow:
            details = Details(kind=kind, about=about, severity=Severity.HIGH)
            item, event = begin(await uow.items.next_number(), Action.RAISE, at=NOW, actor=None, details=details)
            await uow.items.add(item, event, None)
            return item

    first = await raise_one(people[0])
    with pytest.raises(StaleState):
        await raise_one(people[0])
    await raise_one(people[1])
    await raise_one(people[0], Kind.HELP)
    await raise_one(people[0], Kind.HELP)
    async with db.write() as uow:
        claimed = await done(uow, first, Action.CLAIM, people[2])
    with pytest.raises(StaleState):
        await raise_one(people[0])
    async with db.write() as uow:
        assert first.number in {item.number for item in await uow.items.live_about(people[0], [kind])}
        settled = await done(uow, claimed, Action.RESOLVE, people[2], details=Details(ending=Ending.SEEN))
        assert first.number not in {item.number for item in await uow.items.live_about(people[0], [kind])}
        assert [item.ending for item in await uow.items.settled_at(people[0], NOW)] == [Ending.SEEN]
        assert await uow.items.settled_at(people[0], NOW + A_MINUTE) == []
        assert await uow.items.settled_at(people[1], NOW) == []
    await raise_one(people[0])
    with pytest.raises(StaleState):  # reopening beside a younger live one
        async with db.write() as uow:
            await done(uow, settled, Action.REOPEN, people[2])

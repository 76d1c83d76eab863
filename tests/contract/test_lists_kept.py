"""A group's lists on file: one of each half-day, who stands on them, where they go with their chat; and fixed hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.elders import ElderState, Mode, Pause, PauseWhy
from care.domain.errors import NotFound, StaleState
from care.domain.items import Action, Details, Kind, begin
from care.domain.name_lists import Half, Sort
from care.services.ports import Address, GroupList, Hearing
from storage.database import Database
from storage.tables import posts
from storage.unit import Unit
from tests.contract.conftest import A_MINUTE, NOW
from tests.contract.test_elders import an_elder

DAY = date(2026, 3, 2)
GROUP = Address(-1001, 7)


async def a_list(uow: Unit, address: Address = GROUP, sort: Sort = Sort.SILENT, area: str = "") -> GroupList:
    row, _ = await uow.lists.open(address, sort, area, DAY, Half.MORNING, NOW)
    return row


async def an_item(uow: Unit, elder: int) -> int:
    number = await uow.items.next_number()
    details = Details(kind=Kind.MISSED_CHECKIN, about=elder, area="g3")
    item, event = begin(number, Action.RAISE, at=NOW, actor=None, details=details)
    await uow.items.add(item, event, None)
    return number


async def test_a_list_is_one_for_its_place_sort_area_and_half_day(db: Database) -> None:
    async with db.write() as uow:
        first, new = await uow.lists.open(GROUP, Sort.SILENT, "", DAY, Half.MORNING, NOW)
        again, anew = await uow.lists.open(GROUP, Sort.SILENT, "", DAY, Half.MORNING, NOW + A_MINUTE)
        assert (new, anew, first) == (True, False, again)
        assert (first.address, first.day, first.half, first.opened_at) == (GROUP, DAY, Half.MORNING, NOW)
        others = [
            await uow.lists.open(Address(-1001), Sort.SILENT, "", DAY, Half.MORNING, NOW),
            await uow.lists.open(GROUP, Sort.VOICES, "", DAY, Half.MORNING, NOW),
            await uow.lists.open(GROUP, Sort.SUPPORT, "g3", DAY, Half.MORNING, NOW),
            await uow.lists.open(GROUP, Sort.SUPPORT, "g2", DAY, Half.MORNING, NOW),
            await uow.lists.open(GROUP, Sort.SILENT, "", DAY, Half.EVENING, NOW),
            await uow.lists.open(GROUP, Sort.SILENT, "", DAY + timedelta(days=1), Half.MORNING, NOW),
        ]
        assert all(made for _, made in others)
        assert len({row.id for row, _ in others} | {first.id}) == 7
        with pytest.raises(NotFound):
            await uow.lists.get(999)


async def test_who_has_read_it_before_another_s_change_reads_it_again(db: Database) -> None:
    async with db.write() as uow:
        row = await a_list(uow)
        saved = await uow.lists.save(replace(row, message=5, reminded=1, called_at=NOW + A_MINUTE, next_at=NOW))
        assert (saved.message, saved.reminded, saved.called_at) == (5, 1, NOW + A_MINUTE)
        with pytest.raises(StaleState):
            await uow.lists.save(replace(row, reminded=2))
        await uow.lists.wake([row.id], NOW - A_MINUTE)
        with pytest.raises(StaleState):
            await uow.lists.save(replace(saved, next_at=None))  # it has been woken meanwhile
        assert (await uow.next_dues()).get("list") == NOW - A_MINUTE
        assert await uow.lists.due(NOW, 5) == [row.id]
        assert await uow.lists.is_due(row.id, NOW)
        assert not await uow.lists.is_due(row.id, NOW - 2 * A_MINUTE)
        await uow.lists.save(replace(await uow.lists.get(row.id), next_at=None))
        assert await uow.lists.due(NOW, 5) == []
        assert (await uow.next_dues()).get("list") is None
        await uow.lists.wake([], NOW)


async def test_a_name_stands_once_and_is_found_by_item_elder_and_chat(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        first, second = await an_item(uow, wang), await an_item(uow, li)
        row, support = await a_list(uow), await a_list(uow, Address(-2), Sort.SUPPORT, "g3")
        assert await uow.lists.name(row.id, wang, NOW, item=first)
        assert not await uow.lists.name(row.id, wang, NOW + A_MINUTE, item=first, climbed=1)
        assert await uow.lists.name(row.id, li, NOW, item=second)
        assert await uow.lists.name(support.id, wang, NOW, item=first, climbed=1)
        assert [(n.elder, n.item, n.climbed, n.added_at) for n in await uow.lists.names(row.id)] == [
            (wang, first, 1, NOW),
            (li, second, 0, NOW),
        ]
        assert [one.id for one in await uow.lists.of_item(first)] == [support.id, row.id]
        assert [one.id for one in await uow.lists.of_elder(wang, NOW - A_MINUTE)] == [support.id, row.id]
        assert [one.id for one in await uow.lists.of_elder(li, NOW - A_MINUTE)] == [row.id]
        await uow.lists.strike(row.id, first)
        assert [one.id for one in await uow.lists.of_item(first)] == [support.id]
        assert await uow.lists.in_chat(-1001) == []  # it stands nowhere yet
        row = await uow.lists.save(replace(await uow.lists.get(row.id), on_its_way=True))
        assert [one.id for one in await uow.lists.in_chat(-1001)] == [row.id]
        await uow.lists.save(replace(row, on_its_way=False, message=9))
        found = await uow.lists.posted_as(-1001, 9)
        assert found is not None
        assert found.id == row.id
        assert await uow.lists.posted_as(-1001, 8) is None


async def test_what_is_over_for_long_is_left_alone_and_a_neighbour_is_counted(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        row = await a_list(uow)
        await uow.lists.name(row.id, wang, NOW, item=await an_item(uow, wang))
        assert [one.id for one in await uow.lists.counting(li, DAY)] == [row.id]  # of the same area
        assert await uow.lists.counting(li, DAY + timedelta(days=1)) == []
        await uow.lists.save(replace(row, ended_at=NOW))
        assert [one.id for one in await uow.lists.of_elder(wang, NOW)] == [row.id]
        assert await uow.lists.of_elder(wang, NOW + A_MINUTE) == []


async def test_a_voice_stands_on_it_with_its_date_and_whether_it_waits(db: Database) -> None:
    async with db.write() as uow:
        wang = await an_elder(uow, "E1")
        row = await a_list(uow, sort=Sort.VOICES)
        recording = await uow.recordings.add(
            wang, 5, 1, kind="voice", file="f", sent_at=NOW - A_MINUTE, due_at=NOW + A_MINUTE
        )
        assert recording is not None
        assert await uow.lists.name(row.id, wang, NOW, recording=recording)
        assert not await uow.lists.name(row.id, wang, NOW, recording=recording)
        [name] = await uow.lists.names(row.id)
        assert (name.recording, name.sent_at, name.waits) == (recording, NOW - A_MINUTE, True)
        await uow.recordings.heard(recording, wang, NOW)
        [name] = await uow.lists.names(row.id)
        assert (name.waits, name.hearing) == (False, Hearing.HEARD)


async def test_a_voice_that_became_a_matter_waits_on_it_no_more_and_was_not_heard(db: Database) -> None:
    async with db.write() as uow:
        wang = await an_elder(uow, "E1")
        row = await a_list(uow, sort=Sort.VOICES)
        recording = await uow.recordings.add(wang, 5, 1, kind="voice", file="f", sent_at=NOW, due_at=NOW + A_MINUTE)
        assert recording is not None
        await uow.lists.name(row.id, wang, NOW, recording=recording)
        item = await an_item(uow, wang)
        await uow.recordings.raised(recording, item)
        [name] = await uow.lists.names(row.id)
        assert (name.waits, name.hearing) == (False, Hearing.RAISED)
        await uow.lists.name(row.id, wang, NOW, item=item)
        assert (await uow.lists.names(row.id))[-1].hearing is None  # a silence has no voice


async def test_lists_go_with_their_chat_and_come_due_there(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        first, second = await an_item(uow, wang), await an_item(uow, li)
        moved, other = await a_list(uow, Address(-5)), await a_list(uow, Address(-5), Sort.SUPPORT, "g3")
        twin = await a_list(uow, Address(-1005), Sort.SUPPORT, "g3")
        await uow.lists.save(replace(moved, message=3))
        for row, number in ((moved, first), (twin, first), (other, first), (other, second)):
            await uow.lists.name(row.id, wang if number == first else li, NOW, item=number)
        await uow.bindings.move_chat(-5, -1005)
        await uow.bindings.move_chat(-5, -1005)  # twice is once
        home = await uow.lists.get(moved.id)
        assert (home.address, home.message, home.next_at) == (Address(-1005), None, NOW)
        assert [name.item for name in await uow.lists.names(twin.id)] == [first, second]
        with pytest.raises(NotFound):
            await uow.lists.get(other.id)


async def test_a_topic_that_is_gone_leaves_its_lists_to_the_chat_itself(db: Database) -> None:
    async with db.write() as uow:
        wang = await an_elder(uow, "E1")
        row = await uow.lists.save(replace(await a_list(uow), message=3))
        await uow.lists.name(row.id, wang, NOW, item=await an_item(uow, wang))
        [moved] = await uow.lists.leave_topic(GROUP.chat, 7)
        assert (moved.address, moved.message, moved.next_at) == (Address(GROUP.chat), None, NOW)
        assert await uow.lists.leave_topic(GROUP.chat, 7) == []


async def test_a_day_is_read_without_a_name(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        item = await an_item(uow, wang)
        final = NOW + timedelta(hours=20)
        for elder, day in ((wang, DAY), (li, DAY + timedelta(days=1))):
            await uow.checkins.plan([CheckIn(elder=elder, day=day, due_at=NOW, opens_at=NOW, final_at=final)])
        [kept] = await uow.checkins.of_elder(wang, NOW)
        await uow.checkins.save(
            replace(kept, outcome=Outcome.OK, why=Why.SEEN, how=How.VISIT, by=li, sign_at=NOW, item=item), None
        )
        [line] = await uow.lists.day_lines(["g3", "g4"], DAY)
        assert (line.elder, line.area, line.due_at, line.item) == (wang, "g3", NOW, item)
        assert (line.outcome, line.why, line.how, line.by, line.sign_at) == (Outcome.OK, Why.SEEN, How.VISIT, li, NOW)
        assert await uow.lists.day_lines(["g4"], DAY) == []
        assert await uow.lists.day_lines([], DAY) == []


async def test_members_are_counted_with_how_they_take_part(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        await uow.elders.set_state(li, ElderState.INVITED, NOW)
        await uow.elders.pause(wang, Pause(since=NOW, until=DAY, why=PauseWhy.AWAY, by=None))
        await uow.elders.pause(wang, Pause(since=NOW, until=None, why=PauseWhy.LATER, by=None))  # replaced: one row
        await uow.link.run(insert(posts), {"person": wang, "role": "elder", "area": "g5"})
        members = await uow.lists.members(["g3", "g5"])
        assert [(one.elder, one.state, one.mode, one.paused, one.until) for one in members] == [
            (wang, ElderState.JOINED, Mode.BUTTON, True, None),  # once, though she stands in two areas
            (li, ElderState.INVITED, Mode.BUTTON, False, None),
        ]
        assert await uow.lists.members([]) == []


async def test_an_appointment_is_made_once_and_put_off(db: Database) -> None:
    async with db.write() as uow:
        assert (await uow.next_dues()).get("appointment") is None
        await uow.appointments.keep("at ten", NOW)
        await uow.appointments.keep("at ten", NOW + A_MINUTE)  # it is on file
        await uow.appointments.keep("on Monday", NOW + A_MINUTE)
        first, second = await uow.appointments.all()
        assert (first.name, first.next_at, second.name) == ("at ten", NOW, "on Monday")
        assert await uow.appointments.due(NOW, 5) == [first.id]
        assert (await uow.next_dues()).get("appointment") == NOW
        await uow.appointments.put_off(first.id, NOW + 2 * A_MINUTE)
        assert await uow.appointments.due(NOW + A_MINUTE, 5) == [second.id]
        assert (await uow.appointments.get(first.id)).next_at == NOW + 2 * A_MINUTE
        with pytest.raises(NotFound):
            await uow.appointments.get(99)

"""The ports `CheckIns` and `Outages`, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from care.domain.checkins import CheckIn, CheckInRules, Do, How, Outcome, Why
from care.domain.errors import NotFound, StaleState
from care.domain.people import Role
from care.domain.planning import checkins_of
from care.domain.silence import next_look
from storage import tables
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import A_MINUTE, NOW, reported
from tests.contract.test_redeem import enrolled

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = CheckInRules()
DAY = date(2026, 3, 2)
EIGHT = datetime(2026, 3, 2, 0, 0, tzinfo=NOW.tzinfo)
HOUR = timedelta(hours=1)


async def elder(uow: Unit, ref: str, state: str = "joined", mode: str = "button", prompt_at: str | None = None) -> int:
    person = await enrolled(uow, ref, Role.ELDER)
    row = {"person": person, "state": state, "mode": mode, "prompt_at": prompt_at, "state_since": NOW}
    await uow.link.run(insert(tables.elders), row)
    return person


async def planned(uow: Unit, whose: int, *clocks: time, day: date = DAY) -> list[CheckIn]:
    await uow.checkins.plan(checkins_of(whose, day, clocks, SHANGHAI, RULES))
    return [one for one in await uow.checkins.since([whose], day) if one.day == day]


async def test_who_is_to_be_greeted_page_by_page(db: Database) -> None:
    async with db.write() as uow:
        wang = await elder(uow, "E1", prompt_at="07:30,20:00")
        await elder(uow, "E2", state="invited")
        await elder(uow, "E3", mode="curtain")
        li = await elder(uow, "E4")
        both = await uow.checkins.greeted(0, 10)
        assert [(one.elder, one.times, one.since) for one in both] == [
            (wang, (time(7, 30), time(20)), NOW),
            (li, (), NOW),
        ]
        assert [one.elder for one in await uow.checkins.greeted(0, 1)] == [wang]
        assert [one.elder for one in await uow.checkins.greeted(wang, 1)] == [li]
        assert await uow.checkins.greeted(li, 1) == []


async def test_a_plan_that_is_made_twice_is_one(db: Database) -> None:
    async with db.write() as uow:
        wang = await elder(uow, "E1")
        wanted = checkins_of(wang, DAY, (time(8), time(20)), SHANGHAI, RULES)
        for again in (wanted, wanted, ()):
            await uow.checkins.plan(again)
        morning, evening = await uow.checkins.since([wang], DAY)
        assert (morning.due_at, morning.outcome, morning.why) == (EIGHT, Outcome.NOT_ASKED, Why.NOT_YET)
        assert evening == replace(wanted[1], id=evening.id)
        assert (await uow.next_dues()).get("checkin") == EIGHT
        assert await uow.checkins.due(EIGHT - A_MINUTE, 9) == []
        assert await uow.checkins.due(EIGHT, 9) == [morning.id]
        assert await uow.checkins.following(morning) == evening
        assert await uow.checkins.following(evening) is None
        await uow.checkins.save(morning.told(EIGHT), None)
        await uow.checkins.unplan([morning.id, evening.id])
        assert [one.id for one in await uow.checkins.since([wang], DAY)] == [morning.id], "what was told stays"


async def test_it_is_kept_whole_and_nobody_is_overtaken(db: Database) -> None:
    async with db.write() as uow:
        wang = await elder(uow, "E1")
        await reported(uow, wang)
        [first] = await planned(uow, wang)
        asked = first.told(EIGHT, late=True).accepted(EIGHT + A_MINUTE).did(Do.REMIND, EIGHT + HOUR)
        asked = asked.heard_but([(EIGHT, EIGHT + 5 * A_MINUTE)])
        asked = asked.did(Do.TELL_FAMILY, EIGHT + HOUR, maybe_answered=True).did(Do.RAISE, EIGHT + 2 * HOUR)
        asked = replace(asked, item=1)
        kept = await uow.checkins.save(asked, next_look(asked, RULES))
        assert kept == replace(asked, version=1)
        assert await uow.checkins.get(first.id) == kept
        assert (await uow.next_dues()).get("checkin") is None
        assert await uow.checkins.of_item(1) == [kept]
        with pytest.raises(StaleState):
            await uow.checkins.save(asked, None)
        well = kept.sign(EIGHT + 3 * HOUR, How.PHOTO)
        await uow.checkins.save(well, None)
        assert (await uow.checkins.get(first.id)).how is How.PHOTO
        assert await uow.checkins.last_sign(wang) == EIGHT + 3 * HOUR
        with pytest.raises(NotFound):
            await uow.checkins.get(first.id + 1)


async def test_many_are_asked_at_once_or_none(db: Database) -> None:
    async with db.write() as uow:
        whose = [await elder(uow, f"E{n}") for n in range(4)]
        some = [(await planned(uow, one))[0] for one in whose]
        told = [one.told(EIGHT, late=number == 2) for number, one in enumerate(some[:3])]
        await uow.checkins.asked_together(told)
        kept = await uow.checkins.several([one.id for one in some])
        assert [(one.told_at, one.why, one.late, one.version) for one in kept] == [
            (EIGHT, Why.ON_ITS_WAY, False, 1),
            (EIGHT, Why.ON_ITS_WAY, False, 1),
            (EIGHT, Why.ON_ITS_WAY, True, 1),
            (None, Why.NOT_YET, False, 0),
        ]
        assert await uow.checkins.due(EIGHT, 9) == [some[3].id]
        assert await uow.checkins.due(some[0].final_at, 9) == [some[3].id, *(one.id for one in some[:3])]
        with pytest.raises(StaleState):
            await uow.checkins.asked_together([some[3].told(EIGHT), told[0]])


async def test_a_sign_finds_the_check_ins_it_counts_for(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await elder(uow, "E1"), await elder(uow, "E2")
        morning, evening = await planned(uow, wang, time(8), time(20))
        await planned(uow, li)

        async def found(hour: float) -> list[int]:
            return [one.id for one in await uow.checkins.of_elder(wang, EIGHT + (hour - 8) * HOUR)]

        assert await found(3.9) == []
        assert await found(4) == [morning.id]
        assert await found(16) == [morning.id, evening.id]
        assert await found(20) == [evening.id]
        assert await found(28) == []


async def test_a_day_of_an_area(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await elder(uow, "E1"), await elder(uow, "E2")
        await uow.link.run(update(tables.posts).where(tables.posts.c.person == li).values(area="g4"))
        for whose in (wang, li):
            await planned(uow, whose)
            await planned(uow, whose, day=DAY + timedelta(days=1))
        assert [(one.elder, one.day) for one in await uow.checkins.of_day(["g3"], DAY)] == [(wang, DAY)]
        assert [one.elder for one in await uow.checkins.of_day(["g3", "g4"], DAY)] == [wang, li]
        assert await uow.checkins.of_day([], DAY) == []


async def test_when_she_was_last_heard_of_is_her_own_word(db: Database) -> None:
    async with db.write() as uow:
        wang, son = await elder(uow, "E1"), await enrolled(uow, "F1", Role.FAMILY)
        assert await uow.checkins.last_sign(wang) is None
        [monday] = await planned(uow, wang)
        [tuesday] = await planned(uow, wang, day=DAY + timedelta(days=1))
        await uow.checkins.save(monday.sign(EIGHT, How.KEY), None)
        await uow.checkins.save(tuesday.found_well(son, tuesday.due_at, Why.FAMILY, How.CALL), None)
        assert await uow.checkins.last_sign(wang) == EIGHT


async def test_what_came_late_or_not_at_all_is_told_of_once(db: Database) -> None:
    async with db.write() as uow:
        whose = [await elder(uow, f"E{n}") for n in range(4)]
        late, never, fine, waits = [(await planned(uow, one))[0] for one in whose]
        await uow.checkins.save(late.told(EIGHT).accepted(EIGHT + HOUR, late=True), None)
        await uow.checkins.save(never.not_asked(Why.OUTAGE), None)
        await uow.checkins.save(fine.told(EIGHT).accepted(EIGHT), None)
        assert await uow.checkins.undecided(EIGHT + HOUR) == 1
        assert await uow.checkins.undecided(waits.due_at) == 0
        hit = await uow.checkins.hit(EIGHT, EIGHT + HOUR)
        assert [one.id for one in hit] == [late.id, never.id]
        assert await uow.checkins.hit(EIGHT + A_MINUTE, EIGHT + HOUR) == []
        outage = await uow.outages.add(EIGHT, EIGHT + HOUR, None)
        await uow.checkins.told_of([late.id], outage)
        assert [one.id for one in await uow.checkins.hit(EIGHT, EIGHT + HOUR)] == [never.id]
        assert [one.id for one in await uow.checkins.of_outage(outage)] == [late.id]


async def test_what_could_not_be_delivered(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await elder(uow, "E1"), await elder(uow, "E2")
        [first], [_] = await planned(uow, wang), await planned(uow, li)
        await uow.checkins.save(first.told(EIGHT).not_asked(Why.UNDELIVERABLE), None)
        assert [one.elder for one in await uow.checkins.refused(DAY)] == [wang]
        assert await uow.checkins.refused(DAY + timedelta(days=1)) == []


async def test_outages(db: Database) -> None:
    async with db.write() as uow:
        first = await uow.outages.add(EIGHT, EIGHT + HOUR, EIGHT + 2 * HOUR)
        await uow.outages.add(EIGHT + 3 * HOUR, EIGHT + 4 * HOUR, None)
        assert await uow.outages.deaf_since(EIGHT + HOUR) == [(EIGHT + 3 * HOUR, EIGHT + 4 * HOUR)]
        assert len(await uow.outages.deaf_since(EIGHT + HOUR - A_MINUTE)) == 2
        assert (await uow.next_dues()).get("outage") == EIGHT + 2 * HOUR
        assert await uow.outages.due(EIGHT + HOUR, 9) == []
        assert await uow.outages.due(EIGHT + 2 * HOUR, 9) == [first]
        await uow.outages.set_next(first, None)
        assert (await uow.next_dues()).get("outage") is None
        kept = await uow.outages.get(first)
        assert (kept.began_at, kept.ended_at, kept.deaf) == (EIGHT, EIGHT + HOUR, True)
        with pytest.raises(NotFound):
            await uow.outages.get(first + 100)
        assert not await uow.outages.unread()
        await uow.outages.set_unread(True)
        assert await uow.outages.unread()
        await uow.outages.set_unread(False)
        assert not await uow.outages.unread()


async def test_what_could_not_be_sent_is_one_time_and_part_of_a_longer_one(db: Database) -> None:
    later = EIGHT + 9 * HOUR
    async with db.write() as uow:
        await uow.outages.mute(EIGHT, EIGHT + HOUR, later)
        await uow.outages.mute(EIGHT + A_MINUTE, EIGHT + 2 * HOUR, later + HOUR)
        [only] = await uow.outages.due(later, 9)
        kept = await uow.outages.get(only)
        assert (kept.began_at, kept.ended_at, kept.deaf) == (EIGHT, EIGHT + 2 * HOUR, False)
        assert await uow.outages.deaf_since(EIGHT) == [], "silence counts: we could hear"
        deaf = await uow.outages.add(EIGHT, EIGHT + HOUR, None)
        with pytest.raises(NotFound):
            await uow.outages.get(only)
        await uow.outages.mute(EIGHT, EIGHT + HOUR, later)
        assert await uow.outages.due(later, 9) == [deaf], "the groups are told of what they did not know yet"

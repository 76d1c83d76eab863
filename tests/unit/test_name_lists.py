"""When a list rings, which half of the day it is, what a morning comes to, and when something is done the next time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.areas import Tree
from care.domain.checkins import How, Outcome, Why
from care.domain.name_lists import Half, Rung, end_of, half_of, next_reminder, overdue
from care.domain.policy import DEFAULT_POLICIES
from care.domain.quiet import QuietHours
from care.domain.rules import Rules
from care.domain.states import Ending, State
from care.domain.tally import DayLine, Lot, Matter, latest, lot_of, tally
from care.services.appointments import Hour, next_at

ZONE = ZoneInfo("Asia/Shanghai")
FOUR = time(4)
NIGHT = QuietHours(start=time(21), end=time(8), zone=ZONE)
TEN, TWENTY = timedelta(minutes=10), timedelta(minutes=20)
HIGH = DEFAULT_POLICIES["high"]
MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


# ---------------------------------------------------------------- halves of a day


@pytest.mark.parametrize(
    ("moment", "day", "half"),
    [
        (at(4), 2, Half.MORNING),
        (at(11, 59), 2, Half.MORNING),
        (at(12), 2, Half.AFTERNOON),
        (at(16, 59), 2, Half.AFTERNOON),
        (at(17), 2, Half.EVENING),
        (at(23, 59), 2, Half.EVENING),
        (at(0, 30, day=3), 2, Half.EVENING),  # a greeting of 23:00 that nobody answered
        (at(3, 59, day=3), 2, Half.EVENING),
        (at(4, 0, day=3), 3, Half.MORNING),
    ],
)
def test_which_half_of_which_day(moment: datetime, day: int, half: Half) -> None:
    assert half_of(moment, ZONE, FOUR) == (date(2026, 11, day), half)


@given(MOMENTS)
def test_every_moment_is_before_the_end_of_its_half_also_where_the_clock_is_set(moment: datetime) -> None:
    for zone in (ZONE, ZoneInfo("Europe/Berlin")):
        day, half = half_of(moment, zone, FOUR)
        end = end_of(day, half, zone, FOUR)
        assert moment < end <= moment + timedelta(hours=12)


# ---------------------------------------------------------------- when it rings


def rung(**more: object) -> Rung:
    return Rung(**({"named_at": at(9, 30), "called_at": at(9, 30), "reminded": 0} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "when"),
    [
        (rung(), at(9, 40)),
        (rung(reminded=1, called_at=at(9, 40)), at(9, 50)),
        (rung(reminded=2, called_at=at(9, 50)), None),  # then it climbs
        (rung(named_at=at(9, 45), called_at=at(9, 45)), at(9, 55)),  # a later name: anew from there
        # where it has climbed to: the items' own interval, doubled after the last climb, two hours at most
        (rung(policy=HIGH, top=True), at(9, 40)),
        (rung(policy=HIGH, top=True, reminded=1, called_at=at(9, 40)), at(10, 0)),
        (rung(policy=HIGH, top=True, reminded=3, called_at=at(10, 40)), at(12, 0)),
        (rung(policy=HIGH, top=True, reminded=9, called_at=at(20)), at(22)),
        (rung(policy=HIGH, top=False, reminded=3, called_at=at(10)), at(10, 10)),  # another climb is to come
        # after a day: once a day, by daylight
        (rung(policy=HIGH, top=True, reminded=20, called_at=at(8, day=3)), at(9, day=3)),
        (rung(policy=HIGH, top=True, reminded=20, called_at=at(9, day=3)), at(9, day=4)),
    ],
)
def test_the_next_reminder(state: Rung, when: datetime | None) -> None:
    assert next_reminder(state, (TEN, TWENTY), NIGHT) == when


def test_what_is_overdue_is_one_reminder() -> None:
    assert overdue(rung(), (TEN, TWENTY), at(9, 40)) == 1
    assert overdue(rung(), (TEN, TWENTY), at(9, 55)) == 2
    assert overdue(rung(reminded=1), (TEN, TWENTY), at(9, 50)) == 2
    assert overdue(rung(policy=HIGH, reminded=4), (TEN, TWENTY), at(12)) == 5


# ---------------------------------------------------------------- what a morning comes to


def line(elder: int, outcome: Outcome, why: Why, how: How | None = None, **more: object) -> DayLine:
    known = {
        "checkin": elder,
        "elder": elder,
        "area": "g3",
        "due_at": at(8),
        "outcome": outcome,
        "why": why,
        "how": how,
    }
    return DayLine(**(known | more))  # type: ignore[arg-type]


OK, MISSED, PAUSED, NOT_ASKED = Outcome.OK, Outcome.MISSED, Outcome.PAUSED, Outcome.NOT_ASKED


@pytest.mark.parametrize(
    ("known", "matter", "lot"),
    [
        (line(1, OK, Why.ANSWERED, How.KEY), None, Lot.HERSELF),
        (line(1, OK, Why.EARLY, How.TEXT), None, Lot.HERSELF),
        (line(1, OK, Why.FAMILY, How.FAMILY), None, Lot.FAMILY),
        (line(1, OK, Why.SEEN, How.CALL), None, Lot.PHONED),
        (line(1, OK, Why.SEEN, How.VISIT), Matter(State.RESOLVED, Ending.SEEN), Lot.VISITED),
        # an end that was taken back, or a voice that nobody has heard: her matter is live, whatever her check-in says
        (line(1, OK, Why.SEEN, How.VISIT), Matter(State.CLAIMED), Lot.WATCHED),
        (line(1, OK, Why.ANSWERED, How.VOICE), Matter(State.OPEN), Lot.NOBODY),
        (line(1, MISSED, Why.SILENT), None, Lot.SILENT),
        (line(1, MISSED, Why.SILENT), Matter(State.OPEN), Lot.NOBODY),
        (line(1, MISSED, Why.SILENT), Matter(State.CLAIMED), Lot.WATCHED),
        (line(1, MISSED, Why.SILENT), Matter(State.RESOLVED, Ending.HOSPITAL), Lot.HOSPITAL),
        (line(1, PAUSED, Why.PAUSED), Matter(State.CLOSED, Ending.AWAY), Lot.AWAY),
        (line(1, MISSED, Why.SILENT), Matter(State.RESOLVED, Ending.GONE), Lot.SETTLED),
        (line(1, MISSED, Why.SILENT), Matter(State.RESOLVED), Lot.SETTLED),
        (line(1, PAUSED, Why.PAUSED), None, Lot.PAUSED),
        (line(1, NOT_ASKED, Why.NOT_YET), None, Lot.NOT_YET),
        (line(1, NOT_ASKED, Why.ON_ITS_WAY), None, Lot.NOT_YET),
        (line(1, NOT_ASKED, Why.OUTAGE), None, Lot.NOT_ASKED),
        (line(1, NOT_ASKED, Why.UNDELIVERABLE), None, Lot.NOT_ASKED),
    ],
)
def test_how_it_is_with_her(known: DayLine, matter: Matter | None, lot: Lot) -> None:
    assert lot_of(known, matter) is lot


def test_all_are_well_only_where_everybody_who_was_asked_is() -> None:
    assert tally([Lot.HERSELF, Lot.FAMILY, Lot.PAUSED, Lot.NOT_YET, Lot.NOT_ASKED]).all_well
    assert not tally([Lot.HERSELF, Lot.SILENT]).all_settled
    assert not tally([Lot.HERSELF, Lot.WATCHED]).all_settled
    assert not tally([Lot.HERSELF, Lot.NOBODY]).all_settled
    in_hospital = tally([Lot.HERSELF, Lot.HOSPITAL])
    assert (in_hospital.all_settled, in_hospital.all_well) == (True, False)
    assert not tally([Lot.PAUSED]).all_settled  # of nobody it is not said that all are well
    assert not tally([]).all_well
    assert tally([Lot.HERSELF, Lot.NOBODY, Lot.NOT_ASKED, Lot.NOT_YET, Lot.PAUSED]).asked == 3


def test_one_line_of_each_the_latest_that_has_come_due() -> None:
    morning = line(1, OK, Why.ANSWERED)
    evening = line(1, NOT_ASKED, Why.NOT_YET, checkin=2, due_at=at(20))
    early = line(1, OK, Why.EARLY, checkin=3, due_at=at(20))
    not_joined = line(4, NOT_ASKED, Why.NOT_JOINED)
    late = at(23)
    assert latest([evening, morning, not_joined], at(10), late) == [morning]
    assert latest([evening, morning], at(20), late) == [evening]
    assert latest([evening], at(10), late) == [evening]  # nothing of hers has come yet
    assert latest([early, morning], at(18), late) == [early]
    assert latest([evening, morning], at(21), at(17)) == [morning]  # the afternoon's list does not speak of the evening


# ---------------------------------------------------------------- what is done at fixed hours

BERLIN = Rules(community="x", zone=ZoneInfo("Europe/Berlin"), language="zh", tree=Tree(), quiet=NIGHT)


@pytest.mark.parametrize(
    ("after", "hour", "then"),
    [
        ((2026, 11, 2, 9, 59), Hour(at=time(10)), (2026, 11, 2, 10, 0)),
        ((2026, 11, 2, 10, 0), Hour(at=time(10)), (2026, 11, 3, 10, 0)),  # just done
        ((2026, 11, 2, 8, 15), Hour(at=time(8, 15), weekday=0), (2026, 11, 9, 8, 15)),  # a Monday
        ((2026, 11, 3, 0, 0), Hour(at=time(8, 15), weekday=0), (2026, 11, 9, 8, 15)),
        ((2026, 10, 24, 10, 0), Hour(at=time(10)), (2026, 10, 25, 10, 0)),  # 25 hours later
        ((2026, 3, 28, 2, 30), Hour(at=time(2, 30)), (2026, 3, 29, 3, 30)),  # an hour that there is not that night
    ],
)
def test_the_next_time(after: tuple[int, ...], hour: Hour, then: tuple[int, ...]) -> None:
    zone = BERLIN.zone
    found = next_at(hour, datetime(*after, tzinfo=zone).astimezone(UTC), BERLIN)  # type: ignore[misc,arg-type]
    assert found == datetime(*then, tzinfo=zone).astimezone(UTC)  # type: ignore[misc,arg-type]


@given(MOMENTS, st.times(), st.none() | st.integers(0, 6))
def test_it_comes_within_a_day_or_a_week_and_never_twice(moment: datetime, clock: time, weekday: int | None) -> None:
    hour = Hour(at=clock, weekday=weekday)
    first = next_at(hour, moment, BERLIN)
    second = next_at(hour, first, BERLIN)
    span = timedelta(days=1 if weekday is None else 7)
    assert moment < first <= moment + span + timedelta(hours=2)
    assert abs(second - first - span) <= timedelta(hours=1)

"""Which check-ins there should be: pure, with the days on which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.checkins import CheckIn, CheckInRules, Outcome, Why
from care.domain.planning import Plan, checkins_of, replan

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
RULES = CheckInRules()
DAY = date(2026, 11, 3)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


def of(*clocks: time, day: date = DAY, zone: ZoneInfo = SHANGHAI, first_id: int = 1) -> list[CheckIn]:
    """As they are on file."""
    found = checkins_of(7, day, clocks, zone, RULES)
    return [replace(one, id=first_id + n) for n, one in enumerate(found)]


def test_what_is_on_file_is_not_planned_again() -> None:
    kept = of(time(8), time(20))
    assert not replan([replace(one, id=0) for one in kept], kept, LONG_AGO)


def test_what_is_missing_is_planned_but_nothing_for_a_time_before_the_last_look() -> None:
    wanted = checkins_of(7, DAY, (time(8), time(20)), SHANGHAI, RULES)
    assert replan(wanted, [], LONG_AGO).new == wanted
    assert replan(wanted, [], wanted[0].due_at + timedelta(minutes=1)).new == wanted[1:]
    assert replan(wanted, [], wanted[0].due_at).new == wanted, "at its very time it is still to come"


def test_another_time_takes_the_place_of_what_nothing_has_come_of() -> None:
    [kept] = of(time(8))
    wanted = checkins_of(7, DAY, (time(9),), SHANGHAI, RULES)
    assert replan(wanted, [kept], LONG_AGO) == Plan(new=wanted, gone=(kept.id,))


@pytest.mark.parametrize(
    "touched",
    [
        lambda one: one.told(one.due_at),
        lambda one: one.sign(one.opens_at),
        lambda one: one.stopped(Why.PAUSED),
        lambda one: one.not_asked(Why.OUTAGE),
    ],
)
def test_what_has_come_of_one_stays(touched: object) -> None:
    assert callable(touched)
    [kept] = of(time(8))
    wanted = checkins_of(7, DAY, (time(9),), SHANGHAI, RULES)
    assert replan(wanted, [touched(kept)], LONG_AGO).gone == ()


def test_a_second_time_a_day_ends_the_span_of_the_first() -> None:
    [kept] = of(time(8))
    asked = kept.told(kept.due_at).accepted(kept.due_at)
    morning, evening = checkins_of(7, DAY, (time(8), time(20)), SHANGHAI, RULES)
    plan = replan([morning, evening], [asked], asked.due_at)
    assert plan.new == (evening,)
    assert plan.moved == (replace(asked, final_at=evening.due_at),)
    assert plan.moved[0].outcome is Outcome.MISSED


def test_a_plan_is_carried_out_in_small_steps() -> None:
    days = [DAY + timedelta(days=n) for n in range(7)]
    new = tuple(one for day in days for one in checkins_of(7, day, (), SHANGHAI, RULES))
    steps = list(Plan(new=new, gone=(1, 2), moved=new[:3]).steps(3))
    assert [len(step.new) + len(step.moved) for step in steps] == [3, 3, 1, 3, 0]
    assert sum(steps, Plan()) == Plan(new=new, gone=(1, 2), moved=new[:3])


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
@given(clocks=st.sets(st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=3))
def test_over_a_change_of_the_clocks_each_time_of_each_day_comes_once_and_no_moment_is_left_out(
    change: date, clocks: set[time]
) -> None:
    """Signs of life count at any moment from the first one's beginning on; no two questions are one."""
    days = [change + timedelta(days=n) for n in (-1, 0, 1)]
    planned = [one for day in days for one in checkins_of(7, day, tuple(clocks), BERLIN, RULES)]
    dues = [one.due_at for one in planned]
    assert dues == sorted(dues)
    assert len(planned) <= 3 * len(clocks)
    for day in days:
        ordinary = [clock for clock in clocks if not time(2) <= clock < time(3)]
        due = {one.due_at.astimezone(BERLIN).time() for one in planned if one.day == day}
        assert set(ordinary) <= due
    for one, after in pairwise(planned):
        assert one.opens_at <= one.due_at < one.final_at
        if one.day == after.day:
            assert one.final_at == after.due_at
        else:
            assert one.final_at.astimezone(BERLIN).time() == RULES.early_from
            assert after.opens_at <= one.final_at


@pytest.mark.parametrize(
    ("change", "hours"), [(date(2026, 3, 28), (12, 11)), (date(2026, 10, 24), (12, 13)), (date(2026, 6, 1), (12, 12))]
)
def test_two_check_ins_a_day_stay_at_their_times_when_the_clocks_change(change: date, hours: tuple[int, int]) -> None:
    planned = [
        one
        for day in (change, change + timedelta(days=1))
        for one in checkins_of(7, day, (time(8), time(20)), BERLIN, RULES)
    ]
    assert [one.due_at.astimezone(BERLIN).hour for one in planned] == [8, 20, 8, 20]
    gaps = [(after.due_at - one.due_at) / timedelta(hours=1) for one, after in pairwise(planned)]
    assert gaps == [hours[0], hours[1], 12]

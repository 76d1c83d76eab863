"""When good news is told, by the local clock and on both changes of it; and how a week is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.domain.checkins import CheckIn, CheckInRules, Outcome
from care.domain.elders import ElderRecord, ElderState, GoodNews, Mode
from care.domain.good_news import WeekOf, next_news, week_of
from care.domain.people import Person
from care.domain.planning import checkins_of

BERLIN = ZoneInfo("Europe/Berlin")
RULES = CheckInRules()


def an_elder(*times: time) -> ElderRecord:
    return ElderRecord(
        person=Person(id=7, name="王秀英"),
        state=ElderState.JOINED,
        state_since=None,
        mode=Mode.BUTTON,
        times=times,
        sex=None,
        birth_year=None,
        building=None,
        area=None,
        pause=None,
        keyboard_at=None,
        greeted_at=None,
    )


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN).astimezone(UTC)


NEXT = [
    (GoodNews.NEVER, (), "2026-03-27 07:00", None),
    (GoodNews.DAILY, (), "2026-03-27 07:00", "2026-03-27 08:45"),
    (GoodNews.DAILY, (), "2026-03-27 08:45", "2026-03-28 08:45"),  # it has just been told
    (GoodNews.DAILY, (time(20), time(7, 30)), "2026-03-27 09:00", "2026-03-28 08:15"),  # by the first of the day
    (GoodNews.DAILY, (), "2026-03-28 09:00", "2026-03-29 08:45"),  # the clock is set forward in the night between
    (GoodNews.DAILY, (), "2026-10-24 09:00", "2026-10-25 08:45"),  # and back
    (GoodNews.WEEKLY, (), "2026-03-27 07:00", "2026-03-29 18:00"),
    (GoodNews.WEEKLY, (), "2026-03-29 18:00", "2026-04-05 18:00"),
]


@pytest.mark.parametrize(("choice", "times", "now", "expected"), NEXT)
def test_the_next_good_news(choice: GoodNews, times: tuple[time, ...], now: str, expected: str | None) -> None:
    assert next_news(choice, an_elder(*times), at(now), BERLIN, RULES) == (expected and at(expected))


def test_a_day_counts_once_and_her_own_word_first() -> None:
    monday = date(2026, 3, 23)

    def day(number: int, clock: int = 8) -> CheckIn:
        return checkins_of(7, monday + timedelta(days=number), (time(clock),), BERLIN, RULES)[0]

    well = {"outcome": Outcome.OK, "by": 7}
    week = [
        replace(day(0), **well),
        replace(day(1), outcome=Outcome.OK, by=9),
        replace(day(1, 20), **well),  # asked twice that day, and once answered herself
        replace(day(2), outcome=Outcome.OK, by=9),
        replace(day(3), outcome=Outcome.PAUSED),
        replace(day(4), outcome=Outcome.MISSED),
        day(5),
    ]
    assert week_of(week) == WeekOf(well=2, by_others=1, away=1)
    assert week_of([]) == WeekOf(well=0, by_others=0, away=0)

"""When somebody who is away is spoken of: told the day before, asked about weekly, listed where nobody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.elders import Pause, PauseWhy
from care.domain.pauses import Look, PauseOnFile, Week, first_look, listed_at, look

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = Week(weekday=0, at=time(8, 15))
MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZONE).astimezone(UTC)


def on_file(until: date | None = None, since: datetime = MONDAY, why: PauseWhy = PauseWhy.AWAY) -> PauseOnFile:
    pause = Pause(since=since, until=until, why=why, by=None)
    return PauseOnFile(id=1, elder=1, pause=pause, words="", asked_at=None, next_at=first_look(pause, ZONE))


def local(moment: datetime | None) -> str | None:
    return moment and f"{moment.astimezone(ZONE):%a %d %H:%M}"


def test_one_with_a_day_is_told_on_the_evening_before_and_then_rests() -> None:
    row = on_file(date(2026, 11, 9))
    assert local(row.next_at) == "Sun 08 17:00"
    assert row.next_at is not None
    assert look(row, row.next_at - timedelta(seconds=1), ZONE, WEEK) == (Look.NOTHING, row.next_at)
    assert look(row, row.next_at, ZONE, WEEK) == (Look.TELL_GROUP, None)
    # we were away in the evening: at 23:00 it is still worth saying, the next morning no more
    assert look(row, row.next_at + timedelta(hours=6), ZONE, WEEK) == (Look.TELL_GROUP, None)
    assert look(row, row.next_at + timedelta(hours=8), ZONE, WEEK) == (Look.NOTHING, None)


def test_one_made_on_its_last_evening_is_told_to_nobody() -> None:
    assert on_file(date(2026, 11, 3), since=MONDAY + timedelta(hours=8)).next_at is None


def test_whoever_is_gone_is_asked_about_nowhere() -> None:
    assert on_file(why=PauseWhy.GONE).next_at is None


def test_also_one_asked_about_on_sundays_comes_to_be_listed() -> None:
    row = on_file(since=MONDAY - timedelta(days=1))
    assert local(row.next_at) == "Sun 08 10:00"
    assert row.next_at is not None
    asked = replace(row, asked_at=row.next_at, next_at=look(row, row.next_at, ZONE, WEEK)[1])
    assert local(asked.next_at) == "Mon 09 08:15"
    assert asked.next_at is not None
    do, following = look(asked, asked.next_at, ZONE, WEEK)
    assert (do, local(following)) == (Look.LIST, "Sun 15 10:00")


def test_an_open_one_is_asked_about_weekly_and_listed_where_nobody_answers() -> None:
    row = on_file()
    told = []
    for _ in range(5):
        assert row.next_at is not None
        now = row.next_at
        do, following = look(row, now, ZONE, WEEK)
        told.append((do, local(now)))
        row = replace(row, next_at=following, asked_at=now if do is Look.ASK else row.asked_at)
    assert told == [
        (Look.ASK, "Mon 09 10:00"),
        (Look.LIST, "Mon 16 08:15"),
        (Look.ASK, "Mon 16 10:00"),
        (Look.LIST, "Mon 23 08:15"),
        (Look.ASK, "Mon 23 10:00"),
    ]


@given(minutes=st.integers(0, 2 * 365 * 24 * 60), weekday=st.integers(0, 6), at=st.times())
def test_the_list_comes_on_its_weekday_and_the_question_has_had_half_a_day(
    minutes: int, weekday: int, at: time
) -> None:
    berlin = ZoneInfo("Europe/Berlin")  # with its two changes of the clock
    asked = MONDAY + timedelta(minutes=minutes)
    listed = listed_at(asked, berlin, Week(weekday=weekday, at=at))
    assert timedelta(hours=12) <= listed - asked <= timedelta(days=7, hours=13)
    assert listed.astimezone(berlin).weekday() == weekday


@pytest.mark.parametrize("days", range(1, 30))
def test_after_an_outage_of_any_length_one_step_is_due_and_the_next_is_ahead(days: int) -> None:
    row = on_file()
    now = MONDAY + timedelta(days=7 + days, minutes=3)
    do, following = look(row, now, ZONE, WEEK)
    assert do is Look.ASK
    assert following is not None
    assert following > now

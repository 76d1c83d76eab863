"""What time has us say of somebody who is away: to her group the day before, to her or her family each week. Pure.

A pause with a day is told to the group once. One without is asked about weekly (还在外面吗？), so that nobody is
forgotten who has long been back; what stays unanswered stands on the coordinators' weekly list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from care.domain.elders import Pause, PauseWhy

TOLD_AT = time(17)  # the day before: PRODUCT, Flow 2, point 10
ASKED_AT = time(10)
ASKED_EVERY = timedelta(days=7)
PATIENCE = timedelta(hours=12)  # so long an answer may take before the coordinators see it


class Look(StrEnum):
    """What is done when it is looked at."""

    NOTHING = "nothing"
    TELL_GROUP = "tell_group"
    ASK = "ask"
    LIST = "list"


@dataclass(frozen=True, kw_only=True)
class Week:
    """When the community's week is summed up: `[digest]` of the config."""

    weekday: int  # Monday is 0
    at: time


@dataclass(frozen=True, kw_only=True)
class PauseOnFile:
    """A pause that holds, and what has been asked about it. `asked_at`: a question that nobody has answered yet."""

    id: int
    elder: int
    pause: Pause
    words: str
    asked_at: datetime | None
    next_at: datetime | None


def first_look(pause: Pause, zone: ZoneInfo) -> datetime | None:
    """When it is looked at first; None: never (whoever is gone is asked about nowhere)."""
    if pause.why is PauseWhy.GONE:
        return None
    if pause.until is None:
        return next_question(pause.since, zone)
    told = _at(pause.until - timedelta(days=1), TOLD_AT, zone)
    return told if told > pause.since else None  # made on the last evening: who made it knows


def look(row: PauseOnFile, now: datetime, zone: ZoneInfo, week: Week) -> tuple[Look, datetime | None]:
    """What is done now, and when it is looked at next."""
    if row.next_at is None or now < row.next_at:
        return Look.NOTHING, row.next_at
    if row.pause.until is not None:
        late = now.astimezone(zone).date() >= row.pause.until  # we were away: she is greeted again by now
        return (Look.NOTHING if late else Look.TELL_GROUP), None
    if row.asked_at is not None and row.next_at == listed_at(row.asked_at, zone, week):
        again = next_question(row.asked_at, zone)
        return Look.LIST, again if again > now else _tomorrow(now, zone)
    return Look.ASK, listed_at(now, zone, week)


def next_question(since: datetime, zone: ZoneInfo) -> datetime:
    """A week after that day, at the hour of such questions."""
    return _at(since.astimezone(zone).date() + ASKED_EVERY, ASKED_AT, zone)


def listed_at(asked_at: datetime, zone: ZoneInfo, week: Week) -> datetime:
    """The first weekly list by which the question could have been answered."""
    soonest = (asked_at + PATIENCE).astimezone(zone)
    day = soonest.date() + timedelta(days=(week.weekday - soonest.weekday()) % 7)
    listed = _at(day, week.at, zone)
    return listed if listed >= soonest.astimezone(UTC) else _at(day + timedelta(days=7), week.at, zone)


def _tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    return _at(now.astimezone(zone).date() + timedelta(days=1), ASKED_AT, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)

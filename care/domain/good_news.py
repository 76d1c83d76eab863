"""When a relative hears that all is well, where he chose to: each day, or each week. Pure.

Daily: when the family of a silent elder would be told, so that whoever is silent is never called well; weekly: on
Sunday evening.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.domain.checkins import CheckIn, CheckInRules, Outcome
from care.domain.elders import ElderRecord, GoodNews
from care.domain.planning import checkins_of

WEEKLY_ON = 6  # Sunday
WEEKLY_AT = time(18)
STALE = timedelta(hours=6)  # after an outage good news of the morning is told until then


def next_news(
    choice: GoodNews, elder: ElderRecord, now: datetime, zone: ZoneInfo, rules: CheckInRules
) -> datetime | None:
    """The next moment after now; None where he chose to hear of alarms only."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(9)]
    match choice:
        case GoodNews.NEVER:
            return None
        case GoodNews.DAILY:
            firsts = (checkins_of(elder.id, day, elder.times, zone, rules)[0] for day in days)
            return next(
                first.due_at + rules.family_after for first in firsts if first.due_at + rules.family_after > now
            )
        case GoodNews.WEEKLY:
            evenings = (_at(day, WEEKLY_AT, zone) for day in days if day.weekday() == WEEKLY_ON)
            return next(evening for evening in evenings if evening > now)


@dataclass(frozen=True, kw_only=True)
class WeekOf:
    """An elder's week in days: of so many asked, on how many she was well by her own word, or by others'; away."""

    well: int
    by_others: int
    away: int


def week_of(checkins: Sequence[CheckIn]) -> WeekOf:
    """Of the check-ins of seven days; on a day with two her own word counts first."""
    own, others, away = set[date](), set[date](), set[date]()
    for checkin in checkins:
        if checkin.outcome is Outcome.OK:
            (own if checkin.by == checkin.elder else others).add(checkin.day)
        elif checkin.outcome is Outcome.PAUSED:
            away.add(checkin.day)
    return WeekOf(well=len(own), by_others=len(others - own), away=len(away - own - others))


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)

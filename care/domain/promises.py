"""📅 预计完成: until when somebody says that it will take. Until then nobody asks him, and nothing climbs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from care.domain.states import Severity

DAY_ENDS = time(18)  # local: a promise for a day ends then, so that the claimer is asked before people go home
SHOWN_FROM = 3  # an item's promise with this number, and every later one, is shown to the coordinators


class Term(StrEnum):
    """What can be promised, as the menu offers it."""

    TODAY = "today"  # 今天
    TOMORROW = "tomorrow"  # 明天
    THREE_DAYS = "three_days"  # 3 天
    WEEK = "week"  # 一周
    MATERIALS = "materials"  # 等物料


_DAYS: Mapping[Term, int] = MappingProxyType(
    {Term.TODAY: 0, Term.TOMORROW: 1, Term.THREE_DAYS: 3, Term.WEEK: 7, Term.MATERIALS: 7}
)


def promised_until(term: Term, now: datetime, zone: ZoneInfo) -> datetime:
    """The end of a promise that is made now; aware UTC. Of a day at 18:00, of 等物料 at this time of the day."""
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=_DAYS[term])
    return _at(day, local.time() if term is Term.MATERIALS else DAY_ENDS, zone)


def offered(severity: Severity, now: datetime, zone: ZoneInfo) -> tuple[Term, ...]:
    """What may be promised now: of what is urgent only today, and today only before its end."""
    terms = (Term.TODAY,) if severity is Severity.URGENT else tuple(Term)
    return tuple(term for term in terms if promised_until(term, now, zone) > now)


def reworded_at(until: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next midnight at which the words for the promise's day change: to 明天, then to 今天; None: never again."""
    last = until.astimezone(zone).date()
    midnights = (_at(last - timedelta(days=back), time(), zone) for back in (1, 0))
    return next((midnight for midnight in midnights if midnight > now), None)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)

"""A group's list of names: one message for each half of a day, and how often it may ring. Pure; times are aware UTC.

Figures: PRODUCT, Flow 2 point 6 (`checkin.list_remind`), and the policy that was copied onto the items named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from care.domain.policy import Policy
from care.domain.quiet import QuietHours

TOGETHER = timedelta(minutes=1)  # who rang a group just now needs not ring it again for one more name


class Sort(StrEnum):
    """What a list is of."""

    SILENT = "silent"  # ☀️ who has not been heard of, where it is told first
    SUPPORT = "support"  # those of one grid whom nobody has taken, where that has climbed to
    VOICES = "voices"  # 🎧 who has sent a voice that must be heard


class Half(StrEnum):
    """今早, 今天下午, 今晚."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_ENDS = {Half.MORNING: time(12), Half.AFTERNOON: time(17)}


def half_of(moment: datetime, zone: ZoneInfo, early_from: time) -> tuple[date, Half]:
    """The local day and its half; what happens before `early_from` still belongs to the evening before."""
    local = moment.astimezone(zone)
    if local.time() < early_from:
        return local.date() - timedelta(days=1), Half.EVENING
    half = next((half for half, end in _ENDS.items() if local.time() < end), Half.EVENING)
    return local.date(), half


def end_of(day: date, half: Half, zone: ZoneInfo, early_from: time) -> datetime:
    """When that half of the day is over."""
    clock = _ENDS.get(half)
    if clock is None:
        return datetime.combine(day + timedelta(days=1), early_from, zone).astimezone(UTC)
    return datetime.combine(day, clock, zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """What the reminders of one list go by. `called_at`: it rang last; `reminded`: since `named_at`, its last new name.

    `policy`: of the items that have climbed to it, None where they are told first; `top`: there is no climb left.
    """

    named_at: datetime
    called_at: datetime
    reminded: int
    policy: Policy | None = None
    top: bool = False


def next_reminder(rung: Rung, list_remind: Sequence[timedelta], hours: QuietHours) -> datetime | None:
    """When the list calls again, if nobody takes those on it; None: not any more, for they climb.

    Where they have climbed to, the items' own intervals hold: doubled after the last climb, after a day once a day.
    """
    if rung.policy is None:
        return rung.named_at + list_remind[rung.reminded] if rung.reminded < len(list_remind) else None
    at = rung.called_at + _interval(rung.policy, rung.reminded, top=rung.top)
    listed = rung.policy.listed_after
    if listed is not None and rung.top and at >= rung.named_at + listed:
        return hours.next_list(rung.called_at)
    return at


def overdue(rung: Rung, list_remind: Sequence[timedelta], now: datetime) -> int:
    """How many reminders it has had once it calls now: after an outage those that are overdue are one."""
    if rung.policy is not None:
        return rung.reminded + 1
    return max(rung.reminded + 1, sum(1 for span in list_remind if rung.named_at + span <= now))


def _interval(policy: Policy, reminded: int, *, top: bool) -> timedelta:
    plain = policy.remind_unclaimed[min(reminded, len(policy.remind_unclaimed) - 1)]
    if not top:
        return plain
    doubled: timedelta = plain * (1 << min(reminded, 20))
    return max(plain, min(doubled, policy.remind_max))

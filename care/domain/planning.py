"""Which check-ins there should be, and what of those on file is not wanted any more. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.domain.checkins import CheckIn, CheckInRules, Outcome, Why


@dataclass(frozen=True)
class Plan:
    """What is to be put on file, taken off it, and changed."""

    new: tuple[CheckIn, ...] = ()
    gone: tuple[int, ...] = ()
    moved: tuple[CheckIn, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.new or self.gone or self.moved)

    def __add__(self, other: Plan) -> Plan:
        """Both."""
        return Plan(self.new + other.new, self.gone + other.gone, self.moved + other.moved)

    def steps(self, size: int) -> Iterator[Plan]:
        """The same in parts of so many check-ins at most."""
        for start in range(0, len(self.new), size):
            yield Plan(new=self.new[start : start + size])
        for start in range(0, len(self.moved), size):
            yield Plan(moved=self.moved[start : start + size])
        if self.gone:
            yield Plan(gone=self.gone)


def replan(wanted: Sequence[CheckIn], kept: Sequence[CheckIn], since: datetime) -> Plan:
    """From what is on file of one elder to what should be, for times from `since` on; what has come of one stays.

    `moved`: another time of hers begins or ends the span in which signs count for it.
    """
    by_time = {one.due_at: one for one in kept}
    times = {one.due_at for one in wanted}
    new = tuple(one for one in wanted if one.due_at not in by_time and one.due_at >= since)
    gone = tuple(one.id for one in kept if one.due_at not in times and one.due_at >= since and _untouched(one))
    moved = tuple(
        replace(on_file, opens_at=one.opens_at, final_at=one.final_at)
        for one in wanted
        if (on_file := by_time.get(one.due_at)) is not None
        and (on_file.opens_at, on_file.final_at) != (one.opens_at, one.final_at)
    )
    return Plan(new, gone, moved)


def _untouched(checkin: CheckIn) -> bool:
    return checkin.told_at is None and checkin.outcome is Outcome.NOT_ASKED and checkin.why is Why.NOT_YET


def checkins_of(
    elder: int, day: date, times: tuple[time, ...], zone: ZoneInfo, rules: CheckInRules
) -> tuple[CheckIn, ...]:
    """An elder's check-ins of one local day, in order; `times` are local, none: the default. DST-safe.

    Signs count from `early_from` for the first, for a later one in the 4 h before it and after the one before. Each is
    final at the next one, the last at the next day's `early_from`.
    """
    dues = sorted({_at(day, clock, zone) for clock in times or (rules.prompt_at,)})
    first_sign = _at(day, rules.early_from, zone)
    end = _at(day + timedelta(days=1), rules.early_from, zone)
    found = []
    for number, due in enumerate(dues):
        opens = min(first_sign, due) if number == 0 else max(due - rules.between, dues[number - 1])
        final = dues[number + 1] if number + 1 < len(dues) else end
        found.append(CheckIn(elder=elder, day=day, due_at=due, opens_at=opens, final_at=final))
    return tuple(found)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)

"""Quiet hours: at night a group is not woken for what can wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.domain.items import Item, Kind, Severity

LIST_AT = time(9)  # when what has waited for days is listed, in the reader's morning and by daylight


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From `start` to `end` of the local day, over midnight where end is earlier; start = end: none."""

    start: time
    end: time
    zone: ZoneInfo

    def at(self, now: datetime) -> bool:
        """Whether it is quiet at this moment (aware)."""
        local = now.astimezone(self.zone).time()
        if self.start == self.end:
            return False
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def awake(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into; aware UTC."""
        if not self.at(moment):
            return moment
        local = moment.astimezone(self.zone)
        overnight = self.start > self.end and local.time() >= self.start
        day = local.date() + timedelta(days=overnight)
        end = self._local(day, self.end)
        return end if end > moment else self._local(day, self.end.replace(fold=1))  # the hour that the clock repeats

    def next_list(self, after: datetime) -> datetime:
        """The first moment after this one at which what has waited for days is listed; aware UTC."""
        day = after.astimezone(self.zone).date()
        today = self.awake(self._local(day, LIST_AT))
        return today if today > after else self.awake(self._local(day + timedelta(days=1), LIST_AT))

    def holding(self, item: Item) -> QuietHours:
        """The hours that hold this item's reminders and climbing: reports, unless urgent; none for the rest."""
        reports = item.kind in (Kind.REPORT, Kind.DISPUTE)
        return self if reports and item.severity is not Severity.URGENT else replace(self, start=self.end)

    def silences(self, item: Item, now: datetime) -> bool:
        """Whether what the item makes us say comes without sound."""
        return self.holding(item).at(now)

    def _local(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

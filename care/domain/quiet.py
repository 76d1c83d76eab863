"""Quiet hours: at night a group is not woken for what can wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from care.domain.items import Item, Kind, Severity


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

    def silences(self, item: Item, now: datetime) -> bool:
        """Whether the item's card comes without sound: reports at night, unless urgent."""
        reports = item.kind in (Kind.REPORT, Kind.DISPUTE)
        return reports and item.severity is not Severity.URGENT and self.at(now)

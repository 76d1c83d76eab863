"""Whether the network is there, as the dispatcher learns it from its calls."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from care.services.results import Outcome, SendResult

log = structlog.get_logger(__name__)

LONGEST_BREAK = timedelta(seconds=15)
STRIKES = 3  # unknown outcomes in a row before the line counts as broken


class LineHealth:
    """Whether the network is there. While it is not, one call at a time tries it, at growing intervals."""

    def __init__(self) -> None:
        self._breaks = 0
        self._strikes = 0
        self.opens_at: datetime | None = None

    @property
    def broken(self) -> bool:
        """Whether only one call at a time may go, from `opens_at` on."""
        return self.opens_at is not None

    def note(self, result: SendResult, now: datetime) -> None:
        """Learn from one call."""
        if result.outcome is Outcome.UNKNOWN:
            self._strikes += 1
            if self._strikes >= STRIKES:
                self._break(result, now)
        elif result.outcome is Outcome.NOT_DONE:
            self._break(result, now)
        else:
            if self._breaks:
                log.info("line.works_again")
            self._breaks, self._strikes, self.opens_at = 0, 0, None

    def _break(self, result: SendResult, now: datetime) -> None:
        if self.opens_at is not None and now < self.opens_at:
            return  # of the many calls that were under way only the first one's failure counts
        self._breaks += 1
        self.opens_at = now + min(LONGEST_BREAK, timedelta(seconds=0.5) * float(2 ** min(self._breaks, 8)))
        if self._breaks == 1:
            log.warning("line.broken", error=result.error)

    def try_now(self, now: datetime) -> None:
        """Somebody else has reached the network: the next try need not wait."""
        if self.opens_at is not None:
            self.opens_at = min(self.opens_at, now)

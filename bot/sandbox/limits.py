"""Telegram's flood limits, on the world's clock.

30 calls to chats in any second, 20 in any minute in a group, about one a second to a person.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from bot.sandbox.errors import too_many


class _Window:
    """At most `most` events in any span of `seconds`."""

    def __init__(self) -> None:
        self._taken: deque[datetime] = deque()

    def wait(self, now: datetime, most: int, seconds: float) -> float:
        """Seconds until one more is allowed; 0 if now."""
        span = timedelta(seconds=seconds)
        while self._taken and self._taken[0] <= now - span:
            self._taken.popleft()
        if len(self._taken) < most:
            return 0.0
        # the window frees a place when its oldest `excess` entries have left it
        leaving = self._taken[len(self._taken) - most]
        return (leaving + span - now).total_seconds()

    def take(self, now: datetime) -> None:
        self._taken.append(now)


class _Bucket:
    """`burst` at once, refilled at `per_second`."""

    def __init__(self, burst: float, now: datetime) -> None:
        self._tokens = burst
        self._at = now

    def wait(self, now: datetime, burst: float, per_second: float) -> float:
        passed = (now - self._at).total_seconds()
        self._tokens = min(burst, self._tokens + passed * per_second)
        self._at = now
        # a hair of tolerance: 0.1 s ten times is not quite 1 s in binary
        return 0.0 if self._tokens >= 1 - 1e-6 else (1 - self._tokens) / per_second

    def take(self) -> None:
        self._tokens -= 1


class Limits:
    """Counts what reaches chats, sends and edits alike; deletes and callback answers are free.

    A call over a limit is refused with 429 and does not count itself. The numbers may be set while it runs.
    """

    def __init__(self) -> None:
        self.enabled = True
        self.per_second = 30
        self.group_per_minute = 20
        self.private_per_second = 1.0
        self.private_burst = 3.0
        self._all = _Window()
        self._groups: defaultdict[int, _Window] = defaultdict(_Window)
        self._people: dict[int, _Bucket] = {}

    def reach(self, chat_id: int, now: datetime) -> None:
        """Count one call that reaches `chat_id`, or raise the 429 that Telegram would answer."""
        if not self.enabled:
            return
        waits = [self._all.wait(now, self.per_second, 1.0)]
        if chat_id < 0:
            window = self._groups[chat_id]
            waits.append(window.wait(now, self.group_per_minute, 60.0))
        else:
            bucket = self._people.setdefault(chat_id, _Bucket(self.private_burst, now))
            waits.append(bucket.wait(now, self.private_burst, self.private_per_second))
        if (longest := max(waits)) > 0:
            raise too_many(max(1, math.ceil(longest)))
        self._all.take(now)
        if chat_id < 0:
            window.take(now)
        else:
            bucket.take()

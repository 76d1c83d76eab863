"""The clocks of the installation: real, sped up, or moved by a test.

Everything above the domain asks one injected clock for the time and waits on it, so a week can pass in a test or in the
demo. HTTP and poll timeouts and locks do not use it: they run on real time.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class RealClock:
    """The wall clock, in UTC."""

    def now(self) -> datetime:
        """The present moment (aware, UTC)."""
        return datetime.now(UTC)

    async def sleep_until(self, when: datetime) -> None:
        """Return once `when` has come; at once if it lies in the past."""
        await asyncio.sleep(max(0.0, (when - self.now()).total_seconds()))


class ScaledClock:
    """A clock that runs `speed` times as fast as the wall, from `start`; the speed may change while it runs.

    It never goes back.
    """

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._base = start.astimezone(UTC)
        self._mark = time.monotonic()
        self._speed = speed
        self._holds = 0
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        """Clock seconds per wall second, whenever nobody holds it."""
        return self._speed

    @property
    def stands(self) -> bool:
        """Whether somebody holds it now."""
        return self._holds > 0

    def now(self) -> datetime:
        """The moment the clock shows (aware, UTC)."""
        return self._base + timedelta(seconds=(time.monotonic() - self._mark) * self._rate)

    def set_speed(self, speed: float) -> None:
        """Go on from the present moment at another speed; sleepers are re-timed."""
        self._rebase(self.now())
        self._speed = speed
        self._wake_all()

    def jump_to(self, when: datetime) -> None:
        """Move the clock forward to `when`; sleepers that have become due wake. It is never moved back."""
        if when > self.now():
            self._rebase(when.astimezone(UTC))
            self._wake_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stand still while the block runs, but for jumps; then go on at the speed that is set by then."""
        self._hold(1)
        try:
            yield
        finally:
            self._hold(-1)

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock shows `when`."""
        while (left := (when - self.now()).total_seconds()) > 0:
            changed = self._changed
            wall = min(left / self._rate, 3600.0) if self._rate > 0 else 3600.0
            try:
                await asyncio.wait_for(changed.wait(), timeout=wall)
            except TimeoutError:
                continue

    @property
    def _rate(self) -> float:
        return 0.0 if self._holds else self._speed

    def _hold(self, more: int) -> None:
        self._rebase(self.now())
        self._holds += more
        self._wake_all()

    def _rebase(self, base: datetime) -> None:
        self._base = base
        self._mark = time.monotonic()

    def _wake_all(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware start time")
        self._now = start.astimezone(UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        """The moment the test has set (aware, UTC)."""
        return self._now

    async def sleep_until(self, when: datetime) -> None:
        """Return once a test has moved the clock to `when` or past it."""
        if when <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (when, next(self._order), woken))
        await woken

    def move_to(self, when: datetime) -> None:
        """Set the clock forward to `when` and wake whoever slept until then; never backward."""
        if when < self._now:
            raise ValueError(f"the clock shows {self._now}, it cannot go back to {when}")
        self._now = when
        while self._sleepers and self._sleepers[0][0] <= when:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)

"""How the loops sleep: until their next moment on the injected clock, or until somebody rings."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from care.services.ports import Clock

LONGEST_REST = 0.25  # seconds


class Bell:
    """One loop's alarm clock. A ring while the loop is awake is kept for its next wait.

    `rest`: under a rain of rings the loop sleeps so many times as long as its last round took, and takes the rings of
    that time as one. Without it, looking for work at every commit takes most of what there is to work with. Real time.
    """

    def __init__(self, clock: Clock, *, rest: float = 0.0) -> None:
        self._clock = clock
        self._rest = rest
        self._rung = asyncio.Event()
        self._waiting = False
        self._until: datetime | None = None
        self._woke_at = time.monotonic()

    def ring(self) -> None:
        """There is news: wake now."""
        self._rung.set()

    async def wait(self, until: datetime | None = None) -> None:
        """Return when rung, or when the clock shows `until`."""
        ended_at = time.monotonic()
        rested_at = ended_at + min(LONGEST_REST, self._rest * (ended_at - self._woke_at))
        self._waiting, self._until = True, until
        try:
            if not self._rung.is_set():
                await self._sleep(until)
            if self._rest and (rest := rested_at - time.monotonic()) > 0:
                await asyncio.sleep(rest)
        finally:
            self._waiting = False
            self._rung.clear()
            self._woke_at = time.monotonic()

    async def _sleep(self, until: datetime | None) -> None:
        if until is None:
            await self._rung.wait()
            return
        ring = asyncio.ensure_future(self._rung.wait())
        time = asyncio.ensure_future(self._clock.sleep_until(until))
        try:
            await asyncio.wait((ring, time), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ring.cancel()
            time.cancel()

    @property
    def until(self) -> datetime | None:
        """When the clock will wake the loop, if it sleeps until a moment."""
        return self._until if self._waiting else None

    @property
    def quiet(self) -> bool:
        """Whether the loop sleeps, and nothing will wake it before the clock moves or somebody rings."""
        if not self._waiting or self._rung.is_set():
            return False
        return self._until is None or self._until > self._clock.now()

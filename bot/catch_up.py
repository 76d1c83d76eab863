"""Whether we have read what people sent while we were away: until then no time fires against anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.bell import Bell
from care.services.ports import Clock, Database


class CatchUp:
    """Set by the intake, asked by the sweeper. Waits `longest` on the clock at most, from the start or the break."""

    def __init__(self, clock: Clock, longest: timedelta) -> None:
        self._clock = clock
        self._longest = longest
        self._lost_at: datetime = clock.now()
        self._read_all = False
        self._dealt_with_all = False

    @property
    def read_all(self) -> bool:
        """Whether the intake has read everything that waited."""
        return self._read_all

    def reached(self) -> None:
        """A batch was shorter than its limit: nothing more waits."""
        self._read_all = True

    def lost(self) -> None:
        """The connection broke: from now on things may wait unread."""
        if self._read_all:
            self._lost_at = self._clock.now()
        self._read_all = self._dealt_with_all = False

    async def wait(self, db: Database, bell: Bell) -> None:
        """Return once all is read and dealt with, or patience is over; `bell` rings when either may have changed."""
        deadline = self._lost_at + self._longest
        while self._clock.now() < deadline and not await self._done(db):
            await bell.wait(deadline)

    async def _done(self, db: Database) -> bool:
        if self._read_all and not self._dealt_with_all:
            async with db.read() as uow:
                self._dealt_with_all = await uow.inbox.waits() == 0
        return self._read_all and self._dealt_with_all

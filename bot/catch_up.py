"""Whether we can hear people, and have read what they sent meanwhile: until then no time fires against anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.bell import Bell
from care.services.ports import Clock, Database

NOTICED_AFTER = timedelta(seconds=90)  # a broken line is noticed sooner, by the poll or by our looking for it
ASLEEP = timedelta(minutes=3)  # so long between two answers, and no error: the machine itself has slept


class CatchUp:
    """Set by the intake, asked by the sweeper. Waits `longest` on the clock at most, from the start or the break.

    `steady`: the clock runs by itself, so that a long time between two answers is a long silence. One that a test or
    the demo moves is not: what passes in a jump was no absence.
    """

    def __init__(self, clock: Clock, longest: timedelta, *, steady: bool = False) -> None:
        self._clock = clock
        self._longest = longest
        self._steady = steady
        self._lost_at: datetime = clock.now()
        self._connected_at: datetime | None = None
        self._heard_at: datetime | None = None
        self._read_all = False
        self._dealt_with_all = False
        self.gone_since: datetime | None = None  # when we last surely heard, while that is not made up for yet

    @property
    def read_all(self) -> bool:
        """Whether the intake has read everything that waited."""
        return self._read_all

    @property
    def deaf(self) -> bool:
        """Whether nobody's word reaches us now."""
        return self._connected_at is None

    @property
    def patience_until(self) -> datetime:
        """When we wait no longer for what people sent meanwhile."""
        return (self._connected_at or self._lost_at) + self._longest

    def answered(self) -> None:
        """The network is there; more may wait."""
        now = self._clock.now()
        if self._slept(now):
            self._break(self._heard_at)
        if self._connected_at is None:
            self._connected_at = now
        self._heard_at = now

    def reached(self) -> None:
        """A batch was shorter than its limit: nothing more waits."""
        self.answered()
        self._read_all = True

    def lost(self) -> None:
        """The connection broke: from now on things may wait unread."""
        now = self._clock.now()
        if self._read_all:
            self._lost_at = now
        if self._connected_at is not None:
            heard_at = self._heard_at or now
            self._break(heard_at if self._steady else max(heard_at, now - NOTICED_AFTER))

    async def all_read(self, db: Database) -> bool:
        """Whether everything that waited has been read and dealt with."""
        if self._read_all and not self._dealt_with_all:
            async with db.read() as uow:
                self._dealt_with_all = await uow.inbox.waits() == 0
        return self._read_all and self._dealt_with_all

    async def wait(self, db: Database, bell: Bell) -> None:
        """Return once all is read and dealt with, or patience is over; `bell` rings when either may have changed."""
        while self._clock.now() < self.patience_until and not await self.all_read(db):
            await bell.wait(self.patience_until)

    def _slept(self, now: datetime) -> bool:
        connected = self._connected_at is not None and self._heard_at is not None
        return self._steady and connected and self._heard_at is not None and now - self._heard_at > ASLEEP

    def _break(self, heard_at: datetime | None) -> None:
        self._connected_at = None
        self._read_all = self._dealt_with_all = False
        if self.gone_since is None:
            self.gone_since = heard_at

"""When we last heard from Telegram. What passed since then counts as nobody's silence, and of a whole day it drops.

It is on file, so that a kill does not make us think that we had heard all along.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.admins import tell_admins
from bot.bell import Bell
from bot.catch_up import CatchUp
from care.domain.errors import StaleState
from care.services import outages
from care.services.ports import Clock
from storage.database import Database

log = structlog.get_logger(__name__)

KEPT_BY_TELEGRAM = timedelta(hours=24)
NOTE_WITHIN = timedelta(seconds=30)  # of the clock, while anybody waits to be greeted
NOTE_EVERY = 300.0  # seconds of real time, in any case
HEARD_WITHIN = 300.0  # likewise: whoever has not answered for so long is not there
_NAME = "last_seen"


class Presence:
    """Notes that we are here; `silence` says for how many seconds (real time) the network has not answered."""

    def __init__(
        self, db: Database, clock: Clock, catch_up: CatchUp, outage_after: timedelta, silence: Callable[[], float]
    ) -> None:
        self._db = db
        self._clock = clock
        self._catch_up = catch_up
        self._outage_after = outage_after
        self._silence = silence
        self._unread: bool | None = None  # as it is on file; None: not known yet
        self._noted_at = time.monotonic()
        self.bell = Bell(clock)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be noted now."""
        return self.bell.quiet

    async def begin(self) -> None:
        """Before anything else: since when we were away. The admins are told of more than a day."""
        now = self._clock.now()
        async with self._db.read() as uow:
            noted = await uow.meta.get(_NAME)
        if noted is None:
            return
        seen = datetime.fromisoformat(noted)
        self._catch_up.gone_since = min(seen, now)
        if now - seen > KEPT_BY_TELEGRAM:
            hours = int((now - seen).total_seconds() // 3600)
            log.error("presence.away_too_long", hours=hours)
            await tell_admins(self._db, "watch.away", now.isoformat(timespec="minutes"), now, hours=hours)

    async def run(self) -> None:
        """Note it until cancelled: often while anybody waits to be greeted, else now and then."""
        await self._note()
        while True:
            await self.bell.wait(self._clock.now() + NOTE_WITHIN)
            if time.monotonic() - self._noted_at >= NOTE_EVERY or await self._somebody_waits():
                await self._note()

    async def look_often(self) -> None:
        """Ring in real time, until cancelled: a clock that stands still is no reason to be forgotten."""
        while True:
            await asyncio.sleep(NOTE_EVERY)
            self.bell.ring()

    async def finish(self) -> None:
        """We end of our own will: until now we have heard."""
        await self._note()

    async def back(self, now: datetime, *, all_read: bool) -> None:
        """We hear, and no longer wait for what people sent meanwhile: a long absence goes on file.

        `all_read`: else our patience was over before.
        """
        gone = self._catch_up.gone_since
        if gone is None and self._unread is (not all_read):
            return
        async with self._db.write() as uow:
            await uow.outages.set_unread(not all_read)
            if gone is not None and now - gone > self._outage_after:
                await outages.over(uow, gone, now)
            if gone is not None or self._unread is None:  # from the first moment: a kill may come soon
                await uow.meta.put(_NAME, now.isoformat())
        self._catch_up.gone_since = None
        self._unread = not all_read

    async def _somebody_waits(self) -> bool:
        async with self._db.read() as uow:
            return "checkin" in await uow.next_dues()

    async def _note(self) -> None:
        self._noted_at = time.monotonic()
        here = not self._catch_up.deaf and self._catch_up.gone_since is None
        if not here or self._silence() >= HEARD_WITHIN:
            return
        try:
            async with self._db.write() as uow:
                await uow.meta.put(_NAME, self._clock.now().isoformat())
        except StaleState as error:  # somebody holds the database: the next note is soon enough
            log.warning("presence.not_noted", error=str(error))

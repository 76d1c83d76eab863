"""When we last heard from Telegram: it drops what nobody fetched for a day, and then people must be told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.admins import tell_admins
from care.services.ports import Clock
from storage.database import Database

log = structlog.get_logger(__name__)

KEPT_BY_TELEGRAM = timedelta(hours=24)
NOTE_EVERY = 300.0  # seconds of real time
HEARD_WITHIN = 300.0  # likewise
_NAME = "last_seen"


class Presence:
    """Notes every few minutes that we are here; `silence` says for how many seconds the network has not answered."""

    def __init__(self, db: Database, clock: Clock, silence: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock
        self._silence = silence

    async def run(self) -> None:
        """Note it until cancelled; an absence is told once at the start."""
        await self._look_back()
        while True:
            if self._silence() < HEARD_WITHIN:
                async with self._db.write() as uow:
                    await uow.meta.put(_NAME, self._clock.now().isoformat())
            await asyncio.sleep(NOTE_EVERY)

    async def _look_back(self) -> None:
        now = self._clock.now()
        async with self._db.read() as uow:
            noted = await uow.meta.get(_NAME)
        away = now - datetime.fromisoformat(noted) if noted is not None else timedelta(0)
        if away > KEPT_BY_TELEGRAM:
            hours = int(away.total_seconds() // 3600)
            log.error("presence.away_too_long", hours=hours)
            await tell_admins(self._db, "watch.away", now.isoformat(timespec="minutes"), now, hours=hours)

"""Sees to it that each elder's check-ins of today and tomorrow are on file, long before they are due."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from time import monotonic as time_now

import structlog

from bot.bell import Bell
from care.domain.rules import Rules
from care.services import planning
from care.services.ports import Clock
from storage.database import Database
from storage.roster import ROSTER_AT

log = structlog.get_logger(__name__)

LOOK_EVERY = 600.0  # seconds of real time: in case something was changed behind our back
ROSTER_EVERY = 2.0  # likewise, between two looks whether a roster was imported beside us
AT_ONCE = 100  # check-ins in one transaction
NOTE_EVERY = timedelta(minutes=5)  # when it was last done; what was due before that was planned then
_NAME = "planned_at"


class Planner:
    """Plans at the start, with each new day, and every few minutes."""

    def __init__(self, db: Database, clock: Clock, rules: Rules) -> None:
        self._db = db
        self._clock = clock
        self._rules = rules
        self.bell = Bell(clock)
        self.looked = asyncio.Event()
        """It has looked through everybody once, or could not: before that no word of theirs is read."""

    @property
    def idle(self) -> bool:
        """Whether nothing is to be planned now."""
        return self.bell.quiet

    async def run(self) -> None:
        """Plan until cancelled."""
        while True:
            try:
                await self.plan()
            except Exception as error:  # the storage failed: what is planned already is not touched by it
                log.exception("planner.failed", error=type(error).__name__)
                self.looked.set()  # a cry for help waits for no plan
                await asyncio.sleep(1.0)
                continue
            self.looked.set()
            await self.bell.wait(self._next_day())

    async def look_often(self) -> None:
        """Ring soon after a roster was imported, and every few minutes; until cancelled."""
        seen, looked = await self._roster(), time_now()
        while True:
            await asyncio.sleep(ROSTER_EVERY)
            roster = await self._roster()
            if roster != seen or time_now() - looked >= LOOK_EVERY:
                seen, looked = roster, time_now()
                self.bell.ring()

    async def _roster(self) -> str | None:
        """What the last import of a roster left, by this process or another; None: there was none."""
        async with self._db.read() as uow:
            return await uow.meta.get(ROSTER_AT)

    async def plan(self) -> None:
        """Look through all elders; where something is missing, or not wanted any more, put that right."""
        now = self._clock.now()
        noted = await self._planned_at()
        since = min(noted or now, now)
        after: int | None = 0
        changed = 0
        while after is not None:
            async with self._db.read() as uow:
                page = await planning.look_through(uow, after, since, now, self._rules)
            for step in page.plan.steps(AT_ONCE):
                async with self._db.write() as uow:
                    await planning.carry_out(uow, step, self._rules)
                changed += 1
            after = page.last
        if changed or noted is None or now - noted >= NOTE_EVERY:
            async with self._db.write() as uow:
                await uow.meta.put(_NAME, now.isoformat())

    async def _planned_at(self) -> datetime | None:
        async with self._db.read() as uow:
            noted = await uow.meta.get(_NAME)
        return datetime.fromisoformat(noted) if noted is not None else None

    def _next_day(self) -> datetime:
        today = self._clock.now().astimezone(self._rules.zone).date()
        return datetime.combine(today + timedelta(days=1), time(), self._rules.zone)

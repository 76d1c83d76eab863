"""The last rung's own loop: takes alarms out of the outbox to the operator's means, also while Telegram is away.

At least once: a command or call that a kill cut off is made again. One that fails is made again and again, for as long
as nobody has the item; what is told or no longer needed ends.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.bell import Bell
from bot.jobs import Desk
from bot.ringing import Means, NotTold
from care.services.ports import Telling, UnitOfWork
from handlers.content import AlarmWords

log = structlog.get_logger(__name__)

AT_ONCE = 4
FIRST_PAUSE = timedelta(seconds=5)  # after a failure; three times as long after each more, up to the longest
LONGEST_PAUSE = timedelta(minutes=10)


class Alarmer:
    """Rings what is due, until cancelled. `means`: None where there is no `[alarm]` (any more)."""

    READS = frozenset({"items", "outbox"})  # a commit that changes none of these gives it nothing to do

    def __init__(self, desk: Desk, means: Means | None) -> None:
        self._desk = desk
        self._means = means
        self.bell = Bell(desk.clock, rest=4)
        self._rings: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, datetime] = {}  # rows that the storage would not let us deal with
        self._ending = False

    @property
    def idle(self) -> bool:
        """Whether nothing rings and nothing is to be rung now."""
        return not self._rings and self.bell.quiet

    @property
    def wanted(self) -> bool:
        """Whether there will ever be something to ring."""
        return self._means is not None

    async def run(self) -> None:
        """Ring until cancelled; what rings then is ended by `finish`."""
        while True:
            try:
                until = await self._round()
            except Exception as error:  # the storage failed: what waits there waits
                log.exception("alarmer.failed", error=type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            await self.bell.wait(until)

    async def finish(self, seconds: float) -> None:
        """Ring nothing new; let what rings end, for so many seconds of real time. The rest is rung after a restart."""
        self._ending = True
        if not self._rings:
            return
        _, late = await asyncio.wait(self._rings.values(), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _round(self) -> datetime | None:
        """Start what may start now; when to look again (a ring may come sooner)."""
        now = self._desk.clock.now()
        self._resting = {row: until for row, until in self._resting.items() if until > now}
        room = AT_ONCE - len(self._rings)
        if self._ending or room <= 0:
            return None  # one that ends rings
        async with self._desk.db.read() as uow:
            due = await uow.outbox.pending_alarms(now, room, self._rings.keys() | self._resting.keys())
            later = await uow.outbox.next_alarm(now)
        for telling in due:
            self._rings[telling.id] = asyncio.create_task(self._ring(telling))
        return min([*self._resting.values(), *([later] if later is not None else [])], default=None)

    async def _ring(self, telling: Telling) -> None:
        """One row, once; nothing it raises gets out."""
        try:
            await self._try(telling)
        except Exception as error:  # the storage failed: it rests here, so that nobody is called in a rain
            log.exception("alarm.broken", item=telling.item, error=type(error).__name__)
            self._resting[telling.id] = self._desk.clock.now() + pause_after(telling.attempts + 1)
        finally:
            del self._rings[telling.id]
            self.bell.ring()

    async def _try(self, telling: Telling) -> None:
        if self._means is None:
            await self._ended(telling, "failed", "no [alarm]")
            log.error("alarm.none", item=telling.item)
            return
        async with self._desk.db.write() as uow:
            if not await uow.outbox.sending(telling.id):
                return
        try:
            words = await self._words(telling)
            if words is not None:
                await self._means.ring(words)
        except NotTold as error:
            await self._failed(telling, str(error))
        except Exception as error:  # our own mistake: it counts like any failure, so that the operator hears of it
            log.exception("alarm.broken", item=telling.item, error=type(error).__name__)
            await self._failed(telling, type(error).__name__)
        else:
            await (self._needless(telling) if words is None else self._told(telling))

    async def _words(self, telling: Telling) -> AlarmWords | None:
        desk = self._desk
        async with desk.db.read() as uow:
            return await desk.face.present_alarm(uow, telling, desk.rules, desk.clock.now())

    async def _told(self, telling: Telling) -> None:
        await self._ended(telling, "sent")
        log.info("alarm.told", item=telling.item)

    async def _needless(self, telling: Telling) -> None:
        """Somebody has it since: then it waits, in case the claim lapses. Or it is over."""
        over = True

        async def write(uow: UnitOfWork, now: datetime) -> None:
            nonlocal over
            over = telling.item is None or not (await uow.items.get(telling.item)).live
            if over:
                await uow.outbox.ended(telling.id, "superseded", error="nobody needed", now=now)
            else:
                await uow.outbox.retry(telling.id, now + FIRST_PAUSE, "claimed")

        await self._desk.record(write)
        if over:
            log.info("alarm.needless", item=telling.item)
        else:
            log.info("alarm.waits", item=telling.item)

    async def _failed(self, telling: Telling, why: str) -> None:
        failures = telling.attempts + 1
        pause = pause_after(failures)

        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.outbox.retry(telling.id, now + pause, why)

        await self._desk.record(write)
        log.error("alarm.failed", item=telling.item, error=why, failures=failures, again_in=pause.total_seconds())

    async def _ended(self, telling: Telling, state: str, error: str | None = None) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.outbox.ended(telling.id, state, error=error, now=now)

        await self._desk.record(write)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures: 5 s, 15 s, 45 s, about 2 min, 7 min, then every 10 min."""
    longer: int = 3 ** min(max(failures - 1, 0), 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * longer)

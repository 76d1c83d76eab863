"""A time has come: takes what is due, one transaction each, and sleeps until the next.

There are no timers in memory: due times are rows, so a restart forgets none. An overdue thing fires once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.bell import Bell
from bot.catch_up import CatchUp
from care.domain.errors import NotFound, StaleState
from care.domain.rules import Rules
from care.services.due_things import ActOnMany, DueThing
from care.services.ports import Clock, Database

log = structlog.get_logger(__name__)

BATCH = 100
STALE_TRIES = 5
FIRST_PAUSE = timedelta(seconds=5)  # after an error; doubled up to the longest
LONGEST_PAUSE = timedelta(minutes=10)
TOO_OFTEN = 20  # looks at one thing at one moment: then it is not getting anywhere
KEEP_INBOX = timedelta(days=7)
CLEAN_EVERY = timedelta(days=1)

Thing = tuple[str, int]  # its sort (`DueThing.name`) and its id


class Sweeper:
    """What is due, in order; but no time fires while what people sent meanwhile is unread."""

    def __init__(
        self,
        db: Database,
        things: Sequence[DueThing],
        clock: Clock,
        rules: Rules,
        catch_up: CatchUp,
        back: Callable[..., Awaitable[None]] | None = None,
    ) -> None:
        """`back`: told whenever we hear, and before anything of what `needs_ears`: `back(now, all_read=...)`."""
        self._db = db
        self._things = things
        self._clock = clock
        self._rules = rules
        self._catch_up = catch_up
        self._back = back
        self.bell = Bell(clock, rest=4)
        self._paused: dict[Thing, datetime] = {}
        self._errors: dict[Thing, int] = {}
        self._looks: dict[Thing, tuple[datetime, int]] = {}
        self._clean_at = clock.now()
        self.next_due: datetime | None = None  # when something that waits comes due; our own tidying is nobody's event

    @property
    def idle(self) -> bool:
        """Whether nothing is due now."""
        return self.bell.quiet

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self._catch_up.wait(self._db, self.bell)
                until = await self._sweep()
            except Exception as error:  # the storage failed: what is due stays due
                log.exception("sweeper.failed", error=type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            await self.bell.wait(until)

    async def _sweep(self) -> datetime | None:
        """Do what is due; when to look again."""
        now = self._clock.now()
        self._paused = {thing: until for thing, until in self._paused.items() if until > now}
        if self._clean_at <= now:
            await self._clean(now)
        hears = await self._hears(now)
        nexts, found = await self._look(now, hears=hears)
        for thing, ids in found:
            await self._do(thing, ids)
        if found:
            return self._clock.now()
        until = self._next(now, nexts)
        return until if hears or self._catch_up.deaf else min(until, self._catch_up.patience_until)

    async def _hears(self, now: datetime) -> bool:
        """Whether silence is silence: people's words reach us, and what they sent meanwhile has been read.

        For that we wait only so long; for the network itself as long as it takes.
        """
        if self._catch_up.deaf:
            return False
        all_read = await self._catch_up.all_read(self._db)
        if not all_read and now < self._catch_up.patience_until:
            return False
        if self._back is not None:
            await self._back(now, all_read=all_read)
        return True

    async def _look(self, now: datetime, *, hears: bool) -> tuple[list[datetime], list[tuple[DueThing, list[int]]]]:
        """When each sort comes due next, and what of each is due now; where no time has come nothing more is asked."""
        nexts, found = [], []
        async with self._db.read() as uow:
            dues = await uow.next_dues()
            for thing in self._things:
                if thing.needs_ears and not hears:
                    continue
                next_due = dues.get(thing.name)
                if next_due is None:
                    continue
                nexts.append(next_due)
                if next_due > now:
                    continue
                resting = {number for name, number in self._paused if name == thing.name}
                due = await thing.where(uow).due(now, BATCH + len(resting))
                if ids := [number for number in due if number not in resting]:
                    found.append((thing, ids))
        return nexts, found

    def _next(self, now: datetime, nexts: list[datetime]) -> datetime:
        self.next_due = min([*(when for when in nexts if when > now), *self._paused.values()], default=None)
        # a time that has come is of something paused, and hides what comes next: look again in a second
        hidden = [now + timedelta(seconds=1)] if any(when <= now for when in nexts) else []
        return min([*hidden, *([self.next_due] if self.next_due is not None else []), self._clean_at])

    async def _do(self, thing: DueThing, ids: Sequence[int]) -> None:
        """All of these, in the order in which they came due."""
        if thing.many is None:
            for number in ids:
                await self._one(thing, number)
            return
        for start in range(0, len(ids), thing.together):
            some = ids[start : start + thing.together]
            if not await self._together(thing, thing.many, some):
                for number in some:
                    await self._one(thing, number)

    async def _together(self, thing: DueThing, act: ActOnMany, ids: Sequence[int]) -> bool:
        """Several in one transaction; False where it cannot be done so: each for itself shows which of them it is."""
        now = self._clock.now()
        circling = [number for number in ids if self._runs_in_circles((thing.name, number), now)]
        if circling:
            return False
        try:
            async with self._db.write() as uow:
                await act(uow, ids, now, self._rules)
        except StaleState:
            return False
        except Exception as error:  # one broken thing must not stop the others
            log.exception("sweeper.batch_failed", what=thing.name, things=len(ids), error=type(error).__name__)
            return False
        return True

    async def _one(self, thing: DueThing, number: int) -> None:
        """One due thing in its own transaction; an error holds up only itself."""
        now = self._clock.now()
        key = (thing.name, number)
        if self._runs_in_circles(key, now):
            self._pause(key, now, "it stays due whatever is done")
            return
        for _ in range(STALE_TRIES):
            try:
                async with self._db.write() as uow:
                    await thing.act(uow, number, now, self._rules)
            except StaleState:
                await asyncio.sleep(0)
                continue
            except NotFound:
                log.warning("sweeper.gone", what=thing.name, number=number)
                self._pause(key, now, "NotFound")
                return
            except Exception as error:  # one broken item must not stop the others
                log.exception("sweeper.act_failed", what=thing.name, number=number, error=type(error).__name__)
                self._pause(key, now, type(error).__name__)
                return
            self._errors.pop(key, None)
            return
        self._pause(key, now, "StaleState")

    def _runs_in_circles(self, thing: Thing, now: datetime) -> bool:
        at, looks = self._looks.get(thing, (now, 0))
        looks = looks + 1 if at == now else 1
        self._looks[thing] = (now, looks)
        if len(self._looks) > 10_000:
            self._looks = {thing: self._looks[thing]}
        return looks > TOO_OFTEN

    def _pause(self, thing: Thing, now: datetime, error: str) -> None:
        failures = self._errors[thing] = self._errors.get(thing, 0) + 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
        self._paused[thing] = now + pause
        log.warning("sweeper.paused", what=thing[0], number=thing[1], seconds=pause.total_seconds(), error=error)

    async def _clean(self, now: datetime) -> None:
        """Inbox ids are kept for a week against doubled deliveries, and no longer."""
        self._clean_at = now + CLEAN_EVERY
        async with self._db.write() as uow:
            gone = await uow.inbox.forget(now - KEEP_INBOX)
        if gone:
            log.info("inbox.cleaned", rows=gone)

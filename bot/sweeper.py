"""A time has come: takes what is due, one transaction each, and sleeps until the next.

There are no timers in memory: due times are rows, so a restart forgets none. An overdue thing fires once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.bell import Bell
from bot.catch_up import CatchUp
from bot.seams import Acts
from care.domain.errors import NotFound, StaleState
from care.domain.rules import Rules
from care.services.ports import Clock, Database, Question, UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 100
STALE_TRIES = 5
FIRST_PAUSE = timedelta(seconds=5)  # after an error; doubled up to the longest
LONGEST_PAUSE = timedelta(minutes=10)
TOO_OFTEN = 20  # looks at one thing at one moment: then it is not getting anywhere
KEEP_INBOX = timedelta(days=7)
CLEAN_EVERY = timedelta(days=1)

Thing = tuple[str, int]  # ("item" | "question", its number)


class Sweeper:
    """What is due, in order; but no time fires while what people sent meanwhile is unread."""

    def __init__(self, db: Database, acts: Acts, clock: Clock, rules: Rules, catch_up: CatchUp) -> None:
        self._db = db
        self._acts = acts
        self._clock = clock
        self._rules = rules
        self._catch_up = catch_up
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
        async with self._db.read() as uow:
            items = await uow.items.due(now, BATCH + len(self._paused))
            questions = await uow.questions.due(now, BATCH + len(self._paused))
            nexts = [await uow.items.next_due(), await uow.questions.next_due()]
        due = [number for number in items if ("item", number) not in self._paused]
        asked = [question for question in questions if ("question", question.id) not in self._paused]
        for number in due:
            await self._item(number)
        for question in asked:
            await self._question(question)
        if due or asked:
            return self._clock.now()
        return self._next(now, nexts)

    def _next(self, now: datetime, nexts: list[datetime | None]) -> datetime:
        dues = [when for when in nexts if when is not None]
        self.next_due = min([*(when for when in dues if when > now), *self._paused.values()], default=None)
        # a time that has come is of something paused, and hides what comes next: look again in a second
        hidden = [now + timedelta(seconds=1)] if any(when <= now for when in dues) else []
        return min([*hidden, *([self.next_due] if self.next_due is not None else []), self._clean_at])

    async def _item(self, number: int) -> None:
        async def act(uow: UnitOfWork, now: datetime) -> None:
            if await uow.items.is_due(number, now):  # one before it may have been told together with it
                await self._acts.item_due(uow, number, now, self._rules)

        await self._one(("item", number), act)

    async def _question(self, question: Question) -> None:
        async def act(uow: UnitOfWork, now: datetime) -> None:
            await self._acts.question_due(uow, question, now, self._rules)

        await self._one(("question", question.id), act)

    async def _one(self, thing: Thing, act: Callable[[UnitOfWork, datetime], Awaitable[None]]) -> None:
        """One due thing in its own transaction; an error holds up only itself."""
        now = self._clock.now()
        if self._runs_in_circles(thing, now):
            self._pause(thing, now, "it stays due whatever is done")
            return
        for _ in range(STALE_TRIES):
            try:
                async with self._db.write() as uow:
                    await act(uow, now)
            except StaleState:
                await asyncio.sleep(0)
                continue
            except NotFound:
                log.warning("sweeper.gone", what=thing[0], number=thing[1])
                self._pause(thing, now, "NotFound")
                return
            except Exception as error:  # one broken item must not stop the others
                log.exception("sweeper.act_failed", what=thing[0], number=thing[1], error=type(error).__name__)
                self._pause(thing, now, type(error).__name__)
                return
            self._errors.pop(thing, None)
            return
        self._pause(thing, now, "StaleState")

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

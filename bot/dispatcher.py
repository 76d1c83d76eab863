"""Outbox, cards and wishes to the network: by lane, within Telegram's limits, many chats side by side.

It finds its work in the tables and keeps nothing in memory that a restart would miss: what is in flight, what rests
until when, and how often something failed in this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import structlog

from bot.bell import Bell
from bot.holding import Holding
from bot.jobs import Desk, Job, Key
from bot.limits import Limits, Place
from bot.line_health import LineHealth
from bot.retrying import pause_after
from bot.showing import Show
from bot.telling import Tell
from bot.wishing import Wish
from care.domain.notices import Lane
from care.services.ports import Clock
from care.services.results import Outcome, SendResult
from handlers.outcomes import server_says_no

log = structlog.get_logger(__name__)

IN_FLIGHT = 40
URGENT_EXTRA = 8  # beyond the 40, so that no row of slow calls stands before an SOS
PAGE = 64
PAGES = 12
OUR_FAULTS = 5  # times a job may fail in our own code


@dataclass(frozen=True)
class _Flight:
    job: Job
    task: asyncio.Task[None]


class _Timed:
    """Tells the limits when a call left and when it was answered."""

    def __init__(self, limits: Limits, place: Place | None, clock: Clock) -> None:
        self._limits = limits
        self._place = place
        self._clock = clock
        self._left: datetime | None = None

    def __enter__(self) -> None:
        self._left = self._clock.now()

    def __exit__(self, *_error: object) -> None:
        if self._place is not None:
            self._limits.ended(self._place, self._clock.now(), self._left)

    def over(self) -> None:
        """The job has ended; a call that never left gives its place back."""
        if self._place is not None and self._left is None:
            self._limits.spared(self._place)


class _Page(NamedTuple):
    """What one look into the tables found; whether there may be more; when a row that has to wait may go."""

    jobs: list[Job]
    full: bool
    pending: datetime | None


class _Failed(NamedTuple):
    """How often a job failed in this process: for any reason, and because an answer was lost."""

    times: int = 0
    lost: int = 0


class Dispatcher:
    """Sends what is to be sent, until cancelled."""

    READS = frozenset({"cards", "outbox", "wishes"})  # a commit that changes none of these gives it nothing to do

    def __init__(self, desk: Desk, limits: Limits) -> None:
        self._desk = desk
        self._limits = limits
        self.bell = Bell(desk.clock, rest=1)
        self._health = LineHealth()
        self._flights: dict[Key, _Flight] = {}
        self._resting: dict[Key, tuple[datetime, Lane]] = {}
        self._failures: dict[Key, _Failed] = {}
        self._holding = Holding(desk)
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Dispatch until cancelled; what is in flight then is ended by `finish`."""
        while True:
            try:
                until = await self._round()
            except Exception as error:  # the storage failed: what waits there waits
                log.exception("dispatcher.failed", error=type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            await self.bell.wait(until)

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight and nothing can be sent now."""
        return not self._flights and not self._holding.tasks and self.bell.quiet

    @property
    def in_flight(self) -> int:
        """How many calls are under way."""
        return len(self._flights)

    def network_is_there(self) -> None:
        """The poller has had an answer: no need to wait with the next try."""
        if self._health.broken:
            self._health.try_now(self._desk.clock.now())
            self.bell.ring()

    async def finish(self, seconds: float) -> None:
        """Let what is in flight end, for so many seconds of real time; a row cut off here is sent after a restart."""
        tasks = [*(flight.task for flight in self._flights.values()), *self._holding.tasks]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _round(self) -> datetime | None:
        """Start what may start now; when to look again (a ring may come sooner)."""
        now = self._desk.clock.now()
        self._follow_the_clock(now)
        self._resting = {key: rest for key, rest in self._resting.items() if rest[0] > now}
        if self._health.broken and (self._flights or (self._health.opens_at or now) > now):
            return None if self._flights else self._health.opens_at
        await self._wake_the_more_urgent()
        skipped: set[Key] = set()
        for _ in range(PAGES):
            page = await self._page(now, skipped)
            stopped, until = self._start(page.jobs, skipped)
            if stopped:
                return until
            if not page.full:
                break
        return self._next(page.pending)

    def _follow_the_clock(self, now: datetime) -> None:
        """A clock that was set back makes nobody wait until it has caught up: what still must rest is found anew."""
        if self._looked_at is not None and now < self._looked_at:
            self._resting.clear()
            self._holding.forget()
            self._health.try_now(now)
        self._looked_at = now

    def _start(self, jobs: Sequence[Job], skipped: set[Key]) -> tuple[bool, datetime | None]:
        """Start each job that may go. True where all that follow must wait too, and until when (None: for a ring)."""
        now = self._desk.clock.now()  # the limits take an older moment for a clock that was set back
        for job in jobs:
            skipped.add(job.key)
            if not self._has_room(job.lane) or (self._health.broken and self._flights):
                return True, None  # an ending flight rings
            if self._chat_is_busy(job):
                continue
            if job.counts:
                in_chat = self._limits.in_chat(job.chat, job.lane, now)
                if in_chat > now:
                    self._resting[job.key] = (in_chat, job.lane)
                    self._holding.waits(job, in_chat, now)
                    continue
                overall = self._limits.overall(job.lane, now)
                if overall > now:
                    return True, overall  # jobs come by lane: for all that follow it is no sooner
            elif (held := self._limits.held_until(job.chat, now)) is not None:
                self._resting[job.key] = (held, job.lane)
                continue
            place = self._limits.took(job.chat, job.lane, now) if job.counts else None
            task = asyncio.get_running_loop().create_task(self._fly(job, place))
            self._flights[job.key] = _Flight(job, task)
        return False, None

    async def _wake_the_more_urgent(self) -> None:
        """A card that rests for its lane's sake may have become urgent since."""
        slow = {key for key, (_, lane) in self._resting.items() if key[0] == "show" and lane is not Lane.URGENT}
        if not slow:
            return
        hidden = [key[1] for key in self._flights.keys() | self._resting.keys() - slow if key[0] == "show"]
        async with self._desk.db.read() as uow:
            first = await uow.cards.lagging(PAGE, hidden)
        for card in first:
            if card.lane is Lane.URGENT:
                self._resting.pop(Show(card).key, None)

    def _has_room(self, lane: Lane) -> bool:
        return len(self._flights) < IN_FLIGHT + (URGENT_EXTRA if lane is Lane.URGENT else 0)

    def _chat_is_busy(self, job: Job) -> bool:
        """One call at a time in a chat keeps its order; an urgent one may go beside it."""
        there = [flight.job.lane for flight in self._flights.values() if flight.job.chat == job.chat]
        return len(there) > (1 if job.lane is Lane.URGENT and Lane.URGENT not in there else 0)

    async def _page(self, now: datetime, skipped: set[Key]) -> _Page:
        """The next jobs by lane, cards before tellings (replies hang on them)."""
        known = skipped | self._flights.keys() | self._resting.keys()
        rows = [key[1] for key in known if key[0] == "tell"]
        cards = [key[1] for key in known if key[0] == "show"]
        wished = sum(1 for key in known if key[0] == "wish")
        async with self._desk.db.read() as uow:
            tellings = await uow.outbox.pending(now, PAGE, rows)
            lagging = await uow.cards.lagging(PAGE, cards)
            wishes = await uow.messages.wishes(PAGE + wished)
            pending = await uow.outbox.next_pending(now)
        jobs: list[Job] = [Show(card) for card in lagging]
        jobs += [Tell(telling) for telling in tellings]
        jobs += [job for wish in wishes if (job := Wish(*wish)).key not in known]
        jobs.sort(key=lambda job: job.lane.rank)  # stable: within a lane as they came
        full = len(tellings) == PAGE or len(lagging) == PAGE or len(wishes) == PAGE + wished
        return _Page(jobs, full, pending)

    def _next(self, pending: datetime | None) -> datetime | None:
        rests = [until for until, _ in self._resting.values()]
        return min([*rests, *([pending] if pending is not None else [])], default=None)

    async def _fly(self, job: Job, place: Place | None) -> None:
        """One job from beginning to end; nothing it raises gets out."""
        call = _Timed(self._limits, place, self._desk.clock)
        try:
            result = await job.run(self._desk, call, self._failures.get(job.key, _Failed()).lost)
            if result is not None:
                self._landed(job, result)
        except Exception as error:  # our own mistake, or the storage's: it rests, and is given up in the end
            log.exception("job.failed", what=job.key[0], number=job.key[1], error=type(error).__name__)
            await self._our_fault(job, error)
        finally:
            call.over()
            del self._flights[job.key]
            self.bell.ring()

    def _landed(self, job: Job, result: SendResult) -> None:
        now = self._desk.clock.now()
        self._health.note(result, now)
        if result.outcome is Outcome.LATER and result.pause is not None:
            log.warning("chat.paused", chat=job.chat, seconds=result.pause.total_seconds())
            self._limits.paused(job.chat, result.pause, now)
        if result.outcome is Outcome.UNKNOWN:
            failed = self._failed(job, lost=not server_says_no(result))
            if not isinstance(job, Tell):  # a row keeps its own count and time; a card or wish rests here
                self._resting[job.key] = (again_at := now + pause_after(failed), job.lane)
                self._holding.waits(job, again_at, now)
        elif result.outcome is not Outcome.LATER:
            self._failures.pop(job.key, None)

    def _failed(self, job: Job, *, lost: bool = False) -> int:
        """Count it; how often it has failed by now."""
        before = self._failures.get(job.key, _Failed())
        self._failures[job.key] = _Failed(before.times + 1, before.lost + lost)
        return before.times + 1

    async def _our_fault(self, job: Job, error: Exception) -> None:
        failures = self._failed(job)
        self._resting[job.key] = (self._desk.clock.now() + pause_after(failures), job.lane)
        if failures < OUR_FAULTS:
            return
        try:
            await job.abandon(self._desk, f"our own fault: {type(error).__name__}")
            self._failures.pop(job.key, None)
        except Exception as second:  # then it rests longer and longer
            log.exception("job.not_abandoned", what=job.key[0], number=job.key[1], error=type(second).__name__)

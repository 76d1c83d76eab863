"""The composition root: the only place that knows every concrete class. Starts all of it in order, ends it in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog
from telegram.error import TelegramError

from bot import acts
from bot.admins import tell_admins
from bot.alarm import Alarmer
from bot.catch_up import CatchUp
from bot.clock import RealClock
from bot.config import Config
from bot.dispatcher import Dispatcher
from bot.downloader import Downloader
from bot.intake import Inlet, Poller
from bot.jobs import Desk
from bot.limits import Limits
from bot.menus import register_menus
from bot.planner import Planner
from bot.presence import Presence
from bot.ringing import means_of, missing_program
from bot.seams import Face
from bot.sweeper import Sweeper
from bot.transport import AiohttpRequest
from bot.watchdog import watch
from bot.worker import Worker
from care.domain.rules import Rules
from care.services.due_things import DUE_THINGS
from care.services.ports import Clock
from handlers import face
from handlers.messenger import Line, Messenger
from handlers.outcomes import NoSuchMethod, TokenRefused
from storage.database import Database
from storage.media import MediaFolder

log = structlog.get_logger(__name__)

ENDING = 4.0  # seconds that handlers, then calls under way, are given at the end; with the rest under 10 s


class BadToken(Exception):
    """getMe refuses the token."""


class LockLost(Exception):
    """Somebody else may be working on the database: we must not."""


@dataclass
class Parts:
    """What is built before the network is asked anything."""

    config: Config
    clock: Clock
    db: Database
    rules: Rules
    store: MediaFolder
    line: Line
    polling: AiohttpRequest
    calling: AiohttpRequest


class Gridcare:
    """The whole bot. `ready` is set after the first successful getMe."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        config, clock, db = parts.config, parts.clock, parts.db
        self.messenger = Messenger(parts.line, parts.store, clock, local_files=config.telegram.local_files)
        self.catch_up = CatchUp(clock, config.checkin.catch_up_max, steady=isinstance(clock, RealClock))
        self.inlet = Inlet(db, clock, face.lane_of, self.catch_up)
        desk = Desk(db, self.messenger, cast(Face, face), acts, clock, parts.rules)
        limits = Limits(
            per_second=config.telegram.messages_per_second,
            group_per_minute=config.telegram.group_messages_per_minute,
        )
        self.dispatcher = Dispatcher(desk, limits)
        self.heard_at = time.monotonic()  # when the network last showed that it is there, by poll or webhook
        self.presence = Presence(
            db, clock, self.catch_up, config.checkin.outage_after, lambda: time.monotonic() - self.heard_at
        )
        self.sweeper = Sweeper(db, DUE_THINGS, clock, parts.rules, self.catch_up, self.presence.back)
        self.planner = Planner(db, clock, parts.rules)
        self.downloader = Downloader(db, self.messenger, parts.store, clock)
        self.alarmer = Alarmer(desk, means_of(config))
        self.poller = self._poller()
        self.worker: Worker | None = None
        self.ready = asyncio.Event()
        self.username = ""
        self._fatal: asyncio.Future[None] | None = None

    def _poller(self) -> Poller:
        poller = Poller(self.parts.line, self.inlet, self.catch_up)
        poller.on_answer = self._network_answered
        poller.on_conflict = self._tell_conflict
        poller.on_token_refused = self._ask_whether_the_token_is_bad
        return poller

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; returns when in-flight work has ended.

        Raises BadToken, LockLost, Stalled (of the watchdog), or OSError where the webhook's address is taken.
        """
        self._fatal = asyncio.get_running_loop().create_future()
        ends: list[asyncio.Task[Any]] = [
            asyncio.create_task(stop.wait()),
            asyncio.create_task(self._until_lock_lost()),
            asyncio.create_task(self._alarm(), name="Alarmer"),  # from the first moment: it needs no network of ours
        ]
        begin = asyncio.create_task(self._begin())
        try:
            await asyncio.wait([begin, *ends], return_when=asyncio.FIRST_COMPLETED)
            if begin.done():
                begin.result()
                await self._work(ends)
            self._raise_from(ends)
        finally:
            for task in (begin, *ends):
                task.cancel()
            await asyncio.gather(begin, *ends, return_exceptions=True)
            await self.alarmer.finish(ENDING)  # where it all ended before the work began

    async def _alarm(self) -> None:
        """Ring the operator's means where nobody else is left."""
        if (program := missing_program(self.parts.config)) is not None:
            log.error("alarm.not_found", program=program)
        if self.alarmer.wanted:
            self.parts.db.on_commit(self.alarmer.bell.ring, self.alarmer.READS)
        await self.alarmer.run()

    async def _begin(self) -> None:
        """Ask who we are, for ever while nobody answers."""
        pause = 0.5
        while True:
            try:
                me = await self.parts.line.call("getMe")
                break
            except (TokenRefused, NoSuchMethod) as error:
                raise BadToken(error.message) from None
            except TelegramError as error:
                log.warning("telegram.unreachable", error=error.message[:200])
            await asyncio.sleep(pause)
            pause = min(15.0, pause * 2)
        self.username = str(me.get("username") or "") if isinstance(me, dict) else ""
        self.worker = Worker(
            self.parts.db, cast(Face, face), self.messenger, self.parts.clock, self.parts.rules, self.username
        )
        log.info("ready", username=self.username)

    async def _work(self, ends: list[asyncio.Task[Any]]) -> None:
        """Everything at once, until the first end; then in order: nothing new, what is in hand, what is under way."""
        assert self.worker is not None  # noqa: S101 -- made by _begin
        self._listen(self.worker)
        await self.presence.begin()
        running = [
            asyncio.create_task(part.run(), name=type(part).__name__)
            for part in (self.dispatcher, self.sweeper, self.planner, self.downloader)
        ]
        running.append(asyncio.create_task(self._read_what_came(self.worker), name="Worker"))
        async with AsyncExitStack() as servers:
            running += [asyncio.create_task(job, name="side") for job in await self._sides(servers)]
            intake = await self._intake(servers)
            self.ready.set()
            try:
                assert self._fatal is not None  # noqa: S101 -- made by run
                await asyncio.wait([*running, *intake, *ends, self._fatal], return_when=asyncio.FIRST_COMPLETED)
            finally:
                self.ready.clear()
                await self._end(intake, running)
            self._raise_from([*running, *intake, self._fatal])

    async def _read_what_came(self, worker: Worker) -> None:
        """A word counts for a check-in that is on file: of a day that nobody has planned yet, it would be lost."""
        await self.planner.looked.wait()
        await worker.run()

    async def _end(self, intake: list[asyncio.Task[None]], running: list[asyncio.Task[None]]) -> None:
        assert self.worker is not None  # noqa: S101 -- as above
        began = time.monotonic()
        alarms = asyncio.create_task(self.alarmer.finish(ENDING))
        await _cancel(task for task in intake if not task.done())
        workers = [task for task in running if task.get_name() != "Dispatcher" and not task.done()]
        await _cancel(workers)
        await self.worker.finish(ENDING)
        await _cancel(task for task in running if not task.done())
        await self.dispatcher.finish(ENDING)
        await self.presence.finish()
        await alarms
        log.info("stopped", seconds=round(time.monotonic() - began, 2))

    def _listen(self, worker: Worker) -> None:
        """Who is woken by what."""
        self.inlet.listeners.append(worker.bell.ring)
        db = self.parts.db
        db.on_commit(self.dispatcher.bell.ring, self.dispatcher.READS)
        db.on_commit(self.downloader.bell.ring, self.downloader.READS)
        db.on_commit(self.sweeper.bell.ring)  # what comes due may be any row: it hears of every commit

    async def _intake(self, servers: AsyncExitStack) -> list[asyncio.Task[None]]:
        telegram = self.parts.config.telegram
        if telegram.mode == "polling":
            parts = self.parts
            return [
                asyncio.create_task(self.poller.run(), name="Poller"),
                asyncio.create_task(watch(self.poller, parts.line, parts.polling), name="Watchdog"),
            ]
        from bot.webhook import Webhook  # noqa: PLC0415 -- a web server is not needed for polling

        assert telegram.webhook_url is not None  # noqa: S101 -- the config has been checked
        assert telegram.listen is not None  # noqa: S101 -- the config has been checked
        webhook = Webhook(
            self.parts.line,
            self.inlet,
            self.catch_up,
            url=telegram.webhook_url,
            secret=telegram.webhook_word,
            on_answer=self._network_answered,
        )
        await servers.enter_async_context(webhook.listening(telegram.listen.host, telegram.listen.port))
        return [asyncio.create_task(webhook.run(), name="Webhook")]

    async def _sides(self, servers: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        """What goes on beside the work: menus once, who was last seen, health for the operator."""
        config = self.parts.config
        sides: list[Coroutine[Any, Any, None]] = [
            _then_wait(register_menus(self.parts.line, config.community.language)),
            self.presence.run(),
            self.presence.look_often(),
            self.planner.look_often(),
        ]
        if config.web is not None:
            from bot.web import Web  # noqa: PLC0415 -- only where it is wanted

            web = Web(self, config.web)
            await servers.enter_async_context(web.listening())
            sides.append(web.run())
        return sides

    def _network_answered(self) -> None:
        self.heard_at = time.monotonic()
        self.dispatcher.network_is_there()
        self.sweeper.bell.ring()

    async def _tell_conflict(self) -> None:
        now = self.parts.clock.now()
        await tell_admins(self.parts.db, "watch.conflict", now.isoformat(timespec="hours"), now)

    async def _ask_whether_the_token_is_bad(self) -> None:
        try:
            await self.parts.line.call("getMe")
        except (TokenRefused, NoSuchMethod) as error:
            if self._fatal is not None and not self._fatal.done():
                self._fatal.set_exception(BadToken(error.message))
        except TelegramError as error:
            log.info("telegram.unreachable", error=error.message[:200])

    async def _until_lock_lost(self) -> None:
        raise LockLost(await self.parts.db.lost())

    @staticmethod
    def _raise_from(tasks: list[Any]) -> None:
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def next_due(self) -> datetime | None:
        """When time itself will give the bot something to do, as things are now; None: it waits for people only."""
        bells = (self.dispatcher.bell, self.downloader.bell, self.alarmer.bell)
        moments = [self.sweeper.next_due, *(bell.until for bell in bells)]
        if self.worker is not None:
            moments.append(self.worker.bell.until)
        return min((moment for moment in moments if moment is not None), default=None)

    async def settled(self, seconds: float = 10.0) -> None:
        """Return once nothing is to be done at this moment of the clock: for tests and the demo.

        The inbox is empty, nothing is in flight or can be sent now, nothing is due. Raises TimeoutError after so many
        seconds of real time.
        """
        async with asyncio.timeout(seconds):
            calm = 0
            while calm < 3:  # a commit rings the bells a moment later
                calm = calm + 1 if self._idle else 0
                if calm == 3 and await self._unread():
                    calm = 0
                await asyncio.sleep(0 if calm else 0.002)

    @property
    def _idle(self) -> bool:
        if self.worker is None or not self.ready.is_set():
            return False
        parts = (self.worker, self.dispatcher, self.sweeper, self.planner, self.presence, self.downloader, self.alarmer)
        return all(part.idle for part in parts)

    async def _unread(self) -> bool:
        """Whether something waits in the inbox, or has begun while we looked."""
        assert self.worker is not None  # noqa: S101 -- it is idle
        async with self.parts.db.read() as uow:
            waits = await uow.inbox.waits()
        return waits != self.worker.set_aside or not self._idle


async def _cancel(tasks: Any) -> None:
    gone = list(tasks)
    for task in gone:
        task.cancel()
    await asyncio.gather(*gone, return_exceptions=True)


async def _then_wait(once: Awaitable[None]) -> None:
    """Do it, then be quiet: a part that ends would end the whole."""
    try:
        await once
    except Exception as error:  # best effort: the menus are a convenience
        log.exception("side.failed", error=type(error).__name__)
    await asyncio.Event().wait()

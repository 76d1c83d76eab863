"""What the town's bot runs on: it is started, stopped in order, or loses its power from one moment to the next.

The bot of the demo shares the page's process, for they share one clock; a signal would kill both. So what a kill leaves
behind is brought about from outside: at that moment the bot loses its database and its network at once. Whatever it
has begun is rolled back, nothing that it still does reaches anybody, and none of its orderly steps at an end can be
taken: they need the one or the other. What is then left of it in memory is thrown away, and its locks with it, as the
kernel would; whoever is started afterwards knows what stands in the file and nothing else. The real `kill -9`, of a
process of its own, at random moments, is in tests/chaos.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from types import TracebackType

import structlog

from bot.build import build
from bot.clock import ScaledClock
from bot.config import Config
from bot.gridcare import Gridcare
from storage.database import Database
from storage.transaction import Transaction
from storage.unit import Unit

log = structlog.get_logger(__name__)

SOON = 0.5  # seconds, real


class DidNotStart(Exception):
    """The bot ended before it was ready."""


class Machine:
    """One bot at a time on one database. `on_end`: told of the error with which a bot ends that nobody has stopped."""

    def __init__(self, config: Config, clock: ScaledClock, on_end: Callable[[BaseException], None]) -> None:
        self.bot: Gridcare | None = None
        self._config, self._clock, self._on_end = config, clock, on_end
        self._life: _Life | None = None
        self._on_start: Callable[[Database], None] = _nobody

    def on_start(self, listener: Callable[[Database], None]) -> None:
        """Tell `listener` in which database each bot works: the one that runs now, and every later one."""
        self._on_start = listener
        if self.bot is not None:
            listener(self.bot.parts.db)

    async def start(self, *, wait: bool = True) -> Gridcare:
        """A bot from what stands in the file. `wait`: until it is ready, for which it needs the network.

        Raises DidNotStart, or what `build` raises.
        """
        assert self._life is None  # noqa: S101 -- the callers look first
        life = _Life()
        try:
            self.bot = await life.begin(self._config, self._clock, self._on_end)
            if wait:
                await life.ready()
        except BaseException:
            self.bot = None
            await life.end()
            raise
        self._life = life
        self._on_start(self.bot.parts.db)
        return self.bot

    async def lose_power(self) -> None:
        """Now, in the middle of whatever it does."""
        life, self._life, self.bot = self._life, None, None
        if life is not None:
            await life.break_off()

    async def stop(self) -> None:
        """In order, as at SIGTERM."""
        life, self._life, self.bot = self._life, None, None
        if life is not None:
            await life.end()


class _Life:
    """One bot from its start to its end, with all that belongs to it."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._stop = asyncio.Event()

    async def begin(self, config: Config, clock: ScaledClock, on_end: Callable[[BaseException], None]) -> Gridcare:
        storage = config.storage
        self._db = await self._stack.enter_async_context(Wired(storage.url, key_file=storage.key_file, lock=True))
        self._bot = await self._stack.enter_async_context(build(config, clock=clock, db=self._db))
        self._running = asyncio.create_task(self._bot.run(self._stop))
        self._running.add_done_callback(lambda task: self._told_of_its_end(task, on_end))
        return self._bot

    def _told_of_its_end(self, running: asyncio.Task[None], on_end: Callable[[BaseException], None]) -> None:
        if not running.cancelled() and (error := running.exception()) is not None and self._db.live:
            on_end(error)

    async def ready(self) -> None:
        """Return once it works; raises DidNotStart."""
        ready = asyncio.create_task(self._bot.ready.wait())
        try:
            await asyncio.wait({self._running, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if self._running.done():
            raise DidNotStart("the bot did not start") from self._running.exception()

    async def break_off(self) -> None:
        self._db.cut()
        try:
            for request in (self._bot.parts.calling, self._bot.parts.polling):
                await request.shutdown()
            await self._db.at_rest()
        finally:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            log.info("demo.bot_killed")
            await self._stack.aclose()

    async def end(self) -> None:
        self._stop.set()
        if hasattr(self, "_running"):
            await asyncio.gather(self._running, return_exceptions=True)  # its error has been told
        await self._stack.aclose()


def _nobody(_db: Database) -> None:
    """Nobody wants to know."""


class Wired(Database):
    """A database whose wire can be cut: from then on nothing is begun in it, and nothing that is under way is kept."""

    live = True
    beginning = 0  # transactions

    def cut(self) -> None:
        """From this moment on."""
        self.live = False

    async def at_rest(self) -> None:
        """Return soon, once nobody is connecting any more: a connection cut short there would be left open."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                while self.beginning:  # noqa: ASYNC110 -- for the blink of an eye
                    await asyncio.sleep(0.002)

    def write(self) -> Transaction:
        """As ever, while it is live."""
        return _Begun(super().write(), self)

    def read(self) -> Transaction:
        """As ever, while it is live."""
        return _Begun(super().read(), self)


class _Begun(Transaction):
    """A transaction over the wire. Where that is cut its task is over, without a word to anybody."""

    def __init__(self, inside: Transaction, wired: Wired) -> None:
        self._inside, self._wired = inside, wired

    async def __aenter__(self) -> Unit:
        """Begin."""
        if not self._wired.live:
            raise asyncio.CancelledError
        self._wired.beginning += 1
        try:
            return await self._inside.__aenter__()
        finally:
            self._wired.beginning -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back on an error, or where the wire has been cut."""
        if self._wired.live or kind is not None:
            await self._inside.__aexit__(kind, error, trace)
            return
        cut = asyncio.CancelledError()
        await self._inside.__aexit__(type(cut), cut, None)
        raise cut

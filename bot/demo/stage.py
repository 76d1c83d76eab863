"""The demo: a town with a local Telegram, the real bot talking HTTP to it, and the page to watch and play it on.

The bot is the one of `gridcare run`, built from a config.toml like any other; that it is a demo it cannot know. The
town can be set anew while the page stays: another world, another folder, another bot.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.clock import ScaledClock
from bot.config import Config
from bot.demo import samples
from bot.demo.board import Board, Showing
from bot.demo.day import DAY, OPENS, WARM_UP, Scene
from bot.demo.deeds import NotThere
from bot.demo.feed import PageFeed
from bot.demo.knowledge import Knowledge
from bot.demo.machine import DidNotStart, Machine
from bot.demo.mishaps import Mishaps
from bot.demo.neighbours import PEOPLE, Elder, Neighbour
from bot.demo.papers import TOKEN, ZONE, enrol, write_config, write_roster
from bot.demo.player import Player
from bot.demo.timekeeper import Timekeeper
from bot.demo.town import Town, settle
from bot.gridcare import Gridcare
from bot.rules import rules_of
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.serving import serving
from storage.database import Database

log = structlog.get_logger(__name__)

A_DAY = timedelta(days=1)
DEFAULT_PORT = 8080
PORTS_TRIED = 20  # from the default one on, where nobody asked for a certain one

Step = Callable[[str], None]
"""Told what is being done now, in English, for whoever waits."""


class PortTaken(Exception):
    """The page cannot be served there."""

    def __init__(self, host: str, port: int, why: OSError) -> None:
        super().__init__(f"{host}:{port} cannot be used ({why.strerror or why})")


class BotEnded(Exception):
    """The bot ended while the demo was running."""


class Stage:
    """Sets a town with its bot on the board, in place of the one before."""

    def __init__(self, people: Sequence[Neighbour], speed: float, step: Step) -> None:
        self.board = Board()
        self.broken: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        self._people, self._speed, self._step = people, speed, step
        self._standing = AsyncExitStack()
        self._setting = asyncio.Lock()

    async def set(self) -> None:
        """A town on its first morning. Raises BotEnded if its bot does not start; then all is as it was."""
        async with self._setting:
            async with AsyncExitStack() as building:
                showing = await self._build(building)
                before, self._standing = self._standing, building.pop_all()
            self.board.turn_to(showing)
            await before.aclose()

    async def strike(self) -> None:
        """Nothing stands any more."""
        async with self._setting:
            await self._standing.aclose()

    async def _build(self, stack: AsyncExitStack) -> Showing:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridcare-demo-")))
        day = this_morning(datetime.now(ZoneInfo(ZONE)))
        warm_up = any(isinstance(one, Elder) for one in self._people)
        clock = ScaledClock(datetime.combine(day - A_DAY, WARM_UP[0].at, day.tzinfo) if warm_up else day)
        time = Timekeeper(clock, settle(World(clock, token=TOKEN)))
        self._step("starting a Telegram of its own")
        api = await stack.enter_async_context(serve(time.town.world))
        config = Config.load(write_config(folder, api))
        self._step("importing the roster")
        await enrol(config, write_roster(folder, day.date(), self._people), clock.now())
        self._step("starting the bot")
        machine = Machine(config, clock, self._ended)
        mishaps = Mishaps(time, machine)
        stack.push_async_callback(mishaps.close)
        try:
            time.bot = await machine.start()
        except DidNotStart as error:
            raise BotEnded(str(error)) from error.__cause__
        stack.push_async_callback(time.close)
        if warm_up:
            await _the_day_before(time, day)
        knowledge = await stack.enter_async_context(_read_beside(machine, config, time))
        clock.set_speed(self._speed)
        return Showing(time, knowledge, mishaps)

    def _ended(self, error: BaseException) -> None:
        if not self.broken.done():
            self.broken.set_result(error)


async def _the_day_before(time: Timekeeper, day: datetime) -> None:
    """People meet the bot, and a night passes."""
    for meeting in WARM_UP:
        await time.go_to(datetime.combine(day - A_DAY, meeting.at, day.tzinfo))
        for deed in meeting.deeds:
            try:
                await deed.do(time.town.world)
            except NotThere as missing:
                log.warning("demo.left_out", deed=type(deed).__name__, why=str(missing))
        await time.settle()
    await time.go_to(day)


class Demo:
    """A demo that runs. `url` is the page's; town, clock and bot are those on the board now."""

    def __init__(self, url: str, stage: Stage, player: Player) -> None:
        self.url, self.player = url, player
        self._stage = stage

    @property
    def town(self) -> Town:
        """The town that is shown."""
        return self._stage.board.now.town

    @property
    def clock(self) -> ScaledClock:
        """Its clock."""
        return self._stage.board.now.clock

    @property
    def time(self) -> Timekeeper:
        """Who sets it."""
        return self._stage.board.now.time

    @property
    def knowledge(self) -> Knowledge:
        """What the bot in it knows."""
        knowledge = self._stage.board.now.knowledge
        assert knowledge is not None  # noqa: S101 -- the stage sets it with the town
        return knowledge

    @property
    def mishaps(self) -> Mishaps:
        """What can go wrong there."""
        mishaps = self._stage.board.now.mishaps
        assert mishaps is not None  # noqa: S101 -- likewise
        return mishaps

    @property
    def alive(self) -> bool:
        """Whether a bot runs there: a visitor may have killed it."""
        return self.time.bot is not None

    @property
    def bot(self) -> Gridcare:
        """The bot in it."""
        bot = self.time.bot
        assert bot is not None  # noqa: S101 -- set by the stage before the town is shown, and nobody has killed it
        return bot

    async def wait(self) -> None:
        """Wait for ever; raises BotEnded, from the bot's own error, if a bot ends by itself."""
        error = await asyncio.shield(self._stage.broken)
        raise BotEnded("the bot has ended") from error


@asynccontextmanager
async def demo(
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    speed: float = 1.0,
    pace: float = 1.0,
    people: Sequence[Neighbour] = PEOPLE,
    day: Sequence[Scene] = DAY,
    step: Step = lambda _: None,
) -> AsyncIterator[Demo]:
    """The whole demo, ready; everything is stopped and its folder removed at the end.

    `port` None: the first free one from 8080 on; 0: any. `speed`: clock seconds per wall second. `pace`: how long each
    scene of the day stays, 0: not at all. `people`: who is on the roster. `day`: what ▶ 看一天 plays. Raises PortTaken.
    """
    _see_that_it_is_free(host, port)
    async with AsyncExitStack() as stack:
        drawing = asyncio.create_task(asyncio.to_thread(samples.draw_all))  # meanwhile
        stack.push_async_callback(asyncio.wait, {drawing})
        stage = Stage(people, speed, step)
        stack.push_async_callback(stage.strike)
        await stage.set()
        player = Player(stage.board, stage.set, day, ZoneInfo(ZONE), pace)
        stack.push_async_callback(player.stop)
        feed = PageFeed(stage.board, player, host=host, zone=ZONE)
        url = await stack.enter_async_context(_page(feed, host, port))
        stack.callback(feed.close)
        yield Demo(url, stage, player)


def _see_that_it_is_free(host: str, port: int | None) -> None:
    """Before all the work: whether a port that somebody asked for can be had. Raises PortTaken."""
    if not port:
        return
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise PortTaken(host, port, error) from error


def this_morning(now: datetime) -> datetime:
    """Just before the greeting of today, whenever the visitor comes."""
    return datetime.combine(now, OPENS, now.tzinfo)


@asynccontextmanager
async def _read_beside(machine: Machine, config: Config, time: Timekeeper) -> AsyncIterator[Knowledge]:
    """The bot's database is read beside it, while the block runs."""
    storage = config.storage
    async with Database(storage.url, key_file=storage.key_file, connections=1) as db:
        knowledge = Knowledge(db, rules_of(config), time.clock, time.town.world)
        machine.on_start(knowledge.follow)
        await knowledge.look()
        reading = asyncio.create_task(knowledge.run())
        try:
            yield knowledge
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


@asynccontextmanager
async def _page(feed: PageFeed, host: str, port: int | None) -> AsyncIterator[str]:
    """The page, at `port` or the first free one."""
    ports = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED), 0]
    async with AsyncExitStack() as stack:
        url = ""
        for number in ports:
            try:
                url = await stack.enter_async_context(serving(feed.app, host, number))
                break
            except OSError as error:
                if number == ports[-1]:
                    raise PortTaken(host, number, error) from error
        yield f"{url}/"

"""The demo: a town with a local Telegram, the real bot talking HTTP to it, and the page to watch and play it on.

The bot is the one of `gridcare run`, built from a config.toml like any other; that it is a demo it cannot know.
"""

from __future__ import annotations

import asyncio
import csv
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.build import Gridcare, build
from bot.clock import ScaledClock
from bot.config import Config
from bot.demo import samples
from bot.demo.feed import PageFeed
from bot.demo.timekeeper import Timekeeper
from bot.demo.town import COMMUNITY_NAME, GROUNDS, PEOPLE, WANG, Town, boundaries, settle
from bot.importing import bring_in
from bot.roster_file import read_roster
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.serving import serving
from storage.database import Database

ZONE = "Asia/Shanghai"
DEFAULT_PORT = 8080
PORTS_TRIED = 20  # from the default one on, where nobody asked for a certain one
_TOKEN = "1:SANDBOX"  # noqa: S105  the sandbox's own, valid nowhere else

Step = Callable[[str], None]
"""Told what is being done now, in English, for whoever waits."""


class PortTaken(Exception):
    """The page cannot be served there."""

    def __init__(self, host: str, port: int, why: OSError) -> None:
        super().__init__(f"{host}:{port} cannot be used ({why.strerror or why})")


class BotEnded(Exception):
    """The bot ended while the demo was running."""


@dataclass(frozen=True)
class Demo:
    """A demo that runs. `url` is the page's."""

    url: str
    town: Town
    clock: ScaledClock
    bot: Gridcare
    _running: asyncio.Task[None]

    async def wait(self) -> None:
        """Wait for ever; raises BotEnded, from the bot's own error, if the bot ends."""
        await asyncio.wait({self._running})
        raise BotEnded("the bot has ended") from self._running.exception()


@asynccontextmanager
async def demo(
    *, host: str = "127.0.0.1", port: int | None = None, speed: float = 1.0, step: Step = lambda _: None
) -> AsyncIterator[Demo]:
    """The whole demo, ready; everything is stopped and its folder removed at the end.

    `port` None: the first free one from 8080 on; 0: any. `speed`: clock seconds per wall second. Raises PortTaken.
    """
    clock = ScaledClock(this_morning(datetime.now(ZoneInfo(ZONE))), speed)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridcare-demo-")))
        town = settle(World(clock, token=_TOKEN))
        time = Timekeeper(clock, town)
        feed = PageFeed(town, time, host=host, zone=ZONE)
        drawing = asyncio.create_task(asyncio.to_thread(samples.draw_all))  # meanwhile
        stack.push_async_callback(asyncio.wait, {drawing})
        step("starting a Telegram of its own")
        api = await stack.enter_async_context(serve(town.world))
        config = Config.load(write_config(folder, api))
        step("importing the roster")
        await enrol(config, write_roster(folder), clock.now())
        bot = await stack.enter_async_context(build(config, clock=clock))
        step("starting the bot")
        running = await stack.enter_async_context(_working(bot))
        time.bot = bot
        url = await stack.enter_async_context(_page(feed, host, port))
        stack.callback(feed.close)
        stack.push_async_callback(time.close)
        yield Demo(url, town, clock, bot, running)


def this_morning(now: datetime) -> datetime:
    """10:00 of today: by day groups are not spared the bell, whenever the visitor comes."""
    return now.replace(hour=10, minute=0, second=0, microsecond=0)


def write_config(folder: Path, api: str) -> Path:
    """A config.toml and its boundaries, as an operator would write them; the config's path."""
    (folder / "grids.geojson").write_text(json.dumps(boundaries(), ensure_ascii=False), encoding="utf-8")
    lines = [
        "[telegram]",
        f'token = "{_TOKEN}"',
        f'base_url = "{api}"',
        "",
        "[community]",
        f'name = "{COMMUNITY_NAME}"',
        f'timezone = "{ZONE}"',
        f"admins = [{WANG.user_id}]",
    ]
    for ground in GROUNDS:
        lines += ["", "[[areas]]", f'id = "{ground.id}"', f'name = "{ground.name}"', f'level = "{ground.level}"']
        lines += [f'parent = "{ground.parent}"'] if ground.parent else []
        lines += [f"chat_id = {ground.chat}", 'audience = "staff"'] if ground.chat else []
        lines += [f'boundary = "grids.geojson#{ground.id}"'] if ground.outline else []
    path = folder / "config.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_roster(folder: Path) -> Path:
    """The people as a roster that a community would hand in; its path."""
    path = folder / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["编号", "角色", "姓名", "区域", "telegram_id"])
        rows.writerows([one.ref, one.role, one.name, one.area or "", one.user_id] for one in PEOPLE)
    return path


async def enrol(config: Config, roster: Path, now: datetime) -> None:
    """Import the roster, as `gridcare import` does; raises ValueError for mistakes in it."""
    storage = config.storage
    async with Database(storage.url, key_file=storage.key_file, connections=1) as db:
        imported = await bring_in(db, read_roster(roster), config, now=now, dry_run=False)
    if imported.mistakes:
        raise ValueError(f"the demo's roster has mistakes: {imported.mistakes}")


@asynccontextmanager
async def _working(bot: Gridcare) -> AsyncIterator[asyncio.Task[None]]:
    """The bot runs while the block does; yields once it is ready."""
    stop = asyncio.Event()
    running, ready = asyncio.create_task(bot.run(stop)), asyncio.create_task(bot.ready.wait())
    try:
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            raise BotEnded("the bot did not start") from running.exception()
        yield running
    finally:
        ready.cancel()
        stop.set()
        await asyncio.gather(running, return_exceptions=True)  # its error is Demo.wait's to raise


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

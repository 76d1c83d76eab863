"""The demo's time: how fast it runs, and the leap to the next moment at which time gives the bot something to do.

Nothing is made up for a leap: the one clock that bot and sandbox share is moved, and the bot finds by itself what has
become due.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.build import Gridcare
from bot.clock import ScaledClock
from bot.demo.town import Town

log = structlog.get_logger(__name__)

PACE = timedelta(seconds=3)  # waits of the sending limits that belong to what is being sent, not to what comes next
PATIENCE = 5.0  # seconds, real: with the network down the bot may not come to rest


class NoBot(Exception):
    """No bot runs whose next moment could be leapt to."""


@dataclass(frozen=True)
class Leap:
    """What a leap has done: from when to when, and which chats show something new.

    `at` None: nothing was waited for, and the clock has not been moved.
    """

    since: datetime
    at: datetime | None = None
    chats: tuple[int, ...] = ()


class Timekeeper:
    """Sets the clock of one town. `bot` is set while one runs there."""

    def __init__(self, clock: ScaledClock, town: Town) -> None:
        self.clock = clock
        self.bot: Gridcare | None = None
        self._town = town
        self._leap: asyncio.Task[Leap] | None = None

    def set_speed(self, speed: float) -> None:
        """Go on at another speed; every page is told."""
        self.clock.set_speed(speed)
        self._town.world.record("clock")

    async def leap(self) -> Leap:
        """Go to the next moment at which the bot has something to do, and wait until it has done it.

        Whoever asks while a leap is under way shares that one: pressing twice leaps once. Raises NoBot.
        """
        if self._leap is None or self._leap.done():
            if self.bot is None:
                raise NoBot
            self._leap = asyncio.create_task(self._go(self.bot))
        under_way = self._leap
        await asyncio.wait({under_way})  # one who goes away does not end it for the others
        if under_way.cancelled():
            raise NoBot
        return under_way.result()

    async def close(self) -> None:
        """Break off a leap under way; there are no more."""
        self.bot = None
        if self._leap is not None:
            self._leap.cancel()
            await asyncio.gather(self._leap, return_exceptions=True)

    async def _go(self, bot: Gridcare) -> Leap:
        """One leap, during which the clock stands but for its jumps; every page is told when it begins and ends."""
        leap: Leap | None = None
        try:
            with self.clock.held():
                self._town.world.record("clock")
                await self._rest(bot, timedelta(0))  # what people did until now comes first
                leap = await self._to(bot.next_due(), bot)
            return leap
        finally:
            self._town.world.record("clock", leap=leap)

    async def _to(self, due: datetime | None, bot: Gridcare) -> Leap:
        since, seen = self.clock.now(), self._town.world.version
        if due is None:
            return Leap(since)
        self.clock.jump_to(due)
        at = self.clock.now()
        await self._rest(bot, PACE)
        leap = Leap(since, at, self._told_since(seen))
        log.info("demo.leapt", seconds=round((at - since).total_seconds()), chats=len(leap.chats))
        return leap

    async def _rest(self, bot: Gridcare, pace: timedelta) -> None:
        """Until nothing is to be done now. Sending limits that let the next call go within `pace` are jumped over."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self._calm(bot)
                    goes_on = bot.dispatcher.bell.until
                    if goes_on is None or goes_on - self.clock.now() > pace:
                        return
                    self.clock.jump_to(goes_on)
        except TimeoutError:
            log.warning("demo.no_rest")  # time goes on all the same

    async def _calm(self, bot: Gridcare) -> None:
        while True:
            await bot.settled(PATIENCE)
            if not self._town.world.updates.pending():  # what the bot has not yet fetched, or not yet kept
                return
            await asyncio.sleep(0.01)

    def _told_since(self, seen: int) -> tuple[int, ...]:
        """The chats in which the bot has said or changed something since that event, as they stand on the page."""
        world = self._town.world
        told = set()
        for event in world.events[seen:]:
            if event.kind in ("message", "edit") and event.chat_id is not None:
                message = world.chats[event.chat_id].live(event.message_id or 0)
                if message is not None and message.sender is world.bot:
                    told.add(event.chat_id)
        shown = dict.fromkeys(desk.chat for pane in self._town.panes for desk in pane.desks)
        return tuple(chat for chat in shown if chat in told)

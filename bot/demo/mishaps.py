"""What a visitor can let go wrong, to see what holds: the network, the bot itself, somebody's phone.

Each is a real one. The network: the town's Telegram cuts every connection of the bot's and takes no new one, in both
directions, while people go on writing to it. The bot: it loses its power (`machine.py`) and stays dead until it is
started again from its database. A phone: its owner blocks the bot, and Telegram answers it 403.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import structlog

from bot.demo.machine import Machine
from bot.demo.timekeeper import Timekeeper
from bot.sandbox.people import Phone
from bot.sandbox.records import Json

log = structlog.get_logger(__name__)

PATIENCE = 40.0  # seconds, real: between two tries of a bot that has been cut off lie 15
LOOK_EVERY = 0.02  # likewise; a connection that comes back tells nobody but the bot


class Line(StrEnum):
    """Between the bot and Telegram."""

    UP = "up"
    DOWN = "down"
    RETURNING = "returning"  # there again, and the bot has not noticed yet


class Power(StrEnum):
    """Of the machine the bot runs on."""

    ON = "on"
    OFF = "off"
    RETURNING = "returning"  # it is starting


class Mishaps:
    """Of one town. Each can be set twice; who sets another while one changes waits for it."""

    def __init__(self, time: Timekeeper, machine: Machine) -> None:
        self.line = Line.UP
        self.power = Power.ON
        self._time, self._machine = time, machine
        self._world = time.town.world
        self._changing = asyncio.Lock()
        self._closing = False

    def view(self) -> Json:
        """What has gone wrong now."""
        blocked = [phone.id for phone in self._world.phones.values() if phone.blocked]
        return {"line": self.line, "power": self.power, "blocked": blocked}

    async def set_line(self, *, down: bool) -> None:
        """📡 The network between the bot and Telegram goes, or is there again."""
        async with self._changing:
            if down == (self.line is Line.DOWN):
                return
            self._world.faults.network_down = down
            log.info("demo.line", down=down)
            self._line_is(Line.DOWN if down else Line.RETURNING)
            if not down:
                async with self._clock_waits():
                    await self._until_it_hears()
                self._line_is(Line.UP)

    async def set_power(self, *, off: bool) -> None:
        """🔌 The bot dies at this moment, or is started again. What `build` raises comes through: then it stays off."""
        async with self._changing:
            if off == (self.power is Power.OFF):
                return
            if off:
                self._time.bot_died()
                await self._machine.lose_power()
                self._power_is(Power.OFF)
                return
            self._power_is(Power.RETURNING)
            try:
                async with self._clock_waits():
                    self._time.bot = await self._machine.start(wait=self.line is not Line.DOWN)
                    await self._until_it_hears()
            finally:
                self._power_is(Power.ON if self._machine.bot is not None else Power.OFF)

    def set_blocked(self, phone: Phone, *, blocked: bool) -> None:
        """🚫 Somebody stops the bot on his phone, or lets it in again. The world tells the bot and the pages."""
        if blocked:
            phone.block_bot()
        else:
            phone.unblock_bot()

    async def close(self) -> None:
        """The town goes: whatever changes ends its waiting, and the bot is stopped in order."""
        self._closing = True
        async with self._changing:
            await self._machine.stop()

    async def _until_it_hears(self) -> None:
        """Until the bot has noticed that the network is there: its pauses between two tries are real seconds."""
        bot = self._machine.bot
        if bot is None or self.line is Line.DOWN:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                while not (self._closing or (bot.ready.is_set() and bot.catch_up.read_all)):  # noqa: ASYNC110 -- see LOOK_EVERY
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            log.warning("demo.still_deaf")

    @asynccontextmanager
    async def _clock_waits(self) -> AsyncIterator[None]:
        """The clock stands meanwhile: a few real seconds at 600× would be an outage of hours that nobody wished for."""
        try:
            with self._time.clock.held():
                self._world.record("clock")
                yield
        finally:
            self._world.record("clock")

    def _line_is(self, line: Line) -> None:
        self.line = line
        self._world.record("mishap")

    def _power_is(self, power: Power) -> None:
        self.power = power
        self._world.record("mishap")

"""The demo's time: how fast it runs, and the leap to the next moment at which time gives the bot something to do.

Nothing is made up for a leap: the one clock that bot and sandbox share is moved, and the bot finds by itself what has
become due.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import ScaledClock
from bot.demo.town import Town
from bot.gridcare import Gridcare

log = structlog.get_logger(__name__)

PACE = timedelta(seconds=3)  # waits of the sending limits that belong to what is being sent, not to what comes next
PATIENCE = 5.0  # seconds, real, of who has pressed ⏭: with the network down the bot may not come to rest
LONG_PATIENCE = 20.0  # likewise of a script, which has to find what the bot has made of it, on a slow machine too
MOST_HOPS = 40  # moments at which the bot has done something that nobody sees (such as planning a day)
FARTHEST = timedelta(days=3)  # no further over such moments
A_LITTLE = timedelta(seconds=1)  # at least so far at once: what is overdue and stays so does not hold the clock


class NoBot(Exception):
    """No bot runs whose next moment could be leapt to."""


class BotDied(NoBot):
    """It has been killed, and may be started again."""


@dataclass(frozen=True)
class Leap:
    """What a leap has done: from when to when, and which chats show something new.

    `at` None: nothing was waited for, and the clock has not been moved.
    """

    since: datetime
    at: datetime | None = None
    chats: tuple[int, ...] = ()


class Timekeeper:
    """Sets the clock of one town. `bot` is set while one runs there; `bot_died` says that it does not any more."""

    def __init__(self, clock: ScaledClock, town: Town) -> None:
        self.clock = clock
        self.bot: Gridcare | None = None
        self.town = town
        self._leap: asyncio.Task[Leap] | None = None
        self._moving = asyncio.Lock()
        self._death = asyncio.Event()
        self._dead = False

    def set_speed(self, speed: float) -> None:
        """Go on at another speed; every page is told."""
        self.clock.set_speed(speed)
        self.town.world.record("clock")

    async def leap(self) -> Leap:
        """Go to the next moment at which the bot has something to tell, and wait until it has done it.

        Whoever asks while a leap is under way shares that one: pressing twice leaps once. Raises NoBot.
        """
        if self._leap is None or self._leap.done():
            self._leap = asyncio.create_task(self._to_the_next(self._the_bot()))
        under_way = self._leap
        await asyncio.wait({under_way})  # one who goes away does not end it for the others
        if under_way.cancelled():
            raise NoBot
        return under_way.result()

    async def forward(self, until: datetime) -> Leap:
        """Go on as `leap` does, but not past `until`, which comes where nothing is told before. Raises NoBot."""
        bot = self._the_bot()
        try:
            async with self._moving:
                with self.clock.held():
                    await self._rest(bot, timedelta(0), LONG_PATIENCE)
                    return await self._on(bot, until, LONG_PATIENCE)
        finally:
            self.town.world.record("clock")

    async def go_to(self, when: datetime) -> None:
        """Let the time until then pass, stopping wherever the bot has something to tell. Raises NoBot."""
        while self.clock.now() < when:
            await self.forward(when)

    async def settle(self) -> None:
        """Wait until the bot has done what is to be done now; the clock goes on by what sending limits ask for."""
        bot = self._the_bot()
        async with self._moving:
            with self.clock.held():
                await self._rest(bot, PACE, LONG_PATIENCE)

    def bot_died(self) -> None:
        """There is none until `bot` is set again: whoever waits for it to come to rest waits no longer."""
        self.bot, self._dead = None, True
        death, self._death = self._death, asyncio.Event()
        death.set()

    async def close(self) -> None:
        """Break off a leap under way; there are no more."""
        self.bot, self._dead = None, False
        if self._leap is not None:
            self._leap.cancel()
            await asyncio.gather(self._leap, return_exceptions=True)

    def _the_bot(self) -> Gridcare:
        if self.bot is None:
            raise BotDied if self._dead else NoBot
        return self.bot

    async def _to_the_next(self, bot: Gridcare) -> Leap:
        """One leap, during which the clock stands but for its jumps; every page is told when it begins and ends."""
        leap: Leap | None = None
        try:
            async with self._moving:
                with self.clock.held():
                    self.town.world.record("clock")
                    await self._rest(bot, PACE, PATIENCE)  # what people did until now comes first, and its answer
                    leap = await self._on(bot, None, PATIENCE)
            return leap
        finally:
            self.town.world.record("clock", leap=leap)

    async def _on(self, bot: Gridcare, until: datetime | None, patience: float) -> Leap:
        """From moment to moment of the bot's, until one shows something new."""
        since, seen = self.clock.now(), self.town.world.version
        at: datetime | None = None
        for _ in range(MOST_HOPS):
            due = bot.next_due()
            if due is not None:
                due = due if due > self.clock.now() else self.clock.now() + A_LITTLE
            if until is not None and (due is None or due >= until):
                due = until
            if due is None or (at is not None and until is None and due - since > FARTHEST):
                break
            self.clock.jump_to(due)
            at = self.clock.now()
            if not await self._rest(bot, PACE, patience) or self._told_since(seen) or due == until:
                break
        leap = Leap(since, at, self._told_since(seen))
        if at is not None:
            log.info("demo.leapt", seconds=round((at - since).total_seconds()), chats=len(leap.chats))
        return leap

    async def _rest(self, bot: Gridcare, pace: timedelta, patience: float) -> bool:
        """Until nothing is to be done now; False where it does not come to that.

        Sending limits that let the next call go within `pace` are jumped over.
        """
        try:
            async with asyncio.timeout(patience):
                while True:
                    await self._calm(bot, patience)
                    goes_on = bot.dispatcher.bell.until
                    if goes_on is None or goes_on - self.clock.now() > pace:
                        return True
                    self.clock.jump_to(goes_on)
        except TimeoutError:
            log.warning("demo.no_rest")  # time goes on all the same
            return False

    async def _calm(self, bot: Gridcare, patience: float) -> None:
        world, waited = self.town.world, True
        while True:
            await self._settled(bot, patience)
            waits = bool(world.updates.pending())  # what the bot has not yet fetched, or not yet kept
            if world.faults.network_down or not (waits or waited):  # with the network down it cannot
                return
            # what it has fetched meanwhile may have come after it was seen at rest: once more
            waited = waits
            await asyncio.sleep(0.01 if waits else 0)

    async def _settled(self, bot: Gridcare, patience: float) -> None:
        """As the bot's own; raises BotDied where it dies meanwhile, or did so since the last look."""
        if self.bot is not bot:
            raise BotDied if self._dead or self.bot is not None else NoBot
        settling, death = asyncio.create_task(bot.settled(patience)), asyncio.create_task(self._death.wait())
        try:
            await asyncio.wait({settling, death}, return_when=asyncio.FIRST_COMPLETED)
            if death.done():
                raise BotDied
            settling.result()
        finally:
            for task in (settling, death):
                task.cancel()
            await asyncio.gather(settling, death, return_exceptions=True)

    def _told_since(self, seen: int) -> tuple[int, ...]:
        """The chats in which the bot has said or changed something since that event, as they stand on the page."""
        world = self.town.world
        told = set()
        for event in world.events[seen:]:
            if event.kind in ("message", "edit") and event.chat_id is not None:
                message = world.chats[event.chat_id].live(event.message_id or 0)
                if message is not None and message.sender is world.bot:
                    told.add(event.chat_id)
        shown = dict.fromkeys(desk.chat for pane in self.town.panes for desk in pane.desks)
        return tuple(chat for chat in shown if chat in told)

"""What the bot knows: read from its own database, beside it, as `gridcare ledger` reads it; told to every page.

It is looked at after a commit that changed something of it, a few times a second at most, and told only where it has
become another. What stands there is what a bot that is started now would begin with: also while none runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.clock import ScaledClock
from bot.demo import known, known_outbox
from bot.sandbox.records import Json
from bot.sandbox.world import World
from care.domain.errors import CareError
from care.domain.rules import Rules
from storage.database import Database
from storage.errors import StorageError

log = structlog.get_logger(__name__)

READS = frozenset(
    {
        "appointments",
        "bindings",
        "cards",
        "checkins",
        "erasures",
        "history",
        "inbox",
        "inquiries",
        "items",
        "kin",
        "lists",
        "outages",
        "outbox",
        "pauses",
        "questions",
        "recordings",
    }
)
REST = 0.25  # seconds, real, between two looks


class Knowledge:
    """Of one town's bot, read through `db`, a connection of its own. `view` is what was seen last."""

    def __init__(self, db: Database, rules: Rules, clock: ScaledClock, world: World) -> None:
        self.view: Json = {}
        self.number = 0  # of the look that found it so; the page is told the newest only
        self._db, self._rules, self._clock, self._world = db, rules, clock, world
        self._changed = asyncio.Event()
        self._forget: Callable[[], None] = _nothing

    def follow(self, bots: Database) -> None:
        """From now on this is the database in which a bot works: its commits are heard of."""
        self._forget()
        self._forget = bots.on_commit(self._changed.set, READS)
        self._changed.set()

    async def run(self) -> None:
        """Look whenever something has changed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self.look()
            except (CareError, StorageError) as error:  # the bot goes on all the same, and so does the page
                log.warning("demo.not_read", error=str(error))
            await asyncio.sleep(REST)

    async def look(self) -> None:
        """Read it now; pages are told if it is not what it was."""
        view = await self._read()
        if view != self.view:
            self.view = view
            self.number += 1
            self._world.record("knows", number=self.number)

    async def _read(self) -> Json:
        now = self._clock.now()
        async with self._db.read() as uow:
            look = known.Reading(uow, self._rules, now)
            items, checkins = await known.items(look), await known.checkins(look)
            view: Json = {
                "items": [view for _, view, _ in items],
                "checkins": [view for _, view, _ in checkins if view["today"]],
                "due": await known.due(look, items, checkins),
                "outbox": await known_outbox.outbox(look),
            }
        view["outbox"] |= {"told": await known_outbox.told_today(self._db, look)}
        return view


def _nothing() -> None:
    """Nobody is followed yet."""

"""What stands on the demo's page now. Set anew, it is another town, and every page begins again with it."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from bot.clock import ScaledClock
from bot.demo.film import Film
from bot.demo.knowledge import Knowledge
from bot.demo.mishaps import Mishaps
from bot.demo.timekeeper import Timekeeper
from bot.demo.town import Town


@dataclass(frozen=True)
class Showing:
    """One town from its beginning, with its time. `run` tells its events' numbers from those of any other.

    `knowledge`, `mishaps`: of its bot, where there is one.
    """

    time: Timekeeper
    knowledge: Knowledge | None = None
    mishaps: Mishaps | None = None
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    film: Film = field(init=False)

    def __post_init__(self) -> None:
        """The film begins with the showing."""
        object.__setattr__(self, "film", Film(self.time.town))

    @property
    def town(self) -> Town:
        """The town."""
        return self.time.town

    @property
    def clock(self) -> ScaledClock:
        """The one clock of the town, its bot and the page."""
        return self.time.clock


class Board:
    """Between the town and the pages: which showing is on. Whoever follows one is told when it is over."""

    def __init__(self, showing: Showing | None = None) -> None:
        self._now = showing
        self._over = asyncio.Event()

    @property
    def now(self) -> Showing:
        """The showing that is on; there is one before anybody looks."""
        assert self._now is not None, "nothing stands on the board"  # noqa: S101 -- the stage sets a town first
        return self._now

    def turn_to(self, showing: Showing) -> None:
        """Show another; who waited for the end of the one before wakes."""
        self._now = showing
        over, self._over = self._over, asyncio.Event()
        over.set()

    async def over(self, showing: Showing) -> None:
        """Return once that showing is not on any more."""
        while self._now is showing:
            await self._over.wait()

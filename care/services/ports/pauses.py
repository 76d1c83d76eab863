"""Pauses that hold and when they are looked at, and when relatives who wish it hear that all is well.

Times are aware UTC; persons are person ids; days are the community's own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from care.domain.elders import GoodNews
from care.domain.pauses import PauseOnFile


class Pauses(Protocol):
    """Pauses that hold; one that has ended, or gave way to another, is none of them. `Elders.pause` begins one."""

    async def get(self, pause: int) -> PauseOnFile | None:
        """The pause, while it holds."""

    async def of_elder(self, elder: int) -> PauseOnFile | None:
        """Hers, if she is away."""

    async def ending(self, day: date, now: datetime) -> Sequence[PauseOnFile]:
        """Those after which somebody is greeted again on that day, and of which the group is to be told by now."""

    async def unanswered(self) -> Sequence[PauseOnFile]:
        """Those that were asked about, and nobody has answered, the longest first."""

    async def asked(self, pause: int, now: datetime, next_at: datetime | None) -> None:
        """The question was put."""

    async def heard(self, pause: int, next_at: datetime | None) -> None:
        """It was answered: she is still away."""

    async def look_again(self, pauses: Collection[int], next_at: datetime | None) -> None:
        """Change only when these are looked at."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those to be looked at by now, earliest first."""


@dataclass(frozen=True, kw_only=True)
class NewsWish:
    """That a relative wants to hear when an elder is well, and when he hears it next."""

    family: int
    elder: int
    choice: GoodNews
    next_at: datetime


class News(Protocol):
    """Good news for relatives who chose to hear it. `Elders.set_good_news` keeps the choice."""

    async def wishes_of(self, family: int) -> Sequence[NewsWish]:
        """What a relative wants to hear, by elder."""

    async def told(self, family: int, elder: int, next_at: datetime) -> None:
        """Its time has passed; when it comes next."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of the relatives who are to hear something by now, earliest first."""

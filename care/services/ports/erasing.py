"""That all that is kept of somebody goes, and what it waits for.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Somebody wants to be forgotten; it is looked at again when it is due."""

    person: int
    wished_at: datetime
    due_at: datetime


class Erasures(Protocol):
    """Who wants to be forgotten. Item numbers and counts stay; the person behind them is nobody any more."""

    async def wish(self, person: int, now: datetime, due_at: datetime) -> None:
        """He wants it; wished twice is wished once."""

    async def unwish(self, person: int) -> bool:
        """He does not any more; False if he had not wished it, or it is done."""

    async def find(self, person: int) -> Erasure | None:
        """What he has wished."""

    async def put_off(self, person: int, due_at: datetime) -> None:
        """It is looked at again then."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Persons whose time has come, earliest first."""

    async def waits_for(self, person: int) -> Sequence[int]:
        """Items that must end first: what is under way about him, from him, or in his hands."""

    async def settled(self, person: int) -> Sequence[int]:
        """Items about him or from him that are settled and could still be reopened."""

    async def blank_items(self, person: int, now: datetime, limit: int) -> bool:
        """Take his words, places and photos out of the next so many ended items; whether there may be more."""

    async def erase(self, person: int, now: datetime) -> int | None:
        """Everything else that is kept of him goes; the chat he had with us, if there was one.

        What stands there of ours is wished away. Call it once `blank_items` has no more to do.
        """

    async def forget_telling(self, row: int, chat: int, message: int | None) -> None:
        """The last word to him leaves no trace either."""

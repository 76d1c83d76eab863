"""What reached us, kept before the network is told so.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Received:
    """An update as it came, not yet dealt with. `lane` is the key within which order is kept (the chat).

    `backlog`: it had waited at the network while we were away, nobody knows for how long.
    """

    update: int
    lane: int
    body: str
    attempts: int
    received_at: datetime
    backlog: bool = False


class Inbox(Protocol):
    """What reached us, kept before the network is told so."""

    async def add(
        self, updates: Sequence[tuple[int, int, str]], now: datetime, *, backlog: bool = False
    ) -> Sequence[int]:
        """Keep (update id, lane, raw JSON); the ids that were new."""

    async def waiting(self, limit: int, exclude: Collection[int] = ()) -> Sequence[Received]:
        """Not dealt with, oldest first; `exclude`: update ids that are in work."""

    async def waits(self) -> int:
        """How many are not dealt with."""

    async def unread_since(self, lanes: Collection[int]) -> Mapping[int, datetime]:
        """Of these chats those from which something is not dealt with, and since when the oldest of it is here."""

    async def done(self, update: int) -> None:
        """Dealt with, in this transaction: its body is wiped; its id stays for de-duplication.

        Raises StaleState if it was dealt with before, so that its effect is never applied twice.
        """

    async def failed(self, update: int, error: str) -> int:
        """One more attempt failed; how many have by now. Raises StaleState if it was dealt with before."""

    async def park(self, update: int, item: int) -> None:
        """It cannot be dealt with; `item` speaks for it from now on. Raises StaleState as `done` does."""

    async def forget(self, before: datetime) -> int:
        """Remove rows dealt with that came before then; how many. Wipes parked ones whose item is settled."""

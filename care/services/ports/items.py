"""Items and their histories, as the acts need them.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from care.domain.items import Event, Item, Kind


class Items(Protocol):
    """Items and their histories."""

    async def next_number(self) -> int:
        """The next number of the installation's one sequence; never given twice."""

    async def add(self, item: Item, event: Event, due_at: datetime | None) -> None:
        """Keep a new item with its first event."""

    async def save(self, item: Item, event: Event, due_at: datetime | None) -> None:
        """Keep the item after one event; raises StaleState if it is not at `item.version - 1` on file."""

    async def set_due(self, number: int, due_at: datetime | None) -> None:
        """Change only when the item is looked at again."""

    async def get(self, number: int) -> Item:
        """The item; raises NotFound."""

    async def history(self, number: int) -> Sequence[Event]:
        """All its events, oldest first."""

    async def by_reporter(self, person: int, limit: int) -> Sequence[Item]:
        """A person's latest reports (reports and disputes), newest first."""

    async def in_hand(self, person: int) -> int:
        """How many items the person has claimed and not settled."""

    async def count_reports(self, person: int, since: datetime) -> int:
        """How many reports the person has made since then, drafts included; not those he took back himself."""

    async def latest_place(self, person: int, since: datetime) -> Item | None:
        """The person's latest report since then that has a place with words or a point."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Numbers of the items whose due time has come, earliest first."""

    async def is_due(self, number: int, now: datetime) -> bool:
        """Whether its due time has come and nobody has acted on it since."""

    async def due_in(self, chats: Collection[int], now: datetime, limit: int) -> Sequence[Item]:
        """Open items whose due time has come and whose card is in one of these chats, earliest first."""

    async def several(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Those of these that there are, by number."""

    async def latest_about(self, elder: int, kind: Kind) -> Item | None:
        """The live item of this kind about her; where there is none, the youngest that there was."""

    async def live_about(self, elder: int, kinds: Collection[Kind] = tuple(Kind)) -> Sequence[Item]:
        """Live items about her of these kinds (default: all), oldest first."""

    async def settled_at(self, elder: int, moment: datetime) -> Sequence[Item]:
        """What about this elder was settled at that very moment, oldest first."""

    async def pledged_by(self, person: int) -> Sequence[Item]:
        """What the person has said 🙋 to and does not have yet, since its sheet has not reached him."""

    async def in_states(self, states: Collection[str], areas: Collection[str] | None = None) -> Sequence[Item]:
        """Items in these states, oldest first; of these areas, or of all."""

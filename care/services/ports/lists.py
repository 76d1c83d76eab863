"""A group's lists of names, and how a day's check-ins stand, a line each.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from care.domain.elders import ElderState, Mode
from care.domain.name_lists import Half, Sort
from care.domain.tally import DayLine
from care.services.ports.telling import Address
from care.services.ports.voices import Hearing


@dataclass(frozen=True, kw_only=True)
class GroupList:
    """One list: one message of one chat for a half of a day. `area`: of what has climbed its grid, else ""."""

    id: int
    address: Address
    sort: Sort
    area: str
    day: date
    half: Half
    opened_at: datetime
    named_at: datetime  # the last new name
    called_at: datetime  # it rang last
    reminded: int  # since the last new name
    climbed_at: datetime | None  # ⬆️ was said last
    ended_at: datetime | None  # nobody on it is missing
    message: int | None  # None: not posted yet, or not any more
    on_its_way: bool  # it is being posted
    posts: int  # how often it was to be posted
    next_at: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True)
class ListName:
    """One name on a list: of a silence that has become an item, or of a voice that waits.

    `climbed`: of how many climbs the item had taken when it was put there. `hearing`: how far the voice has got; None
    of a silence, and of a voice that is not on file any more.
    """

    list: int
    elder: int
    item: int | None
    recording: int | None
    climbed: int
    added_at: datetime
    sent_at: datetime | None = None  # the voice
    hearing: Hearing | None = None

    @property
    def waits(self) -> bool:
        """The voice waits here to be heard."""
        return self.hearing is Hearing.WAITING


@dataclass(frozen=True, kw_only=True)
class Member:
    """An elder of an area, without her name: whether she takes part, and how; `until` of a pause as in `Pause`."""

    elder: int
    area: str
    state: ElderState
    mode: Mode
    paused: bool
    until: date | None


class Lists(Protocol):
    """Who is named to whom."""

    async def open(
        self, address: Address, sort: Sort, area: str, day: date, half: Half, now: datetime
    ) -> tuple[GroupList, bool]:
        """The list of that chat and half-day, and whether it is new."""

    async def get(self, list_id: int) -> GroupList:
        """The list; raises NotFound."""

    async def save(self, changed: GroupList) -> GroupList:
        """Keep what has changed of it; raises StaleState if it is not at this version on file."""

    async def wake(self, lists: Collection[int], now: datetime) -> None:
        """They shall be looked at at once."""

    async def name(
        self,
        list_id: int,
        elder: int,
        now: datetime,
        *,
        item: int | None = None,
        recording: int | None = None,
        climbed: int = 0,
    ) -> bool:
        """Her name stands on it; False if it did already (then only `climbed` changes)."""

    async def strike(self, list_id: int, item: int) -> None:
        """The item's name does not belong on that list any more."""

    async def names(self, list_id: int) -> Sequence[ListName]:
        """The names, in the order in which they came."""

    async def of_item(self, item: int) -> Sequence[GroupList]:
        """Every list that names the item, the latest first."""

    async def of_elder(self, elder: int, since: datetime) -> Sequence[GroupList]:
        """Every list that names her and is not over, or was opened since then; the latest first."""

    async def counting(self, elder: int, since: date) -> Sequence[GroupList]:
        """Lists of the silent of these days that count her, for they name somebody of her area."""

    async def in_chat(self, chat: int) -> Sequence[GroupList]:
        """The lists that stand in that chat (in any topic), or are on their way there."""

    async def posted_as(self, chat: int, message: int) -> GroupList | None:
        """The list that stands there as this message."""

    async def leave_topic(self, chat: int, thread: int) -> Sequence[GroupList]:
        """The topic is gone, with all that stood in it: its lists belong to the chat itself, and stand nowhere yet."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of the lists whose time has come, earliest first."""

    async def is_due(self, list_id: int, now: datetime) -> bool:
        """Whether its time has come and nobody has looked at it since."""

    async def day_lines(self, areas: Collection[str], day: date) -> Sequence[DayLine]:
        """The check-ins of one local day of elders whose home is in one of these areas."""

    async def members(self, areas: Collection[str]) -> Sequence[Member]:
        """The elders whose home is in one of these areas: only what counting needs."""

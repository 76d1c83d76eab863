"""Elders, their families, who was told that something may be wrong with one, and who has looked at what is personal.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from care.domain.elders import ElderRecord, ElderState, GoodNews, Pause
from care.domain.people import Person


@dataclass(frozen=True)
class Reach:
    """Somebody to call for an elder; `phone` is E.164, None where none is on file."""

    name: str
    relation: str
    phone: str | None


@dataclass(frozen=True, kw_only=True)
class Private:
    """What only a claimer may read of an elder, and each look is noted."""

    name: str
    address: str | None
    phone: str | None
    health: str | None
    routine: str | None
    lives_with: str | None
    key_holder: str | None
    contacts: tuple[Reach, ...]


@dataclass(frozen=True)
class Relative:
    """One of an elder's family, and what good news he wants."""

    person: Person
    good_news: GoodNews


class Elders(Protocol):
    """Who is looked after, and by whom watched."""

    async def find(self, person: int) -> ElderRecord | None:
        """The elder; None if this person is none."""

    async def several(self, persons: Collection[int]) -> Sequence[ElderRecord]:
        """Those of these who are elders, by person id."""

    async def in_areas(self, areas: Collection[str], states: Collection[ElderState] = ()) -> Sequence[ElderRecord]:
        """Elders whose home is in one of these areas (states: default all), by person id."""

    async def set_state(self, person: int, state: ElderState, now: datetime) -> None:
        """She joined, left, or is invited again."""

    async def sent_keyboard(self, person: int, now: datetime) -> None:
        """The two tall keys went out."""

    async def greeted(self, person: int, now: datetime) -> None:
        """The network accepted a greeting to her; only the first is kept."""

    async def family_of(self, elder: int) -> Sequence[Relative]:
        """Who watches over her, whether we can reach them or not."""

    async def watched_by(self, family: int) -> Sequence[ElderRecord]:
        """Whose family this person is."""

    async def set_good_news(self, family: int, elder: int, choice: GoodNews, next_at: datetime | None = None) -> None:
        """What good news a relative wants of this elder, and when he hears it next."""

    async def end_watch(self, family: int, elder: int, now: datetime) -> None:
        """The elder does not want this person to watch over her any more; the roster does not bring him back."""

    async def pause(self, elder: int, pause: Pause, words: str = "", next_at: datetime | None = None) -> None:
        """She is not greeted from now on; a pause that holds already is replaced. `words`: why, in somebody's words.

        `next_at`: when it is looked at (`Pauses.due`).
        """

    async def resume(self, elder: int, now: datetime) -> bool:
        """She is greeted again; False if she was not paused."""

    async def pause_before(self, elder: int, ended_at: datetime) -> tuple[Pause, str] | None:
        """The pause that a later one took the place of at that moment, and its words; so that it can hold again."""

    async def private(self, elder: int) -> Private:
        """What only a claimer may read; raises NotFound. Note each look (`Looks.note`)."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """That somebody was told that something may be wrong with an elder; its end has to be told him, too (I10).

    It is about a check-in (her silence), an item, or both once the silence has become one.
    """

    id: int
    elder: int
    person: int
    checkin: int | None
    item: int | None
    told_at: datetime
    sent_at: datetime | None  # accepted by the network
    failed_at: datetime | None  # the network refuses it
    answered_at: datetime | None
    answer: str | None  # well | no_answer | coming | bad
    ended_at: datetime | None
    ended_as: str | None  # as in the catalogue's `ended.*`


class Alerts(Protocol):
    """Who was told an alarm, what became of it, and whether he was told its end."""

    async def open(
        self, elder: int, person: int, now: datetime, *, checkin: int | None = None, item: int | None = None
    ) -> int | None:
        """He is being told; the row's id, or None if he has been told of this very check-in or item already."""

    async def get(self, alert: int) -> Alert:
        """The row; raises NotFound."""

    async def of_item(self, item: int) -> Sequence[Alert]:
        """Who was told of it, also of the silence that it came from, in order."""

    async def of_checkin(self, checkin: int) -> Sequence[Alert]:
        """Who was told of this silence, in order."""

    async def unended(self, elder: int, person: int | None = None) -> Sequence[Alert]:
        """What somebody was told about her and of which he has not heard the end, the latest first."""

    async def adopt(self, checkin: int, item: int) -> None:
        """The silence has become this item: who was told of it is to hear the item's end."""

    async def sent(self, alert: int, at: datetime) -> None:
        """The network has accepted it."""

    async def failed(self, alert: int, at: datetime) -> None:
        """The network refuses it."""

    async def answered(self, alert: int, answer: str, at: datetime) -> None:
        """He has answered; the latest answer counts."""

    async def end(self, alert: int, ended_as: str, at: datetime) -> None:
        """Its end is being told, in these words."""

    async def unend(self, alert: int) -> None:
        """The end was taken back."""


class DoorTo(StrEnum):
    """What somebody wanted when he was given a link."""

    CLAIM = "claim"
    SETTLE = "settle"


@dataclass(frozen=True, kw_only=True)
class Door:
    """A link that leads one person, once, to what he may know of one item."""

    person: int
    item: int
    to: DoorTo
    expires_at: datetime
    used_at: datetime | None


class Doors(Protocol):
    """One-time links; of their tokens only the hashes are kept."""

    async def make(
        self, token_hash: str, person: int, item: int, to: DoorTo, now: datetime, expires_at: datetime
    ) -> None:
        """Somebody is given such a link."""

    async def find(self, token_hash: str) -> Door | None:
        """The link, if it is one of ours."""

    async def use(self, token_hash: str, now: datetime) -> bool:
        """It is used up; False if it was before."""

    async def stands_open(self, person: int, item: int, now: datetime) -> bool:
        """Whether he has a link to it that still leads there."""


class Seen(StrEnum):
    """What personal thing somebody has looked at."""

    SHEET = "sheet"
    RECORDING = "recording"


@dataclass(frozen=True, kw_only=True)
class Look:
    """That somebody was shown something personal of an elder."""

    who: int
    whom: int
    at: datetime
    what: Seen
    item: int | None


class Looks(Protocol):
    """The audit: who has seen what of whom."""

    async def note(self, who: int, whom: int, what: Seen, now: datetime, item: int | None = None) -> None:
        """He is being shown it."""

    async def of_item(self, item: int) -> Sequence[Look]:
        """Who has looked because of this item."""

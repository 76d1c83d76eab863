"""The transaction over all parts, where it comes from, and the clock.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from care.services.ports.appointments import Appointments
from care.services.ports.checkins import CheckIns, Outages
from care.services.ports.dialogue import Inquiries, Questions
from care.services.ports.elders import Alerts, Doors, Elders, Looks
from care.services.ports.erasing import Erasures
from care.services.ports.inbox import Inbox
from care.services.ports.items import Items
from care.services.ports.lists import Lists
from care.services.ports.media import Media
from care.services.ports.pauses import News, Pauses
from care.services.ports.people import Bindings, People
from care.services.ports.shares import Shares
from care.services.ports.telling import Cards, Messages, Outbox
from care.services.ports.voices import Recordings


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock shows `when`."""


class UnitOfWork(Protocol):
    """One transaction over all of it."""

    @property
    def items(self) -> Items:
        """Items and histories."""
        ...

    @property
    def people(self) -> People:
        """Who is known."""
        ...

    @property
    def elders(self) -> Elders:
        """Who is looked after."""
        ...

    @property
    def alerts(self) -> Alerts:
        """Who was told that something may be wrong."""
        ...

    @property
    def looks(self) -> Looks:
        """Who has seen what is personal."""
        ...

    @property
    def doors(self) -> Doors:
        """One-time links to a sheet."""
        ...

    @property
    def appointments(self) -> Appointments:
        """What is done at fixed hours."""
        ...

    @property
    def lists(self) -> Lists:
        """Who is named to whom."""
        ...

    @property
    def checkins(self) -> CheckIns:
        """Whether elders have been heard of."""
        ...

    @property
    def outages(self) -> Outages:
        """When silence was ours."""
        ...

    @property
    def shares(self) -> Shares:
        """What an elder has shown us, until she says whether it is a report."""
        ...

    @property
    def pauses(self) -> Pauses:
        """Who is away, and when that is looked at."""
        ...

    @property
    def news(self) -> News:
        """Which relatives hear that all is well."""
        ...

    @property
    def erasures(self) -> Erasures:
        """Who wants to be forgotten."""
        ...

    @property
    def bindings(self) -> Bindings:
        """Chats of areas."""
        ...

    @property
    def cards(self) -> Cards:
        """What is shown."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What is told."""
        ...

    @property
    def messages(self) -> Messages:
        """Our messages on file."""
        ...

    @property
    def questions(self) -> Questions:
        """What we asked and wait for."""
        ...

    @property
    def inquiries(self) -> Inquiries:
        """What we asked of an elder and wait for."""
        ...

    @property
    def recordings(self) -> Recordings:
        """What elders said aloud."""
        ...

    @property
    def media(self) -> Media:
        """Photos and files."""
        ...

    @property
    def inbox(self) -> Inbox:
        """What reached us."""
        ...

    async def next_dues(self) -> Mapping[str, datetime]:
        """When each sort of thing that waits comes due next, by the names of `care.services.due_things`.

        Past or to come; a sort of which nothing waits is not in it.
        """
        ...


class Transaction(Protocol):
    """An open transaction as a context: commits at the end of the block, rolls back on an exception."""

    async def __aenter__(self) -> UnitOfWork:
        """Begin."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back on an error."""


class Database(Protocol):
    """Where transactions come from."""

    def write(self) -> Transaction:
        """A transaction that may change things; on SQLite one at a time. No network call may happen inside."""

    def read(self) -> Transaction:
        """A consistent reading that never waits for a writer; changing something in it is an error."""

    async def open(self) -> Self:
        """Open it, migrate the schema, take the instance's lock where asked."""

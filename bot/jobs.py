"""What the dispatcher's jobs have in common: telling a notice, showing a card, carrying out a wish about a message.

Each renders when it is sent, talks to the network outside of any transaction, and records what became of it in one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bot.seams import Acts, Face
from care.domain.errors import StaleState
from care.domain.notices import Lane
from care.domain.rules import Rules
from care.services.ports import Clock, Database, UnitOfWork
from care.services.results import SendResult
from handlers.messenger import Messenger

log = structlog.get_logger(__name__)

STALE_TRIES = 5

Key = tuple[str, int, int, str]


@dataclass(frozen=True)
class Desk:
    """What every job works with."""

    db: Database
    messenger: Messenger
    face: Face
    acts: Acts
    clock: Clock
    rules: Rules

    async def record(self, write: Callable[[UnitOfWork, datetime], Awaitable[None]]) -> None:
        """What became of a call, in one transaction; a lost race is run again."""
        for attempt in range(STALE_TRIES):
            try:
                async with self.db.write() as uow:
                    await write(uow, self.clock.now())
            except StaleState:
                if attempt == STALE_TRIES - 1:
                    raise
                await asyncio.sleep(0)
            else:
                return


class Call(Protocol):
    """Around the call to the network itself, which is what the limits count."""

    def __enter__(self) -> None:
        """It leaves."""

    def __exit__(self, *_error: object) -> None:
        """It has been answered."""


class Job(Protocol):
    """One thing to be done in a chat."""

    @property
    def key(self) -> Key:
        """What it is, so that it is not done twice at once."""
        ...

    @property
    def chat(self) -> int:
        """Where."""
        ...

    @property
    def item(self) -> int | None:
        """About which item, if about one."""
        ...

    @property
    def lane(self) -> Lane:
        """With how much haste."""
        ...

    @property
    def counts(self) -> bool:
        """Whether Telegram counts the call against its limits."""
        ...

    async def run(self, desk: Desk, call: Call, lost: int) -> SendResult | None:
        """Do it; None if the network was not called. `lost`: how often the answer was lost, in this process."""
        ...

    async def abandon(self, desk: Desk, error: str) -> None:
        """It fails in our own code every time: put that on file instead of trying for ever."""


async def move(desk: Desk, old: int, new: int) -> None:
    """The group became a supergroup: everything of ours goes to its new id."""

    async def write(uow: UnitOfWork, _now: datetime) -> None:
        await uow.bindings.move_chat(old, new)

    await desk.record(write)
    log.info("chat.moved", old=old, new=new)

"""What has happened in the world, in order: events for pages and tests, the bot's calls, buttons that were pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.sandbox.records import Chat, Json, User


class Clock(Protocol):
    """What the world needs of a clock."""

    def now(self) -> datetime:
        """The present moment (aware)."""

    async def sleep_until(self, when: datetime) -> None:
        """Return once `when` has come."""


@dataclass(frozen=True)
class Event:
    """One change of the world, for pages and tests: `kind` is message, edit, delete, press, answer, member, chat ..."""

    seq: int
    at: datetime
    kind: str
    chat_id: int | None = None
    message_id: int | None = None
    details: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One API call as the server met it; `code` 200 or the error's, 0 if it was cut or left unanswered."""

    at: datetime
    method: str
    params: Json
    code: int
    description: str = ""
    result: Any = None
    fault: str | None = None


@dataclass(eq=False)
class CallbackQuery:
    """A pressed button: its spinner turns until the bot answers it."""

    id: str
    user: User
    chat: Chat
    message_id: int
    data: str
    at: datetime
    answer: Json | None = None
    waiting: list[asyncio.Future[Json]] = field(default_factory=list)

    @property
    def spinning(self) -> bool:
        """Does the presser still see the spinner."""
        return self.answer is None


class Journal:
    """Keeps what happened, append-only, and wakes who waits for more."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: list[Call] = []
        self.events: list[Event] = []
        self.listeners: list[Callable[[Event], None]] = []  # told of each event while the world is as it was then
        self._changed: set[asyncio.Future[None]] = set()

    @property
    def version(self) -> int:
        """Number of the last event; 0 at the beginning."""
        return len(self.events)

    def record(self, kind: str, chat: Chat | None = None, message_id: int | None = None, **details: Any) -> None:
        """Append an event and wake whoever waits for a change."""
        chat_id = chat.id if chat is not None else None
        event = Event(len(self.events) + 1, self.clock.now(), kind, chat_id, message_id, details)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        for waiting in self._changed:
            if not waiting.done():
                waiting.set_result(None)
        self._changed.clear()

    async def wait_change(self, seq: int) -> int:
        """Return the newest event's number once it is greater than `seq`; at once if it already is."""
        while self.version <= seq:
            changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._changed.add(changed)
            try:
                await changed
            finally:
                self._changed.discard(changed)
        return self.version

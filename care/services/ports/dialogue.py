"""Questions we asked and wait for; kept, so that a half-given answer survives a restart.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Asked(StrEnum):
    """What a pending question waits for."""

    DETAILS = "details"  # the receipt's 这是什么问题？
    PLACE = "place"
    WHERE = "where"
    SELF_PHOTO = "self_photo"  # the after-photo of 💪
    NOT_YET = "not_yet"
    PROOF = "proof"
    DISMISS = "dismiss"  # why does it need nobody? by a button
    DISMISS_WORDS = "dismiss_words"
    PROMISE = "promise"  # until when will it take? by a button
    TRANSFER = "transfer"  # where to, or to whom? by a button
    OUTCOME_WORDS = "outcome_words"  # 📝 how did an elder's matter end?
    HOSPITAL = "hospital"  # 🏥 to which one was she taken?
    AT_HOME = "at_home"  # 🏥 who is left there that needs somebody?
    GONE = "gone"  # 🕯 is it true? of a coordinator, by a button


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something we asked a person in a chat and wait for; kept, so that a half-given answer survives a restart."""

    id: int
    chat: int
    person: int
    asked: Asked
    item: int
    asked_at: datetime
    due_at: datetime | None  # then it is given up
    message: int | None  # the message that asked, once sent


class Questions(Protocol):
    """Pending questions; at most one of each sort per (chat, person, item)."""

    async def ask(
        self, chat: int, person: int, asked: Asked, item: int, now: datetime, due_at: datetime | None
    ) -> None:
        """Wait for an answer; asking again renews it."""

    async def pending(self, chat: int, person: int) -> Sequence[Question]:
        """What this person owes an answer to in this chat, the latest first."""

    async def of_item(self, item: int, asked: Collection[Asked] | None = None) -> Sequence[Question]:
        """Open questions about an item."""

    async def sent_as(self, chat: int, person: int, asked: Asked, item: int, message: int) -> None:
        """The question went out as this message."""

    async def close(self, question: int) -> None:
        """Answered, or given up."""

    async def find(self, question: int) -> Question | None:
        """The question, while it is open."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of the questions whose time has run out, earliest first."""


class Inquired(StrEnum):
    """What an elder, or somebody about an elder, is asked."""

    TROUBLE = "trouble"  # 您是不是不舒服？
    FAMILY = "family"  # to a relative: 您说的是王奶奶吗？


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """Something we asked somebody in a chat, of an elder (perhaps herself) and of no item, and wait for."""

    id: int
    chat: int
    person: int  # who is asked
    elder: int
    asked: Inquired
    words: str  # what it was asked about, in her words
    asked_at: datetime
    due_at: datetime | None  # then silence is an answer, too


class Inquiries(Protocol):
    """Pending inquiries; at most one of each sort per (chat, person, elder)."""

    async def ask(
        self,
        chat: int,
        person: int,
        asked: Inquired,
        elder: int,
        now: datetime,
        due_at: datetime | None,
        words: str = "",
    ) -> int:
        """Wait for an answer; asking again renews it. Its id."""

    async def add_words(self, inquiry: int, words: str) -> None:
        """More was said that it is about; its time stays."""

    async def get(self, inquiry: int) -> Inquiry | None:
        """The inquiry; None once it is closed."""

    async def pending(self, chat: int, person: int) -> Sequence[Inquiry]:
        """What this person owes an answer to in this chat, the latest first."""

    async def close(self, inquiry: int) -> None:
        """Answered, or given up."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose time has run out, earliest first."""

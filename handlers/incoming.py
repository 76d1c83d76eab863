"""An update as Telegram (or a server like it) sends it, made readable: who, where, and PTB's objects."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from telegram import Message, MessageOrigin, MessageOriginUser, Update, User

from care.domain.people import Person
from care.services.ports import UnitOfWork

_LATEST_SECOND = 1 << 33  # a date beyond the year 2242 is in milliseconds
_JOINER = "\u200d"  # joins emoji
_KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member", "channel_post")
ANONYMOUS_ADMIN = 1087968824  # @GroupAnonymousBot, in whose name Telegram sends what an anonymous admin writes


class Unreadable(Exception):
    """The update makes no sense to us: it is parked, with an item that speaks for it."""


@dataclass(frozen=True)
class Incoming:
    """One update, read. `chat` and `user` are network ids, where it has them."""

    update: Update
    chat: int | None
    user: int | None
    private: bool
    moved: bool = False  # it comes from the old id of a group that is a supergroup by now; `chat` is the new one

    @property
    def message_here(self) -> int | None:
        """The message's id, for an answer to it; ids of before an upgrade mean nothing in the new group."""
        message = self.update.message
        return message.message_id if message is not None and not self.moved else None

    @property
    def needs_membership(self) -> tuple[int, int] | None:
        """(chat, user) whose membership a handler will want to know: presses and replies in groups."""
        if self.private or self.chat is None or self.user is None:
            return None
        pressed = self.update.callback_query is not None
        message = self.update.message
        spoken = message is not None and (message.reply_to_message is not None or bool(message.photo))
        return (self.chat, self.user) if pressed or spoken else None


def parse(body: str) -> Incoming:
    """Read the raw JSON of an update; raises Unreadable."""
    try:
        raw = json.loads(body)
        update = Update.de_json(_tolerate(raw), None)
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    if update is None:
        raise Unreadable("an empty update")
    chat, user = update.effective_chat, update.effective_user
    return Incoming(
        update=update,
        chat=chat.id if chat else None,
        user=user.id if user else None,
        private=chat is not None and chat.type == "private",
    )


def lane_of(raw: dict[str, Any]) -> int:
    """The key within which order is kept: the chat, else the person, else 0."""
    for kind in _KINDS:
        part = raw.get(kind)
        if not isinstance(part, dict):
            continue
        inner = part.get("message")
        chat = (inner if isinstance(inner, dict) else part).get("chat")
        for owner in (chat, part.get("from")):
            if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                return int(owner["id"])
    return 0


async def actor_of(incoming: Incoming, uow: UnitOfWork) -> Person | None:
    """Who sent it, met and kept if we did not know them; None for what no person sent.

    The language of his Telegram is not his choice here: /language or the roster is.
    """
    user = incoming.update.effective_user
    if user is None:
        return None
    return await uow.people.meet(user.id, display_name(user), None)


def display_name(user: User) -> str:
    """What somebody calls himself on Telegram, at most 40 characters, without what turns or hides other text."""
    seen = "".join(c for c in user.full_name if unicodedata.category(c) not in ("Cc", "Cf") or c == _JOINER)
    return " ".join(seen.split())[:40] or "?"


def is_anonymous(message: Message) -> bool:
    """Whether an admin wrote it in the group's name, so that nobody knows who."""
    return message.from_user is not None and message.from_user.id == ANONYMOUS_ADMIN


def is_forwarded(message: Message) -> bool:
    """Whether somebody passed it on."""
    return isinstance(message.forward_origin, MessageOrigin)


def is_own_forward(message: Message) -> bool:
    """Whether he passed on what he had said himself."""
    origin = message.forward_origin
    sender = message.from_user
    return isinstance(origin, MessageOriginUser) and sender is not None and origin.sender_user.id == sender.id


def _tolerate(raw: dict[str, Any]) -> dict[str, Any]:
    """Fill in what poorer servers leave out and PTB insists on: chat_instance, message ids, dates in seconds."""
    query = raw.get("callback_query")
    if isinstance(query, dict):
        query.setdefault("chat_instance", "")
        query["id"] = str(query.get("id", ""))
    for part in (raw.get("message"), raw.get("edited_message"), query and query.get("message")):
        _mend_message(part)
    return raw


def _mend_message(part: Any) -> None:
    if not isinstance(part, dict):
        return
    part.setdefault("message_id", 0)
    part.setdefault("date", 0)
    for field in ("date", "edit_date"):
        if isinstance(part.get(field), int) and part[field] > _LATEST_SECOND:
            part[field] //= 1000
    _mend_message(part.get("reply_to_message"))

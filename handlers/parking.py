"""An update that we could not deal with: what can still be read of it goes to a person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from care.domain.rules import Rules
from care.locale import say
from care.services import parking
from care.services.ports import Received, UnitOfWork

_PARTS = ("message", "edited_message", "callback_query", "channel_post", "my_chat_member", "chat_member")


async def park(uow: UnitOfWork, received: Received, now: datetime, rules: Rules) -> int:
    """Make the item that speaks for the update, in the sender's area; its number."""
    known = _part(received.body)
    user, private = _user(known), _chat(known).get("type") == "private"
    sender = await uow.people.meet(user["id"], _name(user), None) if user else None
    return await parking.park(
        uow, received.update, sender, _words(known, rules.language), private=private, now=now, rules=rules
    )


def _part(body: str) -> dict[str, Any]:
    try:
        raw = json.loads(body)
    except ValueError:
        return {}
    parts = (raw.get(name) for name in _PARTS) if isinstance(raw, dict) else ()
    return next((part for part in parts if isinstance(part, dict)), {})


def _user(part: dict[str, Any]) -> dict[str, Any] | None:
    user = part.get("from")
    return user if isinstance(user, dict) and isinstance(user.get("id"), int) else None


def _name(user: dict[str, Any]) -> str:
    return str(user.get("first_name") or "?")[:40]


def _chat(part: dict[str, Any]) -> dict[str, Any]:
    message = part.get("message")
    chat = (message if isinstance(message, dict) else part).get("chat")
    return chat if isinstance(chat, dict) else {}


def _words(part: dict[str, Any], language: str) -> str:
    """The sender's own words, if any; never the raw update, which may hold a phone number."""
    words = part.get("text") or part.get("caption")
    return words if isinstance(words, str) else say(language, "parked.words")

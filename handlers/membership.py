"""Whether somebody belongs to a group: the network's word, remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError, TimedOut

from care.services.ports import Clock
from care.services.results import Outcome, SendResult
from handlers.outcomes import Flood, outcome_of

MEMBER_FOR = timedelta(minutes=10)
OUTSIDER_FOR = timedelta(minutes=1)  # somebody may be let in at any moment
UNTOLD_FOR = timedelta(seconds=30)  # the server does not say, or hangs
PATIENCE = (3.0, 2.0)  # seconds of real time for the first time of asking, and for the second
MOST_KNOWN = 10_000

_INSIDE = frozenset({"creator", "administrator", "member"})
_UNTOLD = ("member list is inaccessible", "chat_admin_required")  # the bot is no admin: nobody tells it

AskServer = Callable[[str, dict[str, Any]], Awaitable[Any]]


class CannotAsk(Exception):
    """The network did not answer just now: nobody knows whether the person belongs to the group."""


class Membership:
    """`ask` calls a method of the server and raises TelegramError; `note` hears of a method that it lacks."""

    def __init__(self, ask: AskServer, clock: Clock, note: Callable[[str, SendResult], None]) -> None:
        self._ask = ask
        self._clock = clock
        self._note = note
        self._known: dict[tuple[int, int], tuple[bool | None, datetime]] = {}
        self._hangs: dict[int, datetime] = {}  # until when a chat is not asked about

    async def of(self, chat: int, user: int) -> bool | None:
        """Whether the user belongs to the group; None if this server does not tell. Raises CannotAsk."""
        now = self._clock.now()
        known = self._known.get((chat, user))
        if known is not None and now < known[1]:
            return known[0]
        if (until := self._hangs.get(chat)) is not None and now < until <= now + UNTOLD_FOR:
            raise CannotAsk
        inside = await self._found(chat, user)
        lasts = UNTOLD_FOR if inside is None else MEMBER_FOR if inside else OUTSIDER_FOR
        if len(self._known) > MOST_KNOWN:
            self._known = {who: seen for who, seen in self._known.items() if seen[1] > now}
        self._known[chat, user] = (inside, now + lasts)
        return inside

    def forget(self, chat: int, user: int) -> None:
        """Somebody came or went: ask anew next time."""
        self._known.pop((chat, user), None)

    async def _found(self, chat: int, user: int) -> bool | None:
        """Ask, and once more where the network failed. What hangs is left alone for a while: each press would wait."""
        for patience in PATIENCE:
            try:
                member = await self._asked(chat, user, patience)
            except ChatMigrated as moved:
                chat = moved.new_chat_id
            except (BadRequest, Forbidden) as refused:
                return None if any(sign in refused.message.lower() for sign in _UNTOLD) else False
            except Flood:
                break
            except TelegramError as error:
                result = outcome_of(error)
                if result.outcome is Outcome.LACKING:
                    self._note("getChatMember", result)
                    return None
                if isinstance(error, TimedOut):
                    self._hangs[chat] = self._clock.now() + UNTOLD_FOR
            else:
                self._hangs.pop(chat, None)
                return _is_inside(member)
        raise CannotAsk

    async def _asked(self, chat: int, user: int, patience: float) -> Any:
        try:
            async with asyncio.timeout(patience):
                return await self._ask("getChatMember", {"chat_id": chat, "user_id": user})
        except TimeoutError:
            raise TimedOut("no answer in time") from None


def _is_inside(member: object) -> bool | None:
    """What a ChatMember says; None where it is none, as a poor server's null."""
    if not isinstance(member, dict) or not isinstance(member.get("status"), str):
        return None
    return member["status"] in _INSIDE or (member["status"] == "restricted" and bool(member.get("is_member")))

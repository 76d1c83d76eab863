"""What happened, queued for the bot: numbered, kept for a day, read by one long poll or pushed to a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.errors import conflict
from bot.sandbox.records import Json

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
)
DEFAULT_KINDS = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}

OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True)
class Pending:
    """One update nobody has confirmed yet."""

    update_id: int
    kind: str
    body: Json
    until: datetime

    def to_json(self) -> Json:
        """The `Update` object."""
        return {"update_id": self.update_id, self.kind: self.body}


@dataclass
class Webhook:
    """Where updates are pushed instead, and how that goes (what getWebhookInfo tells)."""

    url: str
    secret: str = ""
    max_connections: int = 40
    allowed: list[str] | None = None
    last_error: str = ""
    last_error_at: datetime | None = None


class UpdateQueue:
    """The queue of one bot. Offsets confirm, filters apply when an update is born, the clock ages it."""

    def __init__(self, now: Callable[[], datetime], first_id: int = 100_000_001) -> None:
        self._now = now
        self._pending: list[Pending] = []
        self._next_id = first_id
        self._allowed = DEFAULT_KINDS
        self._poll: asyncio.Future[str] | None = None
        self._arrived: set[asyncio.Future[None]] = set()
        self._webhook: Webhook | None = None
        self.kept = timedelta(hours=24)
        self.callback_kept = timedelta(hours=24)
        """How long an unread press waits. Telegram's own server is said to keep it 150 s only; set it so to be sure."""

    @property
    def webhook(self) -> Webhook | None:
        """Where updates are pushed to; None: they wait for getUpdates."""
        return self._webhook

    @webhook.setter
    def webhook(self, hook: Webhook | None) -> None:
        self._webhook = hook
        if hook is not None:
            self.end_poll(BY_WEBHOOK)
        self._wake()

    @property
    def allowed(self) -> frozenset[str]:
        """The kinds that are queued at all."""
        return self._allowed

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Remember `allowed_updates`: None keeps what was, an empty list is the default."""
        if kinds is not None:
            known = frozenset(str(kind).lower() for kind in kinds) & frozenset(KINDS)
            self._allowed = known or DEFAULT_KINDS

    def add(self, kind: str, body: Json) -> None:
        """Something happened; it is queued unless the bot did not want to know."""
        if kind not in self._allowed:
            return
        kept = self.callback_kept if kind == "callback_query" else self.kept
        self._pending.append(Pending(self._next_id, kind, body, self._now() + kept))
        self._next_id += 1
        self._wake()

    def pending(self) -> list[Pending]:
        """What waits, oldest first; what is over age is gone."""
        now = self._now()
        self._pending = [update for update in self._pending if update.until > now]
        return list(self._pending)

    def confirm(self, offset: int) -> None:
        """Forget what lies before `offset`; negative: keep only the last `-offset`."""
        if offset > 0:
            self._pending = [update for update in self._pending if update.update_id >= offset]
        elif offset < 0:
            self._pending = self._pending[offset:]

    def drop(self, update: Pending) -> None:
        """One update is delivered."""
        self._pending = [other for other in self._pending if other is not update]

    def clear(self) -> None:
        """`drop_pending_updates`."""
        self._pending.clear()

    async def read(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """getUpdates: at once if something waits, else when it comes, within `timeout` real seconds.

        A poll that another one (or setWebhook) replaces ends with 409, as Telegram ends the older.
        """
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        self.end_poll(OTHER_POLL)
        self.confirm(offset)
        if not (found := self.pending()) and timeout > 0:
            await self._wait(timeout)
            found = self.pending()
        return [update.to_json() for update in found[:limit]]

    async def _wait(self, timeout: float) -> None:
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = ended
        arrived = self.next_arrival()
        try:
            either: set[asyncio.Future[Any]] = {ended, arrived}
            await asyncio.wait(either, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.forget(arrived)
            if self._poll is ended:
                self._poll = None
        if ended.done():
            raise conflict(ended.result())

    def end_poll(self, why: str) -> None:
        """The long poll under way, if any, ends with 409 and these words."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(why)
        self._poll = None

    @property
    def polled(self) -> bool:
        """Is a long poll waiting now: the bot has read everything and listens."""
        return self._poll is not None

    def next_arrival(self) -> asyncio.Future[None]:
        """Done when the next update is queued."""
        arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.add(arrived)
        return arrived

    def forget(self, arrived: asyncio.Future[None]) -> None:
        """Nobody waits for that any more."""
        self._arrived.discard(arrived)

    def _wake(self) -> None:
        for arrived in self._arrived:
            if not arrived.done():
                arrived.set_result(None)
        self._arrived.clear()

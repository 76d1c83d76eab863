"""Polling: updates are committed to the inbox before the next offset tells Telegram that we have them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram.error import Conflict, TelegramError, TimedOut

from bot.catch_up import CatchUp
from care.services.ports import Clock, Database
from handlers.messenger import Line
from handlers.outcomes import NotSent, TokenRefused

log = structlog.get_logger(__name__)

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
BATCH = 100
POLL = 25  # seconds of one long poll
ANSWER_SLACK = 10.0  # seconds beyond the long poll until an answer is given up
SHORTEST_POLL = 0.3  # seconds; a server that answers at once with nothing is not asked again before
CONFLICT_TOLD_AFTER = 60.0  # seconds


class Inlet:
    """The one way into the inbox, for polling and webhook alike."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        lane_of: Callable[[dict[str, Any]], int],
        catch_up: CatchUp | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._lane_of = lane_of
        self._catch_up = catch_up
        self.listeners: list[Callable[[], None]] = []

    async def keep(self, updates: Sequence[Any]) -> int:
        """Commit what has an update id; how many were new. What is no update is logged and left out."""
        rows = [(raw["update_id"], self._lane_of(raw), json.dumps(raw)) for raw in updates if _is_update(raw)]
        if len(rows) < len(updates):
            log.warning("update.strange", count=len(updates) - len(rows))
        if not rows:
            return 0
        backlog = self._catch_up is not None and not self._catch_up.read_all
        async with self._db.write() as uow:
            new = await uow.inbox.add(rows, self._clock.now(), backlog=backlog)
        if new:
            for listener in self.listeners:
                listener()
        return len(new)


def _is_update(raw: Any) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("update_id"), int) and not isinstance(raw["update_id"], bool)


class Poller:
    """The long poll, for ever. Its timeouts and back-offs are real time, whatever the injected clock does.

    `on_answer` is called after each answer of the server, `on_conflict` once somebody else has polled for a minute.
    """

    def __init__(self, line: Line, inlet: Inlet, catch_up: CatchUp, *, timeout: int = POLL) -> None:
        self._line = line
        self._inlet = inlet
        self._catch_up = catch_up
        self.timeout = timeout
        self.answered_at = time.monotonic()
        self.on_answer: Callable[[], None] = _nothing
        self.on_conflict: Callable[[], Awaitable[None]] = _nothing_async
        self.on_token_refused: Callable[[], Awaitable[None]] = _nothing_async
        self._offset: int | None = None
        self._failures = 0
        self._conflict_since: float | None = None
        self._told = False

    async def run(self) -> None:
        """Poll until cancelled."""
        await self._leave_webhook()
        while True:
            began, looked = time.monotonic(), not self._catch_up.read_all
            try:
                batch = await self._ask()
                self._catch_up.answered()
                new = await self._inlet.keep(batch)
            except TelegramError as error:
                await self._failed(error)
                continue
            except Exception as error:  # the storage failed: Telegram keeps what we did not acknowledge
                log.exception("intake.not_kept", error=type(error).__name__)
                await self._pause(0.5, 15.0)
                continue
            self._succeeded(batch)
            if not (new or looked):  # a long poll that came back at once with nothing: a server that cannot wait
                await asyncio.sleep(max(0.0, SHORTEST_POLL - (time.monotonic() - began)))

    async def _ask(self) -> list[Any]:
        waits = self.timeout if self._catch_up.read_all else 0  # whether anything waits there is to be known at once
        params = {"timeout": waits, "limit": BATCH, "offset": self._offset, "allowed_updates": list(ALLOWED)}
        patience = self.timeout + ANSWER_SLACK
        try:
            async with asyncio.timeout(patience + ANSWER_SLACK):  # whatever the client does, it ends
                batch = await self._line.call("getUpdates", params, read_timeout=patience)
        except TimeoutError:
            raise TimedOut("the long poll never ended") from None
        return batch if isinstance(batch, list) else []

    def _succeeded(self, batch: list[Any]) -> None:
        """The batch is committed: only now may the offset move."""
        last = next((raw["update_id"] for raw in reversed(batch) if _is_update(raw)), None)
        if last is not None:
            self._offset = last + 1
        if self._failures:
            log.info("intake.reconnected")
        self._failures, self._conflict_since, self._told = 0, None, False
        if len(batch) < BATCH:
            self._catch_up.reached()
        self._answered()

    async def _failed(self, error: TelegramError) -> None:
        self._catch_up.lost()
        if isinstance(error, Conflict):
            self._answered()
            await self._conflict(error)
            return
        if isinstance(error, TokenRefused):
            self._answered()
            await self.on_token_refused()
        log.log(30 if self._failures == 0 else 10, "intake.unreachable", error=error.message[:200])
        await self._pause(0.5, 15.0)

    async def _conflict(self, error: Conflict) -> None:
        """Somebody else polls: after a kill our own old long poll, dying. The admins hear it after a minute."""
        now = time.monotonic()
        if "webhook" in error.message.lower():
            await self._leave_webhook()
        if self._conflict_since is None:
            self._conflict_since = now
            log.warning("intake.conflict", error=error.message[:200])
        if not self._told and now - self._conflict_since >= CONFLICT_TOLD_AFTER:
            self._told = True
            log.error("intake.conflict_lasts", seconds=round(now - self._conflict_since))
            await self.on_conflict()
        await self._pause(1.0, 30.0)

    async def _leave_webhook(self) -> None:
        """getUpdates does not work beside a webhook. What waits there is never dropped."""
        while True:
            try:
                await self._line.call("deleteWebhook", {"drop_pending_updates": False})
                return
            except NotSent as error:
                log.log(30 if self._failures == 0 else 10, "intake.unreachable", error=error.message)
                await self._pause(0.5, 15.0)
            except TelegramError as error:  # a server without webhooks has none to leave
                log.warning("intake.delete_webhook_failed", error=error.message[:200])
                return

    async def _pause(self, first: float, longest: float) -> None:
        self._failures += 1
        await asyncio.sleep(min(longest, first * 2 ** min(self._failures - 1, 10)))

    def _answered(self) -> None:
        self.answered_at = time.monotonic()
        self.on_answer()


def _nothing() -> None:
    """Nobody listens."""


async def _nothing_async() -> None:
    """Nobody listens."""

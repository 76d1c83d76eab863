"""Pushes updates to the bot's webhook: in order per chat, several chats at once, again and again until it says 2xx."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from urllib.parse import urlsplit

from bot.sandbox.updates import Pending, Webhook
from bot.sandbox.world import World

ANSWER_WITHIN = 60.0
"""Real seconds the bot has for its answer, as with Telegram."""
RETRY_FIRST, RETRY_MOST = 0.05, 5.0
"""Real seconds between tries: doubled from the first to the most. Telegram takes longer; tests cannot."""


class Pusher:
    """Runs beside the server and does nothing while no webhook is set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._busy: set[object] = set()

    async def run(self) -> None:
        """Push for ever; cancel to stop."""
        updates = self._world.updates
        try:
            while True:
                arrived = updates.next_arrival()
                if updates.webhook is not None:
                    self._start(updates.webhook)
                await asyncio.wait({arrived, *self._sending.values()}, return_when=asyncio.FIRST_COMPLETED)
                updates.forget(arrived)
                self._sending = {key: task for key, task in self._sending.items() if not task.done()}
        finally:
            for task in self._sending.values():
                task.cancel()
            await asyncio.gather(*self._sending.values(), return_exceptions=True)

    def _start(self, hook: Webhook) -> None:
        for update in self._world.updates.pending():
            lane = _lane(update)
            if len(self._sending) >= hook.max_connections:
                return
            if update.update_id not in self._sending and lane not in self._busy:
                self._busy.add(lane)
                self._sending[update.update_id] = asyncio.create_task(self._deliver(update, lane, hook))

    async def _deliver(self, update: Pending, lane: object, hook: Webhook) -> None:
        pause = RETRY_FIRST
        try:
            while self._world.updates.webhook is hook and update in self._world.updates.pending():
                if (problem := await self._try(update, hook)) is None:
                    self._world.updates.drop(update)
                    return
                hook.last_error, hook.last_error_at = problem, self._world.clock.now()
                await asyncio.sleep(pause)
                pause = min(RETRY_MOST, pause * 2)
        finally:
            self._busy.discard(lane)

    async def _try(self, update: Pending, hook: Webhook) -> str | None:
        """One POST; None if it was taken, else what getWebhookInfo will say of it."""
        if self._world.faults.network_down:
            return "Connection timed out"
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                status = await _post(hook, json.dumps(update.to_json(), ensure_ascii=False).encode())
        except TimeoutError:
            return "Read timeout expired"
        except (OSError, ValueError, IndexError):
            return "Connection refused"
        return None if 200 <= status < 300 else f"Wrong response from the webhook: {status}"


def _lane(update: Pending) -> object:
    """What keeps its order: the chat, or the presser of a button."""
    about = update.body.get("chat") or update.body.get("from") or {}
    return about.get("id", update.update_id)


async def _post(hook: Webhook, body: bytes) -> int:
    """POST by hand (the standard library has no asynchronous client); returns the status."""
    parts = urlsplit(hook.url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", "Content-Type: application/json"]
        head += [f"Content-Length: {len(body)}", "Connection: close"]
        if hook.secret:
            head.append(f"X-Telegram-Bot-Api-Secret-Token: {hook.secret}")
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await writer.drain()
        status_line = await reader.readline()
        status = int(status_line.split()[1])
        await reader.read()
        return status
    finally:
        writer.close()
        with contextlib.suppress(OSError):  # how the other side ends a finished connection is its own affair
            await writer.wait_closed()

"""A poll that never ends, while all else works, has been seen to last for 18 hours: here it lasts two minutes."""

from __future__ import annotations

import asyncio
import time

import structlog
from telegram.error import TelegramError

from bot.intake import Poller
from bot.transport import AiohttpRequest
from handlers.messenger import Line

log = structlog.get_logger(__name__)


class Stalled(Exception):
    """No poll has been answered though the server can be reached, and a new connection did not help."""


async def watch(poller: Poller, line: Line, request: AiohttpRequest) -> None:
    """Return never; raise Stalled where polling is dead for twice two poll lengths while other calls work.

    After the first such time the polling connection is rebuilt. All of it is real time.
    """
    patience = 2.0 * max(1, poller.timeout)
    rebuilt_at: float | None = None
    while True:
        await asyncio.sleep(patience / 4)
        now = time.monotonic()
        since = max(poller.answered_at, rebuilt_at or 0.0)
        if poller.answered_at > (rebuilt_at or 0.0):
            rebuilt_at = None
        if now - since < patience:
            continue
        if not await _others_work(line):
            continue
        if rebuilt_at is not None:
            raise Stalled(f"no poll was answered for {now - poller.answered_at:.0f} s, and other calls work")
        log.error("watchdog.rebuilding", seconds=round(now - poller.answered_at))
        await request.rebuild()
        rebuilt_at = time.monotonic()


async def _others_work(line: Line) -> bool:
    try:
        await line.call("getMe", read_timeout=10)
    except TelegramError:
        return False
    return True

"""Secrets that every elder of a story has, and the scan that finds them where they do not belong (invariant I11).

No group ever reads them, and no log line holds them: `tests.harness.town` looks for them when a story is over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.sandbox.world import World

FLAT = "2单元401"
PHONE = "+8613909310051"
CONTACT = "+8613912345678"
HEALTH = "装过心脏支架"
KEY_HOLDER = "对门刘师傅有钥匙"
ROUTINE = "凌晨三点起夜"
FULL_NAME = "王秀英"  # the first elder's: others speak of 王奶奶

PERSONAL = (FLAT, PHONE[3:], CONTACT[3:], HEALTH, KEY_HOLDER, ROUTINE)


class _Ear(logging.Handler):
    """Hears what libraries log."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, with its blanks."""
    heard: list[str] = []

    def hear(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        heard.append(repr(event))
        return event

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[hear, *before])
    ear = _Ear(heard)
    logging.getLogger().addHandler(ear)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(ear)
        structlog.configure(processors=before)


def betrayed(world: World, logged: Sequence[str]) -> list[str]:
    """What groups were shown, and log lines, that hold a secret."""
    found = [line for line in logged if any(secret in line for secret in (*PERSONAL, FULL_NAME))]
    for call in world.calls:
        chat = call.params.get("chat_id")
        if not isinstance(chat, int) or chat >= 0:
            continue
        shown = json.dumps(call.params, ensure_ascii=False, default=str)
        if any(secret in shown for secret in (*PERSONAL, FULL_NAME)):
            found.append(f"{call.method} to {chat}: {shown}")
    return found

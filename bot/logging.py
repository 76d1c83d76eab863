"""What the operator reads on stderr: events as JSON lines, or coloured on a terminal; never a secret among them."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from typing import TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

MASK = "***"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_IN_URL = re.compile(r"/bot\d+(?::|%3A)[^/\s\"']+", re.IGNORECASE)  # a short test token is one too, in an address
_USERINFO = re.compile(r"(\w+://)[^/@\s]+@")
_SECRET_KEYS = frozenset({"token", "secret", "password", "webhook_secret", "authorization"})

CHATTY = ("httpx", "httpcore", "aiohttp", "uvicorn", "telegram", "alembic", "aiosqlite", "asyncio", "PIL")


def configure(*, level: str = "INFO", stream: TextIO | None = None, plain: bool | None = None) -> None:
    """Send all logs to `stream` (stderr): `plain` lines for people, JSON for machines; None asks the stream itself.

    Call it once, at the start of a command. Libraries that log by themselves come through the same pipe, from WARNING.
    """
    stream = stream or sys.stderr
    readable = stream.isatty() if plain is None else plain
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_shared(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # module-level loggers made before this call must follow it too
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[ProcessorFormatter.remove_processors_meta, *_rendering(readable, stream.isatty())],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def _shared() -> list[Processor]:
    """What an event passes through, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_traceback),
        hide_secrets,
    ]


def _rendering(readable: bool, colours: bool) -> list[Processor]:
    if readable:
        return [structlog.dev.ConsoleRenderer(colors=colours)]
    return [structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)]


def _traceback(exc_info: ExcInfo) -> str:
    """The stack with lines of code, never with local variables: those hold people's words and the token."""
    return "".join(traceback.format_exception(*exc_info, chain=True)).rstrip()


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask tokens and passwords wherever they hide in an event, also in a traceback or in an address."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(key: str, value: object) -> object:
    if key.startswith("_"):  # structlog's own, not shown
        return value
    if key.lower() in _SECRET_KEYS:
        return MASK
    if isinstance(value, Mapping):
        return {name: _hidden(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def masked(text: str) -> str:
    """The text without bot tokens, tokens in addresses, or names and passwords before a host."""
    text = _IN_URL.sub(f"/bot{MASK}", text)
    return _USERINFO.sub(rf"\1{MASK}@", _TOKEN.sub(MASK, text))

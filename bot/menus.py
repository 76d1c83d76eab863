"""Telegram's own menus of commands, in both languages; best effort, once after each start."""

from __future__ import annotations

import structlog
from telegram.error import EndPointNotFound, TelegramError

from handlers.commands import MENUS
from handlers.messenger import Line

log = structlog.get_logger(__name__)

LANGUAGES = ("zh", "en")


async def register_menus(line: Line, default: str) -> None:
    """Register every scope's menu, for everybody in the installation's language, and for readers of each of ours."""
    for menu in MENUS:
        for code in (None, *LANGUAGES):
            described = menu.described(code or default)
            params = {
                "commands": [{"command": command, "description": words} for command, words in described],
                "scope": {"type": menu.scope},
                "language_code": code,
            }
            try:
                await line.call("setMyCommands", params)
            except EndPointNotFound:
                log.info("menus.lacking")
                return
            except TelegramError as error:
                log.info("menus.not_registered", scope=menu.scope, error=error.message[:200])
                return
    log.info("menus.registered")

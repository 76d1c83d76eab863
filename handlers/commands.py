"""The command menus that are registered with Telegram: each scope sees only what it can use."""

from __future__ import annotations

from dataclasses import dataclass

from care.locale import say

PRIVATE = ("my", "help", "language", "privacy", "forget")
IN_GROUPS = ("open", "today", "item", "pause", "resume", "menu")
OF_ADMINS = (*IN_GROUPS, "bind", "unbind")  # a narrower scope takes the place of the wider one


@dataclass(frozen=True)
class Menu:
    """One scope's commands; `scope` is Telegram's BotCommandScope type."""

    scope: str
    commands: tuple[str, ...]

    def described(self, language: str) -> list[tuple[str, str]]:
        """(command, what it does) in that language."""
        return [(command, say(language, f"command.{command}")) for command in self.commands]


MENUS: tuple[Menu, ...] = (
    Menu("all_private_chats", PRIVATE),
    Menu("all_group_chats", IN_GROUPS),
    Menu("all_chat_administrators", OF_ADMINS),
)

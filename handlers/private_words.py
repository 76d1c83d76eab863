"""What people type in private who type no slashes: a word or two that mean a command."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import group_commands, start

WORDS: Mapping[str, start.Command] = {**group_commands.WORDS, **start.WORDS}

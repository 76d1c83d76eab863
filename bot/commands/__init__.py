"""The commands of `gridcare`: one module each, found by this table and imported only when the command is used.

A module holds `def command(...) -> None`, a Typer command whose docstring is its help. It imports at its top only what
its signature needs (`typer`, `pathlib`, `bot.cli_options`) and the rest inside, so that `gridcare --help` is quick:

    def command(config: ConfigOption) -> None:
        \"\"\"Run the bot.\"\"\"
        from bot.run import serve

        settings = load_config_or_exit(config)
        raise typer.Exit(asyncio.run(serve(settings)))
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

# Command -> its module; a command stands here once it works.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "bot.commands.run",
        "check": "bot.commands.check",
        "import": "bot.commands.import_roster",
        "invite": "bot.commands.invite",
        "export": "bot.commands.export",
        "erase": "bot.commands.erase",
        "backup": "bot.commands.backup",
        "restore": "bot.commands.restore",
        "ledger": "bot.commands.ledger",
        "migrate": "bot.commands.migrate",
        "demo": "bot.commands.demo",
    }
)


class Commands(TyperGroup):
    """Typer's group, but with the commands of the table, each imported when it is asked for."""

    table: Mapping[str, str] = COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return [*self.table, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in self.table:
            return super().get_command(ctx, cmd_name)
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name=cmd_name)(import_module(self.table[cmd_name]).command)
        return typer.main.get_command(single)

"""What the commands share: the `-c` option, and a config that is sound or ends the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Config

EXIT_BAD_INPUT = 2  # a config or a file that cannot be used
EXIT_TOKEN_REFUSED = 3
EXIT_STORAGE = 4  # cannot be opened, or another instance uses it
EXIT_WATCHDOG = 5

_NEXT = "Next: correct what is named above in the file, then look again: gridcare check -c"
_NO_CONFIG = "Next: copy config.example.toml to this name and change what is marked with (!) in it:"

ConfigOption = Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The configuration, a TOML file.")]


def load_config_or_exit(path: Path) -> Config:
    """The config at `path`; if it cannot be used, every mistake goes to stderr and the command exits with 2."""
    from bot.config import Config, ConfigErrors  # noqa: PLC0415 -- so that --help and --version are quick

    try:
        return Config.load(path)
    except ConfigErrors as error:
        from rich.console import Console  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        console = Console(stderr=True, soft_wrap=True)
        for mistake in error.mistakes:
            where, _, rest = str(mistake).partition(" ")
            console.print(Text.assemble((where, "bold"), f" {rest}"))
        count = len(error.mistakes)
        console.print(Text(f"{count} mistake{'s' if count > 1 else ''} in the configuration; nothing was started."))
        console.print(Text(f"{_NEXT if path.exists() else _NO_CONFIG} {path}"))
        raise typer.Exit(EXIT_BAD_INPUT) from None

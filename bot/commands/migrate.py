"""`gridcare migrate`."""

from __future__ import annotations

import typer

from bot.cli_options import EXIT_STORAGE, ConfigOption, load_config_or_exit


def command(config: ConfigOption) -> None:
    """Bring the database's schema to the newest revision; `run` does so too."""
    import asyncio  # noqa: PLC0415 -- here and below: so that --help is quick

    from bot import logging  # noqa: PLC0415
    from storage.errors import CannotOpen  # noqa: PLC0415
    from storage.migrate import upgrade  # noqa: PLC0415
    from storage.schema import NEWEST  # noqa: PLC0415

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    try:
        before = asyncio.run(upgrade(settings.storage.url))
    except CannotOpen as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_STORAGE) from None
    if before == NEWEST:
        typer.echo(f"the schema is at revision {NEWEST}, the newest")
    else:
        typer.echo(f"the schema went from {before or 'empty'} to revision {NEWEST}")

"""`gridcare restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_options import EXIT_STORAGE, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from bot.config import Config
    from storage.backup.restoring import Restored

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="What `gridcare backup` has written.")]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Put it in place of what is there (a SQLite file is kept beside it).")
]


def command(config: ConfigOption, file: FileArgument, replace: ReplaceOption = False) -> None:
    """Put a backup in place: all of it or, with anything wrong, nothing. Stop the bot first; the key must be there."""
    from bot import logging  # noqa: PLC0415 -- here and below: so that --help is quick

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    from bot.commands.backup_words import run  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415

    try:
        restored = run(_restore(settings, file.absolute(), replace))
    except StorageError as error:
        typer.echo(f"{error}. Nothing was changed.", err=True)
        raise typer.Exit(EXIT_STORAGE) from None
    _print(restored)


async def _restore(config: Config, file: Path, replace: bool) -> Restored:
    from bot.clock import RealClock  # noqa: PLC0415
    from bot.commands.backup_words import installation_of, showing  # noqa: PLC0415
    from storage.backup.restoring import restore  # noqa: PLC0415

    now = RealClock().now()
    with showing() as progress:
        return await restore(installation_of(config), file, replace=replace, now=now, progress=progress)


def _print(restored: Restored) -> None:
    from bot.commands.backup_words import counted  # noqa: PLC0415

    said = restored.manifest
    photos = counted(len(said.photos), "photo or file", "photos and files")
    typer.echo(f"Restored: {said.community}, the database and {photos}, as of {said.made_at:%Y-%m-%d %H:%M} UTC.")
    if said.absent:
        typer.echo(f"{counted(len(said.absent), 'photo is', 'photos are')} not in the backup.")
    for warning in restored.warnings:
        typer.echo(f"warning: {warning}", err=True)
    for place in restored.aside:
        typer.echo(f"What was there before is kept in {place}: delete it once you are sure.")
    typer.echo(
        "What happened after that moment is not in it: look through the groups, import the roster if it has changed, "
        "and erase again whoever was erased since. Then start the bot: gridcare run"
    )

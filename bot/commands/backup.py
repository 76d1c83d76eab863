"""`gridcare backup`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_options import EXIT_STORAGE, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from bot.config import Config
    from storage.backup.manifest import Manifest

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write, readable by you alone.")]


def command(config: ConfigOption, out: OutOption) -> None:
    """Copy database and photos into one file, while the bot runs. The key is not in it: keep a copy of it elsewhere."""
    from bot import logging  # noqa: PLC0415 -- here and below: so that --help is quick

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    from bot.commands.backup_words import run  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415

    out = out.absolute()
    try:
        made = run(_back_up(settings, out))
    except StorageError as error:
        typer.echo(f"{error}. No backup was made.", err=True)
        raise typer.Exit(EXIT_STORAGE) from None
    _print(settings, out, made)


async def _back_up(config: Config, out: Path) -> Manifest:
    from importlib.metadata import version  # noqa: PLC0415

    from bot.clock import RealClock  # noqa: PLC0415
    from bot.commands.backup_words import installation_of, showing  # noqa: PLC0415
    from storage.backup.making import back_up  # noqa: PLC0415

    with showing() as progress:
        return await back_up(
            installation_of(config),
            out,
            community=config.community.name,
            program=f"gridcare {version('gridcare')}",
            now=RealClock().now(),
            progress=progress,
        )


def _print(config: Config, out: Path, made: Manifest) -> None:
    from bot.commands.backup_words import counted, size  # noqa: PLC0415

    photos = f"{counted(len(made.photos), 'photo or file', 'photos and files')}"
    typer.echo(f"{out}: the database and {photos}, {size(out.stat().st_size)}, as of {made.made_at:%Y-%m-%d %H:%M} UTC")
    typer.echo(
        f"The key (fingerprint {made.key}) is not in it, and without it nobody can read the names. Keep a copy of "
        f"{config.storage.key_file}, in another place than this file."
    )
    if erased := sum(one.why == "erased" for one in made.absent):
        typer.echo(f"{counted(erased, 'photo was', 'photos were')} erased while it was made, and left out.")
    if lost := sum(one.why == "lost" for one in made.absent):
        words = f"{counted(lost, 'photo is', 'photos are')} in the database, but not in {config.storage.media_dir}"
        typer.echo(f"warning: {words}: the backup is good, but without. An older backup may still have them.", err=True)
    if changed := sum(photo.name != f"media/{photo.sha256}" for photo in made.photos):
        words = f"{counted(changed, 'photo has', 'photos have')} changed on the disk since it was stored"
        typer.echo(f"warning: {words} (a failing disk?); kept as found. Look at the disk soon.", err=True)

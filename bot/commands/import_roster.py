"""`gridcare import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_options import EXIT_BAD_INPUT, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from bot.config import Config
    from bot.importing import Imported
    from care.domain.roster import Sheet

LONG = 1000  # rows from which on a bar shows how far it is

FileArgument = Annotated[Path, typer.Argument(metavar="FILE.csv|.xlsx", help="The roster, header in its first row.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


def command(config: ConfigOption, file: FileArgument, dry_run: DryRunOption = False) -> None:
    """Import the roster: all of it or, with any mistake in it, nothing. The same file again changes nothing."""
    import asyncio  # noqa: PLC0415 -- here and below: so that --help is quick

    from bot import logging  # noqa: PLC0415
    from bot.roster_file import BrokenFile, read_roster  # noqa: PLC0415

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    try:
        sheet = read_roster(file)
    except BrokenFile as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    imported = asyncio.run(_import(settings, sheet, dry_run=dry_run))
    _print(file.name, imported, dry_run=dry_run)
    if imported.mistakes:
        raise typer.Exit(EXIT_BAD_INPUT)


async def _import(config: Config, sheet: Sheet, *, dry_run: bool) -> Imported:
    from datetime import timedelta  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    from bot.clock import RealClock  # noqa: PLC0415
    from bot.importing import bring_in  # noqa: PLC0415
    from bot.tools import opened  # noqa: PLC0415

    console = Console(stderr=True)
    bars: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=len(sheet.rows) < LONG or not console.is_terminal) as bar:

        def progress(what: str, more: int, total: int) -> None:
            if what not in bars:
                bars[what] = bar.add_task(what, total=total)
            bar.advance(bars[what], more)

        async with opened(config, connections=1, busy_timeout=timedelta(seconds=30)) as db:
            return await bring_in(db, sheet, config, now=RealClock().now(), dry_run=dry_run, progress=progress)


def _print(name: str, imported: Imported, *, dry_run: bool) -> None:
    from bot.roster_words import say  # noqa: PLC0415

    for warning in imported.warnings:
        typer.echo(f"{name}: warning: {say(warning)}", err=True)
    for mistake in imported.mistakes:
        typer.echo(f"{name}: {say(mistake)}", err=True)
    if imported.mistakes:
        many = len(imported.mistakes)
        typer.echo(f"{many} mistake{'s' if many > 1 else ''} in {name}; nothing was imported.", err=True)
        return
    people = imported.people
    rehearsed = " (dry run: nothing was written)" if dry_run else ""
    typer.echo(
        f"{people.all} people: {people.new} new, {people.changed} changed, {people.unchanged} unchanged{rehearsed}"
    )
    for role, count in (imported.by_role or {}).items():
        typer.echo(f"  {role:<12} {count.new} new, {count.changed} changed, {count.unchanged} unchanged")

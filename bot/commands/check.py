"""`gridcare check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli_options import EXIT_STORAGE, EXIT_TOKEN_REFUSED, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree as Drawing

    from bot.check import Place, Report
    from bot.config import Config


def command(config: ConfigOption) -> None:
    """Say what is wrong before it runs: the config, the storage, the token, the chats."""
    import asyncio  # noqa: PLC0415 -- so that --help is quick

    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415

    from bot import logging  # noqa: PLC0415

    logging.configure(level="ERROR")
    settings = load_config_or_exit(config)
    from bot.check import look  # noqa: PLC0415
    from storage.errors import CannotOpen  # noqa: PLC0415

    console = Console(soft_wrap=True, highlight=False)
    try:
        report = asyncio.run(look(settings))
    except CannotOpen as error:
        console.print(f"storage  [red]{escape(str(error))}[/]")
        raise typer.Exit(EXIT_STORAGE) from None
    raise typer.Exit(_print(console, settings, report))


def _print(console: Console, config: Config, report: Report) -> int:
    from rich.markup import escape  # noqa: PLC0415

    from bot.advice import offline, token_refused  # noqa: PLC0415

    console.print(f"config   [green]ok[/]  {escape(config.community.name)}, {config.community.timezone.key}")
    kept = config.storage.sqlite_file or "PostgreSQL"
    console.print(f"storage  [green]ok[/]  {escape(str(kept))}, key fingerprint {report.fingerprint}")
    if report.refused or report.offline:
        said = token_refused(report.refused) if report.refused else offline(config.telegram.base_url, report.offline)
        console.print(f"telegram [red]{escape(said)}[/]")
        _print_warnings(console, report)
        return EXIT_TOKEN_REFUSED
    console.print(f"telegram [green]ok[/]  @{escape(report.username)}, {config.telegram.mode}\n")
    for tree in _trees(report):
        console.print(tree, soft_wrap=False)  # else it is cut off at the terminal's edge
    console.print(_policies(config))
    _print_warnings(console, report)
    said = "None of this keeps the bot from running" if report.warnings else "Nothing to remark"
    console.print(f"[green]{said}. Start it: gridcare run, with the same -c[/]")
    return 0


def _print_warnings(console: Console, report: Report) -> None:
    from rich.markup import escape  # noqa: PLC0415

    for warning in report.warnings:
        console.print(f"[yellow]![/] {escape(warning)}")


def _trees(report: Report) -> list[Drawing]:
    """The areas as the tree they are."""
    from rich.tree import Tree  # noqa: PLC0415

    drawn: dict[str, Drawing] = {}
    roots = []
    waiting = list(report.places)
    while waiting:  # a child may be named before its parent
        place = waiting.pop(0)
        parent = place.area.parent
        if parent is not None and parent not in drawn:
            waiting.append(place)
            continue
        label = _label(place)
        drawn[place.area.id] = drawn[parent].add(label) if parent is not None else Tree(label)
        if parent is None:
            roots.append(drawn[place.area.id])
    return roots


def _label(place: Place) -> str:
    from rich.markup import escape  # noqa: PLC0415

    parts = [f"[bold]{escape(place.area.name)}[/] ({place.area.id}, {place.area.level.value})"]
    if place.boundary is not None:
        size, latitude, longitude = place.boundary
        parts.append(f"{size:.3g} km² around {latitude:.5f}, {longitude:.5f}")
    if place.binding is not None:
        thread = f" topic {place.binding.thread}" if place.binding.thread is not None else ""
        parts.append(f"chat {place.binding.chat}{thread}, {place.binding.audience}: {escape(place.chat)}")
    if place.workers:
        parts.append(f"{place.workers} enrolled")
    return " · ".join(parts)


def _policies(config: Config) -> object:
    """The clocks, severity by severity."""
    from rich.table import Table  # noqa: PLC0415

    from care.domain.durations import format_duration  # noqa: PLC0415

    table = Table("severity", "remind while unclaimed", "climb if unclaimed", "ask the claimer", "climb if claimed")
    for severity, policy in config.policies.items():
        table.add_row(
            severity,
            ", ".join(map(format_duration, policy.remind_unclaimed)),
            ", ".join(map(format_duration, policy.climb_unclaimed)),
            format_duration(policy.ask_claimed),
            format_duration(policy.climb_claimed),
        )
    return table

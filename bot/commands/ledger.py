"""`gridcare ledger`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli_options import EXIT_BAD_INPUT, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from datetime import date

    from bot.config import Config
    from storage.ledger import Span

FromOption = Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, such as 2026-11-01.")]
ToOption = Annotated[str, typer.Option("--to", metavar="DATE", help="The last day, itself included.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON lines, so far the only form.")]


def command(config: ConfigOption, first: FromOption, last: ToOption, as_json: JsonOption = False) -> None:
    """Print what happened on these days of the community: items with their history, and who was told."""
    import asyncio  # noqa: PLC0415 -- here and below: so that --help is quick

    from bot import logging  # noqa: PLC0415

    logging.configure(level="WARNING")
    if not as_json:
        _end("expected --json: JSON lines are the only form so far")
    settings = load_config_or_exit(config)
    span = _span(_day("--from", first), _day("--to", last), settings)
    asyncio.run(_print(settings, span))


def _day(option: str, text: str) -> date:
    from datetime import date  # noqa: PLC0415

    try:
        return date.fromisoformat(text)
    except ValueError:
        _end(f"{option} {text}: expected a date such as 2026-11-01")


def _span(first: date, last: date, config: Config) -> Span:
    """Whole days by the community's clock; a day of 23 or 25 hours counts as it is."""
    from datetime import UTC, datetime, time, timedelta  # noqa: PLC0415

    from storage.ledger import Span  # noqa: PLC0415

    if last < first:
        _end(f"--to {last} is before --from {first}: expected the first day, then the last")
    zone = config.community.timezone
    try:
        midnights = [datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1))]
    except OverflowError:
        _end(f"--from {first} --to {last}: expected days of this age")
    return Span(start=midnights[0], end=midnights[1])


async def _print(config: Config, span: Span) -> None:
    import json  # noqa: PLC0415
    import sys  # noqa: PLC0415
    from datetime import datetime  # noqa: PLC0415

    from bot.tools import opened  # noqa: PLC0415
    from storage.ledger import records  # noqa: PLC0415

    def plain(value: object) -> str:
        if isinstance(value, datetime):
            return value.isoformat().replace("+00:00", "Z")
        raise TypeError(f"{type(value).__name__} does not belong into the ledger")

    async with opened(config) as db:
        async for record in records(db, span):
            sys.stdout.write(json.dumps(record, default=plain, ensure_ascii=False) + "\n")


def _end(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(EXIT_BAD_INPUT)

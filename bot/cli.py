"""The operator's command line: `gridcare COMMAND`. The commands themselves are in `bot/commands/`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands import Commands

app = typer.Typer(
    name="gridcare",
    cls=Commands,
    help="A Telegram bot by which a neighbourhood looks after its own.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, and those hold the token
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 -- slow to import, and rarely wanted

        typer.echo(f"gridcare {version('gridcare')}")
        raise typer.Exit


@app.callback()
def _gridcare(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """A Telegram bot by which a neighbourhood looks after its own."""


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()

"""`gridcare demo`."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    host: Annotated[str, typer.Option(help="Where the page is served.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The page's port.", show_default="8080, or the next free one")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            max=3600,
            help="Seconds of the demo's clock in one of yours; 60 makes a day of a coffee break.",
            show_default="1 until you choose another on the page",
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the bot's log.")] = False,
) -> None:
    """Show the bot on a page in the browser, with a Telegram of its own. Ctrl-C ends it and leaves nothing behind."""
    import asyncio  # noqa: PLC0415 -- so that --help is quick

    from bot import logging  # noqa: PLC0415
    from bot.demo.terminal import show  # noqa: PLC0415

    logging.configure(level="INFO" if verbose else "ERROR")
    raise typer.Exit(asyncio.run(show(host, port, 1.0 if speed is None else speed)))

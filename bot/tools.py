"""What the tools beside a running bot share: its database, opened without its lock, and errors in one line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import typer

from bot.cli_options import EXIT_BAD_INPUT
from bot.config import Config
from care.domain.errors import StaleState
from storage.database import Database
from storage.errors import StorageError
from storage.roster import RosterMoved


@asynccontextmanager
async def opened(
    config: Config, *, connections: int = 2, busy_timeout: timedelta = timedelta(seconds=10)
) -> AsyncIterator[Database]:
    """The installation's database; whatever goes wrong with it ends the command with its words and exit code 2."""
    try:
        async with Database(
            config.storage.url,
            key_file=config.storage.key_file,
            connections=connections,
            busy_timeout=busy_timeout,
        ) as db:
            yield db
    except StorageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    except (StaleState, RosterMoved) as error:
        typer.echo(f"nothing was written: {error}. Try again.", err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None

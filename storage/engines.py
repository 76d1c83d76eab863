"""The two databases: how each is reached, and how each is made to keep what it was given."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import sqlite_driver
from storage.errors import CannotOpen

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgres://")
EXPECTED_URL = 'expected is an address such as "sqlite:///data/gridcare.db" or "postgresql://user:pass@host/db"'


@dataclass(frozen=True)
class Engines:
    """Where writing and reading transactions come from; `one_writer`: they have to stand in line for writing."""

    write: AsyncEngine
    read: AsyncEngine
    one_writer: bool

    async def dispose(self) -> None:
        """Close every connection."""
        await self.write.dispose()
        if self.read.sync_engine.pool is not self.write.sync_engine.pool:
            await self.read.dispose()


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address, or None for another database; raises CannotOpen for a database in memory."""
    if not url.startswith(_SQLITE):
        return None
    name = url.removeprefix(_SQLITE)
    if not name or ":memory:" in name:
        raise CannotOpen(f"a database in memory keeps nothing; {EXPECTED_URL}")
    return Path(name)


def engines(url: str, *, busy_timeout: timedelta, connections: int) -> Engines:
    """Engines for this address; nothing is connected yet. `connections`: readers on SQLite, all on PostgreSQL."""
    file = sqlite_file(url)
    if file is not None:
        return _sqlite(file, busy_timeout, connections)
    if url.startswith(_POSTGRESQL):
        return _postgresql(url, connections)
    raise CannotOpen(f"the storage url names a database that GridCare does not know; {EXPECTED_URL}")


def prepare_file(file: Path) -> None:
    """Make the folder and the empty file, readable by us alone, where they are not there yet."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except (FileExistsError, NotADirectoryError) as error:
        raise CannotOpen(
            f"the database file {file} cannot be made: {file.parent} should be a folder, and a file of that name is in "
            "the way. Move it, or correct [storage] url in the config"
        ) from error
    except OSError as error:
        raise CannotOpen(
            f"the database file {file} cannot be opened for writing: {error.strerror}. Give {file.parent} to the user "
            "the bot runs as (chown), or correct [storage] url in the config"
        ) from error


def _sqlite(file: Path, busy_timeout: timedelta, readers: int) -> Engines:
    """One connection that writes, a few that read; the write-ahead log keeps them out of each other's way."""
    pragmas = (
        "journal_mode=WAL",
        "synchronous=FULL",  # what is committed survives the plug being pulled
        "foreign_keys=ON",
        f"busy_timeout={int(busy_timeout.total_seconds() * 1000)}",
        "temp_store=MEMORY",
        "journal_size_limit=67108864",
    )
    address = URL.create(sqlite_driver.URL_SCHEME, database=str(file))
    write = create_async_engine(address, hide_parameters=True, pool_size=1, max_overflow=0, pool_reset_on_return=None)
    read = create_async_engine(
        address, hide_parameters=True, pool_size=readers, max_overflow=0, pool_reset_on_return=None
    )
    _on_connect(write, pragmas)
    _on_connect(read, (*pragmas, "query_only=ON"))
    _begin_with(write, "BEGIN IMMEDIATE")  # a transaction that reads first must not find itself unable to write later
    _begin_reading(read)
    return Engines(write, read, one_writer=True)


def _on_connect(engine: AsyncEngine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own idea of when a transaction begins is switched off
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


def _begin_reading(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def _(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        driver.read_from_now_on()


def _postgresql(url: str, connections: int) -> Engines:
    """One pool; readers see one snapshot and cannot write, writers guard each row by its version."""
    write = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=postgresql_connector(url),
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # the first transaction after the server's restart is not lost
        isolation_level="READ COMMITTED",
    )
    read = write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(write, read, one_writer=False)


def postgresql_connector(url: str) -> Callable[[], Any]:
    """A function that makes one connection of asyncpg's own."""

    async def connect() -> Any:
        import asyncpg  # noqa: PLC0415 -- an installation on SQLite never loads it

        settings = {"application_name": "gridcare", "timezone": "UTC", "lock_timeout": "10s", "jit": "off"}
        return await asyncpg.connect(url, timeout=10, server_settings=settings)

    return connect

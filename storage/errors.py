"""What can go wrong between us and the database, in words for the operator or as something to try again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from care.domain.errors import StaleState


class StorageError(Exception):
    """The storage does not do what is asked of it; the message says what the operator can do."""


class CannotOpen(StorageError):
    """The database, its key file or its schema cannot be used."""


class InUse(CannotOpen):
    """Another instance works on this database."""


class Undecipherable(StorageError):
    """A stored value cannot be read with the keys at hand."""


class WriteInReading(StorageError):
    """Something was to be changed inside `Database.read()`: a mistake in our own code."""


class Interrupted(StaleState):
    """The server went away in the middle.

    Where it happened at a commit, nobody knows whether the change was kept: read again before doing it again.
    """


_TRY_AGAIN = {
    "40001",
    "40P01",
    "55P03",
    "23505",
}  # serialization, deadlock, lock timeout, a unique row is there already
_READ_ONLY = "25006"
_UNIQUE_IN_SQLITE = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def translated(error: DBAPIError) -> Exception | None:
    """Our own name for a driver's error, or None where it has none and should be seen as it is.

    A doubled unique row counts as stale: somebody was faster, and the act is tried again on what is there now.
    """
    if error.connection_invalidated:
        return Interrupted("the connection to the database was lost")
    if isinstance(error.orig, sqlite3.Error):
        return _from_sqlite(error.orig)
    return _from_postgresql(getattr(error.orig, "sqlstate", None))


def _from_sqlite(error: sqlite3.Error) -> Exception | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StaleState("another process holds the database's write lock")
    if name in _UNIQUE_IN_SQLITE:
        return StaleState(str(error))
    if name.startswith("SQLITE_READONLY"):
        return WriteInReading("a reading cannot change anything")
    return None


def _from_postgresql(sqlstate: str | None) -> Exception | None:
    if sqlstate in _TRY_AGAIN:
        return StaleState(f"PostgreSQL refused with {sqlstate}")
    if sqlstate == _READ_ONLY:
        return WriteInReading("a reading cannot change anything")
    if sqlstate is not None and (sqlstate.startswith("08") or sqlstate in {"57P01", "57P02", "57P03"}):
        return Interrupted("the database server is going away")
    return None


@contextmanager
def named() -> Iterator[None]:
    """Drivers' errors come out under our own names, where they have one."""
    try:
        yield
    except DBAPIError as error:
        ours = translated(error)
        if ours is None:
            raise
        raise ours from error


@contextmanager
def opening() -> Iterator[None]:
    """Whatever keeps a database from being opened comes out as CannotOpen, in one line."""
    try:
        yield
    except StaleState as error:
        raise CannotOpen(f"the database stayed locked by another process: {error}") from error
    except (OSError, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        why = str(cause).strip().partition("\n")[0] or type(cause).__name__
        raise CannotOpen(f"the database cannot be opened: {why}. Check [storage] url in the config") from error

"""SQLAlchemy's SQLite driver for asyncio that goes to the connection's thread only where SQLite may keep it waiting.

That is for opening, for the lock (BEGIN IMMEDIATE), for many rows at once and for the disk (COMMIT). Within a
transaction a statement of ours takes SQLite some 30 us, and the way to the thread and back 300: those are executed
where they are. The stock adapter goes there four times for each (open a cursor, execute, fetch, close); measured on two
cores, a question took 1.4 ms of processor time with it, 0.4 ms with one such trip, and 0.1 ms with none.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite import aiosqlite as stock

URL_SCHEME = "sqlite+gridcare"


class _Outcome(NamedTuple):
    description: Any
    rowcount: int
    lastrowid: int | None
    rows: Sequence[Any]


_NOTHING = _Outcome(None, -1, None, ())


def _perform(
    connection: sqlite3.Connection, begin: str | None, many: bool, operation: str, parameters: Any
) -> _Outcome:
    """All of one statement; `begin`: what opens the transaction that it is first in."""
    cursor = connection.cursor()
    try:
        if begin is not None:
            if connection.in_transaction:  # the last one's end failed, and nobody waited to hear it
                connection.rollback()
            cursor.execute(begin)
        if many:
            cursor.executemany(operation, parameters)
        else:
            cursor.execute(operation, () if parameters is None else parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return _Outcome(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()


class _Cursor(stock.AsyncAdapt_aiosqlite_cursor):
    """Holds what a statement gave back; nothing of it stays open on the thread."""

    __slots__ = ("_outcome", "arraysize")
    _adapt_connection: _Connection

    def __init__(self, adapt_connection: _Connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._outcome = _NOTHING
        self.arraysize = 1

    @property
    def description(self) -> Any:
        return self._outcome.description

    @property
    def rowcount(self) -> int:
        return self._outcome.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._outcome.lastrowid

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        if self._adapt_connection.inside:
            self._keep(_perform(self._connection._conn, self._adapt_connection.begins(), False, operation, parameters))
            return
        await self._on_the_thread(False, operation, parameters)
        self._adapt_connection.inside = operation.startswith("BEGIN")

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._on_the_thread(True, operation, seq_of_parameters)

    async def _on_the_thread(self, many: bool, operation: str, parameters: Any) -> None:
        run: Callable[..., Any] = self._connection._execute  # what aiosqlite's own methods go through
        begin = self._adapt_connection.begins()
        self._keep(await run(_perform, self._connection._conn, begin, many, operation, parameters))

    def _keep(self, outcome: _Outcome) -> None:
        self._outcome = outcome
        self._rows = deque(outcome.rows)


class _Connection(stock.AsyncAdapt_aiosqlite_connection):
    __slots__ = ("_beginning", "_reading", "inside")
    _cursor_cls = _Cursor  # type: ignore[assignment]  # a type[] of the subclass; the stock slot is not covariant

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._beginning: str | None = None
        self._reading = False
        self.inside = False
        """Whether a transaction is open, so that no statement waits for a lock any more."""

    def read_from_now_on(self) -> None:
        """A reading begins with its first statement (as to SQLite it does anyway), and never waits for a lock."""
        self._beginning, self._reading, self.inside = "BEGIN", True, True

    def begins(self) -> str | None:
        """What has to be executed before the next statement; None from then on."""
        beginning, self._beginning = self._beginning, None
        return beginning

    def commit(self) -> None:
        self.inside = False
        super().commit()

    def rollback(self) -> None:
        """Of a reading nothing is to be undone on any disk."""
        self.inside = False
        if not self._reading:
            super().rollback()
            return
        asked = self.begins() is None
        self._reading = False
        if asked and self._connection._connection:
            try:
                self._connection._conn.rollback()
            except sqlite3.Error as error:
                self._handle_exception(error)


class _Driver(stock.AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> _Connection:
        adapted = super().connect(*arg, **kw)
        return _Connection(self, adapted._connection)


class Dialect(stock.SQLiteDialect_aiosqlite):
    """The stock dialect on the adapter above."""

    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """aiosqlite, wrapped."""
        driver: ModuleType = __import__("aiosqlite")
        return _Driver(driver, sqlite3)


registry.register("sqlite.gridcare", __name__, "Dialect")

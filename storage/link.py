"""One transaction's connection, through which every query goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import CursorResult, Executable, SelectBase, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import named

ANYTHING = "*"  # among what a transaction changed: a statement that does not say

Params = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Link:
    """Runs statements within the open transaction and gives drivers' errors our own names."""

    __slots__ = ("_connection", "changed", "dialect")

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection: Final = connection
        self.dialect: Final[str] = connection.dialect.name  # "sqlite" or "postgresql"
        self.changed: Final[set[str]] = set()  # the tables that a statement was to change, or ANYTHING

    async def run(self, statement: Executable, params: Params = None) -> CursorResult[Any]:
        """Execute it; raises StaleState or another error of `storage.errors` where it fails in a known way."""
        if not isinstance(statement, SelectBase):
            self.changed.add(_changed_by(statement))
        try:
            with named():
                return await self._connection.execute(statement, params)
        except StatementError as error:
            if isinstance(error.orig, ValueError):  # a naive time, refused by its column
                raise error.orig from error
            raise


def _changed_by(statement: Executable) -> str:
    if isinstance(statement, UpdateBase) and isinstance(statement.table, Table):
        return statement.table.name
    return ANYTHING


def inserting(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which each dialect spells for itself."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)

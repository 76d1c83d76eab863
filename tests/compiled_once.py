"""Each statement is compiled to SQL once in a test process, not anew for each town's database.

SQLAlchemy keeps what it has compiled with the engine, and a town has engines of its own: compiling was a quarter of
what a story takes. What hangs on the engine stays the engine's: its dialect, by which encrypted columns find their key.
"""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler

from storage import engines

_ALL: dict[tuple[Any, ...], SQLCompiler] = {}
_OF_ONE_DIALECT = [
    name for kind in SQLCompiler.__mro__ for name, value in vars(kind).items() if "memoized" in type(value).__name__
]
_make_engine = engines.create_async_engine


class _OfOneEngine(dict[tuple[Any, ...], SQLCompiler]):
    """The `compiled_cache` of an engine: what it lacks is taken from what any engine of its kind has compiled."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        found = super().get(key)
        if found is None and (compiled := _ALL.get(_of_any(key))) is not None:
            found = self._own(compiled, key[0])
            super().__setitem__(key, found)
        return default if found is None else found

    def __setitem__(self, key: tuple[Any, ...], compiled: SQLCompiler) -> None:
        super().__setitem__(key, compiled)
        _ALL[_of_any(key)] = self._own(compiled, key[0])

    def _own(self, compiled: SQLCompiler, dialect: Any) -> SQLCompiler:
        own = copy.copy(compiled)
        own.dialect = dialect
        own._cached_metadata = None
        for name in _OF_ONE_DIALECT:
            own.__dict__.pop(name, None)
        return own


def _of_any(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)


def make_engine(*address: Any, **how: Any) -> AsyncEngine:
    """As SQLAlchemy's, with a cache of its own that looks into all of them."""
    return _make_engine(*address, **how).execution_options(compiled_cache=_OfOneEngine())


def compile_once() -> None:
    """From now on, in this process."""
    engines.create_async_engine = make_engine  # type: ignore[assignment]

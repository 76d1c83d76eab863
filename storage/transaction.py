"""One transaction as a context: all of it is kept, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.errors import Interrupted, named
from storage.link import Link
from storage.unit import Unit


class Gate:
    """Writers stand in line here; whoever would wait for himself is told so instead."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._inside: asyncio.Task[object] | None = None

    async def enter(self) -> None:
        """Wait for one's turn."""
        if self._inside is not None and self._inside is asyncio.current_task():
            raise RuntimeError("a write transaction was begun inside another one of the same task")
        await self._lock.acquire()
        self._inside = asyncio.current_task()

    def leave(self) -> None:
        """Let the next one in."""
        self._inside = None
        self._lock.release()


Committed = Callable[[Collection[str]], None]  # is told which tables were changed, if any


class Transaction:
    """Commits at the end of the block, rolls back on an exception; neither can be cut short by a cancellation."""

    def __init__(self, engine: AsyncEngine, *, gate: Gate | None, committed: Committed | None) -> None:
        """`gate`: where to stand in line first; `committed`: what to call after a commit (None: a reading)."""
        self._engine = engine
        self._gate = gate
        self._committed = committed
        self._connection: AsyncConnection | None = None
        self._link: Link | None = None

    async def __aenter__(self) -> Unit:
        """Begin; raises StaleState where the database stayed locked by another process or cannot be reached."""
        if self._gate is not None:
            await self._gate.enter()
        try:
            with named():
                self._connection = await self._engine.connect()
                await self._connection.begin()
        except OSError as error:
            await unbroken(self._leave())
            raise Interrupted(f"the database server cannot be reached: {type(error).__name__}") from error
        except BaseException:
            await unbroken(self._leave())
            raise
        self._link = Link(self._connection)
        return Unit(self._link)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back on an error."""
        await unbroken(self._end(keep=kind is None and self._committed is not None))

    async def _end(self, *, keep: bool) -> None:
        assert self._connection is not None  # noqa: S101 -- for the type checker: the block was entered
        assert self._link is not None  # noqa: S101 -- likewise
        try:
            with named():
                await (self._connection.commit() if keep else self._connection.rollback())
        finally:
            await self._leave()
        if keep and self._committed is not None:
            self._committed(self._link.changed)

    async def _leave(self) -> None:
        try:
            if self._connection is not None:
                await self._connection.close()
        finally:
            if self._gate is not None:
                self._gate.leave()


async def unbroken(work: Coroutine[object, object, None]) -> None:
    """Do it to its end even if we are cancelled meanwhile; the cancellation is then passed on."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        failed = None if task.cancelled() else task.exception()
        raise asyncio.CancelledError from failed
    task.result()

"""One instance per database: a lock that dies with its holder."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from pathlib import Path
from typing import Any, Protocol

from storage.engines import postgresql_connector, sqlite_file
from storage.errors import CannotOpen, InUse

CHECK_EVERY = 10.0  # real seconds between two looks at the lock
_ANSWER_WITHIN = 10.0
_KEY = 0x67726964_63617265  # "gridcare"; advisory locks belong to one database of a server, so one number will do


class InstanceLock(Protocol):
    """That no other instance works on this database."""

    async def acquire(self) -> None:
        """Take it at once; raises InUse where another has it."""

    async def lost(self) -> str:
        """Wait until it is no longer ours; why."""
        ...

    async def release(self) -> None:
        """Give it back."""


def lock_for(url: str) -> InstanceLock:
    """The lock of the database at this address, not taken yet."""
    file = sqlite_file(url)
    return FileLock(file) if file is not None else ServerLock(url)


class FileLock:
    """`flock` on a file beside the database; the kernel frees it when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(database.name + ".lock")
        self._handle: int | None = None

    async def acquire(self) -> None:
        """Take it at once; raises InUse with the holder's process id."""
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotOpen(f"the lock file {self._file} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise InUse(
                f"another instance works on this database (process {holder or 'unknown'}, lock file {self._file}). "
                "Stop it first"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    async def lost(self) -> str:
        """Wait until somebody has removed or replaced the lock file."""
        while self._is_in_place():  # noqa: ASYNC110 -- the file system tells nobody
            await asyncio.sleep(CHECK_EVERY)
        return f"the lock file {self._file} was removed or replaced"

    def _is_in_place(self) -> bool:
        if self._handle is None:
            return False
        try:
            there = self._file.stat()
        except FileNotFoundError:
            return False
        ours = os.fstat(self._handle)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    async def release(self) -> None:
        """Give it back; the file stays, since removing it would race with the next one's taking it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class ServerLock:
    """A session's advisory lock on a connection of its own; the server frees it when the connection ends."""

    def __init__(self, url: str) -> None:
        self._connect = postgresql_connector(url)
        self._connection: Any = None
        self._ended = asyncio.Event()

    async def acquire(self) -> None:
        """Take it at once; raises InUse, or CannotOpen where the server cannot be reached."""
        import asyncpg  # noqa: PLC0415 -- an installation on SQLite never loads it

        try:
            connection = await self._connect()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            why = str(error).partition("\n")[0] or type(error).__name__
            raise CannotOpen(
                f"the PostgreSQL server cannot be used: {why}. Check [storage] url in the config"
            ) from error
        try:
            # The server notices within a minute that our machine has vanished, and lets the next one in.
            for setting, seconds in (("idle", 20), ("interval", 10), ("count", 3)):
                await connection.execute(f"SET tcp_keepalives_{setting} = {seconds}")
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _KEY):
                raise InUse("another instance works on this PostgreSQL database. Stop it first")
        except BaseException:
            await connection.close()
            raise
        connection.add_termination_listener(lambda _connection: self._ended.set())
        self._connection = connection

    async def lost(self) -> str:
        """Wait until the connection that holds the lock has ended or does not answer."""
        while (why := await self._failure()) is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_EVERY):
                    await self._ended.wait()
        return why

    async def _failure(self) -> str | None:
        if self._connection is None or self._ended.is_set():
            return "the connection that held the instance's lock has ended"
        try:
            await self._connection.execute("SELECT 1", timeout=_ANSWER_WITHIN)
        except Exception as error:  # noqa: BLE001 -- whatever it is: a lock that cannot be asked about is lost
            return f"the connection that held the instance's lock does not answer ({type(error).__name__})"
        return None

    async def release(self) -> None:
        """Give it back."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            await connection.close(timeout=5)

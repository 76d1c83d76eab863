"""The database: opened, locked, migrated, and the place where transactions come from."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.crypto import Cipher, load_key, make_key
from storage.engines import Engines, engines, prepare_file, sqlite_file
from storage.errors import CannotOpen, Undecipherable, opening
from storage.link import ANYTHING
from storage.locks import InstanceLock, lock_for
from storage.migrate import migrate
from storage.transaction import Gate, Transaction
from storage.types import use_cipher

_CANARY = "key_check"
_SONG = "gridcare"  # what the canary sings, if the key is the right one

OnCommit = Callable[[], None]


class Database:
    """The port `Database`. `lock`: be the only instance on it, as `run` must; tools beside a running bot are not.

    `url` is the config's (`sqlite:///...` or `postgresql://...`); `key_file` is made when the database is new.
    """

    def __init__(
        self,
        url: str,
        *,
        key_file: Path,
        lock: bool = False,
        busy_timeout: timedelta = timedelta(seconds=5),
        connections: int = 8,
    ) -> None:
        self._url = url
        self._key_file = key_file
        self._file = sqlite_file(url)
        self._engines: Engines = engines(url, busy_timeout=busy_timeout, connections=connections)
        self._gate = Gate() if self._engines.one_writer else None
        self._wants_lock = lock
        self._lock: InstanceLock | None = None
        self._cipher: Cipher | None = None
        self._listeners: list[tuple[OnCommit, frozenset[str] | None]] = []

    async def open(self) -> Self:
        """Take the lock where asked, migrate the schema, load the key (or make it, where the database is new).

        Raises InUse, or CannotOpen with what the operator can do.
        """
        try:
            with opening():
                if self._file is not None:
                    prepare_file(self._file)
                if self._wants_lock:
                    await self._take_lock()
                await migrate(self._engines, self._url, locked=self._lock is not None, quick=True)
                await self._load_key()
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Close all connections and give the lock back; again is nothing."""
        await self._engines.dispose()
        if self._lock is not None:
            await self._lock.release()
            self._lock = None

    def write(self) -> Transaction:
        """A transaction that may change things; on SQLite one at a time."""
        return Transaction(self._engines.write, gate=self._gate, committed=self._tell_listeners)

    def read(self) -> Transaction:
        """A consistent reading that never waits for a writer; changing something in it raises WriteInReading."""
        return Transaction(self._engines.read, gate=None, committed=None)

    def on_commit(self, listener: OnCommit, of: Collection[str] | None = None) -> Callable[[], None]:
        """Call `listener` soon after each commit of this process; what is returned ends that.

        `of`: only after those that changed one of these tables; None: after each.
        """
        entry = (listener, None if of is None else frozenset(of) | {ANYTHING})
        self._listeners.append(entry)

        def forget() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(entry)

        return forget

    async def lost(self) -> str:
        """Wait until the instance's lock is no longer ours, and say why: stop working then. Without one, for ever."""
        if self._lock is None:
            await asyncio.Event().wait()
        assert self._lock is not None  # noqa: S101 -- for the type checker: the line above never ends
        return await self._lock.lost()

    @property
    def fingerprint(self) -> str:
        """Which key encrypts here, to be told apart from others; gives nothing of it away."""
        return self.cipher.fingerprint

    @property
    def cipher(self) -> Cipher:
        """The key of this database; raises RuntimeError before it is open."""
        if self._cipher is None:
            raise RuntimeError("the database is not open")
        return self._cipher

    async def __aenter__(self) -> Self:
        """Open it."""
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    def _tell_listeners(self, changed: Collection[str]) -> None:
        loop = asyncio.get_running_loop()
        for listener, of in self._listeners:
            if of is None or not of.isdisjoint(changed):
                loop.call_soon(listener)  # its errors are the loop's to report: the commit has succeeded

    async def _take_lock(self) -> None:
        lock = lock_for(self._url)
        await lock.acquire()
        self._lock = lock

    async def _load_key(self) -> None:
        """The key that this database was begun with; a new one only for a new database."""
        async with self.read() as uow:
            canary = await uow.meta.get(_CANARY)
        if canary is None:
            self._cipher = load_key(self._key_file) if self._key_file.exists() else make_key(self._key_file)
            await self._keep_canary(self._cipher)
        elif not self._key_file.exists():
            raise CannotOpen(
                f"the key file {self._key_file} is missing, and this database was written with it: restore it from its "
                "copy (a new one could read nothing)"
            )
        else:
            self._cipher = load_key(self._key_file)
            _listen(self._cipher, canary, self._key_file)
        for engine in (self._engines.write, self._engines.read):
            use_cipher(engine.dialect, self._cipher)

    async def _keep_canary(self, cipher: Cipher) -> None:
        async with self.write() as uow:
            if await uow.meta.get(_CANARY) is None:  # another process may have been faster
                await uow.meta.put(_CANARY, cipher.encrypt(_SONG))


def _listen(cipher: Cipher, canary: str, key_file: Path) -> None:
    try:
        cipher.decrypt(canary)
    except Undecipherable:
        raise CannotOpen(
            f"the key file {key_file} (fingerprint {cipher.fingerprint}) is not the one this database was written "
            "with: restore the right one from its copy"
        ) from None

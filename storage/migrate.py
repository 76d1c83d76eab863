"""Bringing a database's schema to the newest revision, while nobody else works on it."""

from __future__ import annotations

from datetime import timedelta

from storage.engines import Engines, engines, prepare_file, sqlite_file
from storage.errors import opening
from storage.locks import lock_for
from storage.schema import NEWEST, create_within, revision_of, upgrade_within


async def upgrade(url: str) -> str | None:
    """Upgrade the database at this address; the revision it was at before (None: it was empty).

    Raises InUse while an instance works on an older revision of it, CannotOpen where it cannot be reached or was
    written by a newer GridCare. On the newest revision it only looks.
    """
    on = engines(url, busy_timeout=timedelta(seconds=5), connections=1)
    try:
        with opening():
            file = sqlite_file(url)
            if file is not None:
                prepare_file(file)
            return await migrate(on, url, locked=False)
    finally:
        await on.dispose()


async def migrate(on: Engines, url: str, *, locked: bool, quick: bool = False) -> str | None:
    """Upgrade through these engines; the revision before. `locked`: the instance's lock is held already.

    `quick`: a new database gets its tables at once, without going through the revisions.
    """
    async with on.write.connect() as connection:
        before = await connection.run_sync(revision_of)
    if before == NEWEST:
        return before
    passing = None if locked else lock_for(url)  # nobody may work on the old schema while it changes
    if passing is not None:
        await passing.acquire()
    try:
        async with on.write.begin() as connection:
            await connection.run_sync(create_within if quick and before is None else upgrade_within)
    finally:
        if passing is not None:
            await passing.release()
    return before

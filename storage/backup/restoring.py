"""Putting a backup in place: looked through first, then all of it or nothing.

The photos come first: they only add to what is there. The database is last, by one rename (PostgreSQL: one
transaction): until then the old one is untouched, from then on the new one is complete. To the bot it is as if it had
been killed at the moment of the backup and started now; what it must not do then is in `onward`.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from storage.backup import photos, postgresql, sqlite
from storage.backup.archive import Archive
from storage.backup.errors import NoRestore, why
from storage.backup.installation import Installation, Progress, opens
from storage.backup.manifest import Manifest
from storage.backup.onward import Onward
from storage.crypto import Cipher
from storage.disk import sync_folder, write_whole
from storage.locks import lock_for
from storage.schema import known_revisions

_ROOM = 1.1  # times what is in the archive: file systems need some for themselves


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What is in place now. `aside`: where what was there before is kept; `warnings`: what did not work after."""

    manifest: Manifest
    aside: list[Path]
    warnings: list[str] = field(default_factory=list)


async def restore(home: Installation, file: Path, *, replace: bool, now: datetime, progress: Progress) -> Restored:
    """Put the backup in place of nothing, or with `replace` of what is there, which is kept beside it.

    Raises NoRestore or CannotOpen (InUse while the bot runs); then nothing has been changed.
    """
    restored = None
    try:
        with closing(Archive(file)) as archive:
            cipher = _check(archive, home)
            async with AsyncExitStack() as stack:
                fresh = await _is_fresh(home)
                if not fresh:
                    await _require(replace, home, archive.manifest)
                    await stack.enter_async_context(_alone(home))
                size = archive.manifest.size
                archive.verify(lambda more: progress("checking", more, size))
                if fresh:
                    await stack.enter_async_context(_alone(home))
                    if not await _is_fresh(home):
                        await _require(replace, home, archive.manifest)
                _require_room(archive.manifest, home)
                restored = await _put_back(archive, home, cipher, replace, now, progress)
    except OSError as error:
        if restored is None:
            raise NoRestore(f"the backup cannot be put in place ({error.filename}): {why(error)}") from error
        restored.warnings.append(f"something was left open ({error.filename}: {why(error)})")
    return restored


def _check(archive: Archive, home: Installation) -> Cipher:
    """Whether it belongs here at all, from its table of contents alone; the key."""
    said = archive.manifest
    if said.kind != home.kind:
        names = {"sqlite": "a SQLite file", "postgresql": "a PostgreSQL server"}
        raise NoRestore(
            f"the backup is of {names[said.kind]}, but [storage] url of the config names {names[home.kind]}: "
            "name one of the same kind there, then restore again"
        )
    cipher = home.key()
    if cipher is None:
        raise NoRestore(
            f"the key file {home.key_file} is missing: put the copy of the key with the fingerprint {said.key} there "
            "first. The key is never in the backup, and without it nobody could read the names in it"
        )
    if said.key not in cipher.fingerprints:
        raise NoRestore(
            f"the backup needs the key with the fingerprint {said.key}, but {home.key_file} has {cipher.fingerprint}: "
            "put the right key file there (if the one there was only just made by a first start, it may be deleted). "
            "Where the key was changed after this copy of the file was made, a line is missing in it: copy all of the "
            "newer file"
        )
    if not archive.is_sealed_with(cipher):
        raise NoRestore(
            f"{archive.file} was changed after it was made, and not by GridCare: do not use it. Take another copy of it"
        )
    if said.revision not in known_revisions():
        raise NoRestore(
            f"the backup was made by a newer GridCare ({said.program}): install that version here first, then restore"
        )
    return cipher


async def _is_fresh(home: Installation) -> bool:
    return not await _there_already(home)


async def _there_already(home: Installation) -> list[str]:
    """What would be in the way."""
    database, found = home.database, []
    if not (await postgresql.is_empty(home.url) if database is None else sqlite.is_empty(database)):
        found.append(f"a database at {database}" if database else "a database on the PostgreSQL server")
    if not photos.is_empty(home.media_dir):
        found.append(f"photos in {home.media_dir}")
    return found


async def _require(replace: bool, home: Installation, said: Manifest) -> None:
    if not replace:
        kept = "What is there now is kept" if home.database else "The server's present tables are lost: back them up"
        raise NoRestore(
            f"there is already {' and '.join(await _there_already(home))}. If the backup is to take the place of it, "
            f"add --replace. {kept}"
        )
    revision = await postgresql.revision(home.url) if home.database is None else None
    if revision not in (None, said.revision):
        raise NoRestore(
            f"the database on the PostgreSQL server has tables of another version of GridCare ({revision}) than the "
            f"backup ({said.revision}), and some would be left: name a new, empty database in [storage] url"
        )


@asynccontextmanager
async def _alone(home: Installation) -> AsyncIterator[None]:
    """No bot works on it meanwhile; raises InUse where one does."""
    if home.database is not None:
        home.database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = lock_for(home.url)
    await lock.acquire()
    try:
        yield
    finally:
        await lock.release()


def _require_room(said: Manifest, home: Installation) -> None:
    """An early word about a full disk is better than half an hour and then the same."""
    place = next(folder for folder in (home.media_dir, *home.media_dir.parents) if folder.is_dir())
    free, needed = shutil.disk_usage(place).free, int(said.size * _ROOM)
    if free < needed:
        raise NoRestore(
            f"{place} has {free // 1_000_000} MB left, and the backup needs {needed // 1_000_000} MB: free some space, "
            "or name a larger disk in [storage], then restore again"
        )


async def _put_back(
    archive: Archive, home: Installation, cipher: Cipher, replace: bool, now: datetime, progress: Progress
) -> Restored:
    stamp = f"replaced-{now:%Y%m%d-%H%M%S}"
    onward = Onward(now=now, counted=await _counted(home))
    aside: list[Path] = []
    warnings: list[str] = []
    with photos.put_back(archive, home.media_dir, stamp, progress) as keep:
        if home.database is not None:
            aside = _swap_file(archive, home, home.database, cipher, onward, stamp, keep)
        else:
            await _fill_server(archive, home, onward, replace, keep)
    # It is in place: from here on nothing is taken back, and what fails is only told.
    with suppress(OSError):  # whoever looks at the bar has gone
        progress("database", 1, 1)
    if home.database is not None:
        with _told(warnings, "the disk has not said yet that it keeps the database: type `sync`"):
            sync_folder(home.database.parent)
    if replace:
        with _told(warnings, "photos that the backup does not know stay among the others"):
            photos.set_others_aside(archive, home.media_dir, stamp)
    if (home.media_dir / stamp).is_dir():
        aside.append(home.media_dir / stamp)
    return Restored(manifest=archive.manifest, aside=aside, warnings=warnings)


@contextmanager
def _told(warnings: list[str], what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        warnings.append(f"{what} ({error.filename}: {why(error)})")


async def _counted(home: Installation) -> int:
    return await postgresql.counted(home.url) if home.database is None else sqlite.counted(home.database)


def _swap_file(
    archive: Archive,
    home: Installation,
    database: Path,
    cipher: Cipher,
    onward: Onward,
    stamp: str,
    keep: Callable[[], object],
) -> list[Path]:
    draft = database.with_name(f".{database.name}.{secrets.token_hex(8)}")
    try:
        write_whole(draft, archive.chunks(archive.manifest.database))
        facts = sqlite.facts_of(draft)
        if not opens(cipher, facts.canary):
            raise NoRestore(
                f"a line of the key file is missing: the database in {archive.file} was begun with an older key, "
                f"and {home.key_file} has only newer ones. Put the whole file there, with all its lines"
            )
        sqlite.send_onward(draft, onward)
        try:
            return sqlite.put_in_place(draft, database, stamp)
        finally:
            if not draft.exists():
                keep()
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


async def _fill_server(
    archive: Archive, home: Installation, onward: Onward, replace: bool, keep: Callable[[], object]
) -> None:
    postgresql.restorers()
    clear = replace and not await postgresql.is_empty(home.url)
    beside = home.media_dir.parent
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=beside, ignore_cleanup_errors=True) as folder:
        dumped = Path(folder) / "database"
        write_whole(dumped, archive.chunks(archive.manifest.database))
        await postgresql.restore(home.url, dumped, onward, replace=clear)
        keep()

"""Making a backup beside a running bot.

The database first, as it was at one moment; then the photos that this copy speaks of. A photo is on the disk before the
database says so, so each of them is there, unless its sender was forgotten meanwhile: nothing else removes one.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from storage.backup import postgresql, sqlite
from storage.backup.archive import Archive, Writer
from storage.backup.errors import NoBackup, NoRestore, why
from storage.backup.facts import Facts
from storage.backup.installation import Installation, Progress, opens
from storage.backup.manifest import DATABASE, FORMAT, PHOTOS, Absence, Manifest
from storage.crypto import Cipher
from storage.disk import sync_folder
from storage.media import MediaFolder


async def back_up(
    home: Installation, out: Path, *, community: str, program: str, now: datetime, progress: Progress
) -> Manifest:
    """Write all there is to keep into `out`, whole or not at all; what is in it.

    An older backup at `out` is replaced at the end; any other file there is left alone. Raises NoBackup, or CannotOpen.
    """
    cipher = _key(home)
    _may_be_written(out)
    try:
        with tempfile.TemporaryDirectory(prefix=".gridcare-backup-", dir=out.parent) as folder:
            copied, draft = Path(folder) / "database", Path(folder) / "backup"
            facts = await _copy_database(home, copied, progress)
            if not opens(cipher, facts.canary):
                raise NoBackup(
                    f"the key file {home.key_file} (fingerprint {cipher.fingerprint}) is not the one this database was "
                    "written with: put the right one there first, or nobody could read the backup"
                )
            with closing(Writer(draft)) as archive:
                _add_database(archive, copied, home, progress)
                missing = _add_photos(archive, MediaFolder(home.media_dir), facts, progress)
                manifest = Manifest.model_validate(
                    {
                        "format": FORMAT,
                        "program": program,
                        "made_at": now,
                        "community": community,
                        "kind": home.kind,
                        "revision": facts.revision,
                        "key": cipher.fingerprint,
                        "contents": archive.contents,
                        "absent": await _reasons(home, missing),
                    }
                )
                archive.seal(manifest, cipher)
            draft.replace(out)
            sync_folder(out.parent)
    except OSError as error:
        raise NoBackup(f"the backup cannot be made ({error.filename or out}): {why(error)}") from error
    return manifest


def _key(home: Installation) -> Cipher:
    cipher = home.key()
    if cipher is None:
        raise NoBackup(
            f"the key file {home.key_file} is missing: put it back from its copy first, for without it nobody could "
            "read the backup. If the bot has never run here, there is nothing to back up yet"
        )
    return cipher


def _may_be_written(out: Path) -> None:
    """A slip of the hand must not cost the database: only a backup gives way to a backup."""
    if not out.parent.is_dir():
        raise NoBackup(f"the folder {out.parent} is not there: make it, or write the backup elsewhere")
    if not out.exists():
        return
    if out.is_dir():
        raise NoBackup(f"{out} is a folder: name a file in it, such as {out / 'gridcare.backup'}")
    try:
        Archive(out).close()
    except NoRestore:
        raise NoBackup(f"{out} is there already and is no backup: choose another name") from None


async def _copy_database(home: Installation, into: Path, progress: Progress) -> Facts:
    database = home.database
    if database is None:
        progress("database", 0, 1)
        facts = await postgresql.dump(home.url, into)
        progress("database", 1, 1)
        return facts
    if sqlite.is_empty(database):
        raise NoBackup(
            f"there is no database at {database} yet: nothing to back up. If you expected one, check [storage] url"
        )
    done = 0

    def told(now: int, of: int) -> None:
        nonlocal done
        progress("database", now - done, of)
        done = now

    sqlite.copy(database, into, told)
    try:
        return sqlite.facts_of(into)
    except NoRestore as error:
        raise NoBackup(f"the database {database} cannot be used: {error}") from error


def _add_database(archive: Writer, copied: Path, home: Installation, progress: Progress) -> None:
    size = copied.stat().st_size
    pack = home.kind == "sqlite"  # pg_dump packs by itself
    with copied.open("rb") as source:
        archive.add(DATABASE, source, packed=pack, progress=lambda more: progress("packing", more, size))
    copied.unlink()


def _add_photos(archive: Writer, store: MediaFolder, facts: Facts, progress: Progress) -> list[str]:
    """All photos that the copied database speaks of; those that are not there."""
    missing = []
    for photo in facts.photos:
        try:
            with store.path_of(photo).open("rb") as source:
                archive.add(PHOTOS + photo, source, packed=False, progress=lambda _: None)
        except FileNotFoundError:
            missing.append(photo)
        progress("photos", 1, len(facts.photos))
    return missing


async def _reasons(home: Installation, missing: list[str]) -> list[Absence]:
    """Why they are not there: what the living database knows no more was erased meanwhile, the rest is lost."""
    if not missing:
        return []
    database = home.database
    known = await postgresql.photos_of(home.url) if database is None else sqlite.photos_of(database)
    return [Absence(photo=photo, why="lost" if photo in known else "erased") for photo in missing]

"""A SQLite database copied while others write to it, and looked at before it is trusted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from storage.backup.errors import NoBackup, NoRestore
from storage.backup.facts import CANARY, PHOTOS, REVISION, Facts
from storage.backup.onward import COUNTED, Onward, go_onward
from storage.disk import write_whole

PAGES = 1024  # copied between two words about how far it is: 4 MB

OnPages = Callable[[int, int], None]


def copy(database: Path, into: Path, progress: OnPages) -> None:
    """A copy of one moment, by SQLite's online backup; nobody who writes meanwhile waits for it. `progress`: done, all.

    Raises NoBackup where the database cannot be read or does not hold together.
    """
    try:
        with closing(_open(database, "rw")) as source, closing(sqlite3.connect(into)) as target:
            source.execute("BEGIN")  # one reading for all of it: else each write of the bot would begin the copy anew
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=PAGES, progress=lambda _status, left, all_: progress(all_ - left, all_))
            source.rollback()
            target.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
            _check(target)
    except sqlite3.Error as error:
        raise NoBackup(
            f"the database {database} cannot be copied: {error}. If it is damaged, restore the latest backup; do not "
            "delete older backups before"
        ) from error


def facts_of(copied: Path) -> Facts:
    """What the copy says of itself; raises NoRestore for a file that is no database of ours, or a damaged one."""
    try:
        with closing(_open(copied, "ro")) as db:
            _check(db)
            return Facts(
                revision=str(db.execute(REVISION).fetchone()[0]),
                canary=str(db.execute(CANARY).fetchone()[0]),
                photos=tuple(row[0] for row in db.execute(PHOTOS)),
            )
    except (sqlite3.Error, TypeError) as error:
        raise NoRestore(f"what is in it is no sound database of GridCare ({error})") from error


def photos_of(database: Path) -> set[str]:
    """The photos that the living database knows now."""
    with closing(_open(database, "rw")) as db:
        return {row[0] for row in db.execute(PHOTOS)}


def is_empty(database: Path) -> bool:
    """Whether there is nothing to lose: no file, or one without a byte."""
    return not database.exists() or database.stat().st_size == 0


def counted(database: Path) -> int:
    """The last item number that was given out there, as far as it can still be read."""
    if is_empty(database):
        return 0
    try:
        with closing(_open(database, "rw")) as db:
            return int(db.execute(COUNTED).fetchone()[0])
    except (sqlite3.Error, TypeError):
        return 0  # damaged: it may be why we are here


def send_onward(draft: Path, onward: Onward) -> None:
    """What a restored database must not do it does not; raises NoRestore."""
    try:
        with closing(_open(draft, "rw")) as db:
            db.execute("BEGIN")
            go_onward(db, onward)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise NoRestore(f"what is in it is no sound database of GridCare ({error})") from error


def put_in_place(draft: Path, database: Path, stamp: str) -> list[Path]:
    """The draft is the database, by one rename: at any moment there is the one or the other. Where the old one is then.

    Raises NoRestore while another program has it open; then, and where anything fails, all is as before.
    """
    _settle(database)
    aside = database.with_name(f"{database.name}.{stamp}")
    with ExitStack() as undo:
        kept = []
        if database.exists():
            _copy_beside(database, aside)
            undo.callback(aside.unlink)
            kept.append(aside)
        for suffix in ("-wal", "-shm"):  # a database that could not be settled keeps its log
            log = database.with_name(database.name + suffix)
            if log.exists():
                kept.append(log.rename(aside.with_name(aside.name + suffix)))
                undo.callback(kept[-1].rename, log)
        try:
            draft.replace(database)
        finally:
            if not draft.exists():
                undo.pop_all()
    return kept


def _copy_beside(database: Path, aside: Path) -> None:
    """A second name for it; a copy on a disk that knows no such thing."""
    try:
        os.link(database, aside)
    except FileExistsError:
        raise
    except OSError:
        with database.open("rb") as source:
            write_whole(aside, iter(lambda: source.read(1024 * 1024), b""))


def _settle(database: Path) -> None:
    """Put all that is in its log into the file itself, which needs it for ourselves alone."""
    if is_empty(database):
        return
    try:
        with closing(_open(database, "rw")) as db:
            db.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise NoRestore(
                f"another program has the database {database} open (a gridcare command?). Let it end, then restore "
                "again"
            ) from None
    except sqlite3.DatabaseError:
        pass  # damaged: it may be why we are here, and is moved as it is


def _open(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=10, isolation_level=None)


def _check(db: sqlite3.Connection) -> None:
    found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(str(found))

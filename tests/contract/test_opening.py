"""Opening a database: locked, migrated, or a plain word to the operator about what to do."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import locks, schema, tables
from storage.database import Database
from storage.engines import engines
from storage.errors import CannotOpen, InUse
from storage.migrate import upgrade
from tests.contract.conftest import Home
from tests.postgres import Server

TOO_LONG = 20.0
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
"""


@pytest.fixture
def postgres_home(postgres_server: Server, postgres_migrated: str, tmp_path: Path) -> Iterator[Home]:
    """A database of its own: here it is the schema itself that changes."""
    with postgres_server.fresh_database(copy_of=postgres_migrated) as url:
        yield Home(url, tmp_path / "gridcare.key")


async def create_all(url: str) -> None:
    on = engines(url, busy_timeout=timedelta(seconds=5), connections=1)
    async with on.write.begin() as connection:
        await connection.run_sync(tables.metadata.create_all)
    await on.dispose()


def sqlite_schema(file: Path) -> dict[str, object]:
    """All that SQLite knows of each table and index, whatever the order of columns' constraints in the text."""
    with sqlite3.connect(file) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found: dict[str, object] = {}
        for name in set(names) - {"alembic_version"}:
            indexes = db.execute(f"PRAGMA index_list({name})").fetchall()
            found[name] = {
                "columns": db.execute(f"PRAGMA table_xinfo({name})").fetchall(),
                "keys": sorted(row[2:] for row in db.execute(f"PRAGMA foreign_key_list({name})")),
                "indexes": sorted(
                    (row[2:5], db.execute(f"PRAGMA index_xinfo('{row[1]}')").fetchall()) for row in indexes
                ),
            }
            sql = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0] or ""
            found[f"{name} words"] = sorted(re.findall(r"AUTOINCREMENT|CONSTRAINT \w+", sql))
        found["indexes"] = sorted(
            row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE type='index'") if row[0]
        )
    db.close()
    return found


async def test_migrating_an_empty_sqlite_gives_exactly_the_tables(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    assert await upgrade(f"sqlite:///{migrated}") is None
    made.touch()
    await create_all(f"sqlite:///{made}")
    assert sqlite_schema(migrated) == sqlite_schema(made)
    assert len(sqlite_schema(made)) == 2 * len(tables.metadata.tables) + 3  # sqlite_sequence, and all indexes


@pytest.mark.postgres
async def test_migrating_an_empty_postgresql_gives_exactly_the_tables(postgres_server: Server) -> None:
    with postgres_server.fresh_database() as migrated, postgres_server.fresh_database() as made:
        assert await upgrade(migrated) is None
        await create_all(made)
        one, other = await asyncpg.connect(migrated), await asyncpg.connect(made)
        try:
            await other.execute("CREATE TABLE alembic_version (version_num text)")
            for question in (COLUMNS, INDEXES, CONSTRAINTS):
                answers = [sorted(tuple(row) for row in await c.fetch(question)) for c in (one, other)]
                assert answers[0] == answers[1]
                assert len(answers[0]) > len(tables.metadata.tables)
        finally:
            await one.close()
            await other.close()


async def test_a_new_sqlite_has_what_the_revisions_make(tmp_path: Path) -> None:
    migrated, opened = tmp_path / "migrated.db", tmp_path / "opened.db"
    await upgrade(f"sqlite:///{migrated}")
    async with Database(f"sqlite:///{opened}", key_file=tmp_path / "key") as db, db.read() as uow:
        assert (await uow.link.run(text("SELECT version_num FROM alembic_version"))).scalar_one() == schema.NEWEST
    assert sqlite_schema(opened) == sqlite_schema(migrated)


@pytest.mark.postgres
async def test_a_new_postgresql_has_what_the_revisions_make(postgres_server: Server, tmp_path: Path) -> None:
    with postgres_server.fresh_database() as migrated, postgres_server.fresh_database() as opened:
        await upgrade(migrated)
        async with Database(opened, key_file=tmp_path / "key"):
            pass
        one, other = await asyncpg.connect(migrated), await asyncpg.connect(opened)
        try:
            for question in (COLUMNS, INDEXES, CONSTRAINTS):
                answers = [sorted(tuple(row) for row in await c.fetch(question)) for c in (one, other)]
                assert answers[0] == answers[1]
        finally:
            await one.close()
            await other.close()


def _at_the_first_revision(connection: Connection) -> None:
    """A database as the first version left it: an item each of four sorts, which nobody was to look at."""
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    row = (
        "INSERT INTO items (number, version, state, kind, severity, text, reporter_known, held, self_settled,"
        " created_at, since, reopened) VALUES (:number, 1, :state, 'report', 'normal', '', :yes, :held, :no,"
        " '2026-03-02 01:30:00', :since, 0)"
    )
    if connection.dialect.name != "sqlite":
        row = row.replace("'2026-03-02 01:30:00'", "TIMESTAMPTZ '2026-03-02 01:30:00Z'").replace(":since", "NULL")
    for number, (state, held) in enumerate([("open", False), ("claimed", False), ("draft", True), ("closed", False)]):
        values = {"number": number, "state": state, "held": held, "yes": True, "no": False}
        since = {} if ":since" not in row else {"since": "2026-03-02 01:40:00" if state == "open" else None}
        connection.execute(text(row), values | since)


async def _due_after_the_upgrade(url: str) -> list[tuple[int, bool]]:
    on = engines(url, busy_timeout=timedelta(seconds=5), connections=1)
    try:
        async with on.write.begin() as connection:
            await connection.run_sync(_at_the_first_revision)
        await upgrade(url)
        async with on.write.begin() as connection:
            found = await connection.execute(text("SELECT number, due_at IS NOT NULL FROM items ORDER BY number"))
            return [(int(number), bool(due)) for number, due in found]
    finally:
        await on.dispose()


async def test_what_waited_before_there_was_a_ladder_is_looked_at(tmp_path: Path) -> None:
    assert await _due_after_the_upgrade(f"sqlite:///{tmp_path}/old.db") == [(0, True), (1, True), (2, True), (3, False)]


@pytest.mark.postgres
async def test_what_waited_before_there_was_a_ladder_is_looked_at_on_postgresql(postgres_server: Server) -> None:
    with postgres_server.fresh_database() as url:
        assert await _due_after_the_upgrade(url) == [(0, True), (1, True), (2, True), (3, False)]


def test_the_newest_revision_is_the_head_of_all() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.NEWEST]


async def test_migrating_again_changes_nothing(home: Home) -> None:
    assert await upgrade(home.url) == schema.NEWEST
    async with home.database(lock=True):
        assert await upgrade(home.url) == schema.NEWEST  # beside a running bot, too


async def test_a_migrated_database_opens_without_alembic(sqlite_home: Home) -> None:
    code = (
        "import asyncio, sys, pathlib; from storage.database import Database\n"
        "async def main(url, key):\n"
        "    async with Database(url, key_file=pathlib.Path(key)): pass\n"
        "asyncio.run(main(*sys.argv[1:]))\n"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('alembic', 'asyncpg', 'PIL', 'numpy')]"
    )
    root = Path(__file__).parents[2]
    starting = [sys.executable, "-c", code, sqlite_home.url, str(sqlite_home.key_file)]
    ran = await asyncio.to_thread(
        subprocess.run, starting, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, timeout=60, check=False
    )
    assert ran.returncode == 0


async def pretend_revision(home: Home, revision: str) -> None:
    async with home.database() as db, db.write() as uow:
        await uow.link.run(text(f"UPDATE alembic_version SET version_num = '{revision}'"))


async def test_a_database_of_a_newer_version_is_left_alone(home: Home) -> None:
    await pretend_revision(home, "9999")
    with pytest.raises(CannotOpen, match=r"revision 9999.*newer"):
        await home.database(lock=True).open()
    with pytest.raises(CannotOpen, match=r"revision 9999.*newer"):
        await upgrade(home.url)


async def test_nobody_migrates_under_a_running_bot(home: Home) -> None:
    async with home.database(lock=True):
        await pretend_revision(home, "0000")
        with pytest.raises(InUse):
            await upgrade(home.url)
        with pytest.raises(InUse):
            await home.database().open()


async def test_a_second_instance_is_told_who_is_there_and_gets_in_when_he_is_gone(home: Home) -> None:
    async with home.database(lock=True):
        with pytest.raises(InUse, match="another instance") as refused:
            await home.database(lock=True).open()
        assert not home.is_sqlite or str(os.getpid()) in str(refused.value)
        async with home.database() as tool, tool.write() as uow:  # `import` works beside it
            await uow.meta.put("imported", "1")
    async with home.database(lock=True) as db, db.read() as uow:
        assert await uow.meta.get("imported") == "1"


async def test_an_instance_notices_that_its_lock_is_gone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "CHECK_EVERY", 0.02)
    async with home.database(lock=True) as db:
        losing = asyncio.create_task(db.lost())
        done, _ = await asyncio.wait([losing], timeout=0.1)
        assert not done
        await take_the_lock_away(home, db)
        async with asyncio.timeout(TOO_LONG):
            assert "lock" in await losing


async def take_the_lock_away(home: Home, db: Database) -> None:
    if home.is_sqlite:
        home.lock_file.unlink()
        return
    async with db.write() as uow:
        await uow.link.run(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))


async def test_without_a_lock_none_is_ever_lost(home: Home) -> None:
    async with home.database() as db:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await db.lost()


async def test_a_database_that_is_closed_can_be_closed_again(home: Home) -> None:
    db = await home.database(lock=True).open()
    await db.close()
    await db.close()
    with pytest.raises(RuntimeError, match="not open"):
        _ = home.database().fingerprint


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://host/db", "gridcare.db", ""])
def test_an_address_that_names_no_database_of_ours_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="expected is an address"):
        Database(url, key_file=tmp_path / "key")


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    url = f"sqlite:///{tmp_path}/file/gridcare.db"
    with pytest.raises(CannotOpen, match=r"file/gridcare.db.*correct .storage. url"):
        await Database(url, key_file=tmp_path / "key", lock=True).open()
    with pytest.raises(CannotOpen, match=r"file/gridcare.db"):
        await upgrade(url)


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "gridcare.db"
    file.write_text("my holiday diary\n" * 100)
    with pytest.raises(CannotOpen, match="not a database"):
        await Database(f"sqlite:///{file}", key_file=tmp_path / "key").open()
    assert file.read_text().startswith("my holiday diary")
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("lock", [True, False])
async def test_a_server_that_is_not_there_is_said_so(tmp_path: Path, lock: bool) -> None:
    url = "postgresql://gridcare@127.0.0.1:1/gridcare"
    with pytest.raises(CannotOpen, match=r"Check \[storage\] url"):
        await Database(url, key_file=tmp_path / "key", lock=lock).open()


@pytest.mark.postgres
@pytest.mark.parametrize("lock", [True, False])
async def test_a_server_without_that_database_is_said_so(postgres_server: Server, tmp_path: Path, lock: bool) -> None:
    with pytest.raises(CannotOpen, match='"nowhere" does not exist'):
        await Database(postgres_server.url("nowhere"), key_file=tmp_path / "key", lock=lock).open()


async def test_folders_and_key_are_made_on_the_first_run(tmp_path: Path) -> None:
    file = tmp_path / "a folder with % and ?" / "数据.db"
    async with Database(f"sqlite:///{file}", key_file=tmp_path / "keys" / "k", lock=True) as db, db.write() as uow:
        await uow.people.meet(1, "x", None)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys" / "k").exists()


async def test_two_first_runs_at_once_agree_on_one_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gridcare.db"
    await upgrade(url)
    homes = [Database(url, key_file=tmp_path / "key") for _ in range(4)]
    opened = await asyncio.gather(*(home.open() for home in homes))
    assert len({db.fingerprint for db in opened}) == 1
    for db in opened:
        await db.close()


async def test_sqlite_keeps_what_it_was_given(sqlite_home: Home) -> None:
    async with sqlite_home.database() as db, db.write() as uow:
        asked = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"]
        answers = [(await uow.link.run(text(f"PRAGMA {name}"))).scalar_one() for name in asked]
        assert answers == ["wal", 2, 1, 5000]

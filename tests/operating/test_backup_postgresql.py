"""The same on PostgreSQL, by its own programs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.backup import postgresql
from storage.schema import NEWEST
from tests.operating.machine import Machine
from tests.postgres import Server

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        not (shutil.which("pg_dump") and shutil.which("pg_restore")),
        reason="pg_dump and pg_restore are not installed (Debian: postgresql-client)",
    ),
]


@pytest.fixture
def old(postgres_url: str, tmp_path: Path) -> Machine:
    return Machine(tmp_path / "old", url=postgres_url).lives()


@pytest.fixture
def new(postgres_server: Server, tmp_path: Path, old: Machine) -> Iterator[Machine]:
    with postgres_server.fresh_database() as url:
        machine = Machine(tmp_path / "new", url=url)
        machine.gets_the_key_of(old)
        yield machine


def test_there_and_back(old: Machine, new: Machine, tmp_path: Path) -> None:
    old.succeeds("backup", "--out", tmp_path / "b.backup")
    assert "3 photos and files" in new.succeeds("restore", tmp_path / "b.backup")
    assert new.ledger() == old.ledger() != ""
    assert [file.name for file in new.photos()] == [file.name for file in old.photos()]
    old.lives(1)
    assert "add --replace" in new.refuses("restore", tmp_path / "b.backup")
    old.succeeds("backup", "--out", tmp_path / "b.backup")
    new.succeeds("restore", tmp_path / "b.backup", "--replace")
    assert new.ledger() == old.ledger()
    assert new.lives(1).ledger().count('"type": "item"') == 5  # its numbers go on


async def test_not_while_the_bot_runs(old: Machine, tmp_path: Path) -> None:
    await asyncio.to_thread(old.succeeds, "backup", "--out", tmp_path / "b.backup")
    async with old.database(lock=True):
        await asyncio.to_thread(old.succeeds, "backup", "--out", tmp_path / "b.backup")
        said = await asyncio.to_thread(old.refuses, "restore", tmp_path / "b.backup", "--replace")
    assert "another instance works on this PostgreSQL database" in said


def test_a_damaged_dump_changes_nothing(old: Machine, new: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Sealed and all, and yet pg_restore cannot read it: the one transaction is rolled back, the photos go again."""
    old.succeeds("backup", "--out", tmp_path / "b.backup")
    monkeypatch.setattr(postgresql, "restorers", lambda: ("/bin/false", "/bin/false"))
    assert "pg_restore could not put the database back" in new.refuses("restore", tmp_path / "b.backup")
    assert new.photos() == []
    assert [file.name for file in new.media_dir.parent.iterdir() if file.is_file()] == []


def test_without_its_programs_it_says_what_to_install(
    old: Machine, new: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.succeeds("backup", "--out", tmp_path / "b.backup")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install postgresql-client" in old.refuses("backup", "--out", tmp_path / "c.backup")
    assert "pg_restore is not installed" in new.refuses("restore", tmp_path / "b.backup")
    assert new.photos() == []


def test_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m", url="postgresql://bot:hunter2@127.0.0.1:1/gridcare")
    Machine(tmp_path / "k").lives(0).key.rename(machine.key)
    said = machine.refuses("backup", "--out", tmp_path / "b.backup")
    assert "the PostgreSQL server cannot be used" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://bot:p%40ss@db/gridcare", "postgresql://bot@db/gridcare"),
        ("postgresql:///gridcare?host=/run/postgresql&password=x", "postgresql:///gridcare?host=%2Frun%2Fpostgresql"),
        ("postgresql://db/gridcare", "postgresql://db/gridcare"),
    ],
)
def test_no_password_stands_in_a_command_line(url: str, shown: str) -> None:
    assert postgresql.without_password(url) == shown


def test_no_number_and_no_id_is_given_out_again(old: Machine, new: Machine, tmp_path: Path) -> None:
    async def newest(machine: Machine) -> tuple[int, int]:
        async with postgresql.connected(machine.url) as link:
            number, photo = "SELECT max(number) FROM items", "SELECT max(id) FROM media"
            return await link.fetchval(number), await link.fetchval(photo)

    old.succeeds("backup", "--out", tmp_path / "b.backup")
    new.succeeds("restore", tmp_path / "b.backup")
    number, photo = asyncio.run(newest(new.lives(1)))
    assert number == 2001
    assert photo > 1_700_000_000_000
    new.succeeds("restore", tmp_path / "b.backup", "--replace")
    number, later = asyncio.run(newest(new.lives(1)))
    assert (number, later > photo) == (4001, True)


def test_tables_of_another_version_are_not_left_beside_the_backups(old: Machine, tmp_path: Path) -> None:
    async def upgraded() -> None:
        async with postgresql.connected(old.url) as link:
            await link.execute("UPDATE alembic_version SET version_num = '0004'")

    async def back() -> None:
        async with postgresql.connected(old.url) as link:
            await link.execute("UPDATE alembic_version SET version_num = $1", NEWEST)

    old.succeeds("backup", "--out", tmp_path / "b.backup")
    asyncio.run(upgraded())
    said = old.refuses("restore", tmp_path / "b.backup", "--replace")
    asyncio.run(back())  # the database is used again
    assert "name a new, empty database in [storage] url" in said
    assert '"type": "item"' in old.ledger()

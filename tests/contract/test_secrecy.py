"""Who has the database's files and not the key learns nothing about a person."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import insert, select, update

from care.domain.elders import Pause, PauseWhy
from care.domain.items import Action, Details, Place
from storage import care_tables, tables
from storage.crypto import Cipher
from storage.database import Database
from storage.errors import CannotOpen, Undecipherable
from storage.types import Encrypted, use_cipher
from tests.contract.conftest import NOW, Home, report

SECRET = "机密SECRET"  # in every personal value below
PERSONAL = {
    "pauses": {"words"},
    "inquiries": {"words"},
    "shares": {"words"},
    "people": {"name", "called", "address", "phone"},
    "elders": {"routine", "health", "lives_with", "key_holder", "contacts"},
    "items": {"place", "text", "proof"},
    "history": {"note", "details"},
    "inbox": {"body", "error"},
}


def test_the_columns_about_people_are_the_encrypted_ones() -> None:
    found = {
        table.name: {column.name for column in table.columns if isinstance(column.type, Encrypted)}
        for table in tables.metadata.sorted_tables
    }
    assert {name: columns for name, columns in found.items() if columns} == PERSONAL


async def plant(db: Database) -> None:
    """The secret in every personal column."""
    async with db.write() as uow:
        ma = await uow.people.meet(1, f"马{SECRET}", None)
        told = {name: f"{name} {SECRET}" for name in PERSONAL["people"]}
        await uow.link.run(update(tables.people).values(told))
        elder = {name: f"{name} {SECRET}" for name in PERSONAL["elders"]}
        await uow.link.run(insert(tables.elders), {"person": ma.id, "state": "joined", "mode": "button", **elder})
        item, event = report(1, ma.id, text=f"井盖{SECRET}")
        await uow.items.add(item, event, None)
        more = Details(place=Place(words=f"东门{SECRET}", latitude=36.0613579), proof=f"修好了{SECRET}")
        item, event = item.apply(Action.AMEND, at=NOW, actor=ma.id, note=f"原话{SECRET}", details=more)
        await uow.items.save(item, event, None)
        pause = Pause(since=NOW, until=None, why=PauseWhy.AWAY, by=ma.id)
        await uow.elders.pause(ma.id, pause, f"去女儿家{SECRET}")
        asked = {"chat": 1, "person": ma.id, "elder": ma.id, "asked": "trouble", "words": SECRET, "asked_at": NOW}
        await uow.link.run(insert(care_tables.inquiries), asked)
        await uow.shares.keep(ma.id, 1, 1, NOW, words=SECRET)
        await uow.inbox.add([(1, 1, f"body {SECRET}")], NOW)
        await uow.inbox.failed(1, f"error {SECRET}")


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.is_file()]


def betrays(content: bytes) -> bool:
    plain = SECRET.encode()
    return plain in content or b"SECRET" in content or "机密".encode("utf-16-le") in content or b"36.0613579" in content


async def test_the_files_of_sqlite_hold_no_word_of_it(sqlite_home: Home, tmp_path: Path) -> None:
    async with sqlite_home.database() as db:
        await plant(db)
        files = files_in(tmp_path)
        assert {file.name for file in files} >= {"gridcare.db", "gridcare.db-wal"}
        assert not any(betrays(file.read_bytes()) for file in files)
    assert not betrays((tmp_path / "gridcare.db").read_bytes())
    kept = sqlite3.connect(tmp_path / "gridcare.db")
    for table, columns in PERSONAL.items():  # and yet all of it is there
        row = kept.execute(f"SELECT {', '.join(columns)} FROM {table} LIMIT 1").fetchone()
        assert all(value and value.startswith("gAAAA") for value in row if value is not None)
    kept.close()


@pytest.mark.postgres
async def test_the_rows_of_postgresql_hold_no_word_of_it(postgres_home: Home) -> None:
    async with postgres_home.database() as db:
        await plant(db)
    connection = await asyncpg.connect(postgres_home.url)
    try:
        for table in tables.metadata.tables:
            rows = await connection.fetch(f"SELECT t::text FROM {table} t")
            assert not any(betrays(row[0].encode()) for row in rows)
        assert await connection.fetchval("SELECT count(*) FROM history") == 2
    finally:
        await connection.close()


async def test_with_the_key_every_word_is_there(db: Database) -> None:
    await plant(db)
    async with db.read() as uow:
        assert (await uow.people.get(1)).name == f"name {SECRET}"
        row = (await uow.link.run(select(tables.elders))).one()
        assert {getattr(row, name) for name in PERSONAL["elders"]} == {f"{n} {SECRET}" for n in PERSONAL["elders"]}
        item = await uow.items.get(1)
        assert item.place == Place(words=f"东门{SECRET}", latitude=36.0613579)
        assert item.proof == f"修好了{SECRET}"
        assert (await uow.items.history(1))[1].note == f"原话{SECRET}"
        assert (await uow.inbox.waiting(1))[0].body == f"body {SECRET}"


async def test_half_an_emoji_that_a_phone_cut_off_is_kept(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        item, event = report(1, people[0], text="坏了\ud83d\x00")
        await uow.items.add(item, event, None)
    async with db.read() as uow:
        assert (await uow.items.get(1)).text == "坏了\ud83d\x00"


async def test_a_second_key_encrypts_from_now_on_and_the_first_still_reads(home: Home) -> None:
    async with home.database() as db:
        await plant(db)
        old = db.fingerprint
    lines = home.key_file.read_text().splitlines()
    home.key_file.write_text("\n".join(["# rotated", "A" * 43 + "=", "", *lines]))
    async with home.database() as db:
        assert db.fingerprint != old
        async with db.write() as uow:
            assert (await uow.items.get(1)).text == f"井盖{SECRET}"
            await uow.people.meet(2, "新", None)
            use_cipher(db._engines.write.dialect, Cipher(["A" * 43 + "="]))
            assert (await uow.people.by_telegram(2)) is not None
            with pytest.raises(Undecipherable):
                await uow.people.by_telegram(1)


async def test_another_key_does_not_open_the_database(home: Home) -> None:
    async with home.database() as db:
        await plant(db)
    home.key_file.write_text("A" * 43 + "=\n")
    with pytest.raises(CannotOpen, match="not the one this database was written with"):
        await home.database().open()


async def test_a_missing_key_is_never_replaced_by_a_new_one(home: Home) -> None:
    async with home.database() as db:
        await plant(db)
    home.key_file.unlink()
    with pytest.raises(CannotOpen, match=r"missing.*restore it"):
        await home.database().open()
    assert not home.key_file.exists()


@pytest.mark.parametrize("content", ["", "# only a comment\n", "not a key\n", "钥匙\n"])
async def test_a_key_file_without_a_key_says_so(home: Home, content: str) -> None:
    home.key_file.write_text(content, encoding="utf-8")
    with pytest.raises(CannotOpen, match="key file"):
        await home.database().open()
    assert home.key_file.read_text(encoding="utf-8") == content


async def test_the_key_file_is_ours_alone(sqlite_home: Home, tmp_path: Path) -> None:
    async with sqlite_home.database() as db:
        assert len(db.fingerprint) == 16
    assert sqlite_home.key_file.stat().st_mode & 0o777 == 0o600
    assert db.fingerprint not in sqlite_home.key_file.read_text()
    assert not [file for file in files_in(tmp_path) if file.name.startswith(".")]  # no draft of it left


async def test_an_error_of_the_database_names_no_person(db: Database) -> None:
    async def meet_nobody() -> None:
        async with db.write() as uow:
            await uow.link.run(insert(tables.people), {"name": SECRET, "phone": SECRET, "admin": None})

    with pytest.raises(Exception, match=r"NOT NULL|not-null") as failed:
        await meet_nobody()
    assert not betrays(str(failed.value).encode())

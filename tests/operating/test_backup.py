"""`gridcare backup` and `gridcare restore`: all there is to keep, in one file, and back."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from storage.backup import archive, making, restoring
from storage.tables import media
from tests.operating.machine import Machine, mode


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine that has lived for a while, with a backup beside it; nobody changes it."""
    machine = Machine(tmp_path_factory.mktemp("old")).lives()
    machine.succeeds("backup", "--out", machine.folder / "all.backup")
    return machine


@pytest.fixture
def new(tmp_path: Path, old: Machine) -> Machine:
    """An empty machine that has the key."""
    machine = Machine(tmp_path / "new")
    machine.gets_the_key_of(old)
    return machine


@pytest.fixture
def backup(old: Machine) -> Path:
    return old.folder / "all.backup"


def test_a_backup_on_an_empty_machine_is_the_old_one_again(old: Machine, new: Machine, backup: Path) -> None:
    said = new.succeeds("restore", backup)
    assert "3 photos and files" in said
    assert new.ledger() == old.ledger() != ""
    assert [file.name for file in new.photos()] == [file.name for file in old.photos()]
    assert (mode(backup), mode(new.database_file), mode(new.photos()[0])) == (0o600, 0o600, 0o600)


def test_the_key_is_not_in_it(old: Machine, backup: Path) -> None:
    key = [line for line in old.key.read_text().splitlines() if line and line[0] != "#"]
    with zipfile.ZipFile(backup) as inside:
        for name in inside.namelist():
            assert not any(secret.encode() in inside.read(name) for secret in [*key, "马小东"])
        assert json.loads(inside.read("manifest.json"))["key"] in old.types("backup", "--out", backup).output


def test_it_needs_the_key_and_says_which(tmp_path: Path, old: Machine, backup: Path) -> None:
    bare = Machine(tmp_path / "bare")
    assert "gridcare.key is missing: put the copy of the key with the fingerprint" in bare.refuses("restore", backup)
    other = Machine(tmp_path / "other").lives(0)
    before = other.everything()
    assert "put the right key file there" in other.refuses("restore", backup, "--replace")
    assert other.everything() == before


def test_a_rotated_key_still_opens_it(new: Machine, backup: Path, tmp_path: Path) -> None:
    newer = Machine(tmp_path / "newer").lives(0).key.read_text()
    new.key.write_text(newer + new.key.read_text())
    new.succeeds("restore", backup)
    assert '"type": "item"' in new.ledger()


def test_a_line_of_the_key_file_that_is_missing_is_named_as_such(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m").lives(1)
    older = machine.key.read_text().splitlines()[-1]
    newer = Machine(tmp_path / "newer").lives(0).key.read_text().splitlines()[-1]
    machine.key.write_text(f"{newer}\n{older}\n")
    machine.succeeds("backup", "--out", tmp_path / "b.backup")
    fresh = Machine(tmp_path / "fresh")
    for kept in (older, newer):
        fresh.key.write_text(kept + "\n")
        fresh.key.chmod(0o600)
        said = fresh.refuses("restore", tmp_path / "b.backup")
        assert "line" in said
        assert "is missing" in said
        assert "do not use it" not in said
    fresh.key.write_text(f"{newer}\n{older}\n")
    fresh.succeeds("restore", tmp_path / "b.backup")


def test_what_is_there_is_not_overwritten_unless_asked(new: Machine, old: Machine, backup: Path) -> None:
    new.lives(1)
    before, mine = new.everything(), new.ledger()
    assert "add --replace" in new.refuses("restore", backup)
    assert new.everything() == before
    said = new.succeeds("restore", backup, "--replace")
    assert new.ledger() == old.ledger() != mine
    [aside] = [file for file in new.database_file.parent.iterdir() if ".db.replaced-" in file.name]
    assert str(aside) in said
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute("SELECT count(*) FROM items").fetchone() == (1,)


def test_photos_that_the_backup_does_not_know_are_set_aside(new: Machine, backup: Path) -> None:
    new.lives(5)
    new.succeeds("restore", backup, "--replace")
    strangers = [file for file in new.photos() if "replaced-" in str(file.relative_to(new.media_dir))]
    assert (len(new.photos()), len(strangers)) == (5, 2)


def test_photos_alone_are_not_overwritten_either(new: Machine, backup: Path) -> None:
    new.media_dir.mkdir(parents=True)
    (new.media_dir / "holiday.jpg").touch()
    assert "photos in" in new.refuses("restore", backup)
    assert not new.database_file.exists()


async def test_not_while_the_bot_runs(new: Machine, backup: Path) -> None:
    async with new.database(lock=True):
        said = await asyncio.to_thread(new.refuses, "restore", backup, "--replace")
    assert "another instance works on this database" in said


async def test_not_while_a_command_has_the_database_open(new: Machine, backup: Path) -> None:
    async with new.database() as db:
        async with db.read() as uow:
            await uow.people.admins()
        said = await asyncio.to_thread(new.refuses, "restore", backup, "--replace")
        assert "another program has the database" in said
        async with db.write() as uow:  # it goes on as if nothing had been
            await uow.people.meet(12, "王", None)
    assert new.database_file.exists()
    assert new.photos() == []


def test_a_database_that_is_broken_is_moved_as_it_is(new: Machine, backup: Path) -> None:
    new.database_file.parent.mkdir()
    new.database_file.write_bytes(b"a disk has died" * 1000)
    new.succeeds("restore", backup, "--replace")
    assert '"type": "item"' in new.ledger()
    assert any(file.read_bytes()[:6] == b"a disk" for file in new.database_file.parent.glob("*replaced*"))


def test_a_log_left_behind_does_not_get_into_the_restored_database(new: Machine, backup: Path) -> None:
    new.lives(1)
    wal = new.database_file.with_name("gridcare.db-wal")
    new.database_file.unlink()
    wal.write_bytes(b"of another database" * 500)
    new.succeeds("restore", backup, "--replace")
    assert '"type": "item"' in new.ledger()


def test_it_takes_the_place_of_an_older_backup_only(old: Machine, tmp_path: Path) -> None:
    out = tmp_path / "b.backup"
    old.succeeds("backup", "--out", out)
    old.succeeds("backup", "--out", out)
    assert "is no backup: choose another name" in old.refuses("backup", "--out", old.database_file)
    assert "is a folder: name a file in it" in old.refuses("backup", "--out", tmp_path)
    assert "is not there: make it" in old.refuses("backup", "--out", tmp_path / "no" / "b.backup")
    assert [file.name for file in tmp_path.iterdir()] == ["b.backup"]


def test_what_was_erased_while_it_ran_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(tmp_path / "m").lives(2)
    copy = making.sqlite.copy

    def then_one_is_erased(database: Path, *rest: Any) -> None:
        copy(database, *rest)
        gone = machine.photos()[0]
        with closing(sqlite3.connect(database)) as db:
            db.execute("UPDATE media SET state = 'erased', sha256 = NULL WHERE sha256 = ?", [gone.name])
            db.commit()
        gone.unlink()

    monkeypatch.setattr(making.sqlite, "copy", then_one_is_erased)
    out = tmp_path / "b.backup"
    said = machine.succeeds("backup", "--out", out)
    assert "1 photo was erased while it was made, and left out" in said
    assert "warning" not in said
    fresh = Machine(tmp_path / "fresh")
    fresh.gets_the_key_of(machine)
    fresh.succeeds("restore", out)
    assert len(fresh.photos()) == 1


def test_what_is_lost_or_changed_is_noted_and_no_reason_to_have_no_backup(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m").lives(3)
    lost, changed, _ = machine.photos()
    lost.unlink()
    changed.write_bytes(b"bit rot")
    out = tmp_path / "b.backup"
    said = machine.succeeds("backup", "--out", out)
    assert "1 photo is in the database, but not in" in said
    assert "1 photo has changed on the disk" in said
    fresh = Machine(tmp_path / "fresh")
    fresh.gets_the_key_of(machine)
    assert "1 photo is not in the backup" in fresh.succeeds("restore", out)


def test_who_is_being_erased_is_not_copied(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m").lives(2)

    async def erase_one() -> None:
        async with machine.database() as db, db.write() as uow:
            await uow.link.run(update(media).where(media.c.item == 1).values(state="erased"))

    asyncio.run(erase_one())
    assert "1 photo or file" in machine.succeeds("backup", "--out", tmp_path / "b.backup")


def test_without_database_or_key_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m")
    assert "the bot has never run here" in machine.refuses("backup", "--out", tmp_path / "b")
    machine.lives(1)
    machine.key.rename(tmp_path / "away")
    assert "put it back from its copy first" in machine.refuses("backup", "--out", tmp_path / "b")
    Machine(tmp_path / "other").lives(0).key.rename(machine.key)
    assert "not the one this database was written with" in machine.refuses("backup", "--out", tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_backup_of_the_other_kind_of_database_is_refused(tmp_path: Path, old: Machine, backup: Path) -> None:
    other = Machine(tmp_path / "pg", url="postgresql://nobody@127.0.0.1:1/none")
    other.gets_the_key_of(old)
    assert "the backup is of a SQLite file, but" in other.refuses("restore", backup)


def test_a_full_disk_leaves_nothing_behind(old: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive.Writer, "seal", full)
    said = old.refuses("backup", "--out", tmp_path / "b.backup")
    assert "No space left on device. Free some space, or choose another disk" in said
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_in_the_middle_of_it_is_as_it_was(
    new: Machine, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    new.lives(2)
    before, mine = new.everything(), new.ledger()
    monkeypatch.setattr(restoring.sqlite, "facts_of", full)
    assert "Free some space" in new.refuses("restore", backup, "--replace")
    assert (new.everything(), new.ledger()) == (before, mine)


def test_too_little_room_is_said_before_anything_is_written(
    new: Machine, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_ROOM", 1e12)
    assert "MB left, and the backup needs" in new.refuses("restore", backup)
    assert not new.database_file.exists()


def killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    sum(range(1_000_000))  # a signal is heard between two steps of the interpreter


def test_sigterm_in_the_middle_leaves_nothing_behind(
    old: Machine, new: Machine, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new.lives(1)
    before = new.everything()
    with monkeypatch.context() as broken:
        broken.setattr(archive.Writer, "seal", killed)
        assert old.types("backup", "--out", tmp_path / "b.backup").exit_code == 130
    with monkeypatch.context() as broken:
        broken.setattr(restoring.sqlite, "facts_of", killed)
        assert new.types("restore", backup, "--replace").exit_code == 130
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
    assert new.everything() == before
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_sound_photo_does_not_give_way_to_a_rotten_one(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m").lives()
    mended, rotten, _ = machine.photos()
    content = mended.read_bytes()
    mended.write_bytes(content[:-1] + b"!")
    machine.succeeds("backup", "--out", tmp_path / "b.backup")
    mended.write_bytes(content)
    rotten.write_bytes(b"bit rot")
    said = machine.succeeds("restore", tmp_path / "b.backup", "--replace")
    assert mended.read_bytes() == content
    assert rotten.read_bytes() != b"bit rot"
    [aside] = [file for file in machine.photos() if "replaced-" in str(file.relative_to(machine.media_dir))]
    assert (aside.name, aside.read_bytes()) == (rotten.name, b"bit rot")
    assert f"is kept in {aside.parents[2]}" in said


@pytest.mark.parametrize("step", ["sync_folder", "set_others_aside"])
def test_once_it_is_in_place_nothing_is_taken_back(
    step: str, new: Machine, old: Machine, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "a disk")

    new.lives(1)
    monkeypatch.setattr(restoring.photos if step == "set_others_aside" else restoring, step, fails)
    said = new.succeeds("restore", backup, "--replace")
    assert "warning: " in said
    assert "(a disk: Input/output error)" in said
    assert "Nothing was changed" not in said
    assert new.ledger() == old.ledger()
    assert {file.name for file in old.photos()} <= {file.name for file in new.photos()}


def test_at_any_moment_there_is_the_old_database_or_the_new_one(
    new: Machine, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes just before the rename, and `run` would make an empty database where it finds none."""
    new.lives(1)
    mine, replace = new.ledger(), Path.replace

    def then_the_power_goes(file: Path, to: Path) -> Path:
        if to == new.database_file:
            os._exit(9)
        return replace(file, to)

    if (child := os.fork()) == 0:
        monkeypatch.setattr(Path, "replace", then_the_power_goes)
        new.types("restore", backup, "--replace")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    new.succeeds("migrate")
    assert new.ledger() == mine != ""


def test_a_disk_without_second_names_keeps_a_copy(new: Machine, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    new.lives(1)
    monkeypatch.setattr(os, "link", unknown)
    new.succeeds("restore", backup, "--replace")
    [aside] = [file for file in new.database_file.parent.iterdir() if ".db.replaced-" in file.name]
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute("SELECT count(*) FROM items").fetchone() == (1,)

"""What goes wrong on the first day of somebody who has no IT staff: each says the next step, and shows no traceback."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import advice
from bot.clock import RealClock
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from tests.operating.machine import TOKEN, Machine
from tests.processes import ROOT, environment


@pytest.fixture
async def telegram() -> AsyncIterator[str]:
    """A Bot API server that knows our token."""
    async with serve(World(RealClock(), token=TOKEN)) as root:
        yield root


async def checked(machine: Machine, code: int) -> str:
    done = await asyncio.to_thread(machine.types, "check")
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


async def ran(machine: Machine, code: int) -> str:
    """`gridcare run`, which ends by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "-c", str(machine.config),
        stderr=subprocess.PIPE, env=environment() | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code, said.decode()
    assert b"Traceback" not in said
    return said.decode()


async def test_all_is_well_and_it_says_how_to_start(telegram: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path, base_url=telegram)
    machine.config.write_text(machine.config.read_text() + "[community]\nadmins = [90]\n")
    said = await checked(machine, 0)
    assert f"storage  ok  {machine.database_file}, key fingerprint" in said
    assert "Add the bot to a grid's group and send /bind there" in said
    assert "None of this keeps the bot from running. Start it: gridcare run" in said


async def test_on_a_narrow_terminal_nothing_of_the_tree_is_cut_off(tmp_path: Path) -> None:
    world = World(RealClock(), token=TOKEN)
    world.add_group(-1003000000001, "第三网格工作群", [], bot_is_admin=False)
    async with serve(world) as root:
        machine = Machine(tmp_path, base_url=root)
        bound = f'[[areas]]\nid = "{"g" * 30}"\nname = "第三网格"\nlevel = "grid"\nchat_id = -1003000000001\n'
        machine.config.write_text(machine.config.read_text() + bound)
        said = await checked(machine, 0)
    assert "第三网格工作群, not an admin" in " ".join(said.split())


def test_no_config_file(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.config.unlink()
    for command in ("check", "run", "backup"):
        said = machine.refuses(command, *(["--out", "x"] if command == "backup" else []), code=2)
        assert "Next: copy config.example.toml to this name and change what is marked with (!) in it:" in said


def test_no_token(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.config.write_text("[telegram]\n")
    said = machine.refuses("check", code=2)
    assert "telegram.token is missing: expected the token that @BotFather gave" in said
    assert "Next: correct what is named above in the file, then look again: gridcare check -c" in said


async def test_a_wrong_token(telegram: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path, base_url=telegram)
    machine.config.write_text(machine.config.read_text().replace(TOKEN, "4711:wrong"))
    for said in (await checked(machine, 3), await ran(machine, 3)):
        assert "open @BotFather, send /mybots, choose the bot, press API Token" in said
        assert "4711:wrong" not in said


async def test_no_network(tmp_path: Path) -> None:
    said = await checked(Machine(tmp_path), 3)
    assert "nobody answers at http://127.0.0.1:9" in said
    assert "The bot itself waits for the network" in said


@pytest.mark.parametrize(
    ("base_url", "said", "words"),
    [
        (
            "https://api.telegram.org",
            "no connection (ClientConnectorDNSError)",
            "does not find the name api.telegram.org",
        ),
        ("https://api.telegram.org", "no connection (ClientConnectorError)", "in a browser on this machine"),
        (
            "https://api.telegram.org",
            "no connection (ClientConnectorCertificateError)",
            "Is this machine's clock right?",
        ),
        ("http://127.0.0.1:8081", "no answer in time", "Does your Bot API server run"),
    ],
)
def test_each_sort_of_silence_has_its_own_next_step(base_url: str, said: str, words: str) -> None:
    assert words in advice.offline(base_url, said)


async def test_a_taken_port(telegram: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        machine = Machine(tmp_path, base_url=telegram)
        machine.config.write_text(machine.config.read_text() + f'[web]\nlisten = "{address}"\n')
        for said in (await checked(machine, 0), await ran(machine, 2)):
            assert f"already listens on {address}. Stop it, or write another port" in said


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "Write a port above 1023"),
        (errno.EADDRNOTAVAIL, "is no address of this machine"),
        (errno.ENOBUFS, "nobody can listen on"),
    ],
)
def test_other_reasons_why_nobody_can_listen(number: int, words: str) -> None:
    assert words in advice.cannot_listen("[web] listen", "10.0.0.1:80", OSError(number, os.strerror(number)))


@pytest.mark.parametrize("key", ["url", "media_dir"])
async def test_a_file_where_a_folder_should_be(key: str, telegram: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path, base_url=telegram)
    if key == "url":
        (tmp_path / "data").write_text("")
        for said in (await checked(machine, 4), await ran(machine, 4)):
            assert (
                "should be a folder, and a file of that name is in the way. Move it, or correct [storage] url" in said
            )
    else:
        (tmp_path / "data").mkdir()
        machine.media_dir.write_text("")
        assert "is in the way. Move it, or correct [storage] media_dir" in await checked(machine, 0)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "Give it to the user the bot runs as (chown)"), (errno.ENOSPC, "is full. Free some space")],
)
def test_a_folder_that_cannot_be_written_to(number: int, words: str) -> None:
    assert words in advice.not_writable("/srv/media", "[storage] media_dir", OSError(number, os.strerror(number)))


async def test_another_users_folder(telegram: str, tmp_path: Path) -> None:
    """As somebody who is not root, in a folder of root's."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root, to be somebody else than the folder's owner")
    folder = Path("/tmp") / f"gridcare-not-yours-{os.getpid()}"
    machine = Machine(folder, base_url=telegram)
    folder.chmod(0o755)
    try:
        process = await asyncio.create_subprocess_exec(
            "setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-m", "bot", "check", "-c", machine.config,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment() | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        shutil.rmtree(folder)
    if b"can't open" in out or b"No module named" in out or b"not permitted" in out or b"execute" in out:
        pytest.skip("nobody else may use this Python")
    assert process.returncode == 4
    assert "cannot be opened for writing" in out.decode()
    assert "to the user the bot runs as (chown)" in out.decode()


async def test_a_database_of_a_newer_program(telegram: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path, base_url=telegram)
    await machine.live(0)
    with closing(sqlite3.connect(machine.database_file)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    for said in (await checked(machine, 4), await ran(machine, 4)):
        assert "was written by a newer one. Install that, or restore a backup" in said


async def test_a_key_that_is_missing_or_of_somebody_else(telegram: str, tmp_path: Path) -> None:
    machine, other = Machine(tmp_path / "a", base_url=telegram), Machine(tmp_path / "b")
    await machine.live(0)
    await other.live(0)
    machine.key.unlink()
    for said in (await checked(machine, 4), await ran(machine, 4)):
        assert "gridcare.key is missing, and this database was written with it: restore it from its copy" in said
    machine.gets_the_key_of(other)
    assert "is not the one this database was written with: restore the right one" in await checked(machine, 4)


async def test_a_key_that_others_can_read(telegram: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path, base_url=telegram)
    await machine.live(0)
    machine.key.chmod(0o644)
    assert f"Type: chmod 600 {machine.key}" in await checked(machine, 0)


async def test_a_disk_that_is_nearly_full(telegram: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.check_machine.ROOM", 10**18)
    assert "MB are left on the disk with" in await checked(Machine(tmp_path, base_url=telegram), 0)

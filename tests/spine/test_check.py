"""`gridcare check`: what is wrong before it runs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import insert

from bot.check import Report, look
from bot.clock import RealClock
from bot.commands.check import _print
from bot.config import Config
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from storage.database import Database
from storage.tables import posts

GRID, OTHER = -1003000000001, -1003000000002
SQUARE = [[[103.8, 36.0], [103.81, 36.0], [103.81, 36.01], [103.8, 36.01], [103.8, 36.0]]]
GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "id": "g3", "properties": {}, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
    ],
}


def write_config(folder: Path, root: str, token: str = "1:SANDBOX") -> Path:
    (folder / "grids.geojson").write_text(json.dumps(GEOJSON), encoding="utf-8")
    file = folder / "config.toml"
    file.write_text(
        f"""
[telegram]
token = "{token}"
base_url = "{root}"
[community]
admins = [90]
[[areas]]
id = "haiguan"
name = "海关社区"
level = "community"
[[areas]]
id = "g3"
name = "第三网格"
level = "grid"
parent = "haiguan"
chat_id = {GRID}
boundary = "grids.geojson#g3"
[[areas]]
id = "g2"
name = "第二网格"
level = "grid"
parent = "haiguan"
chat_id = {OTHER}
audience = "residents"
""",
        encoding="utf-8",
    )
    return file


def printed(config: Config, report: Report) -> tuple[int, str]:
    console = Console(record=True, width=200, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    code = _print(console, config, report)
    console.file.close()
    return code, console.export_text()


async def test_it_shows_the_tree_and_names_what_will_go_wrong(tmp_path: Path):
    world = World(RealClock())
    li = world.add_user(21, "李娟")
    world.add_group(GRID, "第三网格工作群", [li])  # the bot is admin there
    async with serve(world) as root:
        config = Config.load(write_config(tmp_path, root), {})
        storage = config.storage
        async with Database(storage.url, key_file=storage.key_file) as db, db.write() as uow:
            person = await uow.people.meet(21, "李娟", None)
            await uow.link.run(insert(posts).values(person=person.id, role="worker", area="g3"))
        code, text = printed(config, await look(config))
    assert code == 0
    assert "@GridCareBot" in text
    assert "第三网格 (g3, grid) · 1 km² around 36.00500, 103.80500" in text
    assert f"chat {GRID}, staff: 第三网格工作群, admin · 1 enrolled" in text
    assert "urgent" in text
    assert "第二网格没有登记的网格员，紧急求助没人能接" in text
    assert "第三网格没有登记的网格员" not in text
    assert f"第二网格 (g2): chat {OTHER} cannot be reached: Chat not found" in text
    assert '第三网格 (g3): audience is not given, "staff" is assumed' in text


async def test_it_tells_where_the_database_knows_better_and_where_the_bot_is_no_admin(tmp_path: Path):
    world = World(RealClock())
    world.add_group(GRID, "第三网格工作群", [], bot_is_admin=False)
    async with serve(world) as root:
        config = Config.load(write_config(tmp_path, root), {})
        storage = config.storage
        async with Database(storage.url, key_file=storage.key_file) as db, db.write() as uow:
            from storage.seeds import seed_bindings

            await seed_bindings(uow, [("g2", GRID, None, "staff"), ("gone", OTHER, None, "staff")])
        _, text = printed(config, await look(config))
    assert f"the config says chat {OTHER} (residents), the database chat {GRID} (staff); the database wins" in text
    assert "the bot is no admin of chat" in text
    assert "a chat is bound to the area gone" in text


async def test_it_names_the_groups_that_put_the_bot_out(tmp_path: Path):
    world = World(RealClock())
    world.add_group(GRID, "第三网格工作群", []).remove_bot(world.add_user(21, "李娟"))
    async with serve(world) as root:
        config = Config.load(write_config(tmp_path, root), {})
        storage = config.storage
        async with Database(storage.url, key_file=storage.key_file) as db, db.write() as uow:
            from storage.seeds import seed_bindings

            await seed_bindings(uow, [("g3", GRID, None, "staff")])
            await uow.bindings.lose(GRID, RealClock().now())
            li = await uow.people.meet(21, "李娟", None)
            await uow.link.run(insert(posts).values(person=li.id, role="worker", area="haiguan"))
        _, text = printed(config, await look(config))
    assert f"第三网格 (g3): chat {GRID} has put the bot out; let it in again, or send /bind elsewhere" in text
    assert "没有登记的网格员" not in text  # who works for the whole community can take it


async def test_a_poor_server_is_no_reason_to_complain(tmp_path: Path):
    world = World(RealClock())
    world.faults.fail("getChat", 404, times=9)
    async with serve(world) as root:
        config = Config.load(write_config(tmp_path, root), {})
        report = await look(config)
    assert [place.chat for place in report.places] == ["", "this server does not say", "this server does not say"]


@pytest.mark.parametrize(
    ("token", "break_it", "code", "words"),
    [
        ("1:SANDBOX", "", 0, "storage  ok"),
        ("1:WRONG", "", 3, "the token is refused"),
        ("1:SANDBOX", "[telegram", 2, "config.toml"),
        ("1:SANDBOX", "data", 4, "storage"),
    ],
)
async def test_its_exit_code_says_where_the_trouble_is(
    tmp_path: Path, token: str, break_it: str, code: int, words: str
):
    world = World(RealClock())
    async with serve(world) as root:
        file = write_config(tmp_path, root, token)
        if break_it == "data":
            (tmp_path / "data").write_text("no folder")
        elif break_it:
            file.write_text(break_it)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "check", "-c", str(file),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code
    assert words in out.decode()


@pytest.mark.parametrize(("mode", "remarked"), [(0o755, False), (0o644, True), (None, True)])
async def test_an_alarm_that_cannot_be_run_is_named(tmp_path: Path, mode: int | None, remarked: bool):
    """The program is seen from the config's folder, and is there and may be run; or it is not."""
    if mode is not None:
        (tmp_path / "sms").touch(mode)
        (tmp_path / "sms").chmod(mode)
    async with serve(World(RealClock())) as root:
        file = write_config(tmp_path, root)
        file.write_text(file.read_text("utf-8") + '[alarm]\ncommand = ["./sms", "{text}"]\n', encoding="utf-8")
        config = Config.load(file, {})
        _, text = printed(config, await look(config))
    assert (f"alarm.command: {tmp_path}/sms is not found, or may not be run" in text) is remarked


async def test_offline_it_says_so(tmp_path: Path):
    config = Config.load(write_config(tmp_path, "http://127.0.0.1:9"), {})
    code, text = printed(config, await look(config))
    assert code == 3
    assert "not reachable" in text

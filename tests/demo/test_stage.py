"""The demo as a whole: the real bot in the town, the config it is given, and the command at the terminal."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from PIL import Image

from bot.config import Config
from bot.demo import samples
from bot.demo.neighbours import (
    COMMUNITY,
    ELDERS,
    GRANDPA_ZHOU,
    GRANNY_WANG,
    HOME_GRID,
    LI,
    MA,
    PEOPLE,
    SON,
    STREET,
    SUN,
    WANG,
)
from bot.demo.papers import write_config, write_roster
from bot.demo.stage import BotEnded, PortTaken, demo, this_morning
from bot.demo.town import COMMUNITY_CHAT, GRID_CHAT, GROUNDS, STREET_CHAT, boundaries, town_map
from bot.phones import phone_reader
from bot.roster_file import read_roster
from bot.rules import rules_of, tree_of
from care.domain.elders import Mode
from care.domain.people import Post, Role
from care.domain.roster import OnFile, read
from tests.processes import ROOT, environment


def left_in(folder: Path) -> list[str]:
    """What stands in a folder."""
    return os.listdir(folder)


def demos_in(folder: Path) -> list[str]:
    """The demos that have a folder of theirs there."""
    return [name for name in os.listdir(folder) if name.startswith("gridcare-demo-")]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, so that a test can see what is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


# --- the town --------------------------------------------------------------------------------------------------------


def test_the_config_that_is_written_is_sound_and_routes_by_the_map(tmp_path: Path) -> None:
    config = Config.load(write_config(tmp_path, "http://127.0.0.1:1"))
    assert config.community.admins == (WANG.user_id,)
    rules = rules_of(config)
    for ground in GROUNDS:
        if ground.outline:
            longitude = sum(corner[0] for corner in ground.outline) / len(ground.outline)
            latitude = sum(corner[1] for corner in ground.outline) / len(ground.outline)
            assert rules.boundaries.area_at(latitude, longitude) == ground.id


def test_a_matter_climbs_from_the_grid_to_the_community_to_the_street(tmp_path: Path) -> None:
    tree = rules_of(Config.load(write_config(tmp_path, "http://127.0.0.1:1"))).tree
    assert [area.id for area in tree.lineage(HOME_GRID)] == [HOME_GRID, COMMUNITY, STREET]
    above_all = tree.root_community()
    assert above_all is not None
    assert above_all.id == COMMUNITY, "what has no place stays in the community, it does not begin at the street"


def test_every_building_of_the_map_stands_in_the_grid_it_is_drawn_in(tmp_path: Path) -> None:
    rules = rules_of(Config.load(write_config(tmp_path, "http://127.0.0.1:1")))
    found = [rules.boundaries.area_at(house["at"][1], house["at"][0]) for house in town_map()["buildings"]]
    assert found == ["g1"] * 4 + ["g2"] * 4 + ["g3"] * 4


def test_rings_are_closed_and_people_are_told_apart() -> None:
    for feature in boundaries()["features"]:
        (ring,) = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) == 5
    assert len({one.user_id for one in PEOPLE}) == len({one.ref for one in PEOPLE}) == len(PEOPLE)


def test_the_roster_is_one_that_a_community_could_hand_in(tmp_path: Path) -> None:
    config = Config.load(write_config(tmp_path, "http://127.0.0.1:1"))
    sheet = read_roster(write_roster(tmp_path, date(2026, 11, 22)))
    nobody = OnFile(telegram={}, elders=frozenset())
    told = read(sheet, tree=tree_of(config), today=date(2026, 11, 22), read_phone=phone_reader("CN"), on_file=nobody)
    assert (told.mistakes, told.warnings) == ((), ())
    people = {one.ref: one for one in told.people}
    wang = people[GRANNY_WANG.ref]
    assert (wang.birth_year, wang.building) == (1945, "3号楼")
    assert wang.elder is not None
    assert wang.elder.consent == date(2026, 10, 23)
    assert people[SON.ref].elder_refs == (GRANNY_WANG.ref,)
    zhou = people[GRANDPA_ZHOU.ref].elder
    assert zhou is not None
    assert zhou.mode is Mode.CURTAIN


def test_the_elders_make_a_real_morning() -> None:
    """Several houses, a pair of one form of address in one house, one without a phone."""
    of_house = Counter((one.more["楼栋"], one.shown) for one in ELDERS if one.shown)
    assert len({house for house, _ in of_house}) == 3
    assert sorted(of_house.values()) == [1, 1, 1, 1, 1, 2]
    assert [one.ref for one in ELDERS if one.user_id is None] == [GRANDPA_ZHOU.ref]


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_demo_begins_before_the_greeting(hour: int) -> None:
    now = datetime(2026, 11, 2, hour, 59, 3, 7, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert this_morning(now).isoformat() == "2026-11-02T07:58:00+08:00"


@pytest.mark.parametrize("name", samples.names())
def test_a_sample_is_a_photo_that_is_the_same_each_time(name: str) -> None:
    picture = Image.open(io.BytesIO(samples.sample(name)))
    assert (picture.format, picture.size) == ("JPEG", (1120, 840))
    assert len(picture.getcolors(1 << 20) or [0] * 5000) > 4000, "more than an empty sheet"
    before = samples.sample(name)
    samples.sample.cache_clear()
    assert samples.sample(name) == before


def test_no_two_samples_look_alike_to_the_bot() -> None:
    assert len({samples.sample(name) for name in samples.names()}) == len(samples.names()) == 8


# --- the stage -------------------------------------------------------------------------------------------------------


async def test_the_real_bot_works_in_it_and_nothing_is_left(folders: Path) -> None:
    async with demo(port=0, speed=60) as show:
        async with show.bot.parts.db.read() as uow:
            ma, wang, sun = [await uow.people.by_telegram(one.user_id) for one in (MA, WANG, SUN)]
            bound = {binding.area: binding.chat for binding in await uow.bindings.all()}
        assert ma is not None
        assert wang is not None
        assert sun is not None
        assert sun.posts == {Post(Role.WORKER, STREET)}
        assert bound == {HOME_GRID: GRID_CHAT, COMMUNITY: COMMUNITY_CHAT, STREET: STREET_CHAT}
        assert (ma.name, ma.posts) == ("小马", {Post(Role.COURIER, HOME_GRID)})
        assert (wang.name, wang.admin, wang.roles) == ("王主任", True, {Role.COORDINATOR})
        assert len(demos_in(folders)) == 1
        phones = show.town.world.phones
        phones[MA.user_id].send_photo(samples.sample("lamp"), "3号楼前路灯坏了")
        async with asyncio.timeout(10):
            while not any(view.from_bot for view in phones[LI.user_id].messages(GRID_CHAT)):
                await show.town.world.wait_change(show.town.world.version)
        assert "#1" in phones[LI.user_id].last(GRID_CHAT).text
    assert left_in(folders) == []


async def test_a_taken_port_is_named_and_another_is_found_where_none_was_asked_for(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port} cannot be used"):
            async with demo(port=port):
                pass
        monkeypatch.setattr("bot.demo.stage.DEFAULT_PORT", port)
        async with demo() as show:
            assert show.url.startswith("http://127.0.0.1:")
            assert f":{port}/" not in show.url
    assert left_in(folders) == []


async def test_it_is_told_when_the_bot_ends(folders: Path) -> None:
    async with demo(port=0) as show:
        show.town.world.faults.token_revoked = True  # the next answer to the bot's poll is 401, as is getMe's
        show.town.world.faults.on_cut[0]()  # its open connections are cut, so that it asks again at once
        with pytest.raises(BotEnded):
            await asyncio.wait_for(show.wait(), 20)
    assert left_in(folders) == []


BUSY = 120  # seconds that a command may take to get up on a machine with much else to do


# --- the command -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def command(*options: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`gridcare demo` as a process of its own; killed if the test leaves it running."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", *options,
        cwd=folder, env=environment() | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}, stdout=pipe, stderr=pipe,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_prints_one_address_and_ends_with_0(tmp_path: Path, number: signal.Signals) -> None:
    async with command("--port", "0", folder=tmp_path) as process:
        assert process.stdout is not None
        async with asyncio.timeout(BUSY):
            url = (await process.stdout.readline()).decode().strip()
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                assert (response.status, "<title>GridCare" in await response.text()) == (200, True)
            assert len(demos_in(tmp_path)) == 1
            process.send_signal(number)
            rest, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    assert rest == b""
    assert demos_in(tmp_path) == []


async def test_interrupted_while_it_sets_up_it_leaves_nothing_either(tmp_path: Path) -> None:
    async with command("--port", "0", folder=tmp_path) as process, asyncio.timeout(BUSY):
        while not demos_in(tmp_path):  # noqa: ASYNC110  another process tells us nothing else
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    assert demos_in(tmp_path) == []


async def test_a_port_in_use_ends_the_command_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with command("--port", str(port), folder=tmp_path) as process, asyncio.timeout(BUSY):
            out, told = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert f"127.0.0.1:{port}" in told.decode()
    assert "--port" in told.decode()
    assert left_in(tmp_path) == []

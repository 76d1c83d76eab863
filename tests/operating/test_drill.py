"""The drill: backups of a bot at work, restored on an empty machine, which goes on from there.

What holds for each of them, whatever the bot was doing: every item's history begins as the original's does and adds up
to its state; each photo that the database speaks of is there. Of a bot at rest the ledger is the same to the letter.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.serve import serve
from care.domain.items import fold
from storage.backup.restoring import restore
from storage.database import Database
from storage.ledger import Span, item_records
from storage.tables import media
from tests.chaos.street import Street
from tests.chaos.tally import Tally
from tests.chaos.test_kill import config, enrol
from tests.harness import GEOJSON, photo
from tests.operating.machine import NOW
from tests.operating.test_moving import installed, silent
from tests.processes import Exec, Home
from tests.smoke.test_morning_from_outside import gridcare

MATTERS, BACKUPS = 45, 3
ALL = Span(start=datetime(2000, 1, 1, tzinfo=UTC), end=datetime(2100, 1, 1, tzinfo=UTC))
SPAN = ("--from", "2000-01-01", "--to", "2099-12-31", "--json")

pytestmark = pytest.mark.chaos


async def command(home: Home, name: str, *argv: str) -> str:
    """An operator's command, while the bot and the street go on."""
    return await asyncio.to_thread(gridcare, home, name, "-c", str(home.config), *argv)


async def ledger(home: Home) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await command(home, "ledger", *SPAN)).splitlines()]


def plain(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def empty_machine(folder: Path, base_url: str, key: Path) -> Home:
    folder.mkdir()
    (folder / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    shutil.copy(key, folder)
    return Home(folder, config(base_url, folder), Exec())


async def test_backups_of_a_bot_at_work_are_all_it_needs_to_go_on(tmp_path: Path) -> None:
    street = Street(random.Random(4711), MATTERS)
    street.photos = [photo(f"#{i:02x}8040") for i in range(200)]  # nearly each a file of its own
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    (first / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    await enrol(street, first)
    async with serve(street.world) as url:
        home = Home(first, config(url, first), Exec())
        tally = Tally(street.world, first / "town.db")
        people_act = asyncio.create_task(street.live())
        try:
            async with home.living():
                for number in range(BACKUPS):
                    street.allowed += MATTERS // BACKUPS
                    await asyncio.sleep(1.5)
                    await command(home, "backup", "--out", str(tmp_path / f"{number}.backup"))
                async with asyncio.timeout(180):
                    while not street.finished or tally.waiting():  # noqa: ASYNC110 -- it watches another process
                        await asyncio.sleep(0.1)
                await command(home, "backup", "--out", str(tmp_path / "rest.backup"))
                at_rest = await ledger(home)
        finally:
            people_act.cancel()
        histories = {one["number"]: one["history"] for one in at_rest if one["type"] == "item"}
        assert len(histories) == MATTERS
        grown = [
            await restored_is_sound(tmp_path / f"{number}.backup", tmp_path / f"m{number}", url, first, histories)
            for number in range(BACKUPS)
        ]
        print(f"items, events and photos in each backup: {grown}")
        assert grown == sorted(grown)
        assert grown[0][0] < MATTERS
        second_home = empty_machine(second, url, first / "gridcare.key")
        await command(second_home, "restore", str(tmp_path / "rest.backup"))
        assert await ledger(second_home) == at_rest
        assert due_times(second) == due_times(first)
        assert any(due for _, due in due_times(first))
        await goes_on(second_home, street)


async def restored_is_sound(
    backup: Path, folder: Path, url: str, first: Path, histories: dict[int, list[Any]]
) -> tuple[int, int, int]:
    """Of one moment, and whole; how many items, events and photos."""
    empty_machine(folder, url, first / "gridcare.key")
    await restore(installed(folder), backup, replace=False, now=NOW, progress=silent)
    async with Database(f"sqlite:///{folder}/town.db", key_file=folder / "gridcare.key") as db:
        told = [json.loads(json.dumps(dict(one), default=plain)) async for one in item_records(db, ALL)]
    found = {one["number"]: one["history"] for one in told}
    assert list(found) == list(range(1, len(found) + 1))
    for number, history in found.items():
        assert history == histories[number][: len(history)]
    async with Database(f"sqlite:///{folder}/town.db", key_file=folder / "gridcare.key") as db, db.read() as uow:
        for number in found:
            item = await uow.items.get(number)
            assert fold(number, await uow.items.history(number)) == item
        photos = list((await uow.link.run(select(media.c.sha256).where(media.c.sha256.is_not(None)))).scalars())
    for sha256 in photos:
        assert (folder / "media" / sha256[:2] / sha256[2:4] / sha256).exists()
    return len(found), sum(map(len, found.values())), len(photos)


def due_times(folder: Path) -> list[tuple[int, str | None]]:
    """When time will act on each item."""
    with closing(sqlite3.connect(folder / "town.db")) as db:
        return db.execute("SELECT number, due_at FROM items ORDER BY number").fetchall()


async def goes_on(home: Home, street: Street) -> None:
    """The new machine's bot: nothing is said again, and no number is given out a second time."""
    said = len(street.world.calls)
    async with home.living() as life:
        courier = street.couriers[0]
        courier.send_text("又有一件坏了")
        async with asyncio.timeout(60):
            while not any("#2001" in message.text for message in courier.messages()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert [event for event in life.events() if event["level"] in ("error", "critical")] == []
    sent = [call for call in street.world.calls[said:] if call.method.startswith("send")]
    assert {call.params.get("chat_id") for call in sent} <= {courier.id, str(courier.id)}, sent

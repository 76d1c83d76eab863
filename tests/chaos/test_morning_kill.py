"""kill -9 in the middle of sixty good-mornings. In seconds for minutes, from outside. (I6, I12)"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.clock import RealClock
from bot.sandbox.people import Phone
from bot.sandbox.serve import serve
from bot.sandbox.views import MessageView
from bot.sandbox.world import World
from storage import tables
from storage.database import Database
from tests.harness import COMMUNITY, GEOJSON, GRID, SECOND_GRID, TOKEN, _lay_database, config_for
from tests.processes import Home

pytestmark = pytest.mark.chaos

LANZHOU = ZoneInfo("Asia/Shanghai")
ELDERS, SONS, SENT = 60, 6, 40
FAMILY_AFTER, ALERT_AFTER = timedelta(seconds=6), timedelta(seconds=12)
ANSWERED = range(0, 60, 4)  # who answers while the bot is dead, if she has been asked by then


def config(base_url: str, folder: Path, prompt_at: datetime) -> dict[str, Any]:
    """As an operator writes it; the machine may be slow, so twenty a second take a while."""
    checkin = {
        "prompt_at": f"{prompt_at.astimezone(LANZHOU):%H:%M:%S}",
        "remind_after": ["4s"],
        "family_after": "6s",
        "alert_after": "12s",
        "outage_after": "1s",
    }
    return config_for(base_url, folder, checkin=checkin, telegram={"messages_per_second": 20})


async def enrol(folder: Path) -> None:
    """Sixty elders of one grid, and a son each for the first six."""
    await _lay_database(folder)
    async with Database(f"sqlite:///{folder}/town.db", key_file=folder / "gridcare.key") as db, db.write() as uow:
        for n in range(ELDERS + SONS):
            elder = n < ELDERS
            row = {"id": n + 1, "ref": f"R{n}", "name": f"王{n}", "telegram_id": 1000 + n, "admin": False}
            await uow.link.run(insert(tables.people), row)
            post = {"person": n + 1, "role": "elder" if elder else "family", "area": "g3"}
            await uow.link.run(insert(tables.posts), post)
            if elder:
                await uow.link.run(insert(tables.elders), {"person": n + 1, "state": "joined", "mode": "button"})
            else:
                await uow.link.run(insert(tables.kin), {"family": n + 1, "elder": n + 1 - ELDERS})


async def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- it looks at another process's work
            await asyncio.sleep(0.02)


def greetings(phone: Phone) -> list[MessageView]:
    return [message for message in phone.messages() if message.from_bot and "一切都好吗" in message.text]


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{folder}/town.db?mode=ro", uri=True, timeout=10)) as db:
        return db.execute(query).fetchall()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_a_kill_with_forty_of_sixty_greetings_sent(tmp_path: Path) -> None:
    (tmp_path / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    world = World(RealClock(), token=TOKEN)
    phones = [world.add_user(1000 + n, f"老人{n}") for n in range(ELDERS + SONS)]
    for phone in phones:
        phone.started = True
    for chat in (GRID, SECOND_GRID, COMMUNITY):
        world.add_group(chat, "群", [world.add_user(-chat % 1000, "李娟")])
    elders, sons = phones[:ELDERS], phones[ELDERS:]
    await enrol(tmp_path)
    async with serve(world) as url:
        home = Home(tmp_path, config(url, tmp_path, datetime.now(UTC) + timedelta(seconds=12)))
        async with home.living() as life:
            await until(lambda: sum(1 for elder in elders if greetings(elder)) >= SENT)
            await life.kill()
        in_flight = {row[0] for row in rows(tmp_path, "SELECT chat FROM outbox WHERE state = 'sending'")}
        asked = [elder for elder in elders if greetings(elder)]
        assert len(asked) < ELDERS
        well = [elder for n, elder in enumerate(elders) if n in ANSWERED and elder in asked]
        await asyncio.sleep(2.0)
        for elder in well:
            elder.press_nowait(greetings(elder)[-1], "✅ 我很好")
        async with home.living():
            silent = ELDERS - len(well)
            raised = "SELECT count(*) FROM checkins WHERE raised_at IS NOT NULL"
            await until(lambda: rows(tmp_path, raised)[0][0] == silent, 120)
    judge(tmp_path, elders, sons, well, in_flight)


def judge(folder: Path, elders: list[Phone], sons: list[Phone], well: list[Phone], in_flight: set[int]) -> None:
    for elder in elders:
        assert 1 <= len(greetings(elder)) <= (2 if elder.id in in_flight else 1)
    kept = rows(folder, "SELECT elder, outcome, asked_at, away, family_at, raised_at FROM checkins WHERE told_at > 0")
    by_elder = {1000 + elder - 1: found for elder, *found in kept}
    outages = rows(folder, "SELECT began_at, ended_at FROM outages WHERE deaf")
    assert len(outages) == 1
    for elder in elders:
        outcome, asked_at, away, family_at, raised_at = by_elder[elder.id]
        assert outcome == ("ok" if elder in well else "missed")
        if elder in well:
            assert (family_at, raised_at) == (None, None)
            continue
        deaf = timedelta(seconds=away)
        assert moment(family_at) - moment(asked_at) - deaf >= FAMILY_AFTER
        assert moment(raised_at) - moment(asked_at) - deaf >= ALERT_AFTER
        assert away > 0 or moment(asked_at) >= moment(outages[0][1]) - timedelta(seconds=1)
    for elder, son in zip(elders, sons, strict=False):
        told = [message for message in son.messages() if message.from_bot and "还没报平安" in message.text]
        assert len(told) == (0 if elder in well else 1)

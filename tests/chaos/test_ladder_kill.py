"""kill -9 between a step of the ladder and the message it makes: told, once. In seconds, from outside."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.clock import RealClock
from bot.sandbox.groups import Group
from bot.sandbox.serve import serve
from bot.sandbox.views import MessageView
from bot.sandbox.world import World
from tests.harness import COMMUNITY, GEOJSON, GRID, SECOND_GRID, TOKEN, config_for
from tests.processes import Home

pytestmark = pytest.mark.chaos


def config(base_url: str, folder: Path) -> dict[str, Any]:
    """As an operator writes it, with seconds for minutes; the second interval is so long that nothing follows."""
    never = "1h"
    return config_for(
        base_url,
        folder,
        quiet_hours={"start": "00:00", "end": "00:00"},
        **{"policy.high": {"remind_unclaimed": ["2s", never], "climb_unclaimed": ["30m"]}},
    )


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- it looks into another process's database
            await asyncio.sleep(0.02)


def said(group: Group) -> list[MessageView]:
    return [m for m in group.messages() if m.from_bot]


def reminded(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder}/town.db?mode=ro", uri=True) as db:
        return int(db.execute("SELECT count(*) FROM history WHERE action = 'remind'").fetchone()[0])


async def test_a_reminder_that_a_kill_came_before_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    world = World(RealClock(), token=TOKEN)
    ma, li = world.add_user(11, "小马"), world.add_user(21, "李娟")
    grid = world.add_group(GRID, "第三网格", [li])
    for other in (SECOND_GRID, COMMUNITY):
        world.add_group(other, "群", [li])
    async with serve(world) as url:
        home = Home(tmp_path, config(url, tmp_path))
        async with home.living() as life:
            ma.start()
            ma.send_text("第三网格煤气管边上的栏杆松了")
            await until(lambda: any("安全隐患" in m.labels for m in ma.messages() if m.from_bot))
            receipt = next(m for m in ma.messages() if "安全隐患" in m.labels)
            world.faults.hang("sendMessage", times=1000, when=lambda params: int(params["chat_id"]) == GRID)
            ma.press_nowait(receipt, "安全隐患")
            await until(lambda: reminded(tmp_path) == 1)  # the step is on file, its message is under way
            await life.kill()
        world.faults.planned.clear()
        async with home.living():
            await until(lambda: any("还没人接" in m.text for m in said(grid)))
            await asyncio.sleep(1.0)  # long enough for a second one, which there must not be
            assert reminded(tmp_path) == 1
            assert [m.text for m in said(grid) if "还没人接" in m.text] == [
                next(m.text for m in said(grid) if "还没人接" in m.text)
            ]
            assert len([m for m in said(grid) if "📍" in m.text]) == 1

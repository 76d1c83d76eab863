"""A morning as an operator would try it out: a config in seconds, a roster imported while the bot runs, real phones.

Nothing here knows how the bot is built: commands, labels and files only.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import RealClock
from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.serve import serve
from bot.sandbox.views import MessageView
from bot.sandbox.world import World
from tests.harness import COMMUNITY, GEOJSON, GRID, LANZHOU, SECOND_GRID, TOKEN, config_for
from tests.processes import ROOT, Home, environment

ADDRESS, HEALTH = "3号楼2单元401", "心脏支架"
IN_SECONDS: dict[str, dict[str, Any]] = {
    "checkin": {
        "remind_after": ["3s"],
        "family_after": "5s",
        "alert_after": "8s",
        "list_remind": ["5s", "10s"],
        "early_from": "00:00",
    },
    "items": {"all_clear_after": "1s"},
}


async def until(true: Callable[[], Any], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- it waits for another process
            await asyncio.sleep(0.05)


def gridcare(home: Home, *argv: str) -> str:
    """A command of the operator's; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *argv],
        cwd=home.folder,
        env=environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def roster(prompt_at: str) -> str:
    rows = [
        "编号,角色,姓名,性别,出生年,区域,楼栋,地址,电话,telegram_id,约定日期,问候时间,健康,老人编号",
        f"E1,老人,王秀英,女,1945,g3,3号楼,{ADDRESS},13900000001,51,2026-10-01,{prompt_at},{HEALTH},",
        f"E2,老人,李福,男,1940,g3,5号楼,5号楼1单元101,13900000002,52,2026-10-01,{prompt_at},,",
        "F1,家属,李强,男,1970,g3,,,13912345678,61,,,,E1",
        "W1,网格员,李娟,女,1985,g3,,,13900000003,21,,,,",
    ]
    return "\n".join(rows) + "\n"


def said(where: Group | Phone) -> list[MessageView]:
    return [message for message in where.messages() if message.from_bot]


def latest(where: Group | Phone, words: str) -> MessageView | None:
    return next((m for m in reversed(said(where)) if words in m.text or words in m.labels), None)


async def found(where: Group | Phone, words: str) -> MessageView:
    await until(lambda: latest(where, words))
    message = latest(where, words)
    assert message is not None
    return message


async def test_one_answers_one_is_silent_and_is_found_well(tmp_path: Path) -> None:
    (tmp_path / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    world = World(RealClock(), token=TOKEN)
    wang, fu = world.add_user(51, "秀英"), world.add_user(52, "福")
    son, li, boss = world.add_user(61, "李强"), world.add_user(21, "李娟"), world.add_user(90, "王主任")
    grid = world.add_group(GRID, "第三网格", [li, boss])
    for other in (SECOND_GRID, COMMUNITY):
        world.add_group(other, "群", [boss])
    async with serve(world) as url:
        home = Home(tmp_path, config_for(url, tmp_path, **IN_SECONDS))
        async with home.living():
            for phone in (wang, fu, son, li, boss):
                phone.start()
            await until(lambda: all(said(phone) for phone in (wang, fu, son, li, boss)))
            due = datetime.now(LANZHOU) + timedelta(seconds=15)
            (tmp_path / "roster.csv").write_text(roster(f"{due:%H:%M:%S}"), "utf-8")
            await asyncio.to_thread(gridcare, home, "import", "-c", str(home.config), "roster.csv")
            fu.press_nowait(await found(fu, "✅ 我很好"), "✅ 我很好")
            alarm = await found(son, "还没报平安")
            assert "王奶奶" in alarm.text
            assert {"✅ 联系上了，平安", "☎️ 打不通"} <= set(alarm.labels)
            names = await found(grid, "🙋 王奶奶 3号楼")
            assert "还有 1 位没报平安（已报 1/2）" in names.text
            li.press_nowait(names, "🙋 王奶奶 3号楼")
            sheet = await found(li, "🚪 上门已见平安")
            assert ADDRESS in sheet.text
            li.press_nowait(sheet, "🚪 上门已见平安")
            end = await found(son, "王奶奶平安！李娟")
            assert "上门见到" in end.text
            await until(lambda: latest(grid, "2 位都平安：本人报 1，上门见到 1"))
            assert not [m for m in said(wang) if "李福" in m.text]
            for message in said(grid):
                assert ADDRESS not in message.text
                assert HEALTH not in message.text
        kept = [
            json.loads(line)
            for line in gridcare(
                home, "ledger", "-c", str(home.config), "--from", f"{due:%Y-%m-%d}", "--to", f"{due:%Y-%m-%d}", "--json"
            ).splitlines()
        ]
        outcomes = {row["ref"]: row["outcome"] for row in kept if row.get("type") == "checkin"}
        assert outcomes == {"E1": "ok", "E2": "ok"}
        assert [(row["who"], row["whom"]) for row in kept if row.get("type") == "look"] == [("W1", "E1")]
        assert not [event for event in home.events() if event.get("level") in ("error", "critical")]

"""When we last heard from Telegram: only a real absence of a day may be told to the admins."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from spine_rig import START, until

from bot.build import build
from bot.clock import ManualClock
from bot.config import Config
from bot.gridcare import Gridcare
from bot.sandbox.serve import serve
from bot.sandbox.world import World


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def config(world: World, root: str, folder: Path) -> Config:
    telegram = {
        "token": world.token,
        "base_url": root,
        "mode": "webhook",
        "webhook_url": "https://bot.example.org/telegram",
        "webhook_secret": "s3cret",
        "listen": f"127.0.0.1:{free_port()}",
    }
    areas = [{"id": "haiguan", "name": "海关社区", "level": "community"}]
    return Config.of({"telegram": telegram, "areas": areas}, folder)


async def last_seen(app: Gridcare) -> str | None:
    async with app.parts.db.read() as uow:
        return await uow.meta.get("last_seen")


async def noted(app: Gridcare, when: datetime) -> None:
    """Wait, boundedly, until it is on file that we were here at that moment."""
    for _ in range(1000):
        if await last_seen(app) == when.isoformat():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"it is not noted that we were here at {when}")


async def test_with_a_webhook_we_are_noted_as_here_as_long_as_telegram_is_though_nobody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("presence.NOTE_EVERY", "webhook.LOOK_EVERY", "webhook.LOOK_AGAIN"):
        monkeypatch.setattr(f"bot.{name}", 0.02)
    clock = ManualClock(START)
    world = World(clock)
    stop = asyncio.Event()
    async with serve(world) as root, build(config(world, root, tmp_path), clock=clock) as app:
        running = asyncio.create_task(app.run(stop))
        try:
            await app.ready.wait()
            await noted(app, START)
            world.faults.fail("getWebhookInfo", 502, times=10**6)
            looked = len(world.calls)
            await until(lambda: len(world.calls) > looked + 1)
            app.heard_at -= 1000.0  # it has been like that for so long
            for hours in (0, 1):  # what was just being noted ends before the clock moves
                clock.move_to(START + timedelta(hours=hours))
                looked = len(world.calls)
                await until(lambda looked=looked: len(world.calls) > looked + 5)
            assert await last_seen(app) == START.isoformat()
            world.faults.clear()
            await noted(app, START + timedelta(hours=1))
        finally:
            stop.set()
            await asyncio.gather(running, return_exceptions=True)

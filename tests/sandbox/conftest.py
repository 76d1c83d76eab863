"""The town, served over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from sandbox_town import MORNING, Api, Town

from bot.clock import ManualClock
from bot.sandbox.serve import serve
from bot.sandbox.world import World


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    clock = ManualClock(MORNING)
    world = World(clock)
    ma = world.add_user(10001, "小马", username="xiaoma")
    li = world.add_user(10002, "李娟")
    zhao = world.add_user(10003, "赵敏", language_code="en")
    grid = world.add_group(-1001234567890, "第三网格", [li, zhao])
    ma.start()
    world.updates.clear()
    async with serve(world) as url, aiohttp.ClientSession() as session:
        yield Town(clock, world, url, Api(url, world.token, session), ma, li, zhao, grid)

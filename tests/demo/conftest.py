"""The town behind its page, over real HTTP; the bot is a client of the Bot API that the test plays by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.clock import ScaledClock
from bot.demo.board import Board, Showing
from bot.demo.day import DAY
from bot.demo.feed import PageFeed
from bot.demo.papers import ZONE
from bot.demo.player import Player
from bot.demo.timekeeper import Timekeeper
from bot.demo.town import settle
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.serving import serving
from tests.demo.page import Page
from tests.sandbox.sandbox_town import Api

TEN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    clock = ScaledClock(TEN)
    town = settle(World(clock))
    board = Board(Showing(Timekeeper(clock, town)))

    async def anew() -> None:
        board.turn_to(Showing(Timekeeper(ScaledClock(TEN), settle(World(ScaledClock(TEN))))))

    feed = PageFeed(board, Player(board, anew, DAY, ZoneInfo(ZONE), pace=0))
    async with serve(town.world) as api, serving(feed.app, "127.0.0.1", 0) as url, aiohttp.ClientSession() as session:
        yield Page(url, town, board, feed, Api(api, town.world.token, session), session)
        feed.close()

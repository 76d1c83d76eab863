"""The demo's page in a browser, without the browser: what it asks for, what it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.demo.board import Board
from bot.demo.feed import PageFeed
from bot.demo.neighbours import MA
from bot.demo.town import Town
from tests.sandbox.sandbox_town import Api


class Page:
    """A page in a browser, without the browser."""

    def __init__(
        self, url: str, town: Town, board: Board, feed: PageFeed, bot: Api, session: aiohttp.ClientSession
    ) -> None:
        self.url, self.town, self.board, self.feed, self.bot, self.session = url, town, board, feed, bot, session

    async def state(self) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/state") as response:
            assert response.status == 200
            found: dict[str, Any] = await response.json()
            return found

    async def act(self, person: int = MA.user_id, chat: int | None = None, **what: Any) -> dict[str, Any]:
        body = {"person": person, "chat": chat or person, **what}
        async with self.session.post(f"{self.url}/act", json=body) as response:
            told: dict[str, Any] = await response.json()
            assert response.status == 200, told
            return told

    async def sets_clock(self, **what: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/act", json=what) as response:
            told: dict[str, Any] = await response.json()
            assert response.status == 200, told
            return told

    async def refused(self, status: int, code: str, **request: Any) -> str:
        async with self.session.post(f"{self.url}/act", **request) as response:
            told = await response.json()
            assert (response.status, told["error"]) == (status, code)
            return str(told["detail"])

    @asynccontextmanager
    async def events(self, after: str, *, header: bool = False) -> AsyncIterator[Events]:
        headers = {"Last-Event-ID": after} if header else {}
        query = {} if header else {"after": after}
        async with self.session.get(f"{self.url}/events", params=query, headers=headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Events(response)


class Events:
    """A stream of changes, read as a browser reads it."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.id = ""

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        """The next change."""
        async with asyncio.timeout(within):
            while True:
                frame = await self.frame()
                if "data" in frame:
                    self.id = frame["id"]
                    found: dict[str, Any] = json.loads(frame["data"])
                    return found

    async def until(self, kind: str) -> dict[str, Any]:
        """The next change of that type."""
        while (change := await self.next())["type"] != kind:
            pass
        return change

    async def frame(self) -> dict[str, str]:
        """The next block of lines; a comment's text is under the empty name."""
        fields: dict[str, str] = {}
        async for line in self._response.content:
            text = line.decode().rstrip("\n")
            if not text and fields:
                return fields
            name, _, value = text.partition(":")
            if text:
                fields[name] = value.strip()
        raise EOFError("the stream has ended")

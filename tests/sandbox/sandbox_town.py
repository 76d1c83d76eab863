"""What the sandbox's tests share: a small town on a clock that they move, and the barest client."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.clock import ManualClock
from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.world import World

MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def jpeg(colour: str = "red", size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


async def eventually(holds: Callable[[], bool], within: float = 5.0) -> None:
    """Wait in real time for what another connection brings about; fail after `within` seconds."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110  a socket that closes sets no event of ours
            await asyncio.sleep(0.005)


class Refusal(Exception):
    """What the server said instead of ok."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body.get('description')}")
        self.code: int = body["error_code"]
        self.description: str = body["description"]
        self.parameters: dict[str, Any] = body.get("parameters", {})
        assert status == self.code


class Api:
    """The barest client: JSON in, result or Refusal out."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url, self.token, self.session = url, token, session

    async def __call__(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", json=params) as response:
            return self._result(response.status, await response.text())

    async def upload(self, method: str, files: dict[str, bytes], **params: Any) -> Any:
        form = aiohttp.FormData()
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, data in files.items():
            form.add_field(name, data, filename=f"{name}.jpg")
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", data=form) as response:
            return self._result(response.status, await response.text())

    def _result(self, status: int, text: str) -> Any:
        body = json.loads(text)
        if not body["ok"]:
            raise Refusal(status, body)
        assert status == 200
        return body["result"]

    async def refused(self, method: str, **params: Any) -> Refusal:
        with pytest.raises(Refusal) as caught:
            await self(method, **params)
        return caught.value

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """All that waits, confirmed at once."""
        found: list[dict[str, Any]] = await self("getUpdates", **params)
        if found:
            await self("getUpdates", offset=found[-1]["update_id"] + 1, timeout=0)
        return found


@dataclass
class Town:
    clock: ManualClock
    world: World
    url: str
    api: Api
    ma: Phone
    li: Phone
    zhao: Phone
    grid: Group

    def forward(self, **by: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**by))

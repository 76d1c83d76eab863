"""A Bot API server of somebody else's with little in it: nine methods, null results, no long poll, milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from spine_rig import until

from bot.build import build
from bot.config import Config
from bot.gridcare import Gridcare


class PoorServer:
    """Keeps what the bot says; hands out what a test puts in, once, at once."""

    def __init__(self, *, status: int, result: Any) -> None:
        self.status, self.result = status, result
        self.said: list[dict[str, Any]] = []
        self.edited: list[dict[str, Any]] = []
        self.answered: list[dict[str, Any]] = []
        self.deleted: list[dict[str, Any]] = []
        self.lacking: set[str] = set()
        self.updates: list[dict[str, Any]] = []
        self.polls = 0
        self._count = 0

    async def handle(self, request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        params = dict(await request.post())
        known = {
            "getMe": lambda: {"username": "Test Name", "first_name": "Test Name", "id": 666},
            "getUpdates": self._updates,
            "sendMessage": lambda: self._keep(self.said, params),
            "editMessageText": lambda: self._keep(self.edited, params),
            "editMessageReplyMarkup": lambda: self._keep(self.edited, params),
            "deleteMessage": lambda: self._keep(self.deleted, params),
            "answerCallbackQuery": lambda: self._keep(self.answered, params),
            "setWebhook": lambda: True,
            "deleteWebhook": lambda: True,
        }
        if method not in known:
            self.lacking.add(method)
            words = f"API method '{method}' is not supported."
            return web.json_response({"ok": False, "description": words, "error_code": self.status}, status=self.status)
        return web.json_response({"ok": True, "result": known[method]()})

    def _keep(self, where: list[dict[str, Any]], params: dict[str, Any]) -> Any:
        where.append(params)
        return self.result

    def _updates(self) -> Any:
        self.polls += 1
        waiting, self.updates = self.updates, []
        return waiting

    def _next(self) -> int:
        self._count += 1
        return self._count

    def text(self, words: str) -> None:
        command = [{"type": "bot_command", "offset": 0, "length": len(words)}] if words.startswith("/") else []
        message = {
            "message_id": self._next(),
            "from": {"id": 1, "first_name": "TestName", "username": "testUserName", "is_bot": False},
            "chat": {"id": 1, "title": "Test Name", "first_name": "TestName", "type": "private"},
            "date": int(time.time() * 1000),
            "text": words,
            "entities": command,
        }
        self.updates.append({"update_id": self._next(), "message": message})

    def press(self, data: str, message: int, words: str) -> None:
        body = {
            "message_id": message,
            "chat": {"id": 1, "first_name": "TestName", "type": "private"},
            "from": {"id": 666, "is_bot": True, "first_name": "bot"},
            "date": int(time.time() * 1000),
            "text": words,
        }
        user = {"id": 1, "first_name": "TestName", "is_bot": False}
        query = {"id": str(self._next()), "from": user, "message": body, "data": data}
        self.updates.append({"update_id": self._next(), "callback_query": query})


@asynccontextmanager
async def bot_on(server: PoorServer, folder: Path) -> AsyncIterator[Gridcare]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    config = Config.of({"telegram": {"token": "666:sampleToken", "base_url": root}}, folder)
    stop = asyncio.Event()
    try:
        async with build(config) as bot:
            running = asyncio.create_task(bot.run(stop))
            await bot.ready.wait()
            try:
                yield bot
            finally:
                stop.set()
                await running
    finally:
        await runner.cleanup()


def button(said: dict[str, Any], label: str) -> str:
    import json

    rows = json.loads(said["reply_markup"])["inline_keyboard"]
    return str(next(key["callback_data"] for row in rows for key in row if label in key["text"]))


@pytest.mark.parametrize(("status", "result"), [(500, None), (404, None), (404, True)])
async def test_start_a_text_report_a_press_and_an_edit(tmp_path: Path, status: int, result: Any):
    server = PoorServer(status=status, result=result)
    async with bot_on(server, tmp_path):
        server.text("/start")
        await until(lambda: len(server.said) == 1)
        server.text("3号楼的路灯坏了")
        await until(lambda: any("#1" in said["text"] for said in server.said))
        receipt = next(said for said in server.said if "#1" in said["text"])
        server.press(button(receipt, "公共设施"), 77, receipt["text"])
        await until(lambda: bool(server.answered))
        await until(lambda: any(edit.get("message_id") == "77" for edit in server.edited))
        polls, began = server.polls, time.monotonic()
        await asyncio.sleep(1.0)
        assert (server.polls - polls) / (time.monotonic() - began) < 5  # it does not ask without end
    assert "sendPhoto" not in server.lacking
    assert "setMyCommands" in server.lacking

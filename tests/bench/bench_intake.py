"""How many reports a second go from Telegram to the inbox, through a handler, to "done", and to an answer sent.

`python -m tests.bench.bench_intake [UPDATES]` runs GridCare, then a bare echo bot on python-telegram-bot, against the
same server, and prints the ratio. The echo keeps nothing; GridCare commits twice and begins an item for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.processes import ROOT, Home, environment

TOKEN = "4711:BENCH"
FIRST = 1000


@dataclass
class Firehose:
    """Has so many texts of so many people ready once it is opened, and counts what is answered."""

    updates: int
    open_at: float = 0.0
    sent: int = 0

    async def serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        form = await request.post()
        if method == "getupdates":
            waiting = self._waiting(int(str(form.get("offset") or 0)))
            if not waiting:
                await asyncio.sleep(0.05)
            return web.json_response({"ok": True, "result": waiting})
        if method == "getme":
            me = {"id": 4711, "is_bot": True, "first_name": "Bench", "username": "BenchBot"}
            return web.json_response({"ok": True, "result": me})
        if method == "sendmessage":
            self.sent += 1
            chat = {"id": int(str(form["chat_id"])), "type": "private"}
            said = {"message_id": self.sent, "date": int(time.time()), "chat": chat, "text": form["text"]}
            return web.json_response({"ok": True, "result": said})
        return web.json_response({"ok": True, "result": True})

    def _waiting(self, offset: int) -> list[dict[str, Any]]:
        if not self.open_at:
            return []
        first = max(offset, FIRST)
        return [self._update(number) for number in range(first, min(first + 100, FIRST + self.updates))]

    @staticmethod
    def _update(number: int) -> dict[str, Any]:
        person = {"id": number, "is_bot": False, "first_name": f"P{number}"}
        message = {"message_id": 1, "date": int(time.time()), "chat": {"id": number, "type": "private"}}
        return {"update_id": number, "message": message | {"from": person, "text": f"第{number}盏路灯坏了"}}


@asynccontextmanager
async def served(hose: Firehose) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", hose.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def seconds_until(hose: Firehose, reached: Callable[[], bool]) -> float:
    while not reached():  # noqa: ASYNC110 -- a database is looked into, nobody tells of it
        await asyncio.sleep(0.02)
    return time.monotonic() - hose.open_at


async def gridcare(updates: int) -> tuple[float, float]:
    """Updates a second: dealt with, and answered."""
    hose = Firehose(updates)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with served(hose) as root:
            telegram = {"token": TOKEN, "base_url": root, "messages_per_second": 100_000}
            home = Home(folder, {"telegram": telegram, "storage": {"url": "sqlite:///b.db", "media_dir": "media"}})
            async with home.living():
                await asyncio.sleep(1.0)
                hose.open_at = time.monotonic()
                dealt_with = seconds_until(hose, lambda: _done(folder / "b.db") >= updates)
                answered = seconds_until(hose, lambda: hose.sent >= updates)
                seconds = await asyncio.gather(dealt_with, answered)
    return updates / seconds[0], updates / seconds[1]


def _done(database: Path) -> int:
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()[0])


async def echo(updates: int) -> float:
    """Updates a second that the bare bot answers."""
    hose = Firehose(updates)
    async with served(hose) as root:
        argv = [sys.executable, "-m", "tests.bench.echo", root, TOKEN]
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            await asyncio.sleep(4.0)
            hose.open_at = time.monotonic()
            return updates / await seconds_until(hose, lambda: hose.sent >= updates)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def main(updates: int) -> None:
    dealt_with, answered = await gridcare(updates)
    bare = await echo(updates)
    figures = {
        "updates": updates,
        "gridcare dealt with /s": round(dealt_with),
        "gridcare answered /s": round(answered),
        "bare echo answered /s": round(bare),
        "ratio answered": round(answered / bare, 2),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))

"""`gridcare run` as an operator meets it: a process, its log, its exit code."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from spine_rig import until

from bot.clock import RealClock
from bot.sandbox.serve import serve
from bot.sandbox.world import World

TOKEN = "4711:AAsandboxsandboxsandboxsandboxsandbox"


class Process:
    """One `gridcare run` and its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []
        self.raw = ""
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.raw += line.decode()
            with contextlib.suppress(ValueError):
                self.log.append(json.loads(line))

    def said(self, event: str) -> bool:
        return any(entry.get("event") == event for entry in self.log)

    async def until_said(self, event: str, seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not self.said(event):
                assert self.process.returncode is None, self.raw
                await asyncio.sleep(0.01)

    async def ends(self, seconds: float = 30) -> int:
        async with asyncio.timeout(seconds):
            code = await self.process.wait()
            await self._reader
        return code


@contextlib.asynccontextmanager
async def running(folder: Path, config: str) -> AsyncIterator[Process]:
    file = folder / "config.toml"
    file.write_text(config, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "-c", str(file), stderr=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def config_for(root: str, token: str = TOKEN, more: str = "") -> str:
    return f'[telegram]\ntoken = "{token}"\nbase_url = "{root}"\n{more}\n'


@pytest.fixture
async def world() -> AsyncIterator[tuple[World, str]]:
    made = World(RealClock(), token=TOKEN)
    made.add_user(11, "小马")
    async with serve(made) as root:
        yield made, root


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def test_it_works_until_sigterm_and_says_no_secret(world: tuple[World, str], tmp_path: Path):
    telegram, root = world
    began = time.monotonic()
    async with running(tmp_path, config_for(root)) as bot:
        await bot.until_said("ready")
        took = time.monotonic() - began
        telegram.phones[11].start()
        telegram.phones[11].send_text("路灯坏了，3号楼门口")
        await until(lambda: any("#1" in message.text for message in telegram.phones[11].messages()), 20)
        resident = _resident_kib(bot.process.pid)
        bot.process.send_signal(signal.SIGTERM)
        stopping = time.monotonic()
        assert await bot.ends() == 0
        assert time.monotonic() - stopping < 10
    print(f"ready after {took:.2f} s, {resident / 1024:.0f} MB resident")
    assert TOKEN not in bot.raw
    assert "路灯" not in bot.raw


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def test_a_second_instance_on_the_same_database_ends_with_4(world: tuple[World, str], tmp_path: Path):
    _, root = world
    async with running(tmp_path, config_for(root)) as first:
        await first.until_said("ready")
        async with running(tmp_path, config_for(root)) as second:
            assert await second.ends() == 4
        assert second.said("storage.cannot_open")


async def test_a_refused_token_ends_with_3(world: tuple[World, str], tmp_path: Path):
    _, root = world
    async with running(tmp_path, config_for(root, token="4711:wrong")) as bot:
        assert await bot.ends() == 3
    assert bot.said("token.refused")


async def test_a_token_revoked_in_the_middle_ends_with_3(world: tuple[World, str], tmp_path: Path):
    telegram, root = world
    async with running(tmp_path, config_for(root)) as bot:
        await bot.until_said("ready")
        telegram.faults.token_revoked = True
        telegram.phones[11].start()  # ends the long poll
        assert await bot.ends() == 3


async def test_a_bad_config_ends_with_2(tmp_path: Path):
    async with running(tmp_path, "[telegram]\n") as bot:
        assert await bot.ends() == 2
    assert "telegram.token" in bot.raw


async def test_a_storage_that_cannot_be_opened_ends_with_4(world: tuple[World, str], tmp_path: Path):
    _, root = world
    (tmp_path / "data").write_text("no folder")
    async with running(tmp_path, config_for(root)) as bot:
        assert await bot.ends() == 4


async def test_offline_it_waits_for_the_network_and_ends_at_once_on_ctrl_c(tmp_path: Path):
    async with running(tmp_path, config_for(f"http://127.0.0.1:{free_port()}")) as bot:
        await bot.until_said("telegram.unreachable")
        bot.process.send_signal(signal.SIGINT)
        assert await bot.ends() == 0


async def test_a_taken_web_address_ends_with_2(world: tuple[World, str], tmp_path: Path):
    _, root = world
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = f'[web]\nlisten = "127.0.0.1:{taken.getsockname()[1]}"'
        async with running(tmp_path, config_for(root, more=web)) as bot:
            assert await bot.ends() == 2
    assert bot.said("cannot_listen")


async def test_the_operator_sees_health_and_figures(world: tuple[World, str], tmp_path: Path):
    _, root = world
    port = free_port()
    async with running(tmp_path, config_for(root, more=f'[web]\nlisten = "127.0.0.1:{port}"')) as bot:
        await bot.until_said("menus.registered")
        async with aiohttp.ClientSession() as operator:
            async with operator.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert (answer.status, await answer.json()) == (200, {"status": "ok"})
            async with operator.get(f"http://127.0.0.1:{port}/metrics") as answer:
                assert "gridcare_healthy 1.0" in await answer.text()


async def test_a_webhook_receives_what_people_send(world: tuple[World, str], tmp_path: Path):
    """The sandbox pushes to the listener itself, as a proxy in front of it would."""
    telegram, root = world
    port = free_port()
    url = "https://bot.example.org/telegram"
    more = f'mode = "webhook"\nwebhook_url = "{url}"\nlisten = "127.0.0.1:{port}"\nwebhook_secret = "s3"'
    async with running(tmp_path, config_for(root, more=more)) as bot:
        await bot.until_said("webhook.set")
        [told] = [call.params for call in telegram.calls if call.method == "setWebhook"]
        assert told["url"] == url
        async with aiohttp.ClientSession() as proxy:
            raw = {
                "update_id": 1,
                "message": {
                    "message_id": 1, "date": 1, "chat": {"id": 11, "type": "private"},
                    "from": {"id": 11, "is_bot": False, "first_name": "小马"}, "text": "/start",
                },
            }  # fmt: skip
            telegram.phones[11].start()
            headers = {"X-Telegram-Bot-Api-Secret-Token": "s3"}
            async with proxy.post(f"http://127.0.0.1:{port}/telegram", json=raw, headers=headers) as answer:
                assert answer.status == 200
        await until(lambda: any(message.from_bot for message in telegram.phones[11].messages()), 20)


async def test_killed_in_the_middle_it_goes_on_where_it_was(world: tuple[World, str], tmp_path: Path):
    """Every /my is answered; doubled is only what was in flight at a kill."""
    telegram, root = world
    people = [telegram.phones[11], *(telegram.add_user(user, f"p{user}") for user in range(101, 112))]
    for phone in people:
        phone.start()
    sent = len(people)
    for moment in (0.05, 0.25):
        async with running(tmp_path, config_for(root)) as bot:
            await bot.until_said("menus.registered")
            for phone in people:
                phone.send_text("/my")
            sent += len(people)
            await asyncio.sleep(moment)
            bot.process.kill()
            await bot.ends()
    async with running(tmp_path, config_for(root)) as bot:
        await until(lambda: _answers(telegram) >= sent and not telegram.updates.pending(), 30)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
    assert sent <= _answers(telegram) <= sent + 2 * len(people)


def _answers(telegram: World) -> int:
    return sum(1 for call in telegram.calls if call.method == "sendMessage" and call.code == 200)

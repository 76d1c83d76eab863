"""Telegram calls us: 200 only for what is in the inbox, and only for Telegram."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from spine_rig import Rig, raw_text, until, waits

from bot.catch_up import CatchUp
from bot.intake import Inlet
from bot.webhook import LARGEST_UPDATE, SECRET_HEADER, Webhook
from handlers import face

SECRET = "s3cret"


URL = "https://127.0.0.1:8443/telegram"


def webhook_on(rig: Rig, on_answer: Callable[[], None] = lambda: None) -> tuple[Webhook, CatchUp]:
    catch_up, inlet = CatchUp(rig.clock, timedelta(minutes=2)), Inlet(rig.db, rig.clock, face.lane_of)
    return Webhook(rig.line, inlet, catch_up, url=URL, secret=SECRET, on_answer=on_answer), catch_up


@asynccontextmanager
async def registered(webhook: Webhook) -> AsyncIterator[None]:
    task = asyncio.create_task(webhook.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_answered_with_200_is_in_the_inbox(rig: Rig):
    webhook, _ = webhook_on(rig)
    secret = {SECRET_HEADER: SECRET}
    async with webhook.listening("127.0.0.1", 0) as root, aiohttp.ClientSession() as telegram:

        async def post(path: str = "/telegram", headers: Any = secret, **body: Any) -> int:
            async with telegram.post(root + path, headers=headers, **body) as answer:
                return answer.status

        assert await post(json=raw_text(1, "one")) == 200
        assert await post(json=raw_text(1, "one")) == 200  # sent again
        assert await post(json=raw_text(2, "two"), headers={}) == 403
        assert await post(json=raw_text(3, "three"), headers={SECRET_HEADER: "wrong"}) == 403
        assert await post(json=raw_text(4, "four"), headers={SECRET_HEADER: "s3cret\u00e9"}) == 403
        assert await post(data=b"{no json") == 400
        assert await post(data=io.BytesIO(b"x" * (LARGEST_UPDATE + 1))) == 413
        assert await post(json=["no update"]) == 200  # or Telegram would send it for ever
        assert await post("/elsewhere", json=raw_text(5, "five")) == 404
        real, rig.db.write = rig.db.write, _broken  # type: ignore[method-assign, assignment]
        assert await post(json=raw_text(6, "six")) == 503
        rig.db.write = real  # type: ignore[method-assign]
        assert await post(json=raw_text(6, "six")) == 200
    assert [received.update for received in await waits(rig)] == [1, 6]


def _broken() -> Any:
    raise OSError("disk full")


async def test_telegram_is_told_where_we_are_and_we_wait_for_what_had_piled_up(rig: Rig):
    rig.world.phones[11].send_text("before")
    rig.world.faults.fail("setWebhook", 500)
    webhook, catch_up = webhook_on(rig)
    async with registered(webhook):
        await until(lambda: any(c.method == "getWebhookInfo" and c.code == 200 for c in rig.world.calls))
        assert not catch_up.read_all
        rig.world.updates.clear()
        await until(lambda: catch_up.read_all)
    [_, told] = [call.params for call in rig.world.calls if call.method == "setWebhook"]
    assert told["secret_token"] == SECRET
    assert "chat_member" in str(told["allowed_updates"])


async def test_a_server_that_cannot_say_what_waits_is_believed_to_be_through(rig: Rig):
    rig.world.faults.fail("getWebhookInfo", 500, description="API method 'getWebhookInfo' is not supported.")
    webhook, catch_up = webhook_on(rig)
    async with registered(webhook):
        await until(lambda: catch_up.read_all)


async def test_telegram_is_looked_for_also_while_nobody_writes(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.webhook.LOOK_EVERY", 0.01)
    monkeypatch.setattr("bot.webhook.LOOK_AGAIN", 0.01)
    answered: list[int] = []
    webhook, catch_up = webhook_on(rig, lambda: answered.append(1))
    async with registered(webhook):
        await until(lambda: len(answered) >= 3)
        rig.world.faults.fail("getWebhookInfo", 502, times=10**6)
        await until(lambda: not catch_up.read_all)  # what people write now waits at Telegram
        heard = len(answered)
        looked = len(rig.world.calls)
        await until(lambda: len(rig.world.calls) >= looked + 3)
        assert len(answered) == heard
        rig.world.faults.clear()
        await until(lambda: catch_up.read_all and len(answered) > heard)


async def test_an_update_shows_that_telegram_is_there(rig: Rig):
    answered: list[int] = []
    webhook, _ = webhook_on(rig, lambda: answered.append(1))
    async with webhook.listening("127.0.0.1", 0) as root, aiohttp.ClientSession() as telegram:
        for secret, count in (("wrong", 0), (SECRET, 1)):
            async with telegram.post(f"{root}/telegram", headers={SECRET_HEADER: secret}, json=raw_text(1, "x")):
                assert len(answered) == count

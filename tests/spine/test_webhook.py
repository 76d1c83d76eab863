"""Telegram calls us: 200 only for what is in the inbox, and only for Telegram."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import Any

import aiohttp
from spine_rig import Rig, raw_text, until, waits

import handlers
from bot.catch_up import CatchUp
from bot.intake import Inlet
from bot.webhook import LARGEST_UPDATE, SECRET_HEADER, Webhook

SECRET = "s3cret"


def webhook_on(rig: Rig, url: str = "https://127.0.0.1:8443/telegram") -> tuple[Webhook, CatchUp]:
    catch_up = CatchUp(rig.clock, timedelta(minutes=2))
    return Webhook(rig.line, Inlet(rig.db, rig.clock, handlers.lane_of), catch_up, url=url, secret=SECRET), catch_up


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
    task = asyncio.create_task(webhook.run())
    try:
        await until(lambda: any(c.method == "getWebhookInfo" and c.code == 200 for c in rig.world.calls))
        assert not catch_up.read_all
        rig.world.updates.clear()
        await until(lambda: catch_up.read_all)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    [_, told] = [call.params for call in rig.world.calls if call.method == "setWebhook"]
    assert told["secret_token"] == SECRET
    assert "chat_member" in str(told["allowed_updates"])


async def test_a_server_that_cannot_say_what_waits_is_believed_to_be_through(rig: Rig):
    rig.world.faults.fail("getWebhookInfo", 500, description="API method 'getWebhookInfo' is not supported.")
    webhook, catch_up = webhook_on(rig)
    task = asyncio.create_task(webhook.run())
    await until(lambda: catch_up.read_all)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

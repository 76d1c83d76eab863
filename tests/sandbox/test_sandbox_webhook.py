"""Updates pushed to a webhook: secret, order, retries, and no polling beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from sandbox_town import Refusal, Town, eventually


@dataclass
class Hook:
    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    held: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.held is not None and update["message"]["chat"]["type"] == "private":
            await self.held.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.got.append(update)
        return web.Response(status=status)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield hook
    await runner.cleanup()


async def test_updates_are_pushed_with_the_secret_and_in_order(town: Town, hook: Hook) -> None:
    town.ma.send_text("before")
    await town.api("setWebhook", url=hook.url, secret_token="s3cret")
    town.ma.send_text("after")
    await eventually(lambda: len(hook.got) == 2)
    assert hook.texts == ["before", "after"]
    assert hook.secrets == ["s3cret", "s3cret"]
    await eventually(lambda: town.world.pending_updates() == 0)  # confirmed once our 200 has reached it


async def test_an_update_is_pushed_again_until_it_is_taken(town: Town, hook: Hook) -> None:
    hook.statuses = [500, 403, 502]
    await town.api("setWebhook", url=hook.url)
    town.ma.send_text("x")
    await eventually(lambda: town.world.pending_updates() == 0)  # confirmed once our 200 has reached it
    assert hook.texts == ["x"]
    assert len(hook.secrets) == 4
    info = await town.api("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)
    assert info["last_error_message"] == "Wrong response from the webhook: 502"


async def test_a_slow_chat_does_not_hold_up_another(town: Town, hook: Hook) -> None:
    hook.held = asyncio.Event()
    await town.api("setWebhook", url=hook.url)
    town.ma.send_text("held")
    town.ma.send_text("behind it")
    town.li.send_text("free", chat=town.grid)
    await eventually(lambda: hook.texts == ["free"] and len(hook.secrets) == 2)
    await asyncio.sleep(0.02)
    assert len(hook.secrets) == 2  # what is behind the held one has not even been tried
    hook.held.set()
    await eventually(lambda: len(hook.got) == 3)
    assert hook.texts == ["free", "held", "behind it"]


async def test_polling_and_a_webhook_exclude_each_other(town: Town, hook: Hook) -> None:
    poll = asyncio.create_task(town.api("getUpdates", timeout=30))
    await town.world.quiet(for_seconds=0.01)
    await town.api("setWebhook", url=hook.url)
    with pytest.raises(Refusal) as caught:
        await poll
    assert (caught.value.code, caught.value.description) == (409, "Conflict: terminated by setWebhook request")
    refusal = await town.api.refused("getUpdates")
    assert (refusal.code, refusal.description) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    await town.api("deleteWebhook")
    town.ma.send_text("x")
    assert len(await town.api.updates()) == 1
    assert (await town.api("getWebhookInfo"))["url"] == ""


async def test_nothing_is_pushed_while_nobody_listens_and_nothing_is_lost(town: Town, hook: Hook) -> None:
    await town.api("setWebhook", url="http://127.0.0.1:9/telegram")
    town.ma.send_text("x")
    hooked = town.world.updates.webhook
    assert hooked is not None
    await eventually(lambda: hooked.last_error != "")
    assert town.world.pending_updates() == 1
    await town.api("setWebhook", url=hook.url)
    await eventually(lambda: hook.texts == ["x"])


async def test_pending_updates_can_be_dropped(town: Town) -> None:
    town.ma.send_text("x")
    await town.api("deleteWebhook", drop_pending_updates=True)
    assert town.world.pending_updates() == 0

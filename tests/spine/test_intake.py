"""Nothing that Telegram regards as delivered is missing from the inbox, whenever we are killed."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from spine_rig import Rig, raw_text, until, waits

from bot import intake
from bot.catch_up import CatchUp
from bot.intake import Inlet, Poller
from bot.transport import AiohttpRequest
from bot.watchdog import Stalled, watch
from handlers import face


def poller_on(rig: Rig, timeout: int = 1) -> tuple[Poller, CatchUp]:
    catch_up = CatchUp(rig.clock, timedelta(minutes=2))
    return Poller(rig.line, Inlet(rig.db, rig.clock, face.lane_of), catch_up, timeout=timeout), catch_up


@asynccontextmanager
async def polling(poller: Poller) -> AsyncIterator[None]:
    task = asyncio.create_task(poller.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def inbox(rig: Rig) -> list[str]:
    return [json.loads(received.body)["message"]["text"] for received in await waits(rig)]


async def until_kept(rig: Rig, count: int) -> None:
    async with asyncio.timeout(15):
        for _ in itertools.count():
            if len(await waits(rig)) >= count:
                return
            await asyncio.sleep(0.01)


async def test_what_people_send_is_in_the_inbox(rig: Rig):
    poller, catch_up = poller_on(rig)
    async with polling(poller):
        for count in range(5):
            rig.world.phones[11].send_text(str(count))
        await until_kept(rig, 5)
        await until(lambda: catch_up.read_all)
    assert await inbox(rig) == ["0", "1", "2", "3", "4"]


async def test_killed_at_random_moments_nothing_is_lost_and_nothing_doubled(rig: Rig):
    dice = random.Random(5)
    sent = 0
    for _kill in range(40):
        poller, _ = poller_on(rig)
        task = asyncio.create_task(poller.run())
        for _ in range(dice.randint(0, 8)):
            rig.world.phones[11].send_text(str(sent))
            sent += 1
            await asyncio.sleep(dice.random() * 0.004)
        await asyncio.sleep(dice.random() * 0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    poller, _ = poller_on(rig)
    async with polling(poller):
        await until_kept(rig, sent)
    assert await inbox(rig) == [str(count) for count in range(sent)]


async def test_the_offset_moves_only_after_the_commit(rig: Rig):
    """The storage fails three times: Telegram keeps the updates until we have them."""
    failures = 3
    poller, _ = poller_on(rig)
    real = rig.db.write

    def write() -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise OSError("disk full")
        return real()

    rig.db.write = write  # type: ignore[method-assign]
    rig.world.phones[11].send_text("kept")
    async with polling(poller):
        await until_kept(rig, 1)
        offsets = [call.params.get("offset") for call in rig.world.calls if call.method == "getUpdates"]
    assert offsets[:3] == [None] * 3
    assert failures == 0


async def test_a_webhook_is_left_without_dropping_what_waits(rig: Rig):
    rig.world.phones[11].send_text("waiting")
    await rig.line.call("setWebhook", {"url": "https://127.0.0.1:8443/hook"})
    poller, _ = poller_on(rig)
    async with polling(poller):
        await until_kept(rig, 1)
    [left] = [call for call in rig.world.calls if call.method == "deleteWebhook"]
    assert left.params["drop_pending_updates"] in (False, "false")


async def test_all_the_kinds_of_update_we_need_are_asked_for(rig: Rig):
    poller, _ = poller_on(rig)
    async with polling(poller):
        await until(lambda: any(call.method == "getUpdates" for call in rig.world.calls))
        rig.world.phones[11].send_text("x")
        await until_kept(rig, 1)
    asked = next(call.params for call in rig.world.calls if call.method == "getUpdates")
    kinds = asked["allowed_updates"]
    kinds = json.loads(kinds) if isinstance(kinds, str) else kinds
    assert set(kinds) == {"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}


async def test_what_is_no_update_blocks_nothing(rig: Rig):
    inlet = Inlet(rig.db, rig.clock, face.lane_of)
    rung: list[int] = []
    inlet.listeners.append(lambda: rung.append(1))
    new = await inlet.keep(["nonsense", None, {"message": {}}, {"update_id": True}, raw_text(7, "real")])
    assert new == 1
    assert await inbox(rig) == ["real"]
    assert rung == [1]
    assert await inlet.keep([raw_text(7, "real")]) == 0  # delivered twice
    assert rung == [1]


async def test_a_server_that_answers_at_once_with_nothing_leaves_the_machine_idle(rig: Rig):
    asked = 0

    async def at_once(method: str, _params: Any = None, **_more: Any) -> Any:
        nonlocal asked
        asked += method == "getUpdates"
        return None  # a poor server's idea of an empty list

    object.__setattr__(rig.line, "call", at_once)
    poller, _ = poller_on(rig)
    async with polling(poller):
        began = time.monotonic()
        await until(lambda: asked >= 5)  # the first only looks whether anything waits
        assert time.monotonic() - began >= 0.8


async def test_somebody_else_polls_we_wait_and_tell_the_admins(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "CONFLICT_TOLD_AFTER", 0.5)
    told: list[float] = []
    rig.world.faults.fail("getUpdates", 409, times=2, description="Conflict: terminated by other getUpdates request")
    poller, catch_up = poller_on(rig)

    async def on_conflict() -> None:
        told.append(time.monotonic())

    poller.on_conflict = on_conflict
    rig.world.phones[11].send_text("kept")
    async with polling(poller):
        await until_kept(rig, 1)
        await until(lambda: catch_up.read_all)
    assert len(told) == 1


async def test_a_broken_network_is_tried_again_and_we_are_behind_until_it_is_read(rig: Rig):
    poller, catch_up = poller_on(rig)
    answered: list[int] = []
    poller.on_answer = lambda: answered.append(1)
    async with polling(poller):
        await until(lambda: catch_up.read_all)
        rig.world.faults.network_down = True
        await until(lambda: not catch_up.read_all)
        rig.world.phones[11].send_text("meanwhile")
        rig.world.faults.network_down = False
        await until_kept(rig, 1)
        await until(lambda: catch_up.read_all)
    assert answered


async def test_a_refused_token_is_looked_into(rig: Rig):
    poller, _ = poller_on(rig)
    asked = asyncio.Event()

    async def look() -> None:
        asked.set()

    poller.on_token_refused = look
    rig.world.faults.token_revoked = True
    async with polling(poller), asyncio.timeout(5):
        await asked.wait()


async def test_the_watchdog_rebuilds_the_client_then_gives_up(rig: Rig):
    """getUpdates hangs for ever while all else works."""
    rig.world.faults.hang("getUpdates", times=1000)
    poller, _ = poller_on(rig)
    rebuilt: list[float] = []

    class Request(AiohttpRequest):
        async def rebuild(self) -> None:
            rebuilt.append(time.monotonic())

    async with polling(poller):
        with pytest.raises(Stalled):
            async with asyncio.timeout(12):
                await watch(poller, rig.line, Request())
    assert len(rebuilt) == 1


async def test_the_watchdog_is_silent_where_nothing_works_or_polls_are_answered(rig: Rig):
    poller, _ = poller_on(rig)
    watching = asyncio.create_task(watch(poller, rig.line, rig.request))
    async with polling(poller):
        await asyncio.sleep(2.6)
        assert not watching.done()
        rig.world.faults.network_down = True
        await asyncio.sleep(2.6)
        assert not watching.done()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)

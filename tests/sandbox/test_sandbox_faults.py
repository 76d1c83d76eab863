"""What breaks on demand, seen from the bot's side of the wire."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from sandbox_town import Town, jpeg


def heard(town: Town) -> list[str]:
    return [view.text for view in town.ma.messages() if view.from_bot]


@pytest.mark.parametrize(
    ("code", "description"), [(500, "Internal Server Error"), (502, "Bad Gateway"), (504, "Gateway Timeout")]
)
async def test_the_next_calls_fail_and_are_not_performed(town: Town, code: int, description: str) -> None:
    town.world.faults.fail("sendMessage", code, times=2)
    for _ in range(2):
        refusal = await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")
        assert (refusal.code, refusal.description) == (code, description)
    assert heard(town) == []
    await town.api("sendMessage", chat_id=town.ma.id, text="y")
    assert heard(town) == ["y"]


async def test_a_planned_429_names_its_pause(town: Town) -> None:
    town.world.faults.too_many("*", retry_after=7, when=lambda params: params.get("chat_id") == town.ma.id)
    await town.api("sendMessage", chat_id=town.grid.id, text="another chat is not held")
    refusal = await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")
    assert (refusal.description, refusal.parameters) == (
        "Too Many Requests: retry after 7",
        {"retry_after": 7},
    )


async def test_a_dropped_call_is_not_performed_and_a_lost_answer_is(town: Town) -> None:
    town.world.faults.drop("sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await town.api("sendMessage", chat_id=town.ma.id, text="dropped")
    town.world.faults.lose_answer("sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await town.api("sendMessage", chat_id=town.ma.id, text="performed")
    assert heard(town) == ["performed"]
    assert [(call.method, call.code, call.fault) for call in town.world.calls] == [
        ("sendMessage", 0, "drop"),
        ("sendMessage", 0, "lose_answer"),
    ]


async def test_a_hanging_call_is_never_answered(town: Town) -> None:
    town.world.faults.hang("sendMessage")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(town.api("sendMessage", chat_id=town.ma.id, text="x"), 0.1)
    assert heard(town) == []
    assert await town.api("getMe")


async def test_slow_calls_are_performed_late_or_answered_late(town: Town) -> None:
    town.world.faults.slow("sendMessage", 0.1)
    slow = asyncio.create_task(town.api("sendMessage", chat_id=town.ma.id, text="late"))
    await asyncio.sleep(0.03)
    assert heard(town) == []
    await slow
    town.world.faults.slow_answer("sendMessage", 0.1)
    slow = asyncio.create_task(town.api("sendMessage", chat_id=town.ma.id, text="at once"))
    await asyncio.sleep(0.05)
    assert heard(town) == ["late", "at once"]
    assert not slow.done()
    await slow


async def test_every_call_takes_the_set_latency_but_long_polls_do_not(town: Town) -> None:
    town.world.faults.latency = 0.05
    began = time.monotonic()
    await town.api("getMe")
    assert time.monotonic() - began >= 0.05
    began = time.monotonic()
    await town.api("getUpdates")
    assert time.monotonic() - began < 0.05


async def test_with_the_network_down_even_the_open_poll_is_cut(town: Town) -> None:
    poll = asyncio.create_task(town.api("getUpdates", timeout=30))
    await town.world.quiet(for_seconds=0.01)
    town.world.faults.network_down = True
    with pytest.raises(aiohttp.ClientConnectionError):
        await poll
    with pytest.raises(aiohttp.ClientConnectionError):
        await town.api("getMe")
    town.ma.send_text("while it was down")
    town.world.faults.network_down = False
    (update,) = await town.api.updates(timeout=5)
    assert update["message"]["text"] == "while it was down"


async def test_files_can_be_broken_alone(town: Town) -> None:
    town.ma.send_photo(jpeg())
    (update,) = await town.api.updates()
    file_id = update["message"]["photo"][-1]["file_id"]
    path = (await town.api("getFile", file_id=file_id))["file_path"]
    town.world.faults.files_broken = True
    assert (await town.api.refused("getFile", file_id=file_id)).code == 500
    async with town.api.session.get(f"{town.url}/file/bot{town.world.token}/{path}") as response:
        assert response.status == 500
    await town.api("getMe")


async def test_a_revoked_token_is_unauthorized_until_all_is_well_again(town: Town) -> None:
    town.world.faults.token_revoked = True
    assert (await town.api.refused("getMe")).code == 401
    town.world.faults.fail("*", 500)
    town.world.faults.clear()
    assert (await town.api("getMe"))["username"] == "GridCareBot"

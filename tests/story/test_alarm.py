"""Somebody is in danger, and nobody on the network can be told: the operator's own means are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.harness import Town, photo
from tests.harness import town as make_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose alarm is a script that notes what it was told."""
    script = tmp_path / "notify-sms"
    script.write_text(f'#!/bin/sh\nprintf "%s|%s\\n" "$@" >>"{tmp_path}/told"\n', "utf-8")
    script.chmod(0o755)
    async with make_town(tmp_path, alarm={"command": ["./notify-sms", "{area}", "{text}"]}) as place:
        yield place


def sms(town: Town) -> list[str]:
    file = town.folder / "told"
    return file.read_text("utf-8").splitlines() if file.exists() else []


async def nobody_is_left(town: Town) -> None:
    """Every group has put the bot out, and all who work here have blocked it."""
    for group in (town.grid, town.second_grid, town.community):
        group.remove_bot()
    for phone in (town.wang, town.li, town.zhao, town.sun, town.qian):
        phone.block_bot()
    await town.settle()


async def test_the_last_rung_is_rung_when_nobody_is_left_to_show_it_to(town: Town) -> None:
    await nobody_is_left(town)
    town.ma.send_text("楼道着火了，快来人")
    await town.settle()
    assert sms(town) == ["第三网格|紧急：第三网格 #1 随手拍·其他，10:00 起没有人接。请马上联系网格员。"]


async def test_what_is_added_to_it_rings_nobody_again(town: Town) -> None:
    await nobody_is_left(town)
    town.ma.send_text("楼道着火了，快来人")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "公共设施")
    town.ma.send_photo(photo())
    town.ma.tap_reply_key("第三网格")
    await town.forward(minutes=4)
    assert (await town.item(1)).version > 3
    assert len(sms(town)) == 1


async def test_what_is_not_urgent_rings_nobody(town: Town) -> None:
    await nobody_is_left(town)
    await town.reports(town.ma)
    assert (await town.item(1)).live
    assert sms(town) == []


async def test_somebody_is_left_as_long_as_a_coordinator_can_be_told(town: Town) -> None:
    town.grid.remove_bot()
    town.community.remove_bot()
    await town.settle()
    town.ma.send_text("楼道着火了，快来人")
    await town.settle()
    assert any("#1" in message.text for message in town.told(town.wang))
    assert sms(town) == []


async def test_at_its_last_climb_an_urgent_matter_that_nobody_has_rings_once(town: Town) -> None:
    town.ma.send_text("楼道着火了，快来人")
    await town.forward(minutes=14)
    assert sms(town) == []  # the groups are called first
    await town.forward(minutes=60)
    assert len(sms(town)) == 1
    assert "10:00 起没有人接" in sms(town)[0]


async def test_who_takes_it_before_spares_the_alarm(town: Town) -> None:
    town.ma.send_text("楼道着火了，快来人")
    await town.forward(minutes=14)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=14)
    assert sms(town) == []

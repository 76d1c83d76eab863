"""What the bot knows, as the page is told it: from its own database, in what people call things, and only when new."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, time
from typing import Any

import aiohttp
import pytest

from bot.demo.neighbours import DAUGHTER, GRANNY_LIU, GRANNY_WANG, LI, MA, SON, STAFF
from bot.demo.stage import Demo, demo
from bot.demo.town import GRID_CHAT
from tests.demo.page import Events
from tests.sandbox.sandbox_town import eventually

FEW = (*STAFF, GRANNY_WANG, GRANNY_LIU, SON, DAUGHTER)


@pytest.fixture
async def show() -> AsyncIterator[Demo]:
    async with demo(port=0, pace=0, people=FEW) as running:
        yield running


def at(show: Demo, hour: int, minute: int) -> datetime:
    return datetime.combine(show.clock.now().astimezone(show.player.zone), time(hour, minute), show.player.zone)


def clock(show: Demo, when: str | None) -> str:
    assert when is not None
    return f"{datetime.fromisoformat(when).astimezone(show.player.zone):%H:%M}"


async def known(show: Demo) -> dict[str, Any]:
    """What the page is told by now: after everything that the bot has done."""
    await show.time.settle()
    await show.knowledge.look()
    return show.knowledge.view


def of(view: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [line for line in view["checkins"] if name in line["name"]]
    return dict(one)


async def test_a_check_in_is_followed_step_by_step(show: Demo) -> None:
    before = of(await known(show), "王奶奶")
    assert (before["why"], before["ahead"]["what"], clock(show, before["ahead"]["at"])) == (
        "not_yet",
        "checkin_ask",
        "08:00",
    )
    assert before["name"] == "王奶奶 3号楼"
    await show.time.go_to(at(show, 8, 1))
    show.town.world.phones[GRANNY_LIU.id].send_text("好着呢")
    view = await known(show)
    asked = of(view, "王奶奶")
    assert (asked["outcome"], asked["ahead"]["what"]) == ("missed", "checkin_remind")
    assert clock(show, asked["ahead"]["at"]) == "08:30"
    well = of(view, "刘奶奶")
    assert (well["outcome"], well["how"], well["ahead"]) == ("ok", "text", None)
    await show.time.go_to(at(show, 8, 46))
    told = of(await known(show), "王奶奶")
    assert clock(show, told["family"]) == "08:45"
    assert (told["ahead"]["what"], clock(show, told["ahead"]["at"])) == ("checkin_raise", "09:30")
    await show.time.go_to(at(show, 9, 31))
    view = await known(show)
    (item,) = view["items"]
    assert (item["kind"], item["about"], item["state"]) == ("missed_checkin", "王奶奶 3号楼", "open")
    assert of(view, "王奶奶")["item"] == item["number"]


async def test_an_item_has_who_has_it_and_what_comes_next(show: Demo) -> None:
    phones = show.town.world.phones
    phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")
    view = await known(show)
    (item,) = view["items"]
    assert (item["number"], item["kind"], item["severity"], item["holder"]) == (1, "sos", "urgent", None)
    assert [(one["what"], one["whom"]) for one in item["ahead"]] == [("remind", None), ("climb", "community")]
    opened = datetime.fromisoformat(item["since"])
    assert [round((datetime.fromisoformat(one["at"]) - opened).total_seconds() / 60) for one in item["ahead"]] == [2, 5]
    card = phones[LI.id].find("紧急求助", GRID_CHAT)
    await phones[LI.id].press(card, "🙋 我来处理")
    (item,) = (await known(show))["items"]
    assert (item["state"], item["holder"]) == ("claimed", "李娟")
    assert item["ahead"][0]["what"] == "ask_claimer"


async def test_what_is_due_is_in_the_order_it_comes_with_all_to_whom_it_happens(show: Demo) -> None:
    due = (await known(show))["due"]
    assert [line["at"] for line in due] == sorted(line["at"] for line in due)
    first = due[0]
    assert (first["what"], clock(show, first["at"])) == ("checkin_ask", "08:00")
    assert sorted(first["who"]) == ["刘奶奶 6号楼", "王奶奶 3号楼"]
    assert "due_appointment" in [line["what"] for line in due]


async def test_what_cannot_be_sent_waits_in_the_outbox_with_its_haste_and_its_reader(show: Demo) -> None:
    show.town.world.phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")
    before = (await known(show))["outbox"]
    assert before["rows"] == []
    assert before["told"]["sent"] > 0
    await show.mishaps.set_line(down=True)
    await eventually(lambda: show.bot.catch_up.deaf)
    _, climb = show.knowledge.view["items"][0]["ahead"]
    show.clock.jump_to(datetime.fromisoformat(climb["at"]))  # what waits for people needs no ears, only the words do
    await eventually(lambda: bool(show.knowledge.view["outbox"]["rows"]), 30)
    row = show.knowledge.view["outbox"]["rows"][0]
    assert (row["lane"], row["item"]) == ("urgent", 1)
    waiting = {(one["step"], one["place"], one["to"]) for one in show.knowledge.view["outbox"]["rows"]}
    assert {("family", "phone", "陈静"), ("her", "phone", "刘奶奶 6号楼")} <= waiting, waiting
    assert show.knowledge.view["outbox"]["cards"] == [1], "and the community's card is still to be posted"
    await show.mishaps.set_line(down=False)
    after = (await known(show))["outbox"]
    assert after["rows"] == []
    assert after["told"]["sent"] > before["told"]["sent"]


async def test_pages_are_told_only_what_is_new(show: Demo) -> None:
    await known(show)
    number = show.knowledge.number
    await show.knowledge.look()
    assert show.knowledge.number == number
    world = show.town.world
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{show.url}state") as response:
            state = await response.json()
        assert state["knows"] == show.knowledge.view
        async with session.get(f"{show.url}events", params={"after": state["at"]}) as stream:
            page = Events(stream)
            world.phones[MA.id].send_text("3号楼前路灯坏了")
            told = await page.until("knows")
            while not told["knows"]["items"]:
                told = await page.until("knows")
    assert told["knows"]["items"][0]["kind"] == "report"
    assert await _missed(show, state["at"]) == 1, "who comes back late is told the last of them once"


async def _missed(show: Demo, after: str) -> int:
    """How often a page that has missed all since then is told what is known."""
    await show.time.settle()
    show.time.set_speed(1.0)  # the last event is one that every page is told
    found = 0
    url = f"{show.url}events"
    async with aiohttp.ClientSession() as session, session.get(url, params={"after": after}) as stream:
        page = Events(stream)
        while not page.id.endswith(f"-{show.town.world.version}"):
            found += (await page.next())["type"] == "knows"
    return found


async def test_while_the_bot_is_dead_it_is_what_it_will_begin_with(show: Demo) -> None:
    show.town.world.phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")
    before = await known(show)
    await show.mishaps.set_power(off=True)
    await show.knowledge.look()
    assert show.knowledge.view["items"] == before["items"]
    await show.mishaps.set_power(off=False)
    show.town.world.phones[MA.id].send_text("3号楼前路灯坏了")
    await eventually(lambda: len(show.knowledge.view["items"]) == 2, 20)  # the new bot's commits are heard of


async def test_nothing_personal_is_in_it(show: Demo) -> None:
    show.town.world.phones[GRANNY_LIU.id].send_text("救命，我摔倒了")
    show.town.world.phones[MA.id].send_text("王秀英家门口水管漏了")
    await show.time.go_to(at(show, 9, 31))
    told = json.dumps(await known(show), ensure_ascii=False)
    for elder in (GRANNY_WANG, GRANNY_LIU):
        hers = [elder.name, *(elder.more[cell] for cell in ("地址", "电话", "健康", "钥匙", "紧急联系人"))]
        assert not [word for word in hers if word in told]
    assert "救命" not in told
    assert "水管" not in told

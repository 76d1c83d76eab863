"""`gridcare run` on a server that has only a handful of methods: start, a report, presses, edits, in a private chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.poor_server import PoorServer, Said, poor_server
from tests.processes import Home, Living


@asynccontextmanager
async def running(server: PoorServer, folder: Path) -> AsyncIterator[tuple[Home, Living]]:
    """The bot as an operator starts it, its durations set down to seconds."""
    async with poor_server(server) as root:
        config = {
            "telegram": {"token": "666:POOR", "base_url": root},
            "storage": {"url": "sqlite:///town.db", "media_dir": "media"},
            "community": {"name": "海关社区", "admins": [1]},
            "areas": [
                {"id": "haiguan", "name": "海关社区", "level": "community"},
                {"id": "g3", "name": "第三网格", "level": "grid", "parent": "haiguan"},
            ],
            "reports": {"draft_timeout": "2s", "draft_max": "5s", "join_within": "1s"},
            "items": {"all_clear_after": "1s"},
        }
        home = Home(folder, config)
        async with home.living() as life:
            yield home, life
        loud = [event for event in home.events() if event.get("level") in ("error", "critical")]
        assert loud == []


async def says(server: PoorServer, words: str) -> Said:
    """The bot's newest message with these words, once it is there."""
    said = await server.until(lambda: server.find(words))
    assert isinstance(said, Said)
    return said


async def test_a_report_from_start_to_end_in_a_private_chat(tmp_path: Path) -> None:
    server = PoorServer(status=500)
    async with running(server, tmp_path) as (home, _life):
        server.send("/start")
        await says(server, "您好！我是海关社区的小助手。")
        server.send("3号院路灯坏了")
        receipt = await says(server, "已收到 #1。这是什么问题？")
        query = server.press(receipt, "公共设施")
        await server.until(lambda: query in server.answered)
        await server.until(lambda: receipt.text == "#1 已收到 · 公共设施")
        await says(server, "#1 在哪里？")
        server.send("第三网格")
        await server.until(lambda: receipt.text == "#1 已收到 → 已派第三网格")
        card = await says(server, "🟢 <b>#1</b> 随手拍 · 公共设施")  # there is no group: the coordinator has it
        server.press(card, "🙋 我来处理")
        await server.until(lambda: "处理中" in card.text)
        assert "✅ 办结" in card.labels
        await server.until(lambda: receipt.text.endswith("在处理"))
        server.press(card, "✅ 办结")
        question = await says(server, "请发处理后的照片或说明")
        server.press(question, "无需照片，直接办结")
        await server.until(lambda: "✅ 已办结" in card.text and question not in server.said)
        end = await says(server, "#1 已办结 ✅")
        server.press(end, "👍 满意")
        await server.until(lambda: end.labels == [])
        assert [said.text for said in server.said if "#1" in said.text].count(receipt.text) == 1
    lacking = [event for event in home.events() if event["event"] == "method.lacking"]
    assert len(lacking) == len({event["method"] for event in lacking})  # each is warned of once


@pytest.mark.parametrize("with_id", [True, False], ids=["message with id", "message with next to nothing"])
async def test_a_press_acts_though_no_message_id_is_ever_told(tmp_path: Path, with_id: bool) -> None:
    server = PoorServer(tells_ids=False)
    async with running(server, tmp_path):
        server.send("/start")
        await says(server, "您好！")
        server.send("路灯坏了")
        receipt = await says(server, "这是什么问题？")
        query = server.press(receipt, "公共设施", with_id=with_id)
        await server.until(lambda: query in server.answered)
        await says(server, "#1 在哪里？")
        server.send("第三网格")
        card = await says(server, "🟢 <b>#1</b> 随手拍 · 公共设施")
        query = server.press(card, "🙋 我来处理", with_id=with_id)
        await server.until(lambda: query in server.answered)
        if with_id:  # the press itself has told which message it is
            await server.until(lambda: "处理中" in card.text and receipt.text.endswith("在处理"))
        query = server.press(card, "🙋 我来处理", with_id=with_id) if "🙋 我来处理" in card.labels else query
        await server.until(lambda: query in server.answered)
    assert sum("#1" in said.text and "🙋 我来处理" in said.labels for said in server.said) == (0 if with_id else 1)
    assert sum("这是什么问题？" in said.text for said in server.said) == (0 if with_id else 1)


async def test_half_an_answer_is_sent_out_after_seconds(tmp_path: Path) -> None:
    server = PoorServer(status=404)  # the other way in which such servers lack a method
    async with running(server, tmp_path):
        server.send("垃圾没人收")
        receipt = await says(server, "已收到 #1。这是什么问题？")
        await server.until(lambda: "→ 已派" in receipt.text)
        assert "随手拍 · 其他" in (await says(server, "🟢 <b>#1</b>")).text


async def test_it_idles_although_no_poll_waits(tmp_path: Path) -> None:
    server = PoorServer()
    async with running(server, tmp_path) as (_home, life):
        server.send("/start")
        await says(server, "您好！")
        await asyncio.sleep(0.5)
        cpu, polls, began = life.cpu, len(server.calls), time.monotonic()
        await asyncio.sleep(4.0)
        seconds = time.monotonic() - began
        share, rate = (life.cpu - cpu) / seconds, (len(server.calls) - polls) / seconds
        print(f"\nidle on a server whose getUpdates never waits: {share:.1%} of a core, {rate:.1f} polls a second")
        assert rate < 5
        assert share < 0.08

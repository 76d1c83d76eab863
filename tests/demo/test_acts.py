"""The demo page's backend: what a visitor does, and what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.demo import feed as page_feed
from bot.demo.deeds import VOICE_SECONDS, voice
from bot.demo.neighbours import GRANNY_WANG, GRANNY_ZHAO, LI, MA, WANG
from bot.demo.town import GRID_CHAT
from tests.demo.page import Page
from tests.sandbox.sandbox_town import jpeg


async def test_a_photo_of_ones_own_is_sent_as_the_app_would(page: Page) -> None:
    exif = Image.Exif()
    exif[0x0110] = "a phone with a name"
    large = io.BytesIO()
    Image.new("RGB", (3000, 2000), "green").save(large, "JPEG", exif=exif)
    form = aiohttp.FormData()
    form.add_field("act", json.dumps({"do": "photo", "person": MA.user_id, "chat": MA.user_id, "caption": "井盖"}))
    form.add_field("photo", large.getvalue(), filename="mine.jpg", content_type="image/jpeg")
    async with page.session.post(f"{page.url}/act", data=form) as response:
        assert (await response.json()) == {"ok": True}
    (message,) = (await page.state())["messages"]
    largest = message["photo"][-1]
    assert (message["text"], largest["width"], largest["height"]) == ("井盖", 1280, 853)
    async with page.session.get(page.url + largest["url"]) as response:
        assert response.content_type == "image/jpeg"
        kept = await response.read()
    assert b"a phone with a name" not in kept


async def test_samples_and_uploads_together_are_an_album(page: Page) -> None:
    form = aiohttp.FormData()
    act = {"do": "photo", "person": LI.user_id, "chat": GRID_CHAT, "samples": ["manhole", "lamp"], "caption": "两处"}
    form.add_field("act", json.dumps(act))
    form.add_field("photo", jpeg(), filename="mine.jpg")
    async with page.session.post(f"{page.url}/act", data=form) as response:
        assert response.status == 200
    messages = (await page.state())["messages"]
    assert len(messages) == 3
    assert len({message["album"] for message in messages}) == 1
    assert [message["text"] for message in messages] == ["两处", "", ""]


async def test_a_key_that_asks_for_the_place_sends_the_chosen_one_and_folds_away(page: Page) -> None:
    page.town.world.phones[MA.user_id].start()
    keyboard = {"keyboard": [[{"text": "📍 发送我的位置", "request_location": True}]], "one_time_keyboard": True}
    await page.bot("sendMessage", chat_id=MA.user_id, text="在哪里？", reply_markup=keyboard)
    here = f"{MA.user_id}:{MA.user_id}"
    assert (await page.state())["keyboards"][here]["keyboard"][0][0]["text"] == "📍 发送我的位置"
    await page.act(do="key", label="📍 发送我的位置", latitude=36.1004, longitude=103.7315)
    state = await page.state()
    assert state["messages"][-1]["place"] == {"latitude": 36.1004, "longitude": 103.7315, "title": None}
    assert state["keyboards"][here] is None


async def test_a_named_place_is_a_venue_and_a_bare_point_is_a_location(page: Page) -> None:
    await page.act(do="place", latitude=36.1, longitude=103.73, title="快递驿站")
    await page.act(do="place", latitude=36.1, longitude=103.73)
    kinds = [(one["kind"], one["place"]["title"]) for one in (await page.state())["messages"]]
    assert kinds == [("venue", "快递驿站"), ("location", None)]


async def test_a_voice_is_a_real_one_that_can_be_heard_on_the_page(page: Page) -> None:
    await page.act(GRANNY_WANG.id, do="voice")
    (update,) = await page.bot.updates()
    sent = update["message"]["voice"]
    assert (sent["mime_type"], sent["duration"]) == ("audio/ogg", VOICE_SECONDS)
    (message,) = (await page.state())["messages"]
    async with page.session.get(page.url + message["file"]["url"]) as response:
        assert response.content_type == "audio/ogg"
        heard = await response.read()
    assert heard == voice()
    assert (heard[:4], heard[28:36]) == (b"OggS", b"OpusHead"), "what Telegram calls a voice: Opus in Ogg"


async def test_start_and_a_reply_reach_the_bot(page: Page) -> None:
    await page.act(WANG.user_id, do="start", payload="abc")
    sent = await page.bot("sendMessage", chat_id=WANG.user_id, text="王主任您好")
    await page.act(WANG.user_id, do="text", text="好", reply_to=sent["message_id"])
    texts = [update["message"]["text"] for update in await page.bot.updates()]
    assert texts == ["/start abc", "好"]
    assert (await page.state())["messages"][-1]["replyTo"] == sent["message_id"]


async def test_the_clock_goes_at_the_chosen_speed_and_every_page_hears_it(page: Page) -> None:
    async with page.events((await page.state())["at"]) as events:
        for speed in (600, 1, 2.5, 599.9):
            assert await page.sets_clock(do="speed", speed=speed) == {"ok": True}
            assert (await events.next())["speed"] == speed
    clock = (await page.state())["clock"]
    assert (clock["speed"], clock["speeds"], clock["stands"]) == (599.9, [1, 10, 60, 600], False)


async def test_where_no_bot_runs_there_is_no_next_thing(page: Page) -> None:
    await page.refused(409, "no_bot", json={"do": "next"})
    assert (await page.state())["clock"]["stands"] is False


TEXT = {"do": "text", "person": MA.user_id, "chat": MA.user_id, "text": "在"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([], 400, "bad_request"),  # no object
        ({}, 422, "bad_request"),  # nothing is done
        ({"do": "fly"}, 422, "bad_request"),
        (TEXT | {"text": ""}, 422, "bad_request"),
        (TEXT | {"text": "长" * 12_001}, 422, "bad_request"),
        (TEXT | {"extra": 1}, 422, "bad_request"),
        (TEXT | {"person": 1}, 404, "unknown_person"),
        (TEXT | {"person": GRANNY_ZHAO.id, "chat": GRANNY_ZHAO.id}, 404, "unknown_person"),  # her phone is not shown
        (TEXT | {"chat": -5}, 404, "unknown_chat"),
        (TEXT | {"chat": GRID_CHAT}, 409, "not_there"),  # 小马 is not in the workers' group
        (TEXT | {"chat": LI.user_id}, 409, "not_there"),  # nor may he look into her private chat
        (TEXT | {"reply_to": 99}, 409, "not_there"),
        (TEXT | {"text": " \n "}, 409, "not_there"),  # the app sends no empty message
        ({"do": "speed", "speed": 0.99}, 422, "bad_request"),  # it neither stops nor goes back
        ({"do": "speed", "speed": 0}, 422, "bad_request"),
        ({"do": "speed", "speed": -60}, 422, "bad_request"),
        ({"do": "speed", "speed": 601}, 422, "bad_request"),
        ({"do": "speed", "speed": float("nan")}, 422, "bad_request"),
        ({"do": "speed", "speed": float("inf")}, 422, "bad_request"),
        ({"do": "speed", "speed": "60"}, 422, "bad_request"),
        ({"do": "speed", "speed": True}, 422, "bad_request"),
        ({"do": "speed"}, 422, "bad_request"),
        ({"do": "speed", "speed": 60, "at": "2099-01-01"}, 422, "bad_request"),
        ({"do": "next", "at": "2099-01-01T00:00:00Z"}, 422, "bad_request"),  # where to is not the visitor's to say
        ({"do": "day"}, 422, "bad_request"),
        ({"do": "day", "act": "rewind"}, 422, "bad_request"),
        ({"do": "day", "act": "play", "scene": 3}, 422, "bad_request"),
        ({"do": "voice", "person": LI.user_id, "chat": MA.user_id}, 409, "not_there"),
        (TEXT | {"do": "press", "text": "x"}, 422, "bad_request"),
        ({"do": "press", "person": LI.user_id, "chat": GRID_CHAT, "message": 9, "data": "x"}, 409, "button_gone"),
        ({"do": "key", "person": MA.user_id, "chat": MA.user_id, "label": "跳过"}, 409, "not_there"),
        ({"do": "place", "person": MA.user_id, "chat": MA.user_id, "latitude": 91, "longitude": 0}, 422, "bad_request"),
        ({"do": "photo", "person": MA.user_id, "chat": MA.user_id, "samples": ["moon"]}, 422, "unknown_sample"),
        ({"do": "photo", "person": MA.user_id, "chat": MA.user_id}, 422, "too_many_photos"),  # none is no number either
        ({"do": "start", "person": MA.user_id, "chat": MA.user_id, "payload": "a b"}, 422, "bad_request"),
    ],
)
async def test_what_cannot_be_done_is_refused_by_name(page: Page, body: Any, status: int, code: str) -> None:
    before = page.town.world.version
    assert await page.refused(status, code, json=body)
    assert page.town.world.version == before


async def test_bodies_that_are_no_act_are_refused(page: Page) -> None:
    plain = {"content-type": "application/json"}
    await page.refused(400, "bad_request", data=b"{", headers=plain)
    await page.refused(415, "bad_request", data=b"hello", headers={"content-type": "text/plain"})
    form = aiohttp.FormData()
    form.add_field("act", json.dumps({"do": "photo", "person": MA.user_id, "chat": MA.user_id}))
    form.add_field("photo", b"not a picture", filename="a.jpg")
    await page.refused(422, "not_a_picture", data=form)


async def test_no_body_is_endless(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_feed, "BODY_LIMIT", 2000)
    await page.refused(413, "too_large", json=TEXT | {"text": "长" * 700})

    async def endless() -> AsyncIterator[bytes]:
        yield b"{"

    await page.refused(411, "bad_request", data=endless(), headers={"content-type": "application/json"})


async def test_another_sites_page_may_not_act_here(page: Page) -> None:
    await page.refused(403, "foreign_page", json=TEXT, headers={"origin": "https://example.org"})
    await page.act(do="text", text="在")
    async with page.session.post(f"{page.url}/act", json=TEXT, headers={"origin": page.url}) as response:
        assert response.status == 200
    async with page.session.get(f"{page.url}/state", headers={"host": "example.org"}) as response:
        assert response.status == 400

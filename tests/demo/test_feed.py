"""The demo page's backend, driven over HTTP; the bot is a client of the Bot API that the test plays by hand."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.clock import ScaledClock
from bot.demo import feed as page_feed
from bot.demo.feed import PageFeed
from bot.demo.town import GRID_CHAT, LI, MA, WANG, ZHAO, Town, settle
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.serving import serving
from tests.sandbox.sandbox_town import Api, jpeg

TEN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


class Page:
    """A page in a browser, without the browser."""

    def __init__(self, url: str, town: Town, feed: PageFeed, bot: Api, session: aiohttp.ClientSession) -> None:
        self.url, self.town, self.feed, self.bot, self.session = url, town, feed, bot, session

    async def state(self) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/state") as response:
            assert response.status == 200
            found: dict[str, Any] = await response.json()
            return found

    async def act(self, person: int = MA.user_id, chat: int | None = None, **what: Any) -> dict[str, Any]:
        body = {"person": person, "chat": chat or person, **what}
        async with self.session.post(f"{self.url}/act", json=body) as response:
            told: dict[str, Any] = await response.json()
            assert response.status == 200, told
            return told

    async def refused(self, status: int, code: str, **request: Any) -> str:
        async with self.session.post(f"{self.url}/act", **request) as response:
            told = await response.json()
            assert (response.status, told["error"]) == (status, code)
            return str(told["detail"])

    @asynccontextmanager
    async def events(self, after: str, *, header: bool = False) -> AsyncIterator[Events]:
        headers = {"Last-Event-ID": after} if header else {}
        query = {} if header else {"after": after}
        async with self.session.get(f"{self.url}/events", params=query, headers=headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Events(response)


class Events:
    """A stream of changes, read as a browser reads it."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.id = ""

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        """The next change."""
        async with asyncio.timeout(within):
            while True:
                frame = await self.frame()
                if "data" in frame:
                    self.id = frame["id"]
                    found: dict[str, Any] = json.loads(frame["data"])
                    return found

    async def until(self, kind: str) -> dict[str, Any]:
        """The next change of that type."""
        while (change := await self.next())["type"] != kind:
            pass
        return change

    async def frame(self) -> dict[str, str]:
        """The next block of lines; a comment's text is under the empty name."""
        fields: dict[str, str] = {}
        async for line in self._response.content:
            text = line.decode().rstrip("\n")
            if not text and fields:
                return fields
            name, _, value = text.partition(":")
            if text:
                fields[name] = value.strip()
        raise EOFError("the stream has ended")


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    clock = ScaledClock(TEN)
    town = settle(World(clock))
    feed = PageFeed(town, clock)
    async with serve(town.world) as api, serving(feed.app, "127.0.0.1", 0) as url, aiohttp.ClientSession() as session:
        yield Page(url, town, feed, Api(api, town.world.token, session), session)
        feed.close()


# --- looking ---------------------------------------------------------------------------------------------------------


async def test_the_state_has_five_panes_and_no_secret(page: Page) -> None:
    state = await page.state()
    assert [pane["id"] for pane in state["panes"]] == ["courier", "grid", "li", "zhao", "community"]
    assert [desk["person"] for desk in state["panes"][1]["desks"]] == [LI.user_id, ZHAO.user_id]
    assert {chat["title"] for chat in state["chats"] if not chat["private"]} == {"第三网格工作群", "海关社区工作群"}
    assert state["clock"]["speed"] == 1
    assert [grid["name"] for grid in state["map"]["grids"]] == ["第一网格", "第二网格", "第三网格"]
    assert page.town.world.token not in json.dumps(state)


async def test_the_page_and_all_it_names_are_there_and_come_from_here(page: Page) -> None:
    async with page.session.get(f"{page.url}/") as response:
        text = await response.text()
        assert "default-src 'none'" in response.headers["content-security-policy"]
    seen: set[str] = set()
    waiting = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert waiting
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        assert path.startswith("/static/"), "nothing is loaded from elsewhere"
        async with page.session.get(page.url + path) as response:
            assert response.status == 200, path
            body = await response.text()
        waiting += [f"/static/{name}" for name in re.findall(r'from "\./([^"]+)"', body)]
        assert not re.search(r"(@import|url\(\"?https?:)", body)
    assert {"/static/app.js", "/static/map.js", "/static/words.js", "/static/chat.css"} <= seen


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    source = (page_feed.PAGE / "words.js").read_text(encoding="utf-8")
    chinese, english = source.split("\n  en: {")
    keys = [set(re.findall(r'(?:^|[ ,])(\w+): "', part, re.M)) for part in (chinese, english.split("\n};")[0])]
    assert keys[0] == keys[1]
    code = "".join(path.read_text(encoding="utf-8") for path in page_feed.PAGE.glob("*.js") if path.name != "words.js")
    used = set(re.findall(r'say\("(\w+)"', code))
    assert used
    assert used <= keys[0]


async def test_samples_are_jpegs_and_small_ones_are_small(page: Page) -> None:
    for query, width in (("", 1120), ("?small", 320)):
        async with page.session.get(f"{page.url}/sample/manhole.jpg{query}") as response:
            assert Image.open(io.BytesIO(await response.read())).size[0] == width
    async with page.session.get(f"{page.url}/sample/nothing.jpg") as response:
        assert response.status == 404


# --- what changes ----------------------------------------------------------------------------------------------------


async def test_what_is_said_comes_as_an_event_and_stands_in_the_state(page: Page) -> None:
    async with page.events((await page.state())["at"]) as events:
        await page.act(do="text", text="路灯坏了")
        change = await events.until("message")
        assert change["message"]["text"] == "路灯坏了"
        assert change["message"]["from"]["name"] == "小马"
        assert [one["text"] for one in (await page.state())["messages"]] == ["路灯坏了"]


async def test_a_press_spins_until_the_bot_answers_it(page: Page) -> None:
    markup = {"inline_keyboard": [[{"text": "🙋 我来处理", "callback_data": "1:cl:1"}]]}
    sent = await page.bot("sendMessage", chat_id=GRID_CHAT, text="#1 随手拍", reply_markup=markup)
    async with page.events((await page.state())["at"]) as events:
        told = await page.act(ZHAO.user_id, GRID_CHAT, do="press", message=sent["message_id"], data="1:cl:1")
        press = await events.next()
        assert press == {
            "type": "press", "chat": GRID_CHAT, "message": sent["message_id"], "person": ZHAO.user_id,
            "query": told["query"], "data": "1:cl:1",
        }  # fmt: skip
        await page.bot("answerCallbackQuery", callback_query_id=told["query"], text="已由 李娟 认领", show_alert=True)
        answer = await events.next()
        assert (answer["type"], answer["query"], answer["text"]) == ("answer", told["query"], "已由 李娟 认领")
        assert answer["show_alert"] is True


async def test_edits_deletions_typing_and_silence_are_told(page: Page) -> None:
    at = (await page.state())["at"]
    sent = await page.bot("sendMessage", chat_id=GRID_CHAT, text="一", disable_notification=True)
    async with page.events(at) as events:
        first = await events.next()
        assert (first["rings"], first["message"]["silent"], first["message"]["edited"]) == (False, True, False)
        await page.bot("sendChatAction", chat_id=GRID_CHAT, action="typing")
        assert await events.next() == {"type": "typing", "chat": GRID_CHAT}
        await page.bot("editMessageText", chat_id=GRID_CHAT, message_id=sent["message_id"], text="二")
        edited = await events.next()
        assert (edited["message"]["text"], edited["message"]["edited"]) == ("二", True)
        assert edited["rings"] is False
        await page.bot("deleteMessage", chat_id=GRID_CHAT, message_id=sent["message_id"])
        gone = await events.next()
        assert (gone["type"], gone["id"]) == ("delete", sent["message_id"])
    assert (await page.state())["messages"] == []


async def test_a_page_that_lost_the_line_gets_what_it_missed_and_no_more(page: Page) -> None:
    async with page.events((await page.state())["at"]) as events:
        await page.act(do="text", text="一")
        await events.until("message")
        last = events.id
    for words in ("二", "三"):
        await page.act(do="text", text=words)
    async with page.events(last, header=True) as events:
        missed = [(await events.next())["message"]["text"] for _ in range(2)]
        assert missed == ["二", "三"]
        assert events.id.split("-") == [last.split("-")[0], str(page.town.world.version)]


@pytest.mark.parametrize("after", ["", "nonsense", "00000000-1", "0-99999999999"])
async def test_a_page_of_another_run_is_told_to_begin_anew(page: Page, after: str) -> None:
    async with page.events(after) as events:
        assert (await events.next())["type"] == "reload"
        await page.act(do="text", text="一")
        assert (await events.next())["type"] == "message"


async def test_an_idle_stream_has_a_heartbeat_and_ends_when_the_demo_does(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_feed, "HEARTBEAT", 0.02)
    async with page.events((await page.state())["at"]) as events:
        assert await events.frame() == {"retry": "1000"}
        assert await events.frame() == {"": "still here"}
        page.feed.close()
        with pytest.raises(EOFError):
            await events.next()


async def test_no_more_streams_than_a_demo_needs(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_feed, "MOST_STREAMS", 1)
    async with page.events((await page.state())["at"]) as events:
        await events.frame()
        async with page.session.get(f"{page.url}/events") as response:
            assert response.status == 503


# --- what is done ----------------------------------------------------------------------------------------------------


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


async def test_start_and_a_reply_reach_the_bot(page: Page) -> None:
    await page.act(WANG.user_id, do="start", payload="abc")
    sent = await page.bot("sendMessage", chat_id=WANG.user_id, text="王主任您好")
    await page.act(WANG.user_id, do="text", text="好", reply_to=sent["message_id"])
    texts = [update["message"]["text"] for update in await page.bot.updates()]
    assert texts == ["/start abc", "好"]
    assert (await page.state())["messages"][-1]["replyTo"] == sent["message_id"]


async def test_the_clock_goes_at_the_chosen_speed_and_every_page_hears_it(page: Page) -> None:
    async with page.events((await page.state())["at"]) as events:
        async with page.session.post(f"{page.url}/act", json={"do": "speed", "speed": 600}) as response:
            assert response.status == 200
        assert (await events.next())["speed"] == 600
    assert (await page.state())["clock"]["speed"] == 600


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
        (TEXT | {"chat": -5}, 404, "unknown_chat"),
        (TEXT | {"chat": GRID_CHAT}, 409, "not_there"),  # 小马 is not in the workers' group
        (TEXT | {"chat": LI.user_id}, 409, "not_there"),  # nor may he look into her private chat
        (TEXT | {"reply_to": 99}, 409, "not_there"),
        (TEXT | {"text": " \n "}, 409, "not_there"),  # the app sends no empty message
        ({"do": "speed", "speed": 7}, 422, "bad_request"),
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

"""The demo page's backend: what the page is told."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image

from bot.demo import feed as page_feed
from bot.demo.neighbours import ELDERS, GRANNY_LIU, GRANNY_WANG, LI, ZHAO
from bot.demo.town import GRID_CHAT
from care.domain.areas import Level
from care.domain.checkins import Do, Why
from care.domain.notices import Lane
from care.domain.states import LIVE, Category, Kind, State
from care.services.due_things import DUE_THINGS
from care.services.ports import Step
from care.services.rungs import Office
from tests.demo.page import Page

# --- looking ---------------------------------------------------------------------------------------------------------


async def test_the_state_has_its_panes_and_no_secret(page: Page) -> None:
    state = await page.state()
    panes = {pane["id"]: [desk["person"] for desk in pane["desks"]] for pane in state["panes"]}
    assert list(panes) == ["courier", "elder", "family", "grid", "worker", "community", "street"]
    assert panes["grid"] == panes["worker"] == [LI.id, ZHAO.id]
    assert panes["elder"] == [GRANNY_WANG.id, GRANNY_LIU.id]
    groups = {chat["title"]: chat["members"] for chat in state["chats"] if not chat["private"]}
    assert list(groups) == ["第三网格工作群", "海关社区工作群", "银滩路街道"]
    assert groups["银滩路街道"] == ["孙丽", "王主任"]
    assert state["clock"]["speed"] == 1
    assert [grid["name"] for grid in state["map"]["grids"]] == ["第一网格", "第二网格", "第三网格"]
    told = json.dumps(state, ensure_ascii=False)
    assert page.town.world.token not in told
    for one in ELDERS:
        assert not [cell for cell in ("地址", "电话", "健康", "钥匙") if one.more.get(cell, "?") in told], one.ref


async def test_the_page_and_all_it_names_are_there_and_come_from_here(page: Page) -> None:
    async with page.session.get(f"{page.url}/") as response:
        text = await response.text()
        assert "default-src 'none'" in response.headers["content-security-policy"]
    seen: set[str] = set()
    waiting = re.findall(r'(?:src|href)="([^"#]+)"', text)
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
        waiting += [f"/static/{name}" for name in re.findall(r'(?:from|import) "\./([^"]+)"', body)]
        assert not re.search(r"(@import|url\(\"?https?:)", body)
    assert {"/static/app.js", "/static/map.js", "/static/words.js", "/static/chat.css"} <= seen


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    words = set(page_feed.PAGE.glob("*words.js"))
    known = [words_in(path.read_text(encoding="utf-8")) for path in words]
    assert len(known) == 3
    for chinese, english in known:
        assert chinese == english
    assert sum(len(chinese) for chinese, _ in known) == len(words_of_the_page()), "each has one place"
    code = "".join(path.read_text(encoding="utf-8") for path in page_feed.PAGE.glob("*.js") if path not in words)
    used = set(re.findall(r'say\("(\w+)"', code))
    assert used
    assert used <= words_of_the_page()


def test_whatever_the_bot_may_know_has_its_word() -> None:
    """A new kind, step, reason or due thing is told by a sentence from its first day, never by its name in the code."""
    kept = (
        *(f"kind_{one}" for one in Kind),
        *(f"category_{one}" for one in Category),
        *(f"lane_{one}" for one in Lane),
    )
    states = (f"state_{one}" for one in ("held", State.DRAFT, *LIVE))
    steps = (*(f"step_{one}" for one in Step), *(f"check_{one}" for one in Why))
    due = (f"ahead_due_{thing.name}" for thing in DUE_THINGS if thing.name not in ("item", "checkin"))
    asked = (f"ahead_checkin_{one}" for one in (Do.ASK, Do.REMIND, Do.TELL_FAMILY, Do.RAISE))
    whom = (f"whom_{one}" for one in (*Level, *Office))
    assert {*kept, *states, *steps, *due, *asked, *whom} <= words_of_the_page()


def words_in(source: str) -> tuple[set[str], set[str]]:
    """The keys of one file of words: Chinese, English."""
    chinese, english = source.split("\n  en: {")
    parts = (chinese, re.split(r"\n}\)?;", english)[0])
    first, second = (set(re.findall(r'(?:^|[ ,])(\w+): "', part, re.M)) for part in parts)
    return first, second


def words_of_the_page() -> set[str]:
    """The keys of all of them."""
    return set().union(*(words_in(path.read_text(encoding="utf-8"))[0] for path in page_feed.PAGE.glob("*words.js")))


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
            "query": told["query"], "data": "1:cl:1", "played": False,
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


async def test_a_page_follows_when_the_town_is_set_anew(page: Page) -> None:
    before = page.board.now
    async with page.events((await page.state())["at"]) as events:
        await page.act(do="text", text="一")
        assert (await events.until("message"))["message"]["text"] == "一"
        await page.sets_clock(do="day", act="play")  # here it is 10:00: the day begins anew
        await events.until("reload")
        assert events.id.startswith(f"{page.board.now.run}-")
    assert page.board.now is not before
    assert (await page.state())["messages"] == []


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

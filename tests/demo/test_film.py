"""What has been shown is kept, as it was shown: so that a page can look back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.demo.neighbours import GRANNY_WANG, MA
from bot.demo.town import GRID_CHAT
from tests.demo.page import Page
from tests.demo.test_player import REPORT, page_of, playing


async def film(page: Page) -> dict[str, Any]:
    async with page.session.get(f"{page.url}/film") as response:
        assert response.status == 200
        told: dict[str, Any] = await response.json()
        return told


async def test_a_message_that_was_edited_and_deleted_stands_there_as_it_was_each_time(page: Page) -> None:
    sent = await page.bot("sendMessage", chat_id=GRID_CHAT, text="一")
    await page.bot("editMessageText", chat_id=GRID_CHAT, message_id=sent["message_id"], text="二")
    await page.bot("deleteMessage", chat_id=GRID_CHAT, message_id=sent["message_id"])
    changes = [frame["change"] for frame in (await film(page))["frames"]]
    assert [change.get("message", {}).get("text") for change in changes] == ["一", "二", None]
    assert changes[-1] | {"keyboards": None} == {
        "type": "delete", "chat": GRID_CHAT, "id": sent["message_id"], "keyboards": None,
    }  # fmt: skip


async def test_the_keys_of_a_phone_are_kept_with_what_brought_them(page: Page) -> None:
    await page.act(GRANNY_WANG.id, do="start")
    keys = {"keyboard": [[{"text": "✅ 我很好"}]], "is_persistent": True}
    await page.bot("sendMessage", chat_id=GRANNY_WANG.id, text="您好", reply_markup=keys)
    told = await film(page)
    desk = f"{GRANNY_WANG.id}:{GRANNY_WANG.id}"
    assert told["first"]["keyboards"][desk] is None
    assert told["frames"][-1]["change"]["keyboards"][desk]["keyboard"] == [[{"text": "✅ 我很好"}]]


async def test_what_no_pane_shows_is_not_in_it(page: Page) -> None:
    await page.bot("sendChatAction", chat_id=GRID_CHAT, action="typing")
    told = await film(page)
    assert (told["first"]["messages"], told["frames"]) == ([], [])


async def test_of_a_day_it_knows_the_moment_and_the_scene() -> None:
    async with playing(*REPORT) as show, page_of(show) as does:
        show.player.play()
        await show.player.finished()
        told = show.player._board.now.film.view()
        frames = told["frames"]
        first = next(one for one in frames if one["change"]["message"]["from"]["id"] == MA.id)
        assert first["scene"] == 1
        assert f"{datetime.fromisoformat(first['at']).astimezone(show.player.zone):%H:%M}" == "08:30"
        assert [one["scene"] for one in frames] == sorted(one["scene"] for one in frames)
        assert [one["at"] for one in frames] == sorted(one["at"] for one in frames)
        assert len(show.player.played()) == len(REPORT)
        await does(do="day", act="play")  # once more: another town, another film
        await show.player.finished()
        assert show.player._board.now.film.view() is not told
        assert len(show.player._board.now.film.view()["frames"]) == len(frames)

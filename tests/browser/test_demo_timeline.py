"""The timeline of ▶ 看一天: back is looking at what was, forward makes the bot get on; by hand and by keyboard."""

from __future__ import annotations

import re
from datetime import time

import pytest
from playwright.async_api import Locator, expect

from bot.demo.day import OPENS, Scene, Words
from bot.demo.deeds import Photo, Press, Tap
from bot.demo.neighbours import LI, MA, STAFF, ZHAO
from bot.demo.player import State
from bot.demo.town import GRID_CHAT
from tests.browser.visitor import CHROMIUM, Opens, Visitor
from tests.sandbox.sandbox_town import eventually

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]

ROSTER = STAFF
PACE = 90.0  # nothing comes by itself while a test looks: only a hurry gets on
SCRIPT = (
    Scene(OPENS, ("courier",), "早上，街上很静。", "Morning.", chapter=Words(zh="早上", en="Morning")),
    Scene(
        time(8, 5), ("courier",), "小马拍了一张照片。", "A photo.", (Photo(MA, sample="manhole"),),
        chapter=Words(zh="坏井盖", en="A manhole"),
    ),
    Scene(
        time(8, 6), ("grid",), "网格群里有了卡片。", "A card.",
        (Press(MA, label="公共设施"), Tap(MA, label="发送我的位置")),
    ),
    Scene(time(8, 20), ("grid",), "赵敏接了。", "Taken.", (Press(ZHAO, GRID_CHAT, label="我来处理"),), LI),
    Scene(time(9, 0), ("grid", "worker"), "九点了。", "Nine.", chapter=Words(zh="九点", en="Nine")),
)  # fmt: skip


async def begins(visitor: Visitor) -> Locator:
    """The day plays and stands at its first moment; its thumb has the focus."""
    await visitor.page.locator(".watch").click()
    await expect(visitor.page.locator("body")).to_have_attribute("data-day", "playing")
    thumb = visitor.page.get_by_role("slider")
    await thumb.focus()
    return thumb


async def hurries_to_the_end(visitor: Visitor) -> None:
    await visitor.page.keyboard.press("End")
    await arrives(visitor, 4)


async def arrives(visitor: Visitor, scene: int) -> None:
    """The bot has got on to that scene's moment, and the page has seen it."""
    player, at = visitor.show.player, SCRIPT[scene].at.isoformat("minutes")
    await eventually(lambda: player.scene == scene and player.view()["hurriesTo"] is None, 60)
    await expect(visitor.page.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile(f"^{at}"))


def when(visitor: Visitor) -> Locator:
    return visitor.page.locator("#day .when")


async def test_forward_by_keyboard_the_real_bot_gets_on_and_nothing_is_left_out(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    thumb = await begins(visitor)
    await expect(thumb).to_have_attribute("aria-valuetext", "07:58 · 早上")
    await visitor.page.keyboard.press("ArrowRight")
    await arrives(visitor, 1)
    await expect(when(visitor)).to_have_text("08:05")
    await expect(thumb).to_have_attribute("aria-valuetext", "08:05 · 坏井盖")
    await hurries_to_the_end(visitor)
    await expect(thumb).to_have_attribute("aria-valuetext", "09:00 · 九点")
    await expect(thumb).to_have_attribute("aria-valuenow", "62")
    await visitor.sees("grid", "赵敏 处理中")
    assert visitor.show.player.left_out == []
    assert visitor.show.player.state is State.PLAYING
    await expect(thumb).to_be_focused()


async def test_back_by_keyboard_all_phones_are_as_they_were_and_nothing_can_be_done(opens: Opens) -> None:
    visitor = await opens(width=1600, height=900)
    courier, grid = visitor.pane("courier"), visitor.pane("grid")
    thumb = await begins(visitor)
    await hurries_to_the_end(visitor)
    await visitor.sees("grid", "赵敏 处理中")

    await visitor.page.keyboard.press("Home")
    await expect(when(visitor)).to_have_text("07:58")
    await expect(visitor.page.locator("#day .note")).to_have_text("你在看 07:58 的样子")
    await expect(visitor.page.locator("#day .words")).to_have_text("早上，街上很静。")
    await expect(courier.locator(".hint")).to_be_visible()
    await expect(grid.locator(".bubble")).to_have_count(0)
    await eventually(lambda: visitor.show.player.state is State.PAUSED)

    await visitor.page.keyboard.press("ArrowRight")
    await expect(thumb).to_have_attribute("aria-valuetext", "08:05 · 坏井盖")
    question = courier.locator(".inline", has_text="公共设施")
    await expect(question).to_be_visible()
    await expect(question).to_be_disabled()
    await expect(courier.locator("form")).to_have_attribute("inert", "")
    await expect(grid.locator(".bubble")).to_have_count(0)

    await visitor.page.keyboard.press("ArrowRight")  # 08:06: to the end of that scene, and nothing of the next
    await expect(grid.locator(".bubble", has_text="#1")).to_be_visible()
    await expect(grid.locator(".inline", has_text="我来处理")).to_be_disabled()
    await expect(grid).not_to_contain_text("赵敏 处理中")

    await visitor.page.keyboard.press("PageUp")  # there is no chapter before the end any more: back to now
    await expect(visitor.page.locator("body")).not_to_have_attribute("data-past", "")
    await visitor.sees("grid", "赵敏 处理中")
    await expect(courier.locator("form")).not_to_have_attribute("inert", "")
    await eventually(lambda: visitor.show.player.state is State.PLAYING)


async def test_dragged_by_hand_the_phones_follow_and_a_button_leads_back(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    page, grid = visitor.page, visitor.pane("grid")
    await begins(visitor)
    rail = await page.locator(".rail").bounding_box()
    assert rail is not None
    across = [rail["x"] + rail["width"] * part for part in (0, 0.25, 0.5, 0.75, 1)]
    height = rail["y"] + 13

    await page.mouse.move(across[0], height)
    await page.mouse.down()
    await page.mouse.move(rail["x"] + rail["width"] * 0.6, height, steps=3)
    await expect(page.locator(".tip")).to_have_text("08:06 · 坏井盖")  # forward it goes from moment to moment
    await page.mouse.move(across[4], height, steps=3)
    assert visitor.show.player.scene == 0, "not before one lets go"
    await page.mouse.up()
    await arrives(visitor, 4)
    await visitor.sees("grid", "赵敏 处理中")
    await page.mouse.move(across[4], height)
    await page.mouse.down()
    await page.mouse.move(across[2], height, steps=5)
    await expect(when(visitor)).to_have_text("08:06")
    await expect(grid.locator(".inline", has_text="我来处理")).to_be_visible()
    await page.mouse.move(across[0], height, steps=5)
    await expect(when(visitor)).to_have_text("07:58")
    await expect(grid.locator(".bubble")).to_have_count(0)
    await page.mouse.up()
    await expect(when(visitor)).to_have_text("07:58")
    await page.get_by_role("button", name="回到现在", exact=True).click()
    await visitor.sees("grid", "赵敏 处理中")
    await expect(page.get_by_role("slider")).to_be_focused()


async def test_what_comes_meanwhile_is_seen_when_one_is_back(opens: Opens) -> None:
    visitor, other = await opens(), await opens(color_scheme="dark")
    await begins(visitor)
    await visitor.page.keyboard.press("ArrowRight")
    await arrives(visitor, 1)
    await visitor.page.keyboard.press("Home")
    await expect(when(visitor)).to_have_text("07:58")
    await expect(other.page.locator("body")).not_to_have_attribute("data-past", "")
    await other.pane("grid").locator("textarea").fill("大家早")
    await other.pane("grid").locator("textarea").press("Enter")
    await other.sees("grid", "大家早")
    await expect(visitor.pane("grid").locator(".bubble")).to_have_count(0)
    await visitor.page.keyboard.press("Escape")
    await visitor.sees("grid", "大家早")


async def test_whoever_looks_back_and_wants_to_write_is_led_back(opens: Opens) -> None:
    visitor = await opens(width=390, height=844, has_touch=True)
    await begins(visitor)
    await visitor.page.keyboard.press("ArrowRight")
    await arrives(visitor, 1)
    await visitor.page.keyboard.press("Home")
    courier = visitor.pane("courier")
    back = courier.get_by_role("button", name="回到现在，接着写")
    await back.tap()
    await expect(courier.locator("textarea")).to_be_focused()
    await courier.locator("textarea").fill("路灯坏了")
    await courier.locator("textarea").press("Enter")
    await visitor.sees("courier", "路灯坏了")
    await expect(back).to_be_hidden()


async def test_a_pane_is_typed_into_while_the_day_hurries_and_the_day_is_none_the_worse(opens: Opens) -> None:
    visitor = await opens()
    await begins(visitor)
    await visitor.page.keyboard.press("End")
    worker = visitor.pane("worker")
    await worker.locator("textarea").fill("我在路上")
    await worker.locator("textarea").press("Enter")
    await worker.locator(".own .bubble", has_text="我在路上").wait_for()
    await arrives(visitor, 4)
    await visitor.sees("grid", "赵敏 处理中")
    assert (visitor.show.player.left_out, visitor.show.player.state) == ([], State.PLAYING)


async def test_stopped_while_looking_back_one_is_back_at_once(opens: Opens) -> None:
    visitor = await opens("?lang=en")
    await begins(visitor)
    await visitor.page.keyboard.press("ArrowRight")
    await arrives(visitor, 1)
    await visitor.page.keyboard.press("Home")
    await expect(visitor.page.locator("#day .note")).to_have_text("You are looking at 07:58")
    await visitor.page.get_by_role("button", name="Stop", exact=True).click()
    await expect(visitor.page.locator("#day")).to_be_hidden()
    await expect(visitor.page.locator("body")).not_to_have_attribute("data-past", "")
    await expect(visitor.page.locator(".watch")).to_be_focused()

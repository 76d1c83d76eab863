"""▶ 看一天 in a real browser: one click, and the day goes by; the visitor sees what happens and may step in."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from bot.demo.day import DAY
from tests.browser.visitor import CHROMIUM, Opens, Visitor
from tests.sandbox.sandbox_town import eventually

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]

PACE = 0.1  # a second of the script is a tenth of one
WHOLE_DAY = 60_000  # ms, on a busy machine


async def captions(visitor: Visitor) -> list[str]:
    """Every sentence that has stood below the bar so far."""
    found: list[str] = await visitor.page.evaluate("window.told")
    return found


async def listens(visitor: Visitor) -> None:
    """Note the sentences as they come, and where the strip of panes has been."""
    await visitor.page.evaluate(
        """() => {
            window.told = []; window.been = [];
            const words = document.querySelector("#day .words"), strip = document.getElementById("strip");
            new MutationObserver(() => window.told.push(document.querySelector("#day .words").textContent))
                .observe(document.getElementById("day"), { childList: true, characterData: true, subtree: true });
            strip.addEventListener("scroll", () => window.been.push(Math.round(strip.scrollLeft)));
        }"""
    )


def tab(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(".tabs button", has_text=name)


async def test_a_click_and_the_day_goes_by_with_a_sentence_for_each_scene(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    await listens(visitor)
    page = visitor.page
    await expect(page.locator("#day")).to_be_hidden()
    await page.get_by_role("button", name="看一天").click()
    await expect(page.locator("#guide")).to_be_hidden()
    await expect(page.locator("body")).to_have_attribute("data-day", "ended", timeout=WHOLE_DAY)

    told = [words for words in dict.fromkeys(await captions(visitor)) if words]
    rings = visitor.show.player.view()["now"]["zh"]
    assert told[-len(DAY) :] == [scene.zh for scene in DAY[:-1]] + [rings], "each has stood there, in order"
    assert "{" not in rings
    assert len(set(await page.evaluate("window.been"))) > 1, "the panes have been brought into view"
    await expect(page.locator(".tick.done")).to_have_count(len(DAY))
    await expect(page.locator("#day .note")).to_be_hidden()
    assert visitor.show.player.left_out == []

    await page.locator("#day .stop").click()
    await expect(page.locator("#day")).to_be_hidden()
    await expect(page.locator("#guide")).to_be_visible()


async def test_paused_typed_into_and_gone_on_with_on_a_phone(opens: Opens) -> None:
    visitor = await opens("?lang=en", width=390, height=844, has_touch=True)
    page = visitor.page
    watch = page.locator(".watch")
    await expect(watch).to_have_attribute("aria-label", "Watch a day")
    await watch.tap()
    await eventually(lambda: visitor.show.player.scene >= 2, 30)
    await watch.tap()
    await expect(watch).to_have_attribute("aria-label", "Go on")
    await expect(page.locator("#day .note")).to_contain_text("The clock is yours")
    seen = visitor.show.player.scene
    await expect(page.locator("#day .words")).to_have_text(DAY[seen].en)

    await tab(visitor, "小马").tap()
    courier = visitor.pane("courier")
    await courier.locator("textarea").fill("路灯坏了")
    await courier.locator("textarea").press("Enter")
    await visitor.sees("courier", "已收到")
    await expect(page.locator("#day .note")).to_contain_text("You have stepped in")
    assert visitor.show.player.scene == seen
    assert await page.evaluate("document.documentElement.scrollWidth") == 390

    await courier.locator("textarea").fill("还有")
    await watch.tap()
    await eventually(lambda: visitor.show.player.scene > seen + 1, 20)
    await expect(courier.locator("h2")).to_be_in_viewport()  # who is writing is not carried off
    await expect(courier.locator("textarea")).to_have_value("还有")
    await page.locator("#day .stop").tap()
    await expect(page.locator("#day")).to_be_hidden()
    assert not visitor.show.clock.stands


async def test_watched_again_it_begins_in_the_morning_on_every_page(opens: Opens) -> None:
    visitor, other = await opens(), await opens(color_scheme="dark")
    await visitor.pane("courier").locator(".hint .primary").click()
    await visitor.sees("courier", "已收到 📷 #1")
    for _ in range(3):
        await visitor.page.locator(".leap").click()
        await expect(visitor.page.locator(".leap")).to_have_attribute("aria-disabled", "false", timeout=30_000)
    before = visitor.show.town
    watch = visitor.page.locator(".watch")
    await watch.focus()
    await visitor.page.keyboard.press("Enter")
    for one in (visitor, other):
        await expect(one.page.locator("body")).to_have_attribute("data-day", "playing", timeout=WHOLE_DAY)
        await expect(one.page.locator("#day .words")).not_to_be_empty()
        await expect(one.pane("courier")).not_to_contain_text("#1")
    assert visitor.show.town is not before
    await expect(watch).to_be_focused()  # all is new, and the keyboard has kept its place
    await visitor.page.locator("#day .stop").click()


async def test_a_voice_is_sent_by_one_tap_and_can_be_played(opens: Opens) -> None:
    visitor = await opens()
    elder = visitor.pane("elder")
    microphone = elder.get_by_role("button", name="发一段语音（样例）")
    await microphone.click()
    voice = elder.locator(".own .voice")
    await expect(voice).to_be_visible()
    await expect(voice.locator(".length")).to_have_text("0:05")
    await elder.locator("textarea").fill("我挺好")
    await expect(elder.locator(".send")).to_have_attribute("data-sends", "send")
    await elder.locator("textarea").fill("")
    await elder.locator("textarea").press("Enter")  # an empty line is no voice
    await voice.locator(".play").click()
    await expect(voice.locator(".play")).to_have_attribute("aria-label", "停止播放")
    await voice.locator(".play").click()
    await expect(voice.locator(".play")).to_have_attribute("aria-label", "播放")
    await expect(elder.locator(".own .voice")).to_have_count(1)
    await expect(visitor.pane("grid").locator(".send")).to_have_attribute(
        "data-sends", "send"
    )  # no group of ours needs one


async def test_the_elders_keys_are_there_and_big(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    keys = visitor.pane("elder").locator(".keys .key")
    await expect(keys).to_have_text(["✅ 我很好", "🆘 需要帮助"])
    for index in range(2):
        box = await keys.nth(index).bounding_box()
        assert box is not None
        assert box["height"] >= 70
        assert box["width"] >= 250
    await visitor.pane("elder").locator(".switch button", has_text="刘奶奶").click()
    await expect(visitor.pane("elder").locator("h2")).to_have_text("刘奶奶")
    await expect(visitor.pane("elder").locator(".role")).to_have_text("84岁 · 6号楼")

"""The demo's clock in a real browser: its speeds, the leap to the next thing; and the street above it all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.demo.neighbours import STAFF
from tests.browser.visitor import CHROMIUM, Opens, Visitor
from tests.sandbox.sandbox_town import eventually

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]

ROSTER = STAFF  # nobody is greeted: what comes is what a visitor has begun
OPENS_AT = 7 * 60 + 58
A_WHILE = 30_000  # ms: over days, on a busy machine
CAME = re.compile(r"^\d\d:\d\d · 到点了")
QUIET = re.compile(r"· 没有新消息$")  # the bot has planned its days, and nobody sees that


def minutes(face: str) -> int:
    """What the clock's face shows, as minutes since midnight."""
    hour, minute = face.split(":")
    return int(hour) * 60 + int(minute)


async def shown(visitor: Visitor) -> int:
    return minutes(await visitor.page.locator(".face").inner_text())


def leaps_in(visitor: Visitor) -> int:
    """How many there have been: each is told when it begins, and with what it brought when it ends."""
    return sum(event.kind == "clock" and "leap" in event.details for event in visitor.show.town.world.events)


async def test_each_key_sets_the_one_clock_of_bot_and_pages(opens: Opens) -> None:
    visitor, other = await opens(), await opens()
    ran = {}
    for speed in (10, 60, 600, 1):
        key = visitor.page.locator(".speeds button", has_text=re.compile(f"^{speed}×$"))
        await key.click()
        for page in (visitor.page, other.page):
            await expect(page.locator(".speeds [aria-pressed=true]")).to_have_text(f"{speed}×")
            await expect(page.locator(".speed-label")).to_have_text(f"时钟 {speed}×")
        assert visitor.show.clock.speed == speed
        await expect(key).to_be_focused()  # the keys stay where they are under the keyboard
        before = await shown(visitor)
        await visitor.page.wait_for_timeout(1000)
        ran[speed] = await shown(visitor) - before
        now = visitor.show.clock.now() + timedelta(hours=8)
        assert abs(await shown(visitor) - (now.hour * 60 + now.minute)) <= 5, "page and bot agree"
    assert ran[10] <= 1
    assert ran[600] >= 9
    assert ran[1] <= 1, "and it comes down again"


async def test_the_next_thing_comes_at_a_press_and_is_said_in_one_line(opens: Opens) -> None:
    visitor, other = await opens(width=1280, height=800), await opens(width=390, height=844, color_scheme="dark")
    news = visitor.page.locator(".news")
    await visitor.page.get_by_role("button", name="⏭ 下一件事").click()
    await expect(news).to_have_text(QUIET, timeout=A_WHILE)
    await expect(news.locator("button")).to_have_count(0)  # there is nowhere to look
    await expect(visitor.page.locator(".leap")).to_have_attribute("aria-disabled", "false")

    await visitor.pane("courier").locator(".hint .primary").click()
    await visitor.sees("courier", "已收到 📷 #1")
    for _ in range(4):  # whatever comes first
        await expect(visitor.page.locator(".leap")).to_have_attribute("aria-disabled", "false")
        await visitor.page.locator(".leap").click()
        await expect(news).to_have_text(CAME)
        await expect(visitor.page.locator(".leap")).to_have_attribute("aria-disabled", "false")
        if await visitor.pane("grid").locator(".row", has_text="#1").count():
            break
    said = await news.locator(".when").inner_text()
    assert minutes(said[:5]) > OPENS_AT
    assert abs(minutes(said[:5]) - await shown(visitor)) <= 1
    await expect(other.page.locator(".news .when")).to_have_text(said)

    for one in (visitor, other):  # and where to look
        await one.page.locator(".news button", has_text="网格群").click()
        await expect(one.pane("grid").locator(".inline", has_text="我来处理")).to_be_in_viewport()
        await expect(one.pane("grid").locator(".log")).to_be_focused()


async def test_what_nobody_takes_is_seen_to_climb_to_the_street(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    leap = visitor.page.locator(".leap")
    await visitor.pane("courier").locator(".hint .primary").click()
    await visitor.sees("courier", "已收到 📷 #1")
    await visitor.presses("courier", "🆘 紧急")
    await visitor.sees("grid", "#1")
    reached = []
    for _ in range(40):  # however many reminders there are on the way
        for pane in ("community", "street"):
            if pane not in reached and await visitor.pane(pane).locator(".row", has_text="#1").count():
                reached.append(pane)
        if "street" in reached:
            break
        await leap.click()
        await expect(leap).to_have_attribute("aria-disabled", "false")
    assert reached == ["community", "street"]
    await expect(visitor.page.locator(".news button", has_text="街道群")).to_be_visible()
    await expect(visitor.page.locator("body")).to_have_attribute("data-step", "3")  # still nobody has taken it
    await visitor.presses("street", "🙋 我来处理")
    await expect(visitor.pane("grid")).to_contain_text("孙丽 处理中")


async def test_by_keyboard_alone_and_pressed_twice_at_once(opens: Opens) -> None:
    visitor = await opens()
    page = visitor.page
    await visitor.pane("courier").locator(".hint .primary").click()
    await visitor.sees("courier", "已收到 📷 #1")
    await page.locator(".watch").focus()
    await page.keyboard.press("Tab")
    leap = page.locator(".leap")
    await expect(leap).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".news")).to_have_text(CAME)
    await expect(leap).to_have_attribute("aria-disabled", "false")
    await expect(leap).to_be_focused()
    assert leaps_in(visitor) == 1
    await leap.evaluate("one => { one.click(); one.click(); }")
    await eventually(lambda: leaps_in(visitor) > 1)
    await expect(leap).to_have_attribute("aria-disabled", "false")
    assert leaps_in(visitor) == 2


async def test_the_line_goes_by_itself_and_the_guide_is_back(opens: Opens) -> None:
    visitor = await opens()
    await visitor.page.clock.install()
    await visitor.page.locator(".leap").click()
    await expect(visitor.page.locator(".news")).to_have_text(QUIET, timeout=A_WHILE)
    await expect(visitor.page.locator("#guide")).to_be_hidden()
    await visitor.page.mouse.move(5, 500)
    await visitor.page.clock.run_for(12_000)
    await expect(visitor.page.locator(".news")).to_be_empty()
    await expect(visitor.page.locator("#guide")).to_be_visible()


async def test_at_1280_the_phones_and_the_group_stand_side_by_side_and_so_do_grid_community_and_street(
    opens: Opens,
) -> None:
    visitor = await opens(width=1280, height=800)
    for pane in ("courier", "elder", "family", "grid"):
        await expect(visitor.pane(pane).locator(".composer")).to_be_in_viewport(ratio=0.95)
    await visitor.pane("street").scroll_into_view_if_needed()
    for pane in ("grid", "worker", "community", "street"):
        await expect(visitor.pane(pane).locator(".composer")).to_be_in_viewport(ratio=0.95)
    street = visitor.pane("street")
    await expect(street.locator("h2")).to_have_text("银滩路街道")
    await expect(street).to_contain_text("社区也没人接的事，才会到街道。")
    await street.locator("textarea").fill("收到")
    await street.locator("textarea").press("Enter")
    await expect(street.locator(".row", has_text="收到")).to_be_visible()
    await street.locator(".switch button", has_text="私聊").click()
    await expect(street.locator("h2")).to_have_text("孙丽")
    await expect(street).to_contain_text("小助手私下和孙丽说的话在这里。")


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (390, "en"), (360, "en")])
async def test_on_a_phone_the_whole_clock_is_there_and_the_street_is_a_tab_away(
    opens: Opens, width: int, language: str
) -> None:
    visitor = await opens(f"?lang={language}", width=width, height=780, has_touch=True)
    await visitor.page.locator(".leap").tap()
    await expect(visitor.page.locator(".news .when")).to_be_visible()
    await visitor.page.locator(".more").tap()
    speeds = [f".speeds button >> nth={index}" for index in range(4)]
    for part in (*speeds, ".face", ".leap", ".theme", ".language", ".news"):
        box = await visitor.page.locator(part).bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= width) == (True, True), (part, box)
    await visitor.page.locator(".more").tap()
    await visitor.page.locator(".tabs button", has_text=re.compile("街道群|Street")).tap()
    await expect(visitor.pane("street").locator("h2")).to_be_in_viewport()
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == width

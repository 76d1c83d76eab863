"""The page's manners: a theme of one's own, everything by keyboard, little room, less motion; what axe says of it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.demo.day import DAY
from tests.browser.visitor import CHROMIUM, Opens, Visitor
from tests.sandbox.sandbox_town import eventually

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]

PACE = 0.05
LIGHT, DARK = "rgb(236, 234, 227)", "rgb(14, 18, 16)"  # --paper
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


async def has_paper(page: Page, colour: str) -> None:
    await expect(page.locator("body")).to_have_css("background-color", colour)


async def complaints(page: Page) -> list[str]:
    """What axe finds wrong, a line each; once nothing moves any more, for what is fading in has no contrast yet."""
    await page.evaluate(
        """async () => {
            for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
            await Promise.all(document.getAnimations()
                .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
                .map((one) => one.finished.catch(() => {})));
        }"""
    )
    found: list[dict[str, Any]] = (await Axe().run(page)).response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:120]}" for one in found for node in one["nodes"]]


async def complaints_by_day_and_night(visitor: Visitor) -> list[str]:
    """In either theme."""
    found = []
    for theme in ("light", "dark"):
        await visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # a Literal of these two
        found += [f"{theme}: {line}" for line in await complaints(visitor.page)]
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_axe_has_nothing_to_say(opens: Opens, size: str) -> None:
    """In both languages and themes: before the day and at its end, while one looks back, and with everything open."""
    width, height = SIZES[size]
    room = {"width": width, "height": height, "has_touch": size == "phone"}
    chinese, english = await opens("?lang=zh", **room), await opens("?lang=en", **room)
    for visitor in (chinese, english):
        assert await complaints_by_day_and_night(visitor) == []
    await english.page.close()
    await chinese.page.locator(".watch").click()
    await expect(chinese.page.locator("body")).to_have_attribute("data-day", "ended", timeout=90_000)
    assert await complaints_by_day_and_night(chinese) == []

    english = await opens("?lang=en", **room)
    await english.page.get_by_role("slider").focus()
    await english.page.keyboard.press("PageDown")
    await expect(english.page.locator("body")).to_have_attribute("data-past", "")
    assert await complaints_by_day_and_night(english) == []

    await chinese.pane("courier").locator(".attach").click()
    if size == "phone":
        await chinese.page.locator(".more").click()
    assert await complaints_by_day_and_night(chinese) == []
    await chinese.page.keyboard.press("Escape")
    await _opened(english, ".knows-open", size)
    assert await complaints_by_day_and_night(english) == []
    await english.page.keyboard.press("Escape")
    await _opened(chinese, ".faults-open", size)
    assert await complaints_by_day_and_night(chinese) == []


async def _opened(visitor: Visitor, name: str, size: str) -> None:
    """The panel or the sheet behind this button, which on a phone is itself behind another."""
    button = visitor.page.locator(name)
    if size == "phone" and not await button.is_visible():
        await visitor.page.locator(".more").click()
    await button.click()
    await expect(button).to_have_attribute("aria-expanded", "true")


async def test_axe_would_say_so(opens: Opens) -> None:
    visitor = await opens()
    await visitor.page.evaluate("document.querySelector('.theme').removeAttribute('aria-label')")
    await visitor.page.evaluate("document.querySelector('.theme').removeAttribute('title')")
    assert ["button-name" in line for line in await complaints(visitor.page)] == [True]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_name_in_a_group_can_be_read(opens: Opens, theme: str) -> None:
    """Whoever writes there: his colour has the 4.5:1 against the bubble that WCAG asks of small words."""
    visitor = await opens(color_scheme=theme)
    await expect(visitor.pane("grid").locator(".log")).to_be_visible()
    ratios: dict[str, float] = await visitor.page.evaluate(
        """async () => {
            const { colourOf } = await import(new URL("dom.js", document.querySelector("script[src$='app.js']").src));
            const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
            const light = (colour) => {
                brush.fillStyle = colour;
                brush.fillRect(0, 0, 1, 1);
                const linear = (one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
                const [r, g, b] = [...brush.getImageData(0, 0, 1, 1).data].map((one) => linear(one / 255));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const bubble = document.createElement("div"), name = document.createElement("div");
            bubble.className = "bubble";
            name.className = "name";
            bubble.append(name);
            document.querySelector("[data-pane=grid] .log").append(bubble);
            const found = {};
            for (let id = 0; id < 12; id += 1) {
                name.style.setProperty("--who", colourOf(id));
                const both = [light(getComputedStyle(name).color), light(getComputedStyle(bubble).backgroundColor)];
                found[colourOf(id)] = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
            }
            bubble.remove();
            return found;
        }"""
    )
    assert len(ratios) >= 6
    assert [colour for colour, ratio in ratios.items() if ratio < 4.5] == [], ratios


async def test_the_theme_follows_the_system_until_one_chooses_and_the_choice_is_remembered(opens: Opens) -> None:
    visitor = await opens(color_scheme="light")
    page = visitor.page
    await has_paper(page, LIGHT)
    await page.get_by_role("button", name="换成深色").click()
    await has_paper(page, DARK)
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    await has_paper(page, DARK)
    await page.get_by_role("button", name="换成浅色").click()
    await has_paper(page, LIGHT)
    await page.emulate_media(color_scheme="dark")  # nothing is chosen any more: the system is followed again
    await has_paper(page, DARK)
    await expect(page.locator(".theme")).to_have_attribute("aria-label", "换成浅色")


async def test_the_language_is_switched_by_keyboard_which_keeps_its_place(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    page = visitor.page
    await page.get_by_role("button", name="English").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator(".watch")).to_have_attribute("aria-label", "Watch a day")
    await expect(page.get_by_role("button", name="中文")).to_be_focused()


async def test_the_first_key_skips_the_bar_and_arrows_go_from_message_to_message(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    page = visitor.page
    await page.keyboard.press("Tab")
    await expect(page.locator("#skip")).to_be_focused()
    await expect(page.locator("#skip")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('.pane').dataset.pane") == "courier"

    elder = visitor.pane("elder")
    await elder.locator(".log").focus()
    await page.keyboard.press("ArrowUp")
    rows = elder.locator(".row[tabindex]")
    await expect(rows.last).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(rows.nth(-2)).to_be_focused()
    await page.keyboard.press("Tab")  # what can be done with that message
    await expect(rows.nth(-2).locator(":focus")).to_have_count(1)
    await expect(rows.nth(-2).locator(".reply-to")).to_be_visible()


async def test_what_is_open_is_closed_by_escape_and_the_keyboard_is_where_it_was(opens: Opens) -> None:
    visitor = await opens(width=390, height=844)
    page, courier = visitor.page, visitor.pane("courier")
    attach = courier.locator(".attach")
    await attach.click()
    await expect(courier.locator(".menu")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(courier.locator(".menu")).to_be_hidden()
    await expect(attach).to_be_focused()

    more = page.locator(".more")
    await more.click()
    await expect(more).to_have_attribute("aria-expanded", "true")
    await expect(page.locator(".theme")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Escape")
    await expect(page.locator(".theme")).to_be_hidden()
    await expect(more).to_be_focused()
    await more.click()
    await courier.locator(".log").click(position={"x": 20, "y": 400})
    await expect(page.locator(".theme")).to_be_hidden()


async def test_with_less_motion_nothing_glides(opens: Opens) -> None:
    visitor = await opens(width=390, height=844)
    page = visitor.page
    await page.evaluate(
        "document.getElementById('strip').addEventListener('scroll', () => { window.stops = (window.stops ?? 0) + 1; })"
    )
    await page.locator(".tabs button").last.click()
    await expect(visitor.pane("street").locator("h2")).to_be_in_viewport()
    await eventually_still(visitor)
    assert await page.evaluate("window.stops") <= 2
    for part in (".pane", ".thumb", ".watch"):
        took = await page.locator(part).first.evaluate("one => parseFloat(getComputedStyle(one).transitionDuration)")
        assert took < 0.001, part


async def eventually_still(visitor: Visitor) -> None:
    """Two pictures in a row are alike."""
    await visitor.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_sticks_out_or_is_cut_off(opens: Opens, language: str) -> None:
    """At every size, with the longest sentence of the day and a note below it."""
    visitor = await opens(f"?lang={language}")
    page = visitor.page
    await page.locator(".watch").click()
    await eventually(lambda: visitor.show.player.scene >= 3, 60)
    await page.locator(".watch").click()
    await expect(page.locator("#day .note")).to_be_visible()
    longest = max((scene.zh if language == "zh" else scene.en for scene in DAY), key=len)
    await page.locator("#day .words").evaluate("(one, words) => { one.textContent = words; }", longest)
    for width, height in ((1600, 900), (1280, 800), (1024, 768), (390, 844), (360, 740)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        for part in (".bar", "#day", "#day .words", "#day .stop", ".rail", "#tools", ".face", ".leap"):
            box = await page.locator(part).bounding_box()
            assert box is not None, part
            assert box["x"] >= 0, (part, width)
            assert box["x"] + box["width"] <= width + 0.5, (part, width)
        cut = await page.evaluate(
            "[...document.querySelectorAll('.bar button, #day .words, .face, .tabs button')]"
            ".filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map(one => one.className)"
        )
        assert cut == [], width
        composer = await visitor.pane("courier").locator(".composer").bounding_box()
        assert composer is not None
        assert composer["y"] + composer["height"] <= height, width

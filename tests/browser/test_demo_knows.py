"""The panel "what the bot knows" and the fault switch in a real browser: every control, by mouse and by keyboard."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Locator, expect

from bot.demo.neighbours import DAUGHTER, GRANNY_LIU, GRANNY_WANG, SON, STAFF
from tests.browser.visitor import CHROMIUM, Opens, Visitor
from tests.sandbox.sandbox_town import eventually

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]

ROSTER = (*STAFF, GRANNY_WANG, GRANNY_LIU, SON, DAUGHTER)
A_WHILE = 30_000  # ms: for a bot that starts, or finds its way back to the network, on a busy machine


def panel(visitor: Visitor) -> Locator:
    return visitor.page.locator("#knows")


def fault(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator("#faults").get_by_role("button", name=re.compile(name))


async def cries(visitor: Visitor) -> None:
    visitor.show.town.world.phones[GRANNY_LIU.id].tap_reply_key("🆘 需要帮助")


async def test_it_says_in_plain_words_what_the_bot_knows_and_follows(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    await expect(panel(visitor)).to_be_hidden()
    await visitor.page.get_by_role("button", name="它知道什么").click()
    await expect(panel(visitor)).to_be_visible()
    await expect(panel(visitor)).to_contain_text("没有等人办的事。")
    row = panel(visitor).get_by_role("table", name="今天的平安").get_by_role("row", name=re.compile("王奶奶 3号楼"))
    await expect(row).to_contain_text("还没到点")
    await expect(row).to_contain_text("08:00 问早安")
    await visitor.page.locator(".leap").click()
    await expect(row).to_contain_text("08:00 问的")
    await expect(row).to_contain_text("08:30 再问一次")
    await cries(visitor)
    item = panel(visitor).locator("[data-item='1']")
    await expect(item).to_contain_text("🔴 #1 紧急求助")
    await expect(item).to_contain_text(re.compile(r"刘奶奶 6号楼.*还没人接"))
    await expect(item).to_contain_text(re.compile(r"\d\d:\d\d 上报社区"))
    await expect(panel(visitor).get_by_role("heading", name="发件箱")).to_be_visible()
    await expect(panel(visitor)).to_contain_text(re.compile(r"今天发了 \d+ · 在等 0 · 在路上 0"))


async def test_it_is_opened_and_folded_by_keyboard_and_stays_as_it_was_left(opens: Opens) -> None:
    visitor = await opens("?lang=en", width=1280, height=800)
    button = visitor.page.locator(".knows-open")
    await button.focus()
    await visitor.page.keyboard.press("Enter")
    await expect(panel(visitor)).to_be_visible()
    await expect(button).to_have_attribute("aria-expanded", "true")
    await expect(panel(visitor)).to_contain_text("08:00 say good morning")
    await visitor.page.reload()
    await expect(panel(visitor)).to_be_visible()
    close = panel(visitor).get_by_role("button", name="Fold away")
    await close.focus()
    await visitor.page.keyboard.press("Escape")
    await expect(panel(visitor)).to_be_hidden()
    await expect(button).to_be_focused()
    await button.click()
    await close.click()
    await expect(panel(visitor)).to_be_hidden()


async def test_all_that_comes_is_there_for_who_asks(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    for word in ("路灯坏了", "楼道堵了", "井盖坏了"):
        visitor.show.town.world.phones[STAFF[0].id].send_text(word)
        await visitor.show.time.settle()
        visitor.show.clock.jump_to(visitor.show.clock.now() + timedelta(minutes=4))  # each goes out for itself
    await cries(visitor)
    await visitor.page.locator(".knows-open").click()
    more = panel(visitor).get_by_role("button", name=re.compile(r"还有 \d+ 条"))
    await more.click()
    fewer = panel(visitor).get_by_role("button", name="收起", exact=True).last
    await expect(fewer).to_be_focused()
    assert await panel(visitor).locator(".due li").count() > 8
    await fewer.click()
    await expect(panel(visitor).locator(".due li")).to_have_count(8)


async def test_the_bot_is_killed_and_started_again_and_goes_on(opens: Opens) -> None:
    visitor, other = await opens(width=1280, height=800), await opens("?lang=en", width=390, height=844)
    await cries(visitor)
    await visitor.sees("grid", "紧急求助")
    await visitor.page.locator(".faults-open").click()
    power = fault(visitor, "断电")
    await expect(power).to_have_attribute("aria-pressed", "false")
    await power.click()
    await expect(power).to_have_attribute("aria-pressed", "true")
    await expect(visitor.page.locator(".fault-banner")).to_contain_text("小助手停了。事情都在库里")
    await expect(other.page.locator(".fault-banner")).to_contain_text("The bot is dead.")
    assert not visitor.show.alive
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.page.locator(".faults-open")).to_be_focused()
    await visitor.page.locator(".leap").click()
    await expect(visitor.page.locator(".news")).to_have_text("小助手现在没在运行")
    assert [words for words in visitor.wrong if "409" not in words] == []
    visitor.wrong.clear()  # the browser says that the leap was refused, as it should be
    await visitor.page.locator(".faults-open").click()
    await power.click()
    await expect(power).to_have_attribute("aria-pressed", "false", timeout=A_WHILE)
    await expect(visitor.page.locator(".fault-banner")).to_be_empty(timeout=A_WHILE)
    assert visitor.show.alive
    await visitor.page.keyboard.press("Escape")
    for _ in range(12):
        if await visitor.pane("community").locator(".row", has_text="刘奶奶").count():
            break
        await visitor.page.locator(".leap").click()
        await expect(visitor.page.locator(".leap")).to_have_attribute("aria-disabled", "false", timeout=A_WHILE)
    await visitor.sees("community", "刘奶奶")


async def test_the_network_goes_and_comes_back(opens: Opens) -> None:
    visitor = await opens("?lang=en", width=1280, height=800)
    await visitor.page.locator(".faults-open").focus()
    await visitor.page.keyboard.press("Enter")
    await visitor.page.keyboard.press("Tab")
    line = fault(visitor, "Network")
    await expect(line).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    await expect(line).to_have_attribute("aria-pressed", "true")
    await expect(line).to_be_focused()
    await expect(visitor.page.locator(".fault-banner")).to_contain_text("nobody's silence")
    await cries(visitor)
    await eventually(lambda: visitor.show.bot.catch_up.deaf)
    assert not await visitor.pane("grid").locator(".row", has_text="紧急求助").count()
    await visitor.page.keyboard.press("Enter")
    await expect(line).to_have_attribute("aria-pressed", "false", timeout=A_WHILE)
    await visitor.sees("grid", "紧急求助")
    await expect(visitor.page.locator(".fault-banner")).to_be_empty(timeout=A_WHILE)


async def test_a_phone_is_blocked_and_its_pane_says_so(opens: Opens) -> None:
    visitor = await opens(width=1280, height=800)
    await visitor.page.locator(".faults-open").click()
    await fault(visitor, "王奶奶").click()
    await expect(fault(visitor, "王奶奶")).to_have_attribute("aria-pressed", "true")
    await expect(visitor.pane("elder").get_by_role("img", name="收不到")).to_be_visible()
    await expect(visitor.page.locator(".fault-banner")).to_contain_text("王奶奶的手机收不到小助手的消息")
    await visitor.page.locator("h2", has_text="小马").click()  # elsewhere: the sheet goes
    await expect(visitor.page.locator(".faults-sheet")).to_be_hidden()
    await visitor.page.locator(".faults-open").click()
    await fault(visitor, "王奶奶").click()
    await expect(visitor.pane("elder").get_by_role("img", name="收不到")).to_have_count(0)
    assert not visitor.show.town.world.phones[GRANNY_WANG.id].blocked


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_on_a_phone_all_of_it_is_there(opens: Opens, language: str) -> None:
    visitor = await opens(f"?lang={language}", width=390, height=844, has_touch=True)
    await visitor.page.locator(".more").tap()
    await visitor.page.locator(".knows-open").tap()
    box = await panel(visitor).bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True), box
    assert await panel(visitor).evaluate("one => one.scrollWidth <= one.clientWidth")
    await panel(visitor).locator(".knows-head button").tap()
    if not await visitor.page.locator(".faults-open").is_visible():
        await visitor.page.locator(".more").tap()
    await visitor.page.locator(".faults-open").tap()
    for name in ("line", "power"):
        await expect(visitor.page.locator(f"[data-fault={name}]")).to_be_in_viewport()
    box = await visitor.page.locator(".faults-sheet").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True), box
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == 390

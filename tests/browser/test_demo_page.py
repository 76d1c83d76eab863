"""The demo's page in a real browser: a report goes all its way by clicks alone, and nothing goes wrong beneath."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import expect

from bot.demo.neighbours import STAFF
from tests.browser.visitor import CHROMIUM, Opens

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]

ROSTER = STAFF  # nobody is greeted meanwhile


async def test_a_photo_becomes_a_card_is_settled_with_a_proof_and_the_courier_hears_so(opens: Opens) -> None:
    visitor = await opens(reduced_motion="no-preference")  # as most people have it
    courier, grid = visitor.pane("courier"), visitor.pane("grid")
    await courier.locator(".hint .primary").click()
    await visitor.sees("courier", "已收到 📷 #1")
    await visitor.presses("courier", "公共设施")
    await courier.locator(".key", has_text="发送我的位置").click()
    await visitor.page.locator(".places button", has_text="快递驿站").click()
    await visitor.page.locator(".map-send").click()
    await expect(courier.locator(".mini-map .marker")).to_be_visible()
    await expect(courier.locator(".keys")).to_be_hidden()

    card = await visitor.sees("grid", "#1")
    await expect(card).to_contain_text("第三网格")
    await expect(card.locator(".photo img")).to_be_visible()
    await visitor.presses("grid", "🙋 我来处理")
    await visitor.hears("grid", "#1 归您了")
    await expect(card).to_contain_text("李娟 处理中")
    await expect(card.locator(".edited")).to_be_visible()
    await expect(courier).to_contain_text("李娟在处理")

    await visitor.presses("grid", "✅ 办结")
    await visitor.sees("grid", "请发处理后的照片或说明")
    await visitor.sends_sample("grid", "新井盖")
    await expect(card).to_contain_text("✅ 已办结：李娟")
    await expect(grid).not_to_contain_text("请发处理后的照片或说明")  # the question is deleted

    await visitor.page.locator(".speeds button", has_text=re.compile("^60×$")).click()
    end = await visitor.sees("courier", "已办结 ✅ 李娟处理好了")
    await expect(end.locator(".photo img")).to_be_visible()
    await visitor.presses("courier", "👍 满意")
    await visitor.hears("courier", "谢谢您")
    await expect(visitor.page.locator("#guide")).to_contain_text("小马收到了结果和照片")


async def test_of_two_who_claim_at_once_one_hears_who_has_it(opens: Opens) -> None:
    li, zhao = await opens(), await opens()
    await li.reports_manhole()
    await zhao.pane("grid").locator(".switch button", has_text="赵敏").click()
    await zhao.sees("grid", "#1")
    li.show.town.world.faults.latency = 0.4  # seconds, so that both press before the card has changed
    await asyncio.gather(li.presses("grid", "🙋 我来处理"), zhao.presses("grid", "🙋 我来处理"))
    taken = re.compile("已由 (李娟|赵敏) 认领")
    for one in (li, zhao):
        await expect(one.pane("grid").locator(".toast")).to_be_visible()
    li.show.town.world.faults.latency = 0
    toasts = [await one.pane("grid").locator(".toast").first.inner_text() for one in (li, zhao)]
    assert sorted(bool(taken.fullmatch(toast)) for toast in toasts) == [False, True], toasts
    assert sum("归您了" in toast for toast in toasts) == 1, toasts


async def test_photos_of_ones_own_are_staged_sent_as_an_album_and_can_be_replied_to(
    opens: Opens, tmp_path: Path
) -> None:
    visitor = await opens()
    courier = visitor.pane("courier")
    files = [_photo(tmp_path / f"{name}.jpg", name) for name in ("red", "blue")]
    await courier.locator("input[type=file]").set_input_files(files)
    await expect(courier.locator(".chip")).to_have_count(2)
    await courier.locator("textarea").fill("3号楼楼道堵了")
    await courier.locator("textarea").press("Enter")
    await expect(courier.locator(".gallery.of-2 img")).to_have_count(2)
    await visitor.sees("courier", "已收到 📷×2 #1")
    sizes = await courier.locator(".gallery img").evaluate_all(
        "all => all.map(one => one.complete && one.naturalWidth)"
    )
    assert sizes == [800, 800]  # the size Telegram has for a bubble

    question = await visitor.sees("courier", "这是什么问题")
    await question.hover()
    await question.locator(".reply-to").click()
    await expect(courier.locator(".replying")).to_contain_text("GridCare")
    await courier.locator("textarea").press("Escape")
    await expect(courier.locator(".replying")).to_be_hidden()


async def test_a_file_that_is_no_photo_is_refused_kindly_and_nothing_is_lost(opens: Opens, tmp_path: Path) -> None:
    visitor = await opens()
    courier = visitor.pane("courier")
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(b"not a picture")
    await courier.locator("input[type=file]").set_input_files(fake)
    await courier.locator("textarea").fill("说明")
    await courier.locator(".send").click()
    await visitor.hears("courier", "这个文件不是照片")
    await expect(courier.locator("textarea")).to_have_value("说明")
    await expect(courier.locator(".chip")).to_have_count(1)
    assert [one for one in visitor.wrong if "422" not in one] == []  # the browser notes the refused request
    visitor.wrong.clear()


async def test_a_point_of_the_map_a_key_of_the_keyboard_and_english_all_on_a_phone(opens: Opens) -> None:
    visitor = await opens("?lang=en", width=390, height=844, color_scheme="dark", has_touch=True)
    courier = visitor.pane("courier")
    await expect(courier).to_contain_text("Tap a sample photo and see what happens")
    await courier.locator(".hint .primary").tap()
    await visitor.presses("courier", "公共设施")
    await courier.locator(".key", has_text="发送我的位置").tap()
    await visitor.page.locator(".places button", has_text="6号楼").tap()
    await visitor.page.locator(".map-scroll svg").press("ArrowLeft")
    await expect(visitor.page.locator(".chosen")).to_have_text("A point on the map")
    await visitor.page.locator(".map-send").tap()
    await expect(courier.locator(".mini-map")).to_be_visible()
    tab = visitor.page.locator(".tabs button", has_text="Grid")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.tap()
    await expect(tab.locator(".badge")).to_be_hidden()
    await expect(visitor.pane("grid").locator(".inline", has_text="我来处理")).to_be_in_viewport()
    wide = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390, "nothing sticks out sideways"


async def test_a_page_opened_late_shows_what_happened_and_one_that_lost_the_line_catches_up(opens: Opens) -> None:
    visitor = await opens()
    await visitor.reports_manhole()
    await visitor.page.context.set_offline(True)
    late = await opens()
    await expect(late.pane("courier").locator(".hint")).to_have_count(0)
    await late.presses("grid", "🙋 我来处理")
    await late.sees("grid", "李娟 处理中")
    await visitor.page.context.set_offline(False)
    await visitor.sees("grid", "李娟 处理中")
    visitor.wrong = [one for one in visitor.wrong if "ERR_INTERNET_DISCONNECTED" not in one]


def _photo(path: Path, colour: str) -> Path:
    out = io.BytesIO()
    picture = Image.new("RGB", (900, 700), colour)
    ImageDraw.Draw(picture).ellipse((200, 200, 500, 500), fill="white")
    picture.save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path

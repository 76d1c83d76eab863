"""What the browser tests share: Chromium, a demo that runs, and visitors of its page whom nothing may go wrong for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.demo.day import DAY
from bot.demo.neighbours import PEOPLE
from bot.demo.stage import Demo, demo
from tests.browser.visitor import CHROMIUM, Opens, Visitor

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def opens(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Opens]:
    """Opens the page of one running demo; at the end no page may have complained.

    A test module may name its own ROSTER, the SCRIPT of the day that is played, and its PACE.
    """
    visitors: list[Visitor] = []
    people, pace = getattr(request.module, "ROSTER", PEOPLE), getattr(request.module, "PACE", 1.0)
    script = getattr(request.module, "SCRIPT", DAY)
    async with demo(port=0, people=people, pace=pace, day=script) as show:

        async def open_page(query: str = "", width: int = 1600, height: int = 900, **context: object) -> Visitor:
            # What glides is drawn sixty times a second by the very processor that everything else here waits for.
            room = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"} | context
            page = await browser.new_page(**room)
            visitor = Visitor(page, show)
            visitors.append(visitor)
            page.on(
                "console", lambda said: visitor.wrong.append(said.text) if said.type in ("error", "warning") else None
            )
            page.on("pageerror", lambda error: visitor.wrong.append(str(error)))
            page.on("request", lambda one: visitor.wrong.append(one.url) if not _is_ours(one.url, show) else None)
            await page.goto(show.url + query)
            await page.wait_for_selector("body[data-ready]")
            return visitor

        yield open_page
        for visitor in visitors:
            await visitor.page.close()
    assert [visitor.wrong for visitor in visitors] == [[]] * len(visitors)


def _is_ours(url: str, show: Demo) -> bool:
    return url.startswith((show.url, "data:", "blob:"))

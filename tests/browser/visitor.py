"""Somebody in front of the demo's page, in Chromium."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

from bot.demo.stage import Demo

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Visitor:
    """Somebody in front of the page. `wrong` is what the browser complained of."""

    page: Page
    show: Demo
    wrong: list[str] = field(default_factory=list)

    def pane(self, name: str) -> Locator:
        return self.page.locator(f'[data-pane="{name}"]')

    async def sees(self, pane: str, words: str) -> Locator:
        """A message with these words in a pane, the newest."""
        row = self.pane(pane).locator(".row", has_text=words).last
        await expect(row).to_be_visible()
        return row

    async def presses(self, pane: str, label: str) -> None:
        await self.pane(pane).locator(".inline", has_text=label).last.click()

    async def hears(self, pane: str, words: str | re.Pattern[str]) -> None:
        """A toast."""
        await expect(self.pane(pane).locator(".toast", has_text=words)).to_be_visible()

    async def sends_sample(self, pane: str, title: str) -> None:
        await self.pane(pane).locator(".attach").click()
        await self.pane(pane).locator(".menu .sample", has_text=title).click()
        await self.pane(pane).locator(".send").click()

    async def reports_manhole(self) -> None:
        """From the first tap to the card in the group, as the hint leads."""
        await self.pane("courier").locator(".hint .primary").click()
        await self.presses("courier", "公共设施")
        await self.pane("courier").locator(".key", has_text="第三网格").click()
        await self.sees("grid", "#1")


Opens = Callable[..., Awaitable[Visitor]]
"""Opens the page, with a query, a width and a height, and whatever else Playwright's contexts know."""

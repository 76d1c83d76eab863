#!/usr/bin/env python3
"""Makes docs/images/: the phones of the guides in both languages, and the animation of the README, from the real demo.

make pictures                                  # all of them
scripts/pictures.py phones-zh phones-en        # only these (also day-zh, day-en)

A small day of our own is played in the demo's town, and Chromium takes a picture of a phone where the script says so.
Only roles, labels and sentences are looked for, never how the page is built; what is not found ends the script.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import sys
from collections.abc import Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PIL import Image, ImageChops
from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from bot.demo.day import DAY, OPENS, Scene
from bot.demo.deeds import Deed, Photo, Press, Say, Sticker, Tap
from bot.demo.neighbours import (
    GRANDPA_LI,
    GRANDPA_LI_THE_ELDER,
    GRANDPA_ZHANG,
    GRANNY_CHEN,
    GRANNY_LIU,
    GRANNY_WANG,
    GRANNY_ZHAO,
    LI,
    MA,
    PEOPLE,
    WANG,
    ZHAO,
    Neighbour,
)
from bot.demo.stage import Demo, demo
from bot.demo.town import GRID_CHAT
from care.locale import say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.world import CallbackQuery

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LANGUAGES = ("zh", "en")
WIDTH = 344  # CSS pixels of a phone: printed 58 mm wide, its words are still read
SCALE = 2  # device pixels for each, for paper
QUALITY = 78
TRIES = 3  # for a picture
FILM = (1280, 760)  # CSS pixels of the page in the animation
FILM_PACE = 0.5  # of the played day: the browser has to take its pictures meanwhile
FILM_SHOWN = 1000  # pixels of its width in the file
FILM_SCENES = (  # when the scenes begin that are in it: twenty seconds, and each is read
    time(8, 0), time(8, 3), time(8, 30), time(8, 45), time(9, 5), time(9, 6), time(9, 30), time(9, 33), time(9, 52),
    time(9, 53), time(11, 0), time(11, 1), time(20, 0),
)  # fmt: skip
FILM_MOVES, FILM_STAYS = 280, 1000  # ms: of what happens in a scene, and of how it ends

TO_THE_NEWEST = "pane => pane.querySelectorAll('*').forEach(one => { one.scrollTop = one.scrollHeight; })"

# How a phone is called on the page, in either language; of two that could be meant the first is.
PHONES = {
    "courier": re.compile("小马"),
    "elder": re.compile("王奶奶"),
    "family": re.compile("李强"),
    "grid": re.compile("第三网格|Third grid"),
    "worker": re.compile("李娟"),
    "community": re.compile("海关社区|Community"),
}


# --- the browser ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The Chromium that CHROMIUM names."""
    path = os.environ.get("CHROMIUM")
    if not path:
        sys.exit("CHROMIUM=$(scripts/chromium) is needed: the path of a Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


class Camera:
    """Takes pictures of phones: each on a page opened for it, so that it shows the newest, and nothing of the last."""

    def __init__(self, browser: Browser, language: str) -> None:
        self.browser, self.language = browser, language
        self.url = ""

    async def take(self, phone: str, height: int, switch: str) -> Image.Image:
        """One phone, `height` CSS pixels high; `switch`: what is chosen on it first, by a word of its label."""
        for _ in range(TRIES - 1):
            with suppress(PlaywrightError):  # the page has laid itself out anew meanwhile
                return await self._take(phone, height, switch)
        return await self._take(phone, height, switch)

    async def _take(self, phone: str, height: int, switch: str) -> Image.Image:
        size = {"width": WIDTH, "height": height + 120}
        page = await self.browser.new_page(viewport=size, device_scale_factor=SCALE, reduced_motion="reduce")  # type: ignore[arg-type]
        try:
            await page.goto(f"{self.url}?lang={self.language}")
            pane = page.get_by_role("region", name=PHONES[phone]).first
            await expect(pane).to_be_visible()
            await fit(page, pane, height)
            if switch:
                await pane.get_by_role("button", name=switch).first.click()
            await pane.scroll_into_view_if_needed()
            await loaded(page)
            await pane.evaluate(TO_THE_NEWEST)
            return Image.open(io.BytesIO(await pane.screenshot(animations="disabled"))).convert("RGB")
        finally:
            await page.close()


async def fit(page: Page, pane: Locator, height: int) -> None:
    """Make the window as high as this phone needs it, whatever else is on the page."""
    box = await pane.bounding_box()
    size = page.viewport_size
    if box is not None and size is not None:
        await page.set_viewport_size({"width": size["width"], "height": size["height"] + height - round(box["height"])})


async def loaded(page: Page) -> None:
    """Until every picture on it is there, and what moves has come to rest."""
    await page.wait_for_function("[...document.images].every(one => one.complete)")
    await page.wait_for_timeout(400)


def save(picture: Image.Image, path: Path) -> None:
    """As WebP: sharp words in little room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "WEBP", quality=QUALITY, method=6)
    print(f"{path.relative_to(IMAGES.parent.parent)}  {path.stat().st_size // 1024} kB")  # noqa: T201


# --- the phones ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Take(Deed):
    """Not somebody's deed but ours: a picture of a phone as it is now."""

    name: str = ""
    phone: str = ""
    height: int = 560
    switch: str = ""
    camera: ClassVar[Camera]

    async def _do(self, phone: object) -> CallbackQuery | None:
        del phone
        picture = await self.camera.take(self.phone, self.height, self.switch)
        save(picture, IMAGES / self.camera.language / f"{self.name}.webp")
        return None


def shot(name: str, phone: str, height: int = 560, switch: str = "") -> Take:
    """A picture of that name."""
    return Take(WANG, name=name, phone=phone, height=height, switch=switch)


def our_day(language: str) -> Sequence[Scene]:
    """What happens in the pictures. A button is named by its label in that language, from the catalogues."""

    def label(key: str) -> str:
        return say(language, key)

    def press(who: Neighbour, key: str, chat: int | None = None, on: str = "") -> Press:
        return Press(who, chat, label=label(key), on=on)

    def well(who: Neighbour) -> Press:
        return press(who, "key.well")

    report, cry = label("kind.report"), label("kind.sos")
    granny = say(language, "title.granny", surname="王")
    private = "私聊" if language == "zh" else "DM"
    return (
        at(OPENS, Sticker(GRANDPA_ZHANG)),
        at(time(8, 0), shot("elder-asked", "elder", 520)),
        at(time(8, 3), *(well(one) for one in (GRANNY_LIU, GRANNY_ZHAO, GRANDPA_LI_THE_ELDER, GRANNY_CHEN))),
        at(time(8, 4), shot("elder-answered", "elder", 520, "刘奶奶")),
        at(time(8, 45), shot("family-asked", "family", 500)),
        at(time(9, 5), Photo(MA, sample="manhole"), shot("courier-what", "courier", 610)),
        at(time(9, 6), press(MA, "category.facility"), shot("courier-where", "courier", 610)),
        at(time(9, 6, 10), Tap(MA, label=label("key.location")), shot("worker-card", "grid", 620)),
        at(time(9, 12), press(ZHAO, "button.claim", GRID_CHAT, report)),
        at(time(9, 30), shot("worker-list", "grid", 430)),
        at(time(9, 33), Press(LI, GRID_CHAT, label=f"🙋 {granny}"), shot("worker-sheet", "worker", 760)),
        at(time(9, 40), Say(GRANDPA_LI, text="刚才在公园下棋，没听见" if language == "zh" else "I was playing chess")),
        at(time(9, 52), press(LI, "outcome.seen")),
        at(time(9, 53), shot("family-end", "family", 470)),
        at(time(10, 0), shot("coordinator-morning", "community", 430, private)),
        at(
            time(10, 18),
            press(ZHAO, "button.done", GRID_CHAT, report),
            Photo(ZHAO, GRID_CHAT, sample="manhole_done", to=say(language, "ask.proof", name=ZHAO.name, number=1)),
        ),
        at(time(10, 20), shot("courier-end", "courier", 610)),
        at(time(11, 0), Tap(GRANNY_WANG, label=label("key.cry")), shot("elder-calling", "elder", 600)),
        at(time(11, 0, 20), shot("worker-cry", "grid", 470), shot("family-cry", "family", 520)),
        at(time(11, 1), press(ZHAO, "button.claim", GRID_CHAT, cry)),
        at(time(11, 1, 10), shot("elder-coming", "elder", 600)),
        at(time(11, 9), press(ZHAO, "outcome.seen")),
        at(time(11, 30), Say(WANG, GRID_CHAT, text="/bind"), shot("coordinator-bind", "grid", 430)),
    )


def at(when: time, *deeds: Deed) -> Scene:
    """A moment of it."""
    return Scene(when, (), "", "", deeds)


async def phones(language: str) -> None:
    """Every phone of the guides in that language."""
    os.environ["GRIDCARE_COMMUNITY__LANGUAGE"] = language  # the environment wins over the demo's config
    async with chromium() as browser, demo(port=0, pace=0, people=PEOPLE, day=our_day(language)) as show:
        Take.camera = Camera(browser, language)
        Take.camera.url = show.url
        show.player.play()
        await show.player.finished()
        missing = [f"{at_scene(show, one.scene)}: {one.why}" for one in show.player.left_out]
    if missing:
        sys.exit("not found in the demo:\n" + "\n".join(missing))


def at_scene(show: Demo, number: int) -> str:
    """When that scene plays."""
    return show.player.scenes[number].at.isoformat()


# --- the animation -------------------------------------------------------------------------------------------------


async def film(language: str) -> None:
    """▶ 看一天, the scenes of FILM_SCENES: for each what happens in it, and how it ends."""
    os.environ["GRIDCARE_COMMUNITY__LANGUAGE"] = "zh"
    seen: dict[int, list[Image.Image]] = {}
    async with chromium() as browser, demo(port=0, pace=FILM_PACE) as show:
        page = await browser.new_page(viewport={"width": FILM[0], "height": FILM[1]})
        await page.goto(f"{show.url}?lang={language}")
        await page.get_by_role("button", name=re.compile("看一天|Watch a day")).click()
        playing = asyncio.create_task(_until_played(show))
        while not playing.done():
            number = show.player.scene
            picture = Image.open(io.BytesIO(await page.screenshot(type="jpeg", quality=92))).convert("RGB")
            if show.player.scene == number:  # else it shows a bit of either
                seen.setdefault(number, []).append(picture)
        if show.player.left_out:
            sys.exit(f"the day was not played whole: {show.player.left_out}")
    frames, stays = cut(seen)
    path = IMAGES / f"day.{language}.webp"
    frames[0].save(
        path, "WEBP", save_all=True, append_images=frames[1:], duration=stays, loop=0, quality=60, method=6,
        minimize_size=False, kmin=3, kmax=9,
    )  # fmt: skip
    seconds = sum(stays) / 1000
    print(f"{path.name}  {path.stat().st_size // 1024} kB, {len(frames)} frames, {seconds:.1f} s")  # noqa: T201


async def _until_played(show: Demo) -> None:
    """Until the day has been played to its end."""
    while show.player.state not in ("ended", "idle"):  # noqa: ASYNC110 -- the page has begun it, not we
        await asyncio.sleep(0.1)


def cut(seen: dict[int, list[Image.Image]]) -> tuple[list[Image.Image], list[int]]:
    """Of each scene in the film what differs: at most two moments of it and its end; how long each stays, in ms."""
    frames: list[Image.Image] = []
    stays: list[int] = []
    for number, scene in enumerate(DAY):
        if scene.at not in FILM_SCENES or number not in seen:
            continue
        taken = seen[number]
        for picture in (taken[len(taken) // 3], taken[2 * len(taken) // 3], taken[-1]):
            small = picture.resize((FILM_SHOWN, FILM_SHOWN * FILM[1] // FILM[0]), Image.Resampling.LANCZOS)
            if frames and ImageChops.difference(frames[-1], small).getbbox() is None:
                continue
            frames.append(small)
            stays.append(FILM_MOVES)
        stays[-1] = FILM_STAYS
    return frames, stays


# --- all of it -----------------------------------------------------------------------------------------------------

MAKES = {f"phones-{one}": lambda one=one: phones(one) for one in LANGUAGES} | {
    f"day-{one}": lambda one=one: film(one) for one in LANGUAGES
}


def main(wanted: Sequence[str]) -> None:
    """Make what is asked for, or everything."""
    if unknown := set(wanted) - set(MAKES):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(MAKES)}")
    for name in wanted or MAKES:
        asyncio.run(MAKES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])

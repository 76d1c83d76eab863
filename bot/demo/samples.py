"""Sample photos for people without a camera at hand: four things a courier sees in passing, before and after.

Drawn when first asked for, so that no picture files travel with the code.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.demo import scenery
from bot.demo.scenery import HEIGHT, WIDTH, Pen

SMALL = 320  # pixels of a thumbnail's width

_SCENES: Mapping[str, Callable[[Pen], None]] = MappingProxyType(
    {
        "manhole": scenery.broken_manhole,
        "stairwell": scenery.blocked_stairwell,
        "lamp": scenery.dark_lamp,
        "flyers": scenery.pasted_flyers,
        "manhole_done": scenery.mended_manhole,
        "stairwell_done": scenery.clear_stairwell,
        "lamp_done": scenery.lit_lamp,
        "flyers_done": scenery.clean_wall,
    }
)


def names() -> tuple[str, ...]:
    """The samples in the order a page shows them: each thing broken, then mended (`..._done`)."""
    return tuple(_SCENES)


@lru_cache(maxsize=16)
def sample(name: str) -> bytes:
    """The JPEG of that name; raises KeyError for a name that is not in `names()`.

    Takes about a tenth of a second the first time: ask for it off the event loop.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#888")
    _SCENES[name](Pen(picture))
    return _jpeg(_as_by_a_phone(picture, random.Random(name)))  # noqa: S311  grain of a drawing, no secret


@lru_cache(maxsize=16)
def thumbnail(name: str) -> bytes:
    """The same, small."""
    picture = Image.open(io.BytesIO(sample(name)))
    return _jpeg(picture.resize((SMALL, round(HEIGHT * SMALL / WIDTH))))


def draw_all() -> None:
    """Draw them all now, so that nobody waits later; about a second."""
    for name in names():
        thumbnail(name)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=86)
    return out.getvalue()


def _as_by_a_phone(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A little grain, and corners that are a little darker."""
    grain = Image.frombytes("L", (WIDTH // 4, HEIGHT // 4), chance.randbytes(WIDTH * HEIGHT // 16))
    grain = grain.resize(picture.size).point(lambda value: 246 + value * 9 // 255)
    shade = Image.new("L", picture.size, 205)
    ImageDraw.Draw(shade).ellipse((-160, -160, WIDTH + 160, HEIGHT + 160), fill=255)
    shade = shade.resize((WIDTH // 8, HEIGHT // 8)).filter(ImageFilter.GaussianBlur(14)).resize(picture.size)
    return ImageChops.multiply(picture, Image.merge("RGB", [ImageChops.multiply(grain, shade)] * 3))

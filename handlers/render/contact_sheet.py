"""Several photos as one: the card of an item is a single message, so its photos share one picture."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 1280  # pixels; Telegram shows no more of a photo
MOST_TILES = 10
GAP = 6
QUALITY = 82
_PAPER = (245, 245, 245)
_INK = (60, 60, 60)


async def contact_sheet(photos: Sequence[bytes]) -> bytes | None:
    """A JPEG of at most 1280 px width with up to 10 tiles, the last saying `+N` where there are more.

    Photos that cannot be read are left out; None if none can be. Decoding runs in a thread: it takes a while.
    """
    return await asyncio.to_thread(_compose, photos)


def _compose(photos: Sequence[bytes]) -> bytes | None:
    from PIL import Image  # noqa: PLC0415 -- slow to import, and most items have one photo

    columns = _columns(min(len(photos), MOST_TILES))
    side = (WIDTH - GAP * (columns - 1)) // columns
    tiles = [tile for photo in photos[:MOST_TILES] if (tile := _tile(photo, side)) is not None]
    if not tiles:
        return None
    columns = _columns(len(tiles))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * side + GAP * (columns - 1), rows * side + GAP * (rows - 1)), _PAPER)
    for index, tile in enumerate(tiles):
        sheet.paste(tile, (index % columns * (side + GAP), index // columns * (side + GAP)))
    if (more := len(photos) - MOST_TILES) > 0:
        _write_more(sheet, more, side)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _columns(tiles: int) -> int:
    return 1 if tiles <= 1 else 2 if tiles <= 4 else 3 if tiles <= 9 else 4


def _tile(photo: bytes, side: int) -> Image | None:
    """The photo fitted into a square, all of it visible; None if it is no picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(BytesIO(photo)) as opened:
            opened.draft("RGB", (side * 2, side * 2))  # a JPEG is decoded no larger than needed
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return ImageOps.pad(picture, (side, side), color=_PAPER)


def _write_more(sheet: Image, more: int, side: int) -> None:
    """`+N` in the corner of the last tile."""
    from PIL import ImageDraw, ImageFont  # noqa: PLC0415

    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=max(24, side // 4))
    box = draw.textbbox((0, 0), f"+{more}", font=font)
    left, top = sheet.width - (box[2] - box[0]) - 3 * GAP, sheet.height - (box[3] - box[1]) - 4 * GAP
    draw.rectangle((left - GAP, top - GAP, sheet.width, sheet.height), fill=_PAPER)
    draw.text((left - box[0], top - box[1]), f"+{more}", font=font, fill=_INK)

"""What a photo shows, without what the camera wrote into it: where it was, when, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

MAX_PIXELS: Final = 80_000_000  # more is not unpacked: at four bytes each that is 320 MB
_STARTS: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
# What of a picture's own notes is needed to show it right.
_NEEDED: Final = ("icc_profile", "transparency", "gamma", "duration", "loop", "background")
_ORIENTATION: Final = 0x0112
_SAVE: Final[dict[str, dict[str, Any]]] = {"JPEG": {"quality": 92}, "PNG": {}, "WEBP": {"quality": 90}}


def photo_format(content: bytes) -> str | None:
    """JPEG, PNG or WEBP by its first bytes, or None for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((name for start, name in _STARTS.items() if content.startswith(start)), None)


def without_metadata(content: bytes, kind: str) -> bytes:
    """The picture alone, upright; other files as they are. `kind` is for the log only.

    A JPEG that is damaged or too large to be unpacked still loses its metadata, but is not turned; another such picture
    is left as it came, since losing it would be worse.
    """
    form = photo_format(content)
    if form is None:
        return content
    opened, why = _attempt(_bare, content, form)
    if opened is not None:
        return opened
    log.warning("photo.not_unpacked", kind=kind, bytes=len(content), form=form, why=why)
    return jpeg_without_notes(content) if form == "JPEG" else content


def _attempt(act: Callable[[Any, str], T], content: bytes, form: str) -> tuple[T | None, str]:
    """What `act` makes of the opened picture; else None, and why."""
    from PIL import Image  # noqa: PLC0415 -- loaded with the first photo

    try:
        with Image.open(BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None, "too many pixels"
            return act(picture, form), ""
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None, "too many pixels"
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:  # Pillow's ways to say "damaged"
        return None, type(error).__name__


def _bare(picture: Any, form: str) -> bytes:
    from PIL import ImageOps  # noqa: PLC0415 -- see above

    out = BytesIO()
    needed: dict[Any, Any] = {name: picture.info[name] for name in _NEEDED if name in picture.info}
    if getattr(picture, "n_frames", 1) > 1:
        picture.info = needed
        picture.save(out, form, save_all=True)
    elif form == "JPEG" and picture.getexif().get(_ORIENTATION, 1) == 1:
        picture.load()
        picture.info = needed
        picture.save(out, form, quality="keep", exif=b"", comment=b"")
    else:
        upright = ImageOps.exif_transpose(picture)
        upright.info = needed
        upright.save(out, form, exif=b"", **_SAVE[form])
    return out.getvalue()


def jpeg_without_notes(content: bytes) -> bytes:
    """The JPEG without its application and comment segments, but for those that say how its colours are meant.

    Works on the file's marks alone, up to where the picture begins, so damage behind that and any size will do.
    """
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        mark = content[at + 1]
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        colours = mark in (0xE0, 0xEE) or (mark == 0xE2 and content[at + 4 : at + 15] == b"ICC_PROFILE")
        if colours or not (0xE0 <= mark <= 0xEF or mark == 0xFE):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])

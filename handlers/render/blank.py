"""The picture that says nothing: what stands where a picture was that cannot be taken away any more."""

from __future__ import annotations

import io

SIZE = (640, 240)
COLOUR = (238, 238, 238)


def blank_picture() -> bytes:
    """A plain grey JPEG."""
    from PIL import Image  # noqa: PLC0415 -- slow to import, and seldom needed

    out = io.BytesIO()
    Image.new("RGB", SIZE, COLOUR).save(out, "JPEG")
    return out.getvalue()

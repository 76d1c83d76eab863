"""Which picture a message shows for an item's media."""

from __future__ import annotations

from collections.abc import Sequence

from care.services.ports import Medium
from handlers.content import Picture

WITH_CAPTION = ("photo", "video", "animation", "document", "audio", "voice")  # kinds that can carry a caption

_ALBUM = 10  # files of a media group; Bot API, sendMediaGroup


def cover(media: Sequence[Medium]) -> Picture | None:
    """The picture for a card: one contact sheet of all photos once they are on disk, until then the first one."""
    photos = [medium for medium in media if medium.kind == "photo"]
    kept = [medium for medium in photos if medium.sha256]
    if len(photos) > 1 and len(kept) == len(photos):
        hashes = tuple(medium.sha256 or "" for medium in kept)
        return Picture(kind="photo", key="sheet:" + ",".join(digest[:12] for digest in hashes), hashes=hashes)
    first = next(iter(photos), None) or next((medium for medium in media if medium.kind in WITH_CAPTION), None)
    return _picture(first) if first else None


def hidden(media: Sequence[Medium], *, shows_picture: bool) -> bool:
    """Whether there is something that the card does not show as it was sent."""
    return len(media) > 1 or (len(media) == 1 and not shows_picture)


def parts(media: Sequence[Medium]) -> list[tuple[Picture, ...]]:
    """Every file for itself, in as few messages as Telegram allows: albums of photos and videos, others one by one."""
    seen = [medium for medium in media if medium.kind in ("photo", "video")]
    rest = [medium for medium in media if medium.kind not in ("photo", "video")]
    groups = [seen[i : i + _ALBUM] for i in range(0, len(seen), _ALBUM)] + [[medium] for medium in rest]
    return [tuple(_picture(medium) for medium in group) for group in groups]


def _picture(medium: Medium) -> Picture:
    return Picture(kind=medium.kind, key=medium.unique, file=medium.file)

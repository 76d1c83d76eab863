"""What a Telegram message gives: words, a place, a file."""

from __future__ import annotations

from datetime import datetime

from telegram import Message

from care.domain.items import Place
from care.services.reports import Enclosed, Given

UNDATED = 2000  # a year before which no message of ours was sent


def given_by(message: Message, now: datetime) -> Given:
    """Everything in the message that a report could hold, and when it was sent (some servers do not say: now)."""
    text = message.text or message.caption or ""
    sent = message.date if message.date.year > UNDATED else now
    return Given(
        at=min(sent, now),
        text=text,
        place=place_in(message),
        enclosed=enclosed_in(message),
        album=message.media_group_id or None,
    )


def place_in(message: Message) -> Place | None:
    """A location or venue; a live location counts as where it was when it was sent."""
    if message.venue:
        spot = message.venue.location
        words = " ".join(part for part in (message.venue.title, message.venue.address) if part)
        return Place(words=words or None, latitude=spot.latitude, longitude=spot.longitude)
    if message.location:
        return Place(latitude=message.location.latitude, longitude=message.location.longitude)
    return None


def enclosed_in(message: Message) -> Enclosed | None:
    """The file: of a photo the largest size."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Enclosed(kind="photo", file=largest.file_id, unique=largest.file_unique_id, size=largest.file_size)
    for kind in ("video", "animation", "voice", "audio", "video_note", "document"):
        file = getattr(message, kind)
        if file is not None:
            return Enclosed(kind=kind, file=file.file_id, unique=file.file_unique_id, size=file.file_size)
    return None

"""Photos and other files that came with items.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Medium:
    """A photo, video, voice or file of an item. `file` is the network's id by which it can be sent again."""

    id: int
    item: int
    purpose: str  # "report" | "proof"
    kind: str  # photo | video | voice | document | animation | video_note | audio | sticker
    file: str
    unique: str
    size: int | None  # bytes
    by: int | None  # person id
    at: datetime
    state: str = "wanted"  # wanted | kept | failed | too_big | erased
    sha256: str | None = None
    attempts: int = 0
    album: str | None = None


class Media(Protocol):
    """What was sent with items."""

    async def add(
        self,
        item: int,
        *,
        purpose: str,
        kind: str,
        file: str,
        unique: str,
        size: int | None,
        by: int | None,
        at: datetime,
        due_at: datetime | None,
        album: str | None = None,
    ) -> bool:
        """Keep the file's id and wish it downloaded at `due_at` (None: never); False if the item has it already.

        "Already" is the same `unique` with the same `purpose`. `album` is the network's id of an album it came in.
        """

    async def of_album(self, album: str) -> Medium | None:
        """The latest medium that came in this album, so that the rest of the album finds its item."""

    async def of_item(self, item: int, purpose: str | None = None) -> Sequence[Medium]:
        """An item's media in the order they came."""

    async def due(self, now: datetime, limit: int) -> Sequence[Medium]:
        """Downloads whose time has come."""

    async def erased_due(self, now: datetime) -> Sequence[Medium]:
        """Files that are to go because whoever sent them is forgotten."""

    async def next_due(self) -> datetime | None:
        """The earliest download wished."""

    async def kept(self, medium: int, sha256: str, phash: str | None) -> None:
        """It is on disk under its SHA-256."""

    async def only_one(self, medium: Medium) -> bool:
        """Whether nothing else on file is the same picture."""

    async def erased(self, medium: int) -> None:
        """Whoever sent it was forgotten, and now its file is gone, too."""

    async def failed(self, medium: int, state: str, retry_at: datetime | None) -> None:
        """It could not be fetched; again at `retry_at`, or never (state "failed" or "too_big")."""


class MediaStore(Protocol):
    """Files by the SHA-256 of their content."""

    async def keep(self, content: bytes, kind: str) -> str:
        """Store the content, metadata stripped from photos; its SHA-256 in hex."""

    async def read(self, sha256: str) -> bytes | None:
        """The content, if it is here."""

    async def forget(self, sha256: str) -> None:
        """The content goes; what is not here is no error."""

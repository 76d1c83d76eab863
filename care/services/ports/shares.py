"""What an elder has shown us and nobody knows yet whether it is a report: it is kept until she says.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Share:
    """One message of hers: a photo or file (with its caption), or words. `root`: the first that was asked about."""

    id: int
    elder: int
    chat: int
    message: int
    kind: str | None  # of the file; None: words only
    file: str | None  # the network's id
    unique: str | None
    size: int | None  # bytes
    album: str | None
    words: str
    sent_at: datetime
    root: int | None


class Shares(Protocol):
    """Photos and sentences about which she was asked 是要反映问题吗？; one question may be about several."""

    async def keep(
        self,
        elder: int,
        chat: int,
        message: int,
        sent_at: datetime,
        *,
        words: str = "",
        kind: str | None = None,
        file: str | None = None,
        unique: str | None = None,
        size: int | None = None,
        album: str | None = None,
        root: int | None = None,
    ) -> int | None:
        """Keep it, as part of what was asked about with `root`; its id, None if that message is on file already."""

    async def latest(self, elder: int) -> Share | None:
        """The last thing of hers that is on file."""

    async def together(self, root: int) -> Sequence[Share]:
        """All that was asked about with this one, in the order it came; nothing where she has answered."""

    async def drop(self, root: int) -> None:
        """She has answered: it is not needed any more."""

    async def forget(self, elder: int, before: datetime) -> None:
        """What she has not answered about since then is let go."""

"""Voices and videos of elders, which a person must hear.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Hearing(StrEnum):
    """How far a recording has got."""

    WAITING = "waiting"  # for somebody to listen
    HEARD = "heard"
    RAISED = "raised"  # nobody listened in time: it has become an item, and waits still


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One voice or video of an elder. `file` is the network's id by which it can be sent again."""

    id: int
    elder: int
    chat: int
    message: int  # hers
    kind: str  # voice | video | video_note | audio
    file: str
    sent_at: datetime
    state: Hearing
    heard_by: int | None
    heard_at: datetime | None
    item: int | None  # what it belongs to where nobody listened in time
    due_at: datetime | None


class Recordings(Protocol):
    """What elders have said aloud, and whether somebody has listened."""

    async def add(
        self, elder: int, chat: int, message: int, *, kind: str, file: str, sent_at: datetime, due_at: datetime
    ) -> int | None:
        """Keep it; its id, or None if that message is on file already. Unheard by `due_at` it is somebody's matter."""

    async def get(self, recording: int) -> Recording:
        """The recording; raises NotFound."""

    async def unheard_of(self, elder: int) -> Sequence[Recording]:
        """Hers that nobody has heard yet, raised or not, in the order they came."""

    async def of_item(self, item: int) -> Sequence[Recording]:
        """Those that belong to the item, in the order they came."""

    async def heard(self, recording: int, by: int, at: datetime) -> bool:
        """Somebody has listened; False if somebody had before."""

    async def raised(self, recording: int, item: int) -> None:
        """Nobody listened in time: the item speaks for it."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose time to be heard is over, earliest first."""

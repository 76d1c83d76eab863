"""Voices and videos of elders: which wait to be heard, and who has listened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select, update

from care.domain.errors import NotFound
from care.services.ports import Hearing, Recording
from storage.care_tables import recordings
from storage.link import Link, inserting

_GET = select(recordings).where(recordings.c.id == bindparam("row"))
_UNHEARD = (
    select(recordings)
    .where(recordings.c.elder == bindparam("elder_id"), recordings.c.heard_at.is_(None))
    .order_by(recordings.c.id)
)
_OF_ITEM = select(recordings).where(recordings.c.item == bindparam("number")).order_by(recordings.c.id)
_STILL_UNHEARD = update(recordings).where(recordings.c.id == bindparam("row"), recordings.c.heard_at.is_(None))
_HEARD = _STILL_UNHEARD.values(
    state=Hearing.HEARD.value,
    heard_by=bindparam("who"),
    heard_at=bindparam("now", type_=recordings.c.heard_at.type),
    due_at=None,
)
_RAISED = _STILL_UNHEARD.values(state=Hearing.RAISED.value, item=bindparam("number"), due_at=None)
_DUE = (
    select(recordings.c.id)
    .where(recordings.c.due_at <= bindparam("now"))
    .order_by(recordings.c.due_at, recordings.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(recordings.c.due_at)).where(recordings.c.due_at.is_not(None))


@cache
def _add(dialect: str) -> Any:
    new = inserting(recordings, dialect)
    return new.on_conflict_do_nothing(index_elements=["chat", "message"]).returning(recordings.c.id)


class RecordingTable:
    """The port `Recordings` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def add(
        self, elder: int, chat: int, message: int, *, kind: str, file: str, sent_at: datetime, due_at: datetime
    ) -> int | None:
        """Keep it; its id, or None if that message is on file already."""
        row = {"elder": elder, "chat": chat, "message": message, "kind": kind, "file": file, "sent_at": sent_at}
        waiting = {"state": Hearing.WAITING.value, "due_at": due_at}
        found: int | None = (await self._link.run(_add(self._link.dialect), row | waiting)).scalar_one_or_none()
        return found

    async def get(self, recording: int) -> Recording:
        """The recording; raises NotFound."""
        row = (await self._link.run(_GET, {"row": recording})).one_or_none()
        if row is None:
            raise NotFound(f"there is no recording {recording}")
        return _recording(row)

    async def unheard_of(self, elder: int) -> Sequence[Recording]:
        """Hers that nobody has heard yet, raised or not, in the order they came."""
        return [_recording(row) for row in await self._link.run(_UNHEARD, {"elder_id": elder})]

    async def of_item(self, item: int) -> Sequence[Recording]:
        """Those that belong to the item, in the order they came."""
        return [_recording(row) for row in await self._link.run(_OF_ITEM, {"number": item})]

    async def heard(self, recording: int, by: int, at: datetime) -> bool:
        """Somebody has listened; False if somebody had before."""
        return (await self._link.run(_HEARD, {"row": recording, "who": by, "now": at})).rowcount > 0

    async def raised(self, recording: int, item: int) -> None:
        """Nobody listened in time: the item speaks for it."""
        await self._link.run(_RAISED, {"row": recording, "number": item})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose time to be heard is over, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())


def _recording(row: Row[Any]) -> Recording:
    return Recording(**{**row._mapping, "state": Hearing(row.state)})

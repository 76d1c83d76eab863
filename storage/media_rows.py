"""What was sent with items: the rows; the files themselves are in `storage.media`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select, update

from care.services.ports import Medium
from storage.link import Link, inserting
from storage.tables import media

_OF_ITEM = select(media).where(media.c.item == bindparam("of_item"), media.c.state != "erased").order_by(media.c.id)
_OF_PURPOSE = _OF_ITEM.where(media.c.purpose == bindparam("for_what"))
_OF_ALBUM = select(media).where(media.c.album == bindparam("of_album")).order_by(media.c.id.desc()).limit(1)
_DUE = (
    select(media)
    .where(media.c.due_at <= bindparam("now"))
    .order_by(media.c.due_at, media.c.id)
    .limit(bindparam("at_most"))
)
_ERASED = select(media).where(media.c.due_at <= bindparam("now"), media.c.state == "erased")
_NEXT_DUE = select(func.min(media.c.due_at)).where(media.c.due_at.is_not(None))
_TRIED = update(media).where(media.c.id == bindparam("row")).values(attempts=media.c.attempts + 1)


@cache
def _add(dialect: str) -> Any:
    return inserting(media, dialect).on_conflict_do_nothing(index_elements=["item", "purpose", "unique_id"])


class MediaTable:
    """The port `Media` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

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
        """Keep the file's id and wish it downloaded; False if the item has it already for this purpose."""
        row = {
            "item": item,
            "purpose": purpose,
            "kind": kind,
            "file": file,
            "unique_id": unique,
            "size": size,
            "by": by,
            "at": at,
            "due_at": due_at,
            "state": "wanted",
            "attempts": 0,
            "album": album,
        }
        return (await self._link.run(_add(self._link.dialect), row)).rowcount == 1

    async def of_album(self, album: str) -> Medium | None:
        """The latest medium that came in this album, so that the rest of the album finds its item."""
        found = await self._all(_OF_ALBUM, {"of_album": album})
        return found[0] if found else None

    async def of_item(self, item: int, purpose: str | None = None) -> Sequence[Medium]:
        """An item's media in the order they came."""
        if purpose is None:
            return await self._all(_OF_ITEM, {"of_item": item})
        return await self._all(_OF_PURPOSE, {"of_item": item, "for_what": purpose})

    async def due(self, now: datetime, limit: int) -> Sequence[Medium]:
        """Downloads whose time has come, the longest due first."""
        return await self._all(_DUE, {"now": now, "at_most": limit})

    async def erased_due(self, now: datetime) -> Sequence[Medium]:
        """Files that are to go because whoever sent them is forgotten."""
        return await self._all(_ERASED, {"now": now})

    async def next_due(self) -> datetime | None:
        """The earliest download wished."""
        return (await self._link.run(_NEXT_DUE)).scalar_one()  # type: ignore[no-any-return]  # min() of a Moment

    async def kept(self, medium: int, sha256: str, phash: str | None) -> None:
        """It is on disk under its SHA-256; where it was erased meanwhile, the file is to go again."""
        kept = {"state": "kept", "sha256": sha256, "phash": phash, "due_at": None}
        if (await self._link.run(_TRIED.where(media.c.state != "erased"), {"row": medium, **kept})).rowcount == 0:
            await self._link.run(_TRIED.values(due_at=media.c.at), {"row": medium, "sha256": sha256})

    async def only_one(self, medium: Medium) -> bool:
        """Whether nothing else on file is the same picture."""
        same = select(media.c.id).where(media.c.sha256 == medium.sha256, media.c.id != medium.id).limit(1)
        return (await self._link.run(same)).first() is None

    async def erased(self, medium: int) -> None:
        """Its file is gone, too."""
        await self._link.run(update(media).where(media.c.id == medium).values(sha256=None, due_at=None))

    async def failed(self, medium: int, state: str, retry_at: datetime | None) -> None:
        """It could not be fetched; again at `retry_at`, or never."""
        still = _TRIED.where(media.c.state != "erased")
        await self._link.run(still, {"row": medium, "state": state, "due_at": retry_at})

    async def _all(self, statement: Any, params: dict[str, Any]) -> list[Medium]:
        return [_medium(row) for row in await self._link.run(statement, params)]


def _medium(row: Row[Any]) -> Medium:
    return Medium(
        id=row.id,
        item=row.item,
        purpose=row.purpose,
        kind=row.kind,
        file=row.file,
        unique=row.unique_id,
        size=row.size,
        by=row.by,
        at=row.at,
        state=row.state,
        sha256=row.sha256,
        attempts=row.attempts,
        album=row.album,
    )

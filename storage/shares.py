"""What an elder has shown us, until she says whether it is a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, or_, select

from care.services.ports import Share
from storage.care_tables import shares
from storage.link import Link, inserting

_LATEST = select(shares).where(shares.c.elder == bindparam("elder_id")).order_by(shares.c.id.desc()).limit(1)
_OF_ROOT = or_(shares.c.id == bindparam("first"), shares.c.root == bindparam("first"))
_TOGETHER = select(shares).where(_OF_ROOT).order_by(shares.c.sent_at, shares.c.id)
_OLD = delete(shares).where(shares.c.elder == bindparam("elder_id"), shares.c.sent_at < bindparam("earlier"))


class ShareTable:
    """The port `Shares` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

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
        """Keep it; its id, None if that message is on file already."""
        row = {"elder": elder, "chat": chat, "message": message, "sent_at": sent_at, "words": words, "kind": kind}
        row |= {"file": file, "unique_id": unique, "size": size, "album": album, "root": root}
        new = inserting(shares, self._link.dialect).values(**row).on_conflict_do_nothing()
        found: int | None = (await self._link.run(new.returning(shares.c.id))).scalar_one_or_none()
        return found

    async def latest(self, elder: int) -> Share | None:
        """The last thing of hers that is on file."""
        row = (await self._link.run(_LATEST, {"elder_id": elder})).one_or_none()
        return row and _share(row)

    async def together(self, root: int) -> Sequence[Share]:
        """All that was asked about with this one, in the order it came."""
        return [_share(row) for row in await self._link.run(_TOGETHER, {"first": root})]

    async def drop(self, root: int) -> None:
        """She has answered."""
        await self._link.run(delete(shares).where(_OF_ROOT), {"first": root})

    async def forget(self, elder: int, before: datetime) -> None:
        """What she has not answered about since then is let go."""
        await self._link.run(_OLD, {"elder_id": elder, "earlier": before})


def _share(row: Row[Any]) -> Share:
    told = {"unique" if name == "unique_id" else name: value for name, value in row._mapping.items()}
    return Share(**told)

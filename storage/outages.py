"""When we could not hear what people sent, or could not send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from care.domain.errors import NotFound
from care.services.ports import Outage
from storage.care_tables import outages
from storage.link import Link
from storage.meta import MetaTable

_UNREAD = "unread_since_outage"  # in `meta`
_GET = select(outages.c.id, outages.c.began_at, outages.c.ended_at, outages.c.deaf).where(
    outages.c.id == bindparam("row")
)
_DEAF = (
    select(outages.c.began_at, outages.c.ended_at)
    .where(outages.c.deaf, outages.c.ended_at > bindparam("moment", type_=outages.c.ended_at.type))
    .order_by(outages.c.began_at)
)
_MEETS = and_(
    outages.c.began_at <= bindparam("ended", type_=outages.c.began_at.type),
    outages.c.ended_at >= bindparam("began", type_=outages.c.ended_at.type),
)
_UNTOLD_MUTE = and_(_MEETS, outages.c.deaf.is_(False), outages.c.next_at.is_not(None))
_KNOWN = select(outages).where(_MEETS, or_(outages.c.deaf, outages.c.next_at.is_not(None))).order_by(outages.c.id)
_DUE = (
    select(outages.c.id)
    .where(outages.c.next_at <= bindparam("now", type_=outages.c.next_at.type))
    .order_by(outages.c.next_at, outages.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(outages.c.next_at)).where(outages.c.next_at.is_not(None))
_THIS = update(outages).where(outages.c.id == bindparam("row"))


class OutageTable:
    """The port `Outages` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def add(self, began_at: datetime, ended_at: datetime, next_at: datetime | None, *, deaf: bool = True) -> int:
        """Keep one that is over; its id. One in which we could not hear takes in what it says of sending alone."""
        if deaf:
            await self._link.run(delete(outages).where(_UNTOLD_MUTE), {"began": began_at, "ended": ended_at})
        row = {"began_at": began_at, "ended_at": ended_at, "deaf": deaf, "next_at": next_at}
        made = await self._link.run(insert(outages).returning(outages.c.id), row)
        return int(made.scalar_one())

    async def deaf_since(self, moment: datetime) -> Sequence[tuple[datetime, datetime]]:
        """(began, ended) of those in which we could not hear and that ended after then, in order."""
        return [(row.began_at, row.ended_at) for row in await self._link.run(_DEAF, {"moment": moment})]

    async def mute(self, began_at: datetime, now: datetime, next_at: datetime) -> None:
        """Something could not be sent from then to now; what is known of such a time already is made longer."""
        known = (await self._link.run(_KNOWN, {"began": began_at, "ended": now})).all()
        for row in known:
            if row.deaf:
                if row.next_at is None:  # told already: told again, of those it did not know yet
                    await self.set_next(row.id, next_at)
                return
            longer = {"began_at": min(began_at, row.began_at), "ended_at": max(now, row.ended_at)}
            await self._link.run(_THIS.values(longer), {"row": row.id})
            return
        await self.add(began_at, now, next_at, deaf=False)

    async def get(self, outage: int) -> Outage:
        """The outage; raises NotFound."""
        row = (await self._link.run(_GET, {"row": outage})).one_or_none()
        if row is None:
            raise NotFound(f"there is no outage {outage}")
        return Outage(**row._asdict())

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those of which the groups are to be told by now."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def set_next(self, outage: int, next_at: datetime | None) -> None:
        """When the groups are told, or told more; None: all is told."""
        await self._link.run(_THIS.values(next_at=next_at), {"row": outage})

    async def unread(self) -> bool:
        """Whether our patience was over before we had read all that people sent meanwhile."""
        return await MetaTable(self._link).get(_UNREAD) == "1"

    async def set_unread(self, unread: bool) -> None:
        """From now on it is so, or is not so any more."""
        await MetaTable(self._link).put(_UNREAD, "1" if unread else "0")

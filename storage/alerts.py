"""Who was told that something may be wrong with an elder, who may look at what is personal, and who has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, select, update

from care.domain.errors import NotFound
from care.services.ports import Alert, Door, DoorTo, Look, Seen
from storage.care_tables import alerts, doors, looks
from storage.link import Link, inserting

_OF_ITEM = select(alerts).where(alerts.c.item == bindparam("number")).order_by(alerts.c.id)
_OF_CHECKIN = select(alerts).where(alerts.c.checkin == bindparam("silence")).order_by(alerts.c.id)
_UNENDED = (
    select(alerts)
    .where(alerts.c.elder == bindparam("elder_id"), alerts.c.ended_at.is_(None))
    .order_by(alerts.c.id.desc())
)
_ROW = update(alerts).where(alerts.c.id == bindparam("row"))


_DOOR = select(doors.c.person, doors.c.item, doors.c.to, doors.c.expires_at, doors.c.used_at).where(
    doors.c.token_hash == bindparam("hash")
)
_USE = update(doors).where(doors.c.token_hash == bindparam("hash"), doors.c.used_at.is_(None))
_STANDS_OPEN = select(doors.c.id).where(
    doors.c.person == bindparam("whom"),
    doors.c.item == bindparam("number"),
    doors.c.used_at.is_(None),
    doors.c.expires_at > bindparam("now", type_=doors.c.expires_at.type),
)


class AlertTable:
    """The port `Alerts` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def open(
        self, elder: int, person: int, now: datetime, *, checkin: int | None = None, item: int | None = None
    ) -> int | None:
        """He is being told; None if he has been told of this very check-in or item already."""
        new = inserting(alerts, self._link.dialect).values(
            elder=elder, person=person, told_at=now, checkin=checkin, item=item
        )
        made = await self._link.run(new.on_conflict_do_nothing().returning(alerts.c.id))
        found: int | None = made.scalar_one_or_none()
        return found

    async def get(self, alert: int) -> Alert:
        """The row; raises NotFound."""
        found = await self._all(select(alerts).where(alerts.c.id == bindparam("row")), row=alert)
        if not found:
            raise NotFound(f"there is no alert {alert}")
        return found[0]

    async def of_item(self, item: int) -> Sequence[Alert]:
        """Who was told of it, also of the silence that it came from, in order."""
        return await self._all(_OF_ITEM, number=item)

    async def of_checkin(self, checkin: int) -> Sequence[Alert]:
        """Who was told of this silence, in order."""
        return await self._all(_OF_CHECKIN, silence=checkin)

    async def unended(self, elder: int, person: int | None = None) -> Sequence[Alert]:
        """What somebody was told about her and of which he has not heard the end, the latest first."""
        found = await self._all(_UNENDED, elder_id=elder)
        return [alert for alert in found if person in (None, alert.person)]

    async def adopt(self, checkin: int, item: int) -> None:
        """The silence has become this item."""
        await self._link.run(update(alerts).where(alerts.c.checkin == checkin).values(item=item))

    async def sent(self, alert: int, at: datetime) -> None:
        """The network has accepted it."""
        await self._link.run(_ROW.values(sent_at=at, failed_at=None), {"row": alert})

    async def failed(self, alert: int, at: datetime) -> None:
        """The network refuses it."""
        await self._link.run(_ROW.values(failed_at=at), {"row": alert})

    async def answered(self, alert: int, answer: str, at: datetime) -> None:
        """He has answered; the latest answer counts."""
        await self._link.run(_ROW.values(answered_at=at, answer=answer), {"row": alert})

    async def end(self, alert: int, ended_as: str, at: datetime) -> None:
        """Its end is being told, in these words."""
        await self._link.run(_ROW.values(ended_at=at, ended_as=ended_as), {"row": alert})

    async def unend(self, alert: int) -> None:
        """The end was taken back."""
        await self._link.run(_ROW.values(ended_at=None, ended_as=None), {"row": alert})

    async def _all(self, statement: Select[Any], **params: Any) -> list[Alert]:
        return [_alert(row) for row in (await self._link.run(statement, params)).all()]


def _alert(row: Row[Any]) -> Alert:
    return Alert(**row._asdict())


class LookTable:
    """The port `Looks` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def note(self, who: int, whom: int, what: Seen, now: datetime, item: int | None = None) -> None:
        """He is being shown it."""
        await self._link.run(looks.insert(), {"who": who, "whom": whom, "at": now, "what": str(what), "item": item})

    async def of_item(self, item: int) -> Sequence[Look]:
        """Who has looked because of this item."""
        rows = (await self._link.run(select(looks).where(looks.c.item == item).order_by(looks.c.id))).all()
        return [Look(who=row.who, whom=row.whom, at=row.at, what=Seen(row.what), item=row.item) for row in rows]


class DoorTable:
    """The port `Doors` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def make(
        self, token_hash: str, person: int, item: int, to: DoorTo, now: datetime, expires_at: datetime
    ) -> None:
        """Somebody is given such a link."""
        row = {"token_hash": token_hash, "person": person, "item": item, "to": str(to)}
        await self._link.run(doors.insert(), row | {"created_at": now, "expires_at": expires_at})

    async def find(self, token_hash: str) -> Door | None:
        """The link, if it is one of ours."""
        row = (await self._link.run(_DOOR, {"hash": token_hash})).one_or_none()
        return None if row is None else Door(**(row._asdict() | {"to": DoorTo(row.to)}))

    async def use(self, token_hash: str, now: datetime) -> bool:
        """It is used up; False if it was before."""
        return (await self._link.run(_USE.values(used_at=now), {"hash": token_hash})).rowcount == 1

    async def stands_open(self, person: int, item: int, now: datetime) -> bool:
        """Whether he has a link to it that still leads there."""
        found = await self._link.run(_STANDS_OPEN, {"whom": person, "number": item, "now": now})
        return found.first() is not None

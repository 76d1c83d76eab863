"""What is done at fixed hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from care.domain.errors import NotFound
from care.services.ports import Appointment
from storage.care_tables import appointments
from storage.link import Link, inserting

_GET = select(appointments).where(appointments.c.id == bindparam("row"))
_DUE = (
    select(appointments.c.id)
    .where(appointments.c.next_at <= bindparam("now"))
    .order_by(appointments.c.next_at, appointments.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(appointments.c.next_at))
_PUT_OFF = update(appointments).where(appointments.c.id == bindparam("row"))


@cache
def _keep(dialect: str) -> Any:
    new = inserting(appointments, dialect)
    return new.on_conflict_do_nothing(index_elements=["name"])


class AppointmentTable:
    """The port `Appointments` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def keep(self, name: str, next_at: datetime) -> None:
        """There is such an appointment; one that is on file stays as it is."""
        await self._link.run(_keep(self._link.dialect), {"name": name, "next_at": next_at})

    async def all(self) -> Sequence[Appointment]:
        """Every one, by name."""
        rows = await self._link.run(select(appointments).order_by(appointments.c.name))
        return [Appointment(row.id, row.name, row.next_at) for row in rows]

    async def get(self, appointment: int) -> Appointment:
        """The appointment; raises NotFound."""
        row = (await self._link.run(_GET, {"row": appointment})).one_or_none()
        if row is None:
            raise NotFound(f"there is no appointment {appointment}")
        return Appointment(row.id, row.name, row.next_at)

    async def put_off(self, appointment: int, next_at: datetime) -> None:
        """It is due then, the next time."""
        await self._link.run(_PUT_OFF.values(next_at=next_at), {"row": appointment})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose hour has come, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

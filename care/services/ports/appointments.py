"""What is done at fixed hours of the day or week. Times are aware UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Appointment:
    """One of them, and when it is due the next time."""

    id: int
    name: str
    next_at: datetime


class Appointments(Protocol):
    """When each is due: a row, so that a restart forgets none."""

    async def keep(self, name: str, next_at: datetime) -> None:
        """There is such an appointment; one that is on file stays as it is."""

    async def all(self) -> Sequence[Appointment]:
        """Every one, by name."""

    async def get(self, appointment: int) -> Appointment:
        """The appointment; raises NotFound."""

    async def put_off(self, appointment: int, next_at: datetime) -> None:
        """It is due then, the next time."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose hour has come, earliest first."""

"""An elder's family: who is told that something may be wrong, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


class Trouble(StrEnum):
    """What a relative is told."""

    SILENT = "silent"  # she has not answered yet; a worker will go and look
    SOS = "sos"
    HELP = "help"
    UNREACHABLE = "unreachable"
    NOBODY = "nobody"  # nobody has taken her SOS: please call now
    KNOCKED = "knocked"  # 🔕 nobody opened
    NOT_URGENT = "not_urgent"  # 🙂 不急，是小事


async def tell_family(
    uow: UnitOfWork,
    elder: ElderRecord,
    why: Trouble,
    now: datetime,
    rules: Rules,
    *,
    checkin: int | None = None,
    item: Item | None = None,
) -> int:
    """All of her family who can be reached are told; how many. Each is on file (`Alerts`) until he was told its end."""
    del uow, elder, why, now, rules, checkin, item
    return 0


async def tell_end(
    uow: UnitOfWork,
    elder: ElderRecord,
    ended_as: str,
    now: datetime,
    rules: Rules,
    *,
    item: Item | None = None,
    checkin: int | None = None,
    by: Person | None = None,
    not_before: datetime | None = None,
) -> None:
    """Everybody who was told this alarm, and nobody else, hears how it ended; `ended_as` is an `Ending`'s value.

    `by`: who saw or reached her, and needs not be told himself.
    """
    del uow, elder, ended_as, now, rules, item, checkin, by, not_before


async def unsay_end(uow: UnitOfWork, elder: ElderRecord, item: Item, now: datetime, rules: Rules) -> None:
    """↶: what was not told yet is taken back; who has heard the end hears 刚才那条按错了，我们还在找…."""
    del uow, elder, item, now, rules

"""An elder's check-in: signs of life settle it, silence raises it."""

from __future__ import annotations

from datetime import datetime

from care.domain.checkins import How, Why
from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


async def sign_of_life(
    uow: UnitOfWork,
    elder: ElderRecord,
    sent_at: datetime,
    how: How,
    now: datetime,
    rules: Rules,
    *,
    checkin: int | None = None,
) -> bool:
    """She gave a sign of life, sent at that moment (the message's own date); True if it settled an open check-in.

    `checkin`: the one that a press names, where it had waited at the network and bears no date.
    A missed check-in that is an item already, or an unreachable phone, is ended by it, too.
    """
    del uow, elder, sent_at, how, now, rules, checkin
    return False


async def found_well(
    uow: UnitOfWork, elder: ElderRecord, by: Person, why: Why, how: How, now: datetime, rules: Rules
) -> None:
    """Somebody else has reached her (FAMILY, SEEN): her open and missed check-ins say so."""
    del uow, elder, by, why, how, now, rules


async def raise_silence(uow: UnitOfWork, elder: ElderRecord, by: Person, now: datetime, rules: Rules) -> Item | None:
    """☎️ 打不通: her silence becomes an item now; None if she is not silent."""
    del uow, elder, by, now, rules
    return None


async def plan_for(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """She joined, is back, or is greeted at another time: today's and tomorrow's check-ins that are still to come."""
    del uow, elder, now, rules


async def stop_asking(uow: UnitOfWork, elder: ElderRecord, why: Why, now: datetime, rules: Rules) -> None:
    """She is paused or has left (PAUSED, NOT_JOINED): what is open is settled so, prompts on their way are taken back.

    A silence that is an item already runs to its outcome.
    """
    del uow, elder, why, now, rules

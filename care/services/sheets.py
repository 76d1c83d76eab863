"""The claimer's private sheet: who gets it, what it opens, when it goes."""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


async def hand_out(uow: UnitOfWork, item: Item, claimer: Person, now: datetime, rules: Rules) -> None:
    """Who has claimed a matter of an elder gets her sheet in private; the claim counts once the network took it."""
    del uow, item, claimer, now, rules

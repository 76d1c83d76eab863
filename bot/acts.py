"""The acts that follow by themselves, under one roof (`bot.seams.Acts`)."""

from __future__ import annotations

from datetime import datetime

from care.domain.rules import Rules
from care.services.delivery import record, shown
from care.services.list_posts import lost as list_lost
from care.services.ports import UnitOfWork
from care.services.showing import call_coordinators

__all__ = ["held", "lost", "record", "shown"]


async def held(uow: UnitOfWork, number: int, _now: datetime, rules: Rules) -> None:
    """The group that is to see something urgent about the item takes nothing for now: its coordinators see it."""
    item = await uow.items.get(number)
    if item.live:
        await call_coordinators(uow, item, rules)


async def lost(uow: UnitOfWork, chat: int, message: int, now: datetime, _rules: Rules) -> None:
    """A list of names that somebody has deleted is posted anew; of the rest nobody waits for what is gone."""
    await list_lost(uow, chat, message, now)

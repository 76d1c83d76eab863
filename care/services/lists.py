"""The one list of names per group and half-day: who has not been heard of, whose voice waits."""

from __future__ import annotations

from datetime import datetime

from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


async def name_silent(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """A missed check-in has become this item: her name goes on the list of the group that is first to hear of it."""
    del uow, item, now, rules


async def name_voice(uow: UnitOfWork, recording: int, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """A voice or video of hers waits to be heard: she stands on the group's 🎧 list."""
    del uow, recording, elder, now, rules


async def renew(uow: UnitOfWork, elder: int, now: datetime) -> None:
    """What the standing lists say of her has changed: they are read anew."""
    del uow, elder, now

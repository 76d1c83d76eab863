"""The end of an item is told to whoever reported it, after a moment in which nothing was told yet."""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Item
from care.domain.notices import Ended, Lane
from care.domain.rules import Rules
from care.services.acts import tell_person
from care.services.ports import Step, UnitOfWork


async def tell_end(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """The reporter hears how it ended, `all_clear_after` from now: until then a slip of the thumb costs nothing."""
    if item.reporter is None:
        return
    reporter = await uow.people.get(item.reporter)
    await tell_person(
        uow,
        reporter,
        Ended(item=item.number),
        step=Step.ENDED,
        key=f"{item.number}:ended:{item.version}",
        now=now,
        lane=Lane.ROUTINE,
        not_before=now + rules.all_clear_after,
    )


async def unsay_end(uow: UnitOfWork, item: Item) -> bool:
    """The end is not one any more: whoever was not told yet hears nothing; whether there was such a telling."""
    return await uow.outbox.supersede(item.number, [Step.ENDED]) > 0

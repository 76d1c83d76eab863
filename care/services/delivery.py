"""What became of what we told and showed, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from care.domain.notices import Ended
from care.domain.rules import Rules
from care.services.ports import Card, Face, Telling, UnitOfWork
from care.services.results import Outcome, SendResult
from care.services.showing import call_coordinators

_NEVER = (Outcome.GONE, Outcome.REJECTED, Outcome.LACKING)


async def record(uow: UnitOfWork, telling: Telling, result: SendResult, _now: datetime, _rules: Rules) -> None:
    """A telling ended. Once the reporter has heard the end, his receipt says it too."""
    if isinstance(telling.notice, Ended) and telling.item is not None and result.outcome is Outcome.SENT:
        await uow.cards.touch(telling.item, [Face.RECEIPT])


async def shown(uow: UnitOfWork, card: Card, result: SendResult, _now: datetime, rules: Rules) -> None:
    """A card was shown, or cannot be: what a group cannot be shown goes to the coordinators in private."""
    if result.outcome not in _NEVER or card.face is Face.RECEIPT or card.person is not None:
        return
    item = await uow.items.get(card.item)
    if item.live:
        await call_coordinators(uow, item, rules)

"""The last rung: the operator's own means (`[alarm]`: a command or a webhook, for an SMS or a call)."""

from __future__ import annotations

from datetime import datetime

import structlog

from care.domain.items import Item
from care.domain.notices import Alarm, Lane
from care.domain.rules import Rules
from care.services.ports import ALARM, Step, UnitOfWork

log = structlog.get_logger(__name__)


async def sound(uow: UnitOfWork, item: Item, now: datetime, rules: Rules, *, key: str) -> bool:
    """Nobody has it and nobody else is left: ring the operator's means until they have told somebody.

    One key rings once. False where there is no `[alarm]`: then only the log has it. It is rung while nobody has the
    item: a claim holds it up, the item's end ends it.
    """
    if not rules.alarm:
        log.warning("alarm.none", item=item.number)
        return False
    if await uow.outbox.tell(Alarm(item=item.number), ALARM, lane=Lane.URGENT, step=Step.ALARM, key=key, now=now):
        log.warning("alarm.sounded", item=item.number)
    return True


def opening(item: Item) -> str:
    """Names the item's present opening, for a key that rings once in it.

    It is the moment since when the climbs count: another one once the item was reopened or raised again, the same
    through edits, reminders, claims and climbs.
    """
    since = item.progress.climb_since if item.progress else item.since or item.created_at
    return since.isoformat()

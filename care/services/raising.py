"""The house itself opens a matter about an elder."""

from __future__ import annotations

from datetime import datetime

import structlog

from care.domain.due import next_look
from care.domain.elders import ElderRecord
from care.domain.items import Action, Details, Item, begin
from care.domain.rules import Rules
from care.domain.states import Kind, Severity
from care.services.ports import UnitOfWork

log = structlog.get_logger(__name__)


async def open_about(
    uow: UnitOfWork, elder: ElderRecord, kind: Kind, now: datetime, rules: Rules, *, by: int | None, reason: str
) -> Item:
    """A new matter of hers (high), on file; who hears of it is for the caller to say."""
    policy = rules.policy_of(kind, Severity.HIGH)
    details = Details(kind=kind, severity=Severity.HIGH, area=elder.area, about=elder.id, policy=policy)
    number = await uow.items.next_number()
    item, event = begin(number, Action.RAISE, at=now, actor=by, details=details, reason=reason)
    await uow.items.add(item, event, next_look(item, now, rules))
    log.info("item.raise", item=number, kind=kind, reason=reason)
    return item

"""📅 预计完成: who has an item says until when it will take, and is left in peace until then."""

from __future__ import annotations

from datetime import datetime

from care.domain.entitlement import Act
from care.domain.errors import Refused
from care.domain.items import Action, Details, Item
from care.domain.notices import PromiseQuestion
from care.domain.people import Person
from care.domain.promises import SHOWN_FROM, Term, offered, promised_until
from care.domain.rules import Rules
from care.domain.states import Severity
from care.services.acts import change
from care.services.claims import ask_here, take_back_questions
from care.services.ports import Asked, UnitOfWork
from care.services.showing import call_coordinators
from care.services.standing import Spoken, item_for


async def ask_until(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """📅: ask the presser until when, where he pressed."""
    item = await item_for(uow, number, Act.PROMISE, who, spoken, rules)
    item.apply(Action.PROMISE, at=now, actor=who.id)  # refuses now what would be refused after the answer
    if not offered(item.severity, now, rules.zone):
        raise Refused("refused.urgent_late", number=number)
    await ask_here(uow, item, Asked.PROMISE, PromiseQuestion(item=number, asked=who.id), who, spoken, now, rules)
    return item


async def promise(
    uow: UnitOfWork, number: int, term: Term, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """Until then nobody is asked and nothing climbs; the reporter sees it. The third promise is shown higher up."""
    item = await item_for(uow, number, Act.PROMISE, who, spoken, rules)
    item.apply(Action.PROMISE, at=now, actor=who.id)
    left = offered(item.severity, now, rules.zone)
    if term not in left:  # it has become urgent, or 18:00, since the menu was shown
        if item.severity is not Severity.URGENT:
            raise Refused("refused.day_over", number=number)
        raise Refused("refused.urgent_today" if left else "refused.urgent_late", number=number)
    details = Details(promised_until=promised_until(term, now, rules.zone))
    item = await change(uow, item, Action.PROMISE, by=who, now=now, rules=rules, reason=term, details=details)
    await take_back_questions(uow, item, now, Asked.PROMISE, Asked.PROOF)
    if item.progress is not None and item.progress.promises >= SHOWN_FROM:
        await call_coordinators(uow, item, rules)
    return item

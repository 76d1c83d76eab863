"""↶ 撤销: an end that was a slip of the thumb. It goes on where it was, and who heard of the end hears that."""

from __future__ import annotations

from datetime import datetime

from care.domain.due import undo_until
from care.domain.entitlement import Act
from care.domain.errors import NotNow, Refused
from care.domain.items import Action, Item, State
from care.domain.notices import Sentence
from care.domain.people import Person
from care.domain.rules import Rules
from care.services import endings
from care.services.acts import change, tell_person
from care.services.ended import unsay_end
from care.services.ports import Step, UnitOfWork
from care.services.showing import call_again
from care.services.standing import Spoken, item_for


async def undo(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """Take the end back, within `undo_within`: by whoever ended it, or a coordinator.

    Who had it has it again; what needed nobody waits for somebody, and rings. Questions that were closed stay closed.
    """
    item = await item_for(uow, number, Act.UNDO, who, spoken, rules)
    if item.state not in (State.RESOLVED, State.DISMISSED):
        raise NotNow(number, item.state, Action.UNDO)
    until = undo_until(item, rules)
    if until is None:
        raise Refused("refused.no_undo", number=number)
    if now >= until:
        raise Refused("refused.undo_late", number=number)
    if (younger := await endings.younger_live(uow, item)) is not None:
        raise Refused("refused.younger", number=number, other=younger.number)
    await unsay_end(uow, item)
    await _take_the_end_back(uow, item, now)
    was = item
    item = await change(uow, item, Action.UNDO, by=who, now=now, rules=rules, reason=item.state)
    await endings.take_back(uow, was, item, who, now, rules, slip=True)
    if item.state is State.OPEN:
        await call_again(uow, item, "undone", now)
    return item


async def _take_the_end_back(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """All who got this end hear that it was none, and its message loses its buttons."""
    for telling in await uow.outbox.told(item.number, [Step.ENDED]):
        if item.resolved_at is None or telling.created_at < item.resolved_at or telling.person is None:
            continue
        if telling.message is not None:
            await uow.messages.wish_bare(telling.address.chat, telling.message, now)
        person = await uow.people.get(telling.person)
        notice = Sentence(key="undo.told", args={"number": item.number}, item=item.number)
        await tell_person(uow, person, notice, step=Step.UNDO, key=f"{telling.key}:undone", now=now)

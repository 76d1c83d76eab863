"""An update that cannot be dealt with becomes an item itself: what somebody sent is never lost."""

from __future__ import annotations

from datetime import datetime

from care.domain.cries import Cry
from care.domain.due import next_look
from care.domain.items import Action, Category, Details, Kind, Severity, begin
from care.domain.notices import Lane, Sentence
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.acts import tell_person
from care.services.ports import Step, UnitOfWork
from care.services.showing import show


async def park(
    uow: UnitOfWork, update: int, sender: Person | None, words: str, *, private: bool, now: datetime, rules: Rules
) -> int:
    """An open item from what is known of the update (who sent it, what words it holds); its number.

    From an elder it is urgent. The sender, where he wrote in private, hears that a person will look at it.
    """
    number = await uow.items.next_number()
    area = rules.tree.get(sender.home if sender else None) or rules.tree.root_community()
    elder = sender is not None and sender.is_elder
    severity = Severity.URGENT if elder else Severity.NORMAL
    details = Details(
        kind=Kind.HELP if elder else Kind.REPORT,
        category=None if elder else Category.OTHER,
        severity=severity,
        policy=rules.policies.get(severity),
        area=area.id if area else None,
        text=words,
        reporter=sender.id if sender else None,
        reporter_known=sender.enrolled if sender else False,
        about=sender.id if elder and sender else None,
    )
    actor = sender.id if sender else None
    item, event = begin(number, Action.RAISE, at=now, actor=actor, details=details, reason=Cry.UNREADABLE)
    await uow.items.add(item, event, next_look(item, now, rules))
    await uow.inbox.park(update, number)
    await show(uow, item, rules)
    if sender is not None and private:
        notice = Sentence(key="parked.told", args={"number": number}, item=number)
        await tell_person(uow, sender, notice, step=Step.ANSWER, key=f"{number}:parked", now=now, lane=Lane.ANSWER)
    return number

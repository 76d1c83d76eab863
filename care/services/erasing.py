"""/forget: all that is kept of somebody goes, once nothing that he needs, or others need of him, is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from care.domain.checkins import Why
from care.domain.elders import ElderState
from care.domain.items import Action
from care.domain.notices import ForgetWaits, Forgotten, Lane
from care.domain.people import Person
from care.domain.rules import Rules
from care.services import checkins, meeting
from care.services.acts import change, tell_person
from care.services.ports import Address, Step, Telling, UnitOfWork

log = structlog.get_logger(__name__)

FAMILY_FIRST = timedelta(hours=1)  # an elder's family and the coordinators hear it while we still know her name
LOOK_AGAIN = timedelta(minutes=10)  # whether what it waits for has ended
AT_A_TIME = 50  # items in one transaction: nothing holds the writer for long


async def wish(uow: UnitOfWork, person: Person, now: datetime, rules: Rules) -> None:
    """🗑 确认删除: it is done at once, but for what has to end first. An elder has left with it."""
    elder = await uow.elders.find(person.id)
    due = now if elder is None else now + FAMILY_FIRST
    await uow.erasures.wish(person.id, now, due)
    if elder is not None and elder.state is not ElderState.LEFT:
        await meeting.leave(uow, elder, now, rules, to_be_forgotten=True)
    if elder is not None or await uow.erasures.waits_for(person.id):
        key = f"forget:{person.id}:{now.isoformat(timespec='seconds')}"
        await tell_person(uow, person, ForgetWaits(person=person.id), step=Step.ANSWER, key=key, now=now)
    log.info("person.forget_wished", person=person.id)


async def unwish(uow: UnitOfWork, person: Person, now: datetime, rules: Rules) -> bool:
    """↶ 先不删: all stays; an elder who has left with it takes part again. False where nothing is to be taken back."""
    if not await uow.erasures.unwish(person.id):
        return False
    elder = await uow.elders.find(person.id)
    if elder is not None:
        await meeting.stay(uow, elder, now, rules)
    log.info("person.forget_unwished", person=person.id)
    return True


async def erasure_due(uow: UnitOfWork, person: int, now: datetime, rules: Rules) -> None:
    """Somebody wanted it, and its time has come: what is under way about him runs to its outcome first."""
    wished = await uow.erasures.find(person)
    if wished is None or wished.due_at > now:
        return
    if await uow.erasures.waits_for(person):
        await uow.erasures.put_off(person, now + LOOK_AGAIN)
    else:
        await erase(uow, await uow.people.get(person), now, rules)


async def erase(uow: UnitOfWork, person: Person, now: datetime, rules: Rules) -> bool:
    """One step of it; whether it is done. Item numbers, states and times stay, of nobody.

    Call it only where nothing is waited for. What was settled of late cannot be reopened any more.
    """
    await uow.erasures.wish(person.id, now, now)
    elder = await uow.elders.find(person.id)
    if elder is not None and elder.state is not ElderState.LEFT:  # erased by the operator, who tells those around her
        await uow.elders.set_state(person.id, ElderState.LEFT, now)
        await checkins.stop_asking(uow, replace(elder, state=ElderState.LEFT), Why.NOT_JOINED, now, rules)
    for number in await uow.erasures.settled(person.id):
        item = await uow.items.get(number)
        await change(uow, item, Action.ARCHIVE, by=None, now=now, rules=rules, reason="forgotten")
    if await uow.erasures.blank_items(person.id, now, AT_A_TIME):
        return False
    chat = await uow.erasures.erase(person.id, now)
    if chat is not None:
        notice = Forgotten(language=person.language or rules.language)
        key = f"forgotten:{person.id}"
        await uow.outbox.tell(notice, Address(chat), lane=Lane.ANSWER, step=Step.ANSWER, key=key, now=now)
    log.info("person.forgotten", person=person.id)
    return True


async def waits_for(uow: UnitOfWork, person: Person) -> Sequence[int]:
    """The items that have to end before he can be forgotten."""
    return await uow.erasures.waits_for(person.id)


async def delivered(uow: UnitOfWork, telling: Telling) -> None:
    """The last word was said, or cannot be: it is forgotten as well."""
    if isinstance(telling.notice, Forgotten):
        await uow.erasures.forget_telling(telling.id, telling.address.chat, telling.message)

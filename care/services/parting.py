"""🕯 离世或搬走: her greetings stop at the press; a coordinator says whether it is true. No machine tells her family."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from care.domain.checkins import Why
from care.domain.elders import ElderState
from care.domain.entitlement import coordinates
from care.domain.errors import Refused
from care.domain.items import Action, Event, Item
from care.domain.notices import GoneQuestion, Lane
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Ending, State
from care.services import checkins, endings, showing
from care.services.acts import change, tell_person
from care.services.ports import Asked, Step, UnitOfWork
from care.services.rungs import coordinators
from care.services.sheets import elder_of

log = structlog.get_logger(__name__)

CONFIRMED, DENIED = "gone_confirmed", "gone_denied"  # a history's reasons: what a coordinator said
AGAIN = timedelta(hours=24)  # a death that nobody confirms is asked about each day


async def ask(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """Each coordinator over her is asked in private: is it true?"""
    asked = await coordinators(uow, item.area, rules)
    if not asked:
        log.error("parting.nobody_to_ask", item=item.number)
    for person in asked:
        await _ask(uow, item, person, now)


async def ask_again(uow: UnitOfWork, number: int, person: int, now: datetime) -> None:
    """Nobody has said for a day: the same question once more, in place of the last."""
    item = await uow.items.get(number)
    if item.ending is not Ending.GONE or answer_of(await uow.items.history(number)) is not None:
        return
    for telling in await uow.outbox.told(number, [Step.GONE]):
        if telling.person == person and telling.message is not None:
            await uow.messages.wish_gone(telling.address.chat, telling.message, now)
    await _ask(uow, item, await uow.people.get(person), now)


async def confirm(uow: UnitOfWork, number: int, who: Person, now: datetime, rules: Rules) -> Item:
    """It is true: she has left, and is not greeted any more."""
    item = await _asked_about(uow, number, who, rules)
    elder = await elder_of(uow, item)
    item = await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason=CONFIRMED)
    if elder is not None:
        await uow.elders.set_state(elder.id, ElderState.LEFT, now)
        await checkins.stop_asking(uow, elder, Why.NOT_JOINED, now, rules)
    await not_asked_any_more(uow, item, now)
    return item


async def deny(uow: UnitOfWork, number: int, who: Person, now: datetime, rules: Rules) -> Item:
    """It is not: she is greeted as before, and what it ended is open again, for nobody knows now how she is."""
    was = await _asked_about(uow, number, who, rules)
    item = await change(uow, was, Action.NOTE, by=who, now=now, rules=rules, reason=DENIED)
    if item.state is State.RESOLVED and await endings.younger_live(uow, item) is None:
        item = await change(uow, item, Action.REOPEN, by=who, now=now, rules=rules, reason=DENIED)
        await showing.show(uow, item, rules)
        await showing.call_again(uow, item, "reopened", now)
    await endings.take_back(uow, was, item, who, now, rules, slip=True)
    await not_asked_any_more(uow, item, now)
    return item


async def not_asked_any_more(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """What stands with the coordinators says how it is by now."""
    for question in await uow.questions.of_item(item.number, [Asked.GONE]):
        await uow.questions.close(question.id)
    await uow.outbox.supersede(item.number, [Step.GONE])
    for telling in await uow.outbox.told(item.number, [Step.GONE]):
        if telling.message is not None:
            await uow.messages.wish_anew(telling.address.chat, telling.message, now)


def answer_of(history: Sequence[Event]) -> Event | None:
    """What a coordinator has said since somebody last named that outcome; None while nobody has."""
    since = next((event for event in reversed(history) if event.details.ending is not None), None)
    after = history[history.index(since) :] if since is not None else ()
    return next((event for event in after if event.reason in (CONFIRMED, DENIED)), None)


async def _asked_about(uow: UnitOfWork, number: int, who: Person, rules: Rules) -> Item:
    """Raises Refused where it is not his to say, or is over."""
    item = await uow.items.get(number)
    if not coordinates(who, item.area, rules.tree):
        raise Refused("hands.coordinators_only")
    if item.ending is not Ending.GONE:
        raise Refused("refused.not_now", number=number)
    if answer_of(await uow.items.history(number)) is not None:
        raise Refused("parting.said_already")
    return item


async def _ask(uow: UnitOfWork, item: Item, person: Person, now: datetime) -> None:
    if person.telegram_id is None:
        return
    before = len(await uow.outbox.fates(item.number, Step.GONE, person.id))
    key = f"{item.number}:gone:{person.id}:{before}"
    notice = GoneQuestion(item=item.number, asked=person.id)
    await tell_person(uow, person, notice, step=Step.GONE, key=key, now=now, lane=Lane.ANSWER)
    await uow.questions.ask(person.telegram_id, person.id, Asked.GONE, item.number, now, now + AGAIN)

"""A claim is a promise, not an end: its claimer is asked how it is going, and somebody else where he is silent."""

from __future__ import annotations

from datetime import datetime

from care.domain.entitlement import Act
from care.domain.errors import AlreadyClaimed
from care.domain.items import Action, Item, State
from care.domain.notices import HowIsIt, Lane
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.acts import change, haste, tell_person
from care.services.ports import Address, Face, Step, UnitOfWork
from care.services.showing import call_again
from care.services.standing import Spoken, item_for


async def ask(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """处理得怎么样了？ to the claimer, in private."""
    promised = item.progress is not None and item.progress.promised_until is not None
    faces = None if promised else [Face.CARD]  # a promise that is over comes off the receipt, too
    item = await change(uow, item, Action.ASK, by=None, now=now, rules=rules, reason="ask", faces=faces)
    if item.claimed_by is None:
        return
    claimer = await uow.people.get(item.claimed_by)
    key = f"{item.number}:ask:{item.version}"
    question = HowIsIt(item=item.number, asked=claimer.id, at=now)
    if not await tell_person(uow, claimer, question, step=Step.ASK, key=key, now=now, lane=_lane(item)):
        await ask_in_group(uow, item, question, now)


async def ask_in_group(uow: UnitOfWork, item: Item, question: HowIsIt, now: datetime) -> None:
    """He cannot be reached in private: by a reply to the card of the group he claimed it in, with a mention."""
    if item.state is not State.CLAIMED or item.claimed_by != question.asked:
        return
    shown = await _shown_in_groups(uow, item)
    bound = {Address(one.chat, one.thread) for one in await uow.bindings.all() if one.area == item.claimed_from}
    for address, message in ([place for place in shown if place[0] in bound] or shown)[:1]:
        await uow.outbox.tell(
            question,
            address,
            lane=_lane(item),
            step=Step.ASK,
            key=f"{item.number}:ask_in_group:{question.at.isoformat()}",
            now=now,
            reply_to=message,
        )


async def _shown_in_groups(uow: UnitOfWork, item: Item) -> list[tuple[Address, int | None]]:
    """Its cards in groups, or the lists there that name it, with the message to reply to."""
    cards = [card for card in await uow.cards.of_item(item.number) if card.face is Face.CARD and card.person is None]
    named = [row for row in await uow.lists.of_item(item.number) if row.address.chat < 0]
    return [(card.address, card.message) for card in cards] or [(row.address, row.message) for row in reversed(named)]


async def still_at_it(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """⏳ 还在处理: the clocks of asking start anew; raises AlreadyClaimed for anybody but the claimer."""
    has_it = (await uow.items.get(number)).claimed_by
    if has_it is not None and has_it != who.id:
        raise AlreadyClaimed(number, has_it)
    item = await item_for(uow, number, Act.STILL, who, spoken, rules)
    return await change(uow, item, Action.HEARD, by=who, now=now, rules=rules, reason="still", faces=[Face.CARD])


async def lapse(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """Asked twice in vain: the claim falls away, kindly, and the groups are called again."""
    busy = item.claimed_by
    item = await change(uow, item, Action.LAPSE, by=None, now=now, rules=rules, reason="lapse")
    await call_again(uow, item, "lapsed", now, who=busy)


def _lane(item: Item) -> Lane:
    """The lane of a question: as urgent as the item, for who has an urgent one may have forgotten it."""
    return Lane.URGENT if item.severity.rank == 0 else haste(item)

"""Where an item is shown: the grid's group, or whoever stands in for it. Nothing is ever shown to nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog

from care.domain.items import Item, Severity
from care.domain.notices import CalledAgain, Lane
from care.domain.rules import Rules
from care.domain.states import LISTED
from care.services import lists
from care.services.acts import GROUP_FACES, haste
from care.services.ports import Address, Face, Step, UnitOfWork
from care.services.rungs import coordinators, in_private, rungs_of, told

log = structlog.get_logger(__name__)


async def show(uow: UnitOfWork, item: Item, rules: Rules, *, handed_on: bool = False) -> None:
    """Wish the item's cards on every rung that has heard of it; cards off its way up (after a move, a veiling) go.

    `handed_on`: instead of going they say where it went. Its claimer's own card in private stays in any case. What is
    named on lists has no card: see `lists.place`.
    """
    if item.kind in LISTED:
        return
    rungs = await rungs_of(uow, item, rules)
    wanted = dict.fromkeys(spot for rung in told(rungs, item) for spot in rung.spots)
    anywhere = {(spot.address, spot.face) for rung in rungs for spot in rung.spots}
    for card in await uow.cards.of_item(item.number):
        if card.face not in GROUP_FACES or (card.address, card.face) in anywhere:
            continue
        if handed_on:
            await uow.cards.retire(card.id)
        elif card.person is None or card.person != item.claimed_by:
            await uow.cards.drop(card.id)
    for spot in wanted:
        await uow.cards.want(item.number, spot.address, spot.face, lane=haste(item), person=spot.person)
    if not wanted:  # no group, no coordinator, no admin: only the operator is left
        log.error("item.nobody_to_show", item=item.number)


async def call_coordinators(uow: UnitOfWork, item: Item, rules: Rules) -> None:
    """Show the item to the coordinators in private, beside where else it is shown."""
    for spot in in_private(await coordinators(uow, item.area, rules)):
        await uow.cards.want(item.number, spot.address, spot.face, lane=haste(item), person=spot.person)


async def call_next(uow: UnitOfWork, item: Item, rules: Rules) -> bool:
    """Somebody cannot be reached in private: show it to whoever else may see it; False if nobody is left."""
    asked = {card.person for card in await uow.cards.of_item(item.number) if card.person is not None}
    others = [*await coordinators(uow, item.area, rules), *await uow.people.admins()]
    left = in_private(person for person in others if person.id not in asked)
    for spot in left:
        await uow.cards.want(item.number, spot.address, spot.face, lane=haste(item), person=spot.person)
    return bool(left)


async def call_again(
    uow: UnitOfWork,
    item: Item,
    why: str,
    now: datetime,
    who: int | None = None,
    *,
    only: Collection[Address] | None = None,
) -> None:
    """A person is needed anew: one sounding reply to each card of the item (or to those at these addresses).

    A card that is not there yet sounds by itself when it comes. `why` ends the sentence's key. `who`: the person id of
    whom the sentence speaks.
    """
    if item.kind in LISTED:
        await lists.call(uow, item, why, now, who)
        return
    lane = Lane.URGENT if item.severity is Severity.URGENT else Lane.ROUTINE
    for card in await uow.cards.of_item(item.number):
        if card.face is Face.CARD and card.posted and (only is None or card.address in only):
            await uow.outbox.tell(
                CalledAgain(item=item.number, why=why, at=now, who=who),
                card.address,
                lane=lane,
                step=Step.AGAIN,
                key=f"{item.number}:again:{item.version}:{card.id}",
                now=now,
                person=card.person,
                reply_to=card.message,
            )


async def call_daily(uow: UnitOfWork, item: Item, why: str, now: datetime, rules: Rules) -> None:
    """What waits for the people who have its card, and is on no ladder: one sounding reply a day, from the next on."""
    today = now.astimezone(rules.zone).date()
    if item.created_at.astimezone(rules.zone).date() == today:
        return
    await uow.outbox.supersede(item.number, [Step.AGAIN])
    for posted in await uow.messages.of_item(item.number):
        if posted.subject == "called_again":  # yesterday's gives way to today's
            await uow.messages.wish_gone(posted.chat, posted.message, now)
    for card in await uow.cards.of_item(item.number):
        if card.face is Face.CARD:
            await uow.outbox.tell(
                CalledAgain(item=item.number, why=why),
                card.address,
                lane=Lane.ROUTINE,
                step=Step.AGAIN,
                key=f"{item.number}:{why}:{today}:{card.id}",
                now=now,
                person=card.person,
                reply_to=card.message,
            )


async def take_out_of_groups(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """Every trace of it in a group goes: albums, full texts, questions; its own cards are `show`'s to settle."""
    cards = {(card.address.chat, card.message) for card in await uow.cards.of_item(item.number)}
    for posted in await uow.messages.of_item(item.number):
        if posted.chat < 0 and (posted.chat, posted.message) not in cards:
            await uow.messages.wish_gone(posted.chat, posted.message, now)
    for chat in {binding.chat for binding in await uow.bindings.all()}:
        await uow.outbox.supersede_in(item.number, chat)
        for listed in await uow.messages.standing(chat, "open_list"):
            await uow.messages.wish_anew(chat, listed.message, now)

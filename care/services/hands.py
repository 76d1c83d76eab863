"""Helping hands: somebody of a group who is not enrolled wants to help where only enrolled people may act."""

from __future__ import annotations

from datetime import datetime

from care.domain.areas import Level
from care.domain.entitlement import GUARDED, Act, coordinates, may
from care.domain.errors import NotFound, Refused
from care.domain.items import Action, Item, Severity, State
from care.domain.notices import HelpingHand, Lane, Sentence
from care.domain.people import Person, Role
from care.domain.rules import Rules
from care.services.acts import ENROLLED, HAND, change, tell_person
from care.services.claims import take
from care.services.ports import Step, UnitOfWork
from care.services.rungs import coordinators
from care.services.standing import Spoken, is_staff_group


async def offer(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> str | None:
    """He hears where it is; the card and each coordinator hear that he can go. None where this is not his to offer.

    Only in a staff group that has the card, for an urgent matter of an elder that nobody has. The ladder runs on.
    """
    try:
        item = await uow.items.get(number)
    except NotFound:
        return None
    alarming = item.kind in GUARDED and item.severity is Severity.URGENT and item.state is State.OPEN
    here = [card for card in await uow.cards.of_item(number) if card.address.chat == spoken.chat]
    inside = not spoken.private and spoken.member is not False and await is_staff_group(uow, spoken.chat)
    if not (alarming and here and inside) or may(Act.CLAIM, who, item, rules.tree, member=False):
        return None
    if not await has_offered(uow, item, who.id):
        item = await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason=HAND)
    for coordinator in await coordinators(uow, item.area, rules):
        await tell_person(
            uow,
            coordinator,
            HelpingHand(item=number, person=who.id),
            step=Step.HAND,
            key=f"{number}:hand:{who.id}:{coordinator.id}",
            now=now,
            lane=Lane.URGENT,
        )
    return await where(uow, item, rules)


async def enrol(uow: UnitOfWork, number: int, hand: int, by: Person, now: datetime, rules: Rules) -> Item:
    """✅ 是我们的网格员: he is enrolled in the item's grid, and has the item unless somebody else does by now.

    Raises Refused. Who enrolled whom stands in the item's history.
    """
    item = await uow.items.get(number)
    if not coordinates(by, item.area, rules.tree):
        raise Refused("hands.coordinators_only")
    if not await has_offered(uow, item, hand):
        raise Refused("refused.unknown_press")
    helper = await uow.people.get(hand)
    if not await is_enrolled(uow, item, helper):
        await uow.people.enrol(hand, Role.WORKER, _grid_of(item, rules))
        item = await change(uow, item, Action.NOTE, by=by, now=now, rules=rules, reason=ENROLLED, note=helper.name)
        if item.state is State.OPEN:
            item = await take(uow, item, helper, None, now, rules, reason=ENROLLED)
        key = {item.claimed_by: "hands.yours", item.pledged_by: "hands.pledged"}.get(hand, "hands.welcome")
        notice = Sentence(key=key, args={"number": number}, item=number)
        await tell_person(uow, helper, notice, step=Step.ANSWER, key=f"{number}:enrolled:{hand}", now=now)
    for telling in await uow.outbox.told(number, [Step.HAND]):
        asked = telling.notice
        if isinstance(asked, HelpingHand) and asked.person == hand and telling.message is not None:
            await uow.messages.wish_anew(telling.address.chat, telling.message, now)
    return item


async def has_offered(uow: UnitOfWork, item: Item, person: int) -> bool:
    """Whether he has said that he can go."""
    return any(event.reason == HAND and event.actor == person for event in await uow.items.history(item.number))


async def is_enrolled(uow: UnitOfWork, item: Item, helper: Person) -> bool:
    """Whether a coordinator has said so already: what becomes of the item after that is his own affair."""
    history = await uow.items.history(item.number)
    return any(event.reason == ENROLLED and event.note == helper.name for event in history)


async def where(uow: UnitOfWork, item: Item, rules: Rules) -> str:
    """Where to go, as far as a helper may know it: the building, else the area."""
    building = await uow.people.building_of(item.about) if item.about is not None else None
    area = rules.tree.get(item.area)
    return building or (area.name if area else rules.community)


def _grid_of(item: Item, rules: Rules) -> str:
    """The grid that the item lies in; where it lies in none, its area."""
    line = list(rules.tree.lineage(item.area))
    grid = next((area for area in line if area.level is Level.GRID), None)
    place = grid or (line[0] if line else rules.tree.root_community())
    if place is None:
        raise Refused("refused.gone")
    return place.id

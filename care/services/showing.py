"""Where an item is shown: the grid's group, or whoever stands in for it. Nothing is ever shown to nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from care.domain.entitlement import GUARDED
from care.domain.items import Item, Kind, Severity
from care.domain.notices import CalledAgain, Lane
from care.domain.people import WORKING, Person, Role
from care.domain.rules import Rules
from care.services.acts import GROUP_FACES, haste
from care.services.ports import Address, Binding, Face, Step, UnitOfWork


@dataclass(frozen=True)
class Spot:
    """One place where an item is shown: a chat, as what, and whose private chat it is."""

    address: Address
    face: Face
    person: int | None = None


async def show(uow: UnitOfWork, item: Item, rules: Rules) -> None:
    """Wish the item's cards where they belong now; cards elsewhere (after a move, or a veiling) go."""
    wanted = await spots(uow, item, rules)
    places = {(spot.address, spot.face) for spot in wanted}
    for card in await uow.cards.of_item(item.number):
        if card.face in GROUP_FACES and (card.address, card.face) not in places:
            await uow.cards.drop(card.id)
    for spot in wanted:
        await uow.cards.want(item.number, spot.address, spot.face, lane=haste(item), person=spot.person)


async def spots(uow: UnitOfWork, item: Item, rules: Rules) -> list[Spot]:
    """The area's own chat or its nearest ancestor's; quarrels are veiled there and open to the coordinators.

    An area without a chat of its own: its enrolled workers see the item in private too. No chat at all: coordinators.
    """
    bindings = {binding.area: binding for binding in await uow.bindings.all()}
    bound = _nearest(item, rules, bindings)
    if item.kind is Kind.DISPUTE:
        veiled = [Spot(_address(bound), Face.VEILED)] if bound else []
        return veiled + _private(await coordinators(uow, item.area, rules))
    if item.kind in GUARDED and bound and bound.audience == "residents":  # never before the neighbours' eyes
        return _private(await _workers_or_coordinators(uow, item, rules))
    found = [Spot(_address(bound), Face.CARD)] if bound else _private(await coordinators(uow, item.area, rules))
    if item.area is not None and item.area not in bindings:
        found += _private(await uow.people.holding(WORKING, [item.area]))
    if item.reopened >= 2:
        found += await _one_higher(uow, item, rules, bindings, bound)
    return list(dict.fromkeys(found))


async def coordinators(uow: UnitOfWork, area: str | None, rules: Rules) -> list[Person]:
    """The coordinators over an area who can be reached; the admins where there are none."""
    offices: list[str | None] = [None, *(step.id for step in rules.tree.lineage(area))]
    found = [person for person in await uow.people.holding([Role.COORDINATOR], offices) if person.telegram_id]
    return found or [person for person in await uow.people.admins() if person.telegram_id]


async def call_coordinators(uow: UnitOfWork, item: Item, rules: Rules) -> None:
    """Show the item to the coordinators in private, beside where else it is shown."""
    for spot in _private(await coordinators(uow, item.area, rules)):
        await uow.cards.want(item.number, spot.address, spot.face, lane=haste(item), person=spot.person)


async def call_next(uow: UnitOfWork, item: Item, rules: Rules) -> bool:
    """Somebody cannot be reached in private: show it to whoever else may see it; False if nobody is left."""
    asked = {card.person for card in await uow.cards.of_item(item.number) if card.person is not None}
    others = [*await coordinators(uow, item.area, rules), *await uow.people.admins()]
    left = _private(person for person in others if person.id not in asked)
    for spot in left:
        await uow.cards.want(item.number, spot.address, spot.face, lane=haste(item), person=spot.person)
    return bool(left)


async def call_again(uow: UnitOfWork, item: Item, why: str, now: datetime) -> None:
    """A person is needed anew: one sounding reply to each card of the item. `why` ends the sentence's key."""
    lane = Lane.URGENT if item.severity is Severity.URGENT else Lane.ROUTINE
    for card in await uow.cards.of_item(item.number):
        if card.face is Face.CARD:
            await uow.outbox.tell(
                CalledAgain(item=item.number, why=why),
                card.address,
                lane=lane,
                step=Step.AGAIN,
                key=f"{item.number}:again:{item.version}:{card.id}",
                now=now,
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


async def _workers_or_coordinators(uow: UnitOfWork, item: Item, rules: Rules) -> list[Person]:
    areas = [step.id for step in rules.tree.lineage(item.area)]
    workers = [person for person in await uow.people.holding(WORKING, areas) if person.telegram_id]
    return workers or await coordinators(uow, item.area, rules)


def _nearest(item: Item, rules: Rules, bindings: dict[str, Binding]) -> Binding | None:
    line = rules.tree.lineage(item.area)
    return next((bindings[step.id] for step in line if step.id in bindings), None)


async def _one_higher(
    uow: UnitOfWork, item: Item, rules: Rules, bindings: dict[str, Binding], bound: Binding | None
) -> list[Spot]:
    """The next chat above the one that has it; where there is none, the coordinators."""
    above = [bindings[step.id] for step in rules.tree.lineage(item.area) if step.id in bindings]
    higher = next((binding for binding in above if bound and _address(binding) != _address(bound)), None)
    if higher:
        return [Spot(_address(higher), Face.CARD)]
    return _private(await coordinators(uow, item.area, rules))


def _private(people: Iterable[Person]) -> list[Spot]:
    return [Spot(Address(who.telegram_id), Face.CARD, who.id) for who in people if who.telegram_id is not None]


def _address(binding: Binding) -> Address:
    return Address(binding.chat, binding.thread)

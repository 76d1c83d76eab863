"""Where an item is shown: the grid's group, or whoever stands in for it. Nothing is ever shown to nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from care.domain.items import Item, Kind
from care.domain.people import WORKING, Person, Role
from care.domain.rules import Rules
from care.services.acts import GROUP_FACES, haste
from care.services.ports import Address, Binding, Face, UnitOfWork


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

"""What is still to be done, as one chat or one coordinator may see it, and what has happened to an item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from care.domain.entitlement import GUARDED, coordinates
from care.domain.items import LIVE, Action, Event, Item, Kind
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import Binding, Card, UnitOfWork
from care.services.views import Whom, name_of, whom

MOST_LISTED = 20


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """One item of the list. `card`: where it stands in this chat, if it does; `veiled`: nothing of it may be told."""

    item: Item
    area: str | None
    claimer: str | None
    card: Card | None
    veiled: bool
    elder: Whom | None = None


@dataclass(frozen=True, kw_only=True)
class OpenItems:
    """The most urgent and oldest of them, and how many there are in all."""

    lines: Sequence[OpenLine]
    count: int


@dataclass(frozen=True, kw_only=True)
class StoryLine:
    """One line of an item's history, or several alike in a row. `who` is None for what time itself did."""

    event: Event
    who: Person | None
    area: str | None
    times: int = 1


async def open_in(uow: UnitOfWork, chat: int, rules: Rules) -> OpenItems:
    """What is live and has its card in this chat, or happens at or below an area that is told there."""
    bound = await uow.bindings.of_chat(chat)
    below = [area for area in rules.tree.areas if any(rules.tree.under(area, one.area) for one in bound)]
    found = {item.number: item for item in (await uow.items.in_states(LIVE, below) if below else ())}
    cards = {card.item: card for card in await uow.cards.in_chat(chat)}
    for number in cards.keys() - found.keys():
        item = await uow.items.get(number)
        if item.live:
            found[number] = item
    seen = [item for item in found.values() if not hidden_from(bound, item)]
    return await _listed(uow, seen, rules, cards, group=True)


async def open_for(uow: UnitOfWork, person: Person, rules: Rules) -> OpenItems:
    """What is live in the areas that the person coordinates."""
    found = [item for item in await uow.items.in_states(LIVE) if coordinates(person, item.area, rules.tree)]
    return await _listed(uow, found, rules, {}, group=False)


async def seen_in(uow: UnitOfWork, item: Item, chat: int, rules: Rules) -> bool:
    """Whether this group may be told of the item at all."""
    bound = await uow.bindings.of_chat(chat)
    if hidden_from(bound, item):
        return False
    if any(card.address.chat == chat for card in await uow.cards.of_item(item.number)):
        return True
    return item.area is not None and any(rules.tree.under(item.area, binding.area) for binding in bound)


def hidden_from(bound: Iterable[Binding], item: Item) -> bool:
    """Where neighbours are in the group, it hears nothing of an elder and of no quarrel."""
    residents = any(binding.audience == "residents" for binding in bound)
    return residents and (item.kind in GUARDED or item.kind is Kind.DISPUTE)


async def story_of(uow: UnitOfWork, item: Item, rules: Rules) -> list[StoryLine]:
    """All that happened to it, oldest first; reminders in a row are one line."""
    lines: list[StoryLine] = []
    people: dict[int, Person] = {}
    for event in await uow.items.history(item.number):
        if event.actor is not None and event.actor not in people:
            people[event.actor] = await uow.people.get(event.actor)
        area = rules.tree.get(event.details.area)
        line = StoryLine(
            event=event,
            who=people[event.actor] if event.actor is not None else None,
            area=area.name if area else None,
        )
        last = lines[-1] if lines else None
        if event.action is Action.REMIND and last is not None and last.event.action is Action.REMIND:
            lines[-1] = replace(line, times=last.times + 1)
        else:
            lines.append(line)
    return lines


async def _listed(
    uow: UnitOfWork, found: Sequence[Item], rules: Rules, cards: dict[int, Card], *, group: bool
) -> OpenItems:
    ranked = sorted(found, key=lambda item: (item.severity.rank, item.since or item.created_at, item.number))
    lines = []
    for item in ranked[:MOST_LISTED]:
        area = rules.tree.get(item.area)
        lines.append(
            OpenLine(
                item=item,
                area=area.name if area else None,
                claimer=await name_of(uow, item.claimed_by),
                card=cards.get(item.number),
                veiled=group and item.kind is Kind.DISPUTE,
                elder=await whom(uow, item, rules),
            )
        )
    return OpenItems(lines=lines, count=len(found))

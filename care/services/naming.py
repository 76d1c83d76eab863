"""How an elder is named to those who look after her: form of address and building, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from care.domain.areas import Level
from care.domain.elders import ElderRecord, Title, given_name_of
from care.domain.namesakes import Called, told_apart
from care.domain.rules import Rules
from care.locale import say
from care.services.ports import UnitOfWork


@dataclass(frozen=True)
class Named:
    """`王奶奶(秀英·81) 3号楼`: the suffix only where another one of the building is addressed alike.

    How a reader's language puts it together is `Speaker.named`'s to say.
    """

    title: Title
    suffix: str | None
    building: str | None


async def name_of_elder(uow: UnitOfWork, elder: ElderRecord, rules: Rules, now: datetime) -> Named:
    """How she is named in lines, buttons and toasts: never by her bare full name, never with phone, flat or health."""
    return (await names_of(uow, [elder], rules, now))[elder.id]


async def names_of(uow: UnitOfWork, elders: Iterable[ElderRecord], rules: Rules, now: datetime) -> Mapping[int, Named]:
    """How each of these is named, by person id; alike is who is spoken of alike to the same people."""
    year = now.astimezone(rules.zone).year
    asked = list(elders)
    heard_with = await _heard_with(uow, {elder.area for elder in asked if elder.area is not None}, rules)
    marks = {
        areas: told_apart([_called(one, year, rules) for one in await uow.elders.in_areas(areas)])
        for areas in set(heard_with.values())
    }

    def suffix(elder: ElderRecord) -> str | None:
        return None if elder.area is None else marks[heard_with[elder.area]].get(elder.id)

    return {elder.id: Named(elder.title(year), suffix(elder), elder.building) for elder in asked}


async def _heard_with(uow: UnitOfWork, areas: Iterable[str], rules: Rules) -> dict[str, frozenset[str]]:
    """For each area the areas whose elders are named to the same people: its grid's, and what shares its chat."""
    bound = {binding.area: (binding.chat, binding.thread) for binding in await uow.bindings.all()}
    told_in = {
        area: next((bound[step.id] for step in rules.tree.lineage(area) if step.id in bound), None)
        for area in rules.tree.areas
    }
    found = {}
    for area in areas:
        line = list(rules.tree.lineage(area))
        grid = next((step.id for step in line if step.level is Level.GRID), area)
        together = {other for other in rules.tree.areas if rules.tree.under(other, grid)}
        if told_in.get(area) is not None:
            together |= {other for other, chat in told_in.items() if chat == told_in[area]}
        found[area] = frozenset(together | {area})
    return found


def _called(elder: ElderRecord, year: int, rules: Rules) -> Called:
    """As the neighbourhood's own language has it: 王奶奶 by the roster's word is 王奶奶 by sex and age."""
    title = elder.title(year)
    return Called(
        id=elder.id,
        spoken=title.called or say(rules.language, f"title.{title.form}", surname=title.surname),
        building=elder.building,
        given=given_name_of(elder.person.name),
        age=elder.age(year),
    )

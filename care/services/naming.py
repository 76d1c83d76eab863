"""How an elder is named to those who look after her: form of address and building, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from care.domain.elders import ElderRecord, Title, given_name_of
from care.domain.namesakes import Called, told_apart
from care.domain.rules import Rules
from care.locale import say
from care.services.ports import UnitOfWork
from care.services.rungs import told_with, within_grid


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
    homes = {elder.area for elder in asked if elder.area is not None}
    together = await told_with(uow, homes, rules)
    heard_with = {home: frozenset(together[home] | within_grid(home, rules)) for home in homes}
    marks = {
        areas: told_apart([_called(one, year, rules) for one in await uow.elders.in_areas(areas)])
        for areas in set(heard_with.values())
    }

    def suffix(elder: ElderRecord) -> str | None:
        return None if elder.area is None else marks[heard_with[elder.area]].get(elder.id)

    return {elder.id: Named(elder.title(year), suffix(elder), elder.building) for elder in asked}


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

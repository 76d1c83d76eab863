"""The ladder's rungs: who hears of an item first, and who next when nobody takes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from care.domain.areas import Level
from care.domain.entitlement import GUARDED
from care.domain.items import Item, Kind, Severity, State
from care.domain.people import WORKING, Person, Role
from care.domain.rules import Rules
from care.services.ports import Address, Binding, Face, UnitOfWork


@dataclass(frozen=True)
class Spot:
    """One place where an item is shown: a chat, as what, and whose private chat it is."""

    address: Address
    face: Face
    person: int | None = None


class Office(StrEnum):
    """Who is above the last chat."""

    MEDIATORS = "mediators"
    COORDINATORS = "coordinators"
    ADMINS = "admins"


@dataclass(frozen=True)
class Rung:
    """One step of the way up. `whom`: an area's level, or an office; `also`: levels above that share its chat."""

    whom: Level | Office
    spots: tuple[Spot, ...]
    area: str | None = None
    also: tuple[Level, ...] = ()


async def rungs_of(uow: UnitOfWork, item: Item, rules: Rules) -> Sequence[Rung]:
    """Every rung, lowest first: own chat, the parents', coordinators, admins. A rung with nobody is left out."""
    if item.kind is Kind.DISPUTE:
        return await _of_a_quarrel(uow, item, rules)
    rungs: list[Rung] = []
    for area, binding in await _chats(uow, item, rules):
        spots = await _at(uow, item, area, binding, rules)
        level = rules.tree.areas[area].level
        if rungs and set(spots) <= set(rungs[-1].spots):
            rungs[-1] = replace(rungs[-1], also=(*rungs[-1].also, level))
        elif spots:
            rungs.append(Rung(level, spots, area))
    rungs += await _offices(uow, item, rules)
    called = await _called_in_private(uow, item, rungs, rules)
    if rungs:
        rungs[0] = replace(rungs[0], spots=tuple(dict.fromkeys((*rungs[0].spots, *called))))
    elif called and (place := rules.tree.get(item.area)) is not None:
        rungs.append(Rung(place.level, called, place.id))
    return rungs


async def first_to_hear(uow: UnitOfWork, area: str | None, now: datetime, rules: Rules) -> tuple[Spot, ...]:
    """Who is first to hear of an elder of that area, where there is no item: as if there were one."""
    anything = Item(
        number=0,
        version=0,
        state=State.OPEN,
        kind=Kind.MISSED_CHECKIN,
        severity=Severity.NORMAL,
        created_at=now,
        area=area,
    )
    rungs = await rungs_of(uow, anything, rules)
    return rungs[0].spots if rungs else ()


def told(rungs: Sequence[Rung], item: Item) -> Sequence[Rung]:
    """The rungs that have heard of it by now. At its last climb an urgent matter goes to all that are left."""
    climbed = item.progress.climbed if item.progress else 0
    reach = climbed + (1 if item.reopened >= 2 else 0)  # the second reopening climbs by itself
    climbs = len(item.policy.climb_unclaimed) if item.policy else 0
    if item.severity is Severity.URGENT and climbs and climbed >= climbs and item.kind is not Kind.DISPUTE:
        chat = reach + 1
        return [*rungs[:chat], *(rung for rung in rungs[chat:] if isinstance(rung.whom, Office))]
    return rungs[: reach + 1]


async def coordinators(uow: UnitOfWork, area: str | None, rules: Rules) -> list[Person]:
    """The coordinators over an area who can be reached; the admins where there are none."""
    offices: list[str | None] = [None, *(step.id for step in rules.tree.lineage(area))]
    found = [person for person in await uow.people.holding([Role.COORDINATOR], offices) if person.telegram_id]
    return found or [person for person in await uow.people.admins() if person.telegram_id]


def in_private(people: Iterable[Person]) -> tuple[Spot, ...]:
    """Each of them in his own chat with us, as far as we know it."""
    return tuple(Spot(Address(who.telegram_id), Face.CARD, who.id) for who in people if who.telegram_id is not None)


async def told_with(uow: UnitOfWork, areas: Iterable[str], rules: Rules) -> dict[str, frozenset[str]]:
    """For each area those whose people are told first where its own are; where nobody has a chat, its grid's."""
    bound = {binding.area: (binding.chat, binding.thread) for binding in await uow.bindings.all()}
    first = {
        area: next((bound[step.id] for step in rules.tree.lineage(area) if step.id in bound), None)
        for area in rules.tree.areas
    }
    found = {}
    for area in areas:
        together = {other for other, chat in first.items() if chat is not None and chat == first.get(area)}
        found[area] = frozenset((together or within_grid(area, rules)) | {area})
    return found


def grid_of(area: str | None, rules: Rules) -> str | None:
    """The grid that an area lies in, or the area itself where it lies in none."""
    line = list(rules.tree.lineage(area))
    return next((step.id for step in line if step.level is Level.GRID), line[0].id if line else area)


def within_grid(area: str, rules: Rules) -> set[str]:
    """The areas of the grid that an area lies in."""
    grid = grid_of(area, rules) or area
    return {other for other in rules.tree.areas if rules.tree.under(other, grid)}


async def _at(uow: UnitOfWork, item: Item, area: str, binding: Binding, rules: Rules) -> tuple[Spot, ...]:
    """The area's chat; for what neighbours must not see, in a chat where they are, its workers in private instead."""
    if item.kind not in GUARDED or binding.audience != "residents":
        return (Spot(Address(binding.chat, binding.thread), Face.CARD),)
    below = [step.id for step in rules.tree.lineage(item.area) if rules.tree.under(step.id, area)]
    return _others(await uow.people.holding(WORKING, below), item)


async def _called_in_private(uow: UnitOfWork, item: Item, rungs: Sequence[Rung], rules: Rules) -> tuple[Spot, ...]:
    """Who is told beside the first rung: the area's own workers where it has no chat of its own.

    For an urgent cry for help, every worker of the grid: groups are muted at night.
    """
    if item.area is None:
        return ()
    areas: list[str] = [] if item.area in {rung.area for rung in rungs} else [item.area]
    if item.kind is Kind.SOS or (item.kind is Kind.HELP and item.severity is Severity.URGENT):
        line = list(rules.tree.lineage(item.area))
        grid = next((step.id for step in line if step.level is Level.GRID), item.area)
        areas += [a for a in rules.tree.areas if rules.tree.under(a, grid) and rules.tree.related(a, item.area)]
    if not areas:
        return ()
    return _others(await uow.people.holding(WORKING, areas), item)


def _others(workers: Iterable[Person], item: Item) -> tuple[Spot, ...]:
    """Nobody comes to his own help: a liaison may be an elder, too."""
    return in_private(worker for worker in workers if worker.id != item.about)


async def _chats(uow: UnitOfWork, item: Item, rules: Rules) -> list[tuple[str, Binding]]:
    bindings = {binding.area: binding for binding in await uow.bindings.all()}
    return [(step.id, bindings[step.id]) for step in rules.tree.lineage(item.area) if step.id in bindings]


async def _offices(uow: UnitOfWork, item: Item, rules: Rules) -> list[Rung]:
    above = in_private(await coordinators(uow, item.area, rules))
    admins = in_private(await uow.people.admins())
    rest = tuple(spot for spot in admins if spot not in above)
    found = [Rung(Office.COORDINATORS, above), Rung(Office.ADMINS, rest)]
    return [rung for rung in found if rung.spots]


async def _of_a_quarrel(uow: UnitOfWork, item: Item, rules: Rules) -> list[Rung]:
    """Out of the groups' sight: mediators, coordinators, admins. The group sees only that there is one."""
    offices: list[str | None] = [None, *(step.id for step in rules.tree.lineage(item.area))]
    mediators = in_private(await uow.people.holding([Role.MEDIATOR], offices))
    found = [*([Rung(Office.MEDIATORS, mediators)] if mediators else []), *await _offices(uow, item, rules)]
    chats = await _chats(uow, item, rules)
    if chats and found:
        _, binding = chats[0]
        veiled = Spot(Address(binding.chat, binding.thread), Face.VEILED)
        found[0] = Rung(found[0].whom, (veiled, *found[0].spots))
    return found

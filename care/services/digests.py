"""Who reads how it is with the elders: a group, a coordinator, each morning at ten, each week before the meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from care.domain.elders import ElderState
from care.domain.entitlement import coordinates
from care.domain.name_lists import Half, end_of, half_of
from care.domain.notices import Lane, MorningReport, NotJoined
from care.domain.people import WORKING, Person, Role
from care.domain.rules import Rules
from care.services.mornings import MOST_NAMED, Day, names_by_id, read_day
from care.services.naming import Named
from care.services.ports import Address, Binding, Step, UnitOfWork
from care.services.rungs import grid_of

GOOD_FOR = timedelta(hours=2)  # so long after its hour the coordinators' message still says something


def told_in(bound: Iterable[Binding], here: Address, rules: Rules) -> frozenset[str]:
    """The areas that are told in this topic, or where none is in the whole chat, with all below them."""
    known = list(bound)
    areas = {one.area for one in known if one.thread == here.thread} or {one.area for one in known}
    return _below(areas, rules)


def entrusted(person: Person, rules: Rules) -> frozenset[str]:
    """The areas whose elders this person looks after: a coordinator's, and an enrolled worker's own, with all below."""
    coordinated = {area for area in rules.tree.areas if coordinates(person, area, rules.tree)}
    worked = {post.area for post in person.posts if post.role in WORKING and post.area is not None}
    return _below(coordinated | worked, rules)


async def morning_of(uow: UnitOfWork, person: Person, day: date, now: datetime, rules: Rules) -> Day:
    """That morning of all areas that somebody coordinates: those whose check-in was due by then."""
    areas = {area for area in rules.tree.areas if coordinates(person, area, rules.tree)}
    noon = end_of(day, Half.MORNING, rules.zone, rules.checkin.early_from)
    return await read_day(uow, areas, day, now, min(now, noon))


async def not_joined(
    uow: UnitOfWork, person: Person, now: datetime, rules: Rules
) -> tuple[Mapping[str, Sequence[int]], Mapping[int, Named]]:
    """Who was invited and has not agreed yet, by grid, of all that somebody coordinates; and their names, if few."""
    areas = {area for area in rules.tree.areas if coordinates(person, area, rules.tree)}
    grids: dict[str, list[int]] = {}
    for one in await uow.lists.members(areas):
        if one.state is ElderState.INVITED:
            grids.setdefault(grid_of(one.area, rules) or one.area, []).append(one.elder)
    who = [elder for elders in grids.values() for elder in elders]
    ranked = {area: grids[area] for area in rules.tree.areas if area in grids}
    return ranked, (await names_by_id(uow, who, now, rules) if len(who) <= MOST_NAMED else {})


async def report_morning(uow: UnitOfWork, due_at: datetime, now: datetime, rules: Rules) -> None:
    """One message for all his grids to each coordinator; nothing to say where nobody was to be asked this morning."""
    if now - due_at >= GOOD_FOR:
        return
    day, _ = half_of(due_at, rules.zone, rules.checkin.early_from)
    for person in await _coordinating(uow, rules):
        await _tell(uow, person, MorningReport(person=person.id, day=day), f"morning:{day}", now, due_at + GOOD_FOR)


async def report_not_joined(uow: UnitOfWork, due_at: datetime, now: datetime, rules: Rules) -> None:
    """Once a week each coordinator reads who has not joined, if anybody has not."""
    day = due_at.astimezone(rules.zone).date()
    if now - due_at >= timedelta(days=1):
        return
    for person in await _coordinating(uow, rules):
        await _tell(uow, person, NotJoined(person=person.id), f"not_joined:{day}", now, due_at + timedelta(days=1))


async def _coordinating(uow: UnitOfWork, rules: Rules) -> list[Person]:
    """Every coordinator who can be reached; and the admins, where an area has none."""
    everywhere: list[str | None] = [None, *rules.tree.areas]
    held = await uow.people.holding([Role.COORDINATOR], everywhere)
    found = {person.id: person for person in held if person.telegram_id is not None}
    covered = all(any(coordinates(one, area, rules.tree) for one in found.values()) for area in rules.tree.areas)
    if not found or not covered:
        found |= {person.id: person for person in await uow.people.admins() if person.telegram_id is not None}
    return list(found.values())


async def _tell(
    uow: UnitOfWork, person: Person, notice: MorningReport | NotJoined, key: str, now: datetime, until: datetime
) -> None:
    await uow.outbox.tell(
        notice,
        Address(person.telegram_id or 0),
        lane=Lane.ROUTINE,
        step=Step.DIGEST,
        key=f"{key}:{person.id}",
        now=now,
        person=person.id,
        expires_at=until,
    )


def _below(roots: Iterable[str], rules: Rules) -> frozenset[str]:
    known = set(roots)
    return frozenset(area for area in rules.tree.areas if any(rules.tree.under(area, root) for root in known))

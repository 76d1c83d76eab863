"""Who may say of whom that she is away, and whom he means."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from care.domain.elders import ElderRecord, ElderState, PauseWhy, given_name_of
from care.domain.entitlement import coordinates, works_in
from care.domain.errors import Refused
from care.domain.finding import Found, Known, find
from care.domain.people import Person
from care.domain.rules import Rules
from care.locale import LANGUAGES, say
from care.services.ports import UnitOfWork

_HOSPITAL = ("住院", "医院", "手术", "hospital")


async def pausable(uow: UnitOfWork, who: Person, chat: int | None, rules: Rules) -> list[ElderRecord]:
    """The joined elders of whom this person may say so: in a group those whose grid is told there, in private all.

    Enrolled workers and coordinators for their areas; a relative, and she herself, in private. Raises Refused where
    neighbours read the group, where nothing is bound to it, for who is none of these, and where nobody is greeted.
    """
    areas = {area for area in rules.tree.areas if works_in(who, area, rules.tree) or coordinates(who, area, rules.tree)}
    own: Sequence[ElderRecord] = ()
    if chat is not None:
        areas &= await _told_in(uow, chat, rules)
    else:
        herself = await uow.elders.find(who.id)
        own = [*await uow.elders.watched_by(who.id), *([herself] if herself else [])]
    if not areas and not own:
        raise Refused("group.not_enrolled" if chat is not None else "pause.not_yours")
    found = {elder.id: elder for elder in (*await _joined_in(uow, areas), *own)}
    joined = [elder for elder in found.values() if elder.state is ElderState.JOINED]
    if not joined:
        raise Refused("pause.nobody")
    return joined


async def pausable_one(uow: UnitOfWork, who: Person, elder: int, chat: int | None, rules: Rules) -> ElderRecord:
    """That elder, if he may say so of her from here by now; raises Refused."""
    for one in await pausable(uow, who, chat, rules):
        if one.id == elder:
            return one
    raise Refused("pause.not_yours")


def meant(words: str, elders: Collection[ElderRecord], now: datetime, rules: Rules) -> Found:
    """Whom of these the words name: form of address in either language, full or given name, with or without house."""
    year = now.astimezone(rules.zone).year
    return find(words, [_known(elder, year) for elder in elders])


def why_of(words: str, *, is_open: bool) -> PauseWhy:
    """A hospital is asked about in other words; the rest is being away."""
    if any(sign in words.casefold() for sign in _HOSPITAL):
        return PauseWhy.HOSPITAL
    return PauseWhy.LATER if is_open else PauseWhy.AWAY


def _known(elder: ElderRecord, year: int) -> Known:
    title = elder.title(year)
    spoken = {say(language, f"title.{title.form}", surname=title.surname) for language in LANGUAGES}
    full = elder.person.name
    names = spoken | {full, given_name_of(full)} | ({title.called} if title.called else set())
    return Known(id=elder.id, names=frozenset(names), building=elder.building)


async def _told_in(uow: UnitOfWork, chat: int, rules: Rules) -> set[str]:
    """The areas that are told in this group; raises Refused where that cannot be spoken of there."""
    bound = await uow.bindings.of_chat(chat)
    if not bound:
        raise Refused("group.not_bound")
    if any(binding.audience == "residents" for binding in bound):
        raise Refused("pause.in_private")
    return {area for area in rules.tree.areas if any(rules.tree.under(area, one.area) for one in bound)}


async def _joined_in(uow: UnitOfWork, areas: Collection[str]) -> Sequence[ElderRecord]:
    return await uow.elders.in_areas(areas, [ElderState.JOINED]) if areas else ()

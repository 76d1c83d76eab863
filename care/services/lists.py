"""The one list of names per group and half-day: who has not been heard of, whose voice waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from care.domain.elders import ElderRecord
from care.domain.items import Item, Kind, Severity, State
from care.domain.name_lists import TOGETHER, Sort, half_of
from care.domain.rules import Rules
from care.domain.states import LISTED
from care.services.list_calls import post, ring
from care.services.list_names import on_list
from care.services.ports import Address, GroupList, UnitOfWork
from care.services.rungs import Rung, grid_of, rungs_of, told

log = structlog.get_logger(__name__)

A_DAY = timedelta(hours=20)  # for so long the numbers on a list are kept true of those it does not name
REMEMBERED = timedelta(days=2)  # and for so long its lines, once nobody on it is missing
LOWER = -1  # a name on a rung that is not the highest it has reached: others ring for it


async def name_silent(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """A missed check-in has become this item (or is added to it): her name goes on the list of the group that is first
    to hear of it. A list of an earlier half-day gives her up.
    """
    await place(uow, item, now, rules, anew=True)


async def name_voice(uow: UnitOfWork, recording: int, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """A voice or video of hers waits to be heard: she stands on the group's 🎧 list.

    It rings as often as a voice may wait (`unheard_after`): who has been rung will find the next one on the list, too.
    """
    rungs = await rungs_of(uow, _as_if_an_item(elder, now), rules)
    if not rungs:
        log.error("recording.nobody_to_hear", recording=recording)
        return
    day, half = half_of(now, rules.zone, rules.checkin.early_from)
    for address in dict.fromkeys(spot.address for spot in rungs[0].spots):
        row, _ = await uow.lists.open(address, Sort.VOICES, "", day, half, now)
        if await uow.lists.name(row.id, elder.id, now, recording=recording):
            await _heard_of(uow, row, now, quiet_for=rules.checkin.unheard_after)


def _as_if_an_item(elder: ElderRecord, now: datetime) -> Item:
    """What it becomes if nobody listens: whoever would be told of that first is told of the voice."""
    return Item(
        number=0,
        version=0,
        state=State.OPEN,
        kind=Kind.HELP,
        severity=Severity.HIGH,
        created_at=now,
        area=elder.area,
        about=elder.id,
    )


async def renew(uow: UnitOfWork, elder: int, now: datetime) -> None:
    """How it is with her has changed: the standing lists that name her, or count her, are read anew."""
    naming = await uow.lists.of_elder(elder, now - REMEMBERED)
    await uow.lists.wake([row.id for row in naming], now)
    counting = await uow.lists.counting(elder, (now - A_DAY).date())
    for row in {row.id: row for row in (*naming, *counting)}.values():
        await _read_anew(uow, row, now)


async def renew_line(uow: UnitOfWork, item: int, now: datetime) -> None:
    """What is said of this matter has changed, and no number has: the lists it stands on are read anew, if any."""
    rows = await uow.lists.of_item(item)
    await uow.lists.wake([row.id for row in rows], now)
    for row in rows:
        await _read_anew(uow, row, now)


async def climbed(
    uow: UnitOfWork, item: Item, before: Sequence[Rung], after: Sequence[Rung], now: datetime, rules: Rules
) -> None:
    """It has climbed: named where it has gone to, with sound; where it was, one reply says so for all that do now."""
    await place(uow, item, now, rules)
    new = [rung for rung in after if rung not in before]
    if not new:  # a climb never ends with nobody told
        await call(uow, item, "needed", now)
        return
    last = before[-1]
    whom = str(last.also[-1] if last.also else new[0].whom)
    places = {spot.address for spot in last.spots}
    for row in await uow.lists.of_item(item.number):
        said = row.climbed_at is not None and now - row.climbed_at <= TOGETHER
        if row.address in places and row.message is not None and not said:
            saved = await uow.lists.save(replace(row, climbed_at=now, called_at=now))
            await ring(uow, [saved], "climbed", now, whom=whom)


async def call(uow: UnitOfWork, item: Item, why: str, now: datetime, who: int | None = None) -> None:
    """A person is needed anew for one on a list: a sounding reply to the highest lists that name it.

    `why`, `who` as in `ListCall`. A list that is on its way sounds by itself.
    """
    for row in await uow.lists.of_item(item.number):
        names = [one for one in await on_list(uow, row) if one.item.number == item.number]
        if row.message is not None and any(one.called_here for one in names):
            saved = await uow.lists.save(replace(row, called_at=now, next_at=now))
            await ring(uow, [saved], why, now, item=item.number, who=who)


async def resettle(uow: UnitOfWork, items: Iterable[Item], now: datetime, rules: Rules) -> None:
    """Where their people are told has changed: those that are named on lists are named where they belong by now."""
    for item in items:
        if item.kind in LISTED:
            await place(uow, item, now, rules)


async def place(uow: UnitOfWork, item: Item, now: datetime, rules: Rules, *, anew: bool = False) -> None:
    """Name it on every rung that has heard of it, and nowhere that is none of its rungs.

    `anew`: on the list of this half-day, also where an earlier one names it.
    """
    if item.about is None:
        log.error("item.about_nobody", item=item.number)
        return
    rungs = await rungs_of(uow, item, rules)
    reached = told(rungs, item)
    levels: dict[Address, int] = {}
    for level, rung in enumerate(reached):
        for spot in rung.spots:
            levels.setdefault(spot.address, level)
    for address, level in levels.items():
        top = level == len(reached) - 1
        await _name(uow, item, address, now, rules, level=level, top=top, anew=anew)
    anywhere = {spot.address for rung in rungs for spot in rung.spots}
    for row in await uow.lists.of_item(item.number):
        if row.address not in anywhere:
            await _strike(uow, row, item.number, now)
        elif row.address not in levels:  # it stood in for a rung that is there again
            await uow.lists.name(row.id, item.about, now, item=item.number, climbed=LOWER)
    if not levels:  # no group, no coordinator, no admin: only the operator is left
        log.error("item.nobody_to_show", item=item.number)


async def _name(
    uow: UnitOfWork, item: Item, address: Address, now: datetime, rules: Rules, *, level: int, top: bool, anew: bool
) -> None:
    sort = Sort.SUPPORT if level else Sort.SILENT
    area = (grid_of(item.area, rules) or "") if level else ""
    climbs = item.progress.climbed if item.progress else 0
    half = half_of(now, rules.zone, rules.checkin.early_from)
    stands = [row for row in await uow.lists.of_item(item.number) if (row.address, row.sort) == (address, sort)]
    kept = [row for row in stands if not anew or (row.day, row.half) == half]
    for row in stands:
        if row not in kept:
            await _strike(uow, row, item.number, now)
    if kept and not top:
        return
    row = kept[0] if kept else (await uow.lists.open(address, sort, area, *half, now))[0]
    is_new = await uow.lists.name(row.id, item.about or 0, now, item=item.number, climbed=climbs if top else LOWER)
    if is_new or anew:
        row = await uow.lists.save(replace(row, named_at=now, reminded=0, ended_at=None, next_at=now))
    if is_new:
        await _heard_of(uow, row, now, quiet_for=TOGETHER)
    elif anew:  # missed once more in the same half of the day
        await _read_anew(uow, row, now)
        await call(uow, item, "needed", now)


async def _heard_of(uow: UnitOfWork, row: GroupList, now: datetime, *, quiet_for: timedelta) -> None:
    """One more name: the list is posted, or edited; and it rings, unless it has just done so."""
    if row.message is None:
        if not row.on_its_way:
            await post(uow, row, now)
        return
    await _read_anew(uow, row, now)
    if now - row.called_at <= quiet_for:
        return
    row = await uow.lists.save(replace(row, called_at=now))
    await ring(uow, [row], "named", now)


async def _read_anew(uow: UnitOfWork, row: GroupList, now: datetime) -> None:
    if row.message is not None:
        await uow.messages.wish_anew(row.address.chat, row.message, now)


async def _strike(uow: UnitOfWork, row: GroupList, item: int, now: datetime) -> None:
    """It is named elsewhere; a list on which nobody is left goes."""
    await uow.lists.strike(row.id, item)
    await uow.lists.wake([row.id], now)
    if row.message is not None and not await uow.lists.names(row.id):
        await uow.messages.wish_gone(row.address.chat, row.message, now)
    else:
        await _read_anew(uow, row, now)

"""How it is with the elders of some areas: counted for lists, for /today, and for the coordinators' message at ten."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from care.domain.checkins import How
from care.domain.elders import ElderState
from care.domain.rules import Rules
from care.domain.tally import DayLine, Lot, Matter, Tally, latest, lot_of, tally
from care.services.naming import Named, names_of
from care.services.ports import Member, UnitOfWork
from care.services.rungs import grid_of

MOST_NAMED = 60  # names that one reading deciphers; beyond these only numbers are said


@dataclass(frozen=True, kw_only=True)
class Day:
    """One line of each elder of these areas, and what has become of each."""

    lines: Sequence[DayLine]
    lots: Mapping[int, Lot]  # by elder

    @property
    def tally(self) -> Tally:
        """All of them counted."""
        return tally(self.lots.values())

    def sign_at(self, elder: int) -> datetime | None:
        """When she was last heard of for it, by her message's own date."""
        return next((line.sign_at for line in self.lines if line.elder == elder), None)

    def spoke(self, elder: int) -> bool:
        """Whether it is a voice by which she was heard of: somebody must listen first."""
        return any(line.elder == elder and line.how is How.VOICE for line in self.lines)

    def who(self, *lots: Lot) -> list[int]:
        """The elders of these lots, in the order of their check-ins."""
        return [line.elder for line in self.lines if self.lots[line.elder] in lots]

    def of_grid(self, grid: str, rules: Rules) -> Tally:
        """Those of one grid counted."""
        return tally(self.lots[elder] for elder in self.in_grid(grid, rules, *Lot))

    def in_grid(self, grid: str, rules: Rules, *lots: Lot) -> list[int]:
        """The elders of these lots who live in that grid."""
        here = {line.elder for line in self.lines if grid_of(line.area, rules) == grid}
        return [elder for elder in self.who(*lots) if elder in here]

    def grids(self, rules: Rules) -> list[str]:
        """The grids that they live in, in the config's order."""
        found = {grid_of(line.area, rules) for line in self.lines}
        return [area for area in rules.tree.areas if area in found]


async def read_day(uow: UnitOfWork, areas: Collection[str], day: date, now: datetime, before: datetime) -> Day:
    """The check-ins of these areas on a local day, of those due before `before`, as they stand now."""
    lines = latest(await uow.lists.day_lines(areas, day), now, before)
    items = await uow.items.several({line.item for line in lines if line.item is not None})
    matters = {number: Matter(item.state, item.ending) for number, item in items.items()}
    lots = {line.elder: lot_of(line, matters.get(line.item) if line.item else None) for line in lines}
    return Day(lines=lines, lots=lots)


@dataclass(frozen=True, kw_only=True)
class Today:
    """How it is today: with the names of those who are missing, as far as they are few enough to be read."""

    day: Day
    grids: Sequence[str]  # of more than one each is counted for itself
    names: Mapping[int, Named]
    paused: Sequence[int]
    not_joined: int
    phone_free: int


async def today(uow: UnitOfWork, areas: Collection[str], now: datetime, rules: Rules, *, named: bool) -> Today:
    """These areas' elders today; `named`: who reads it may know them by their forms of address."""
    on = now.astimezone(rules.zone).date()
    lines = await read_day(uow, areas, on, now, datetime.max.replace(tzinfo=now.tzinfo))
    members = await uow.lists.members(areas)
    paused = [one.elder for one in members if is_away(one, on)]
    who = [*lines.who(Lot.SILENT, Lot.NOBODY, Lot.WATCHED, Lot.NOT_ASKED), *paused]
    names = await names_by_id(uow, who, now, rules) if named and len(who) <= MOST_NAMED else {}
    return Today(
        day=lines,
        grids=lines.grids(rules),
        names=names,
        paused=paused,
        not_joined=sum(1 for one in members if one.state is ElderState.INVITED),
        phone_free=phone_free(members, on),
    )


async def names_by_id(uow: UnitOfWork, elders: Collection[int], now: datetime, rules: Rules) -> Mapping[int, Named]:
    """How these elders are named."""
    return await names_of(uow, await uow.elders.several(elders), rules, now)


def is_away(one: Member, on: date) -> bool:
    """Whether she takes part, and is not greeted on that day."""
    return one.state is ElderState.JOINED and one.paused and (one.until is None or on < one.until)


def phone_free(members: Sequence[Member], on: date) -> int:
    """Who has no phone and is to be looked after as before: neither paused nor away."""
    takes_part = [one for one in members if one.state is ElderState.JOINED and one.mode.phone_free]
    return sum(1 for one in takes_part if not is_away(one, on))

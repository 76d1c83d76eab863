"""What the check-ins of one day come to, counted: who is well, by whose word, who is being looked for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from care.domain.checkins import How, Outcome, Why
from care.domain.states import Ending, State


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One check-in of the day, as it stands. `item`: what her silence has become."""

    checkin: int
    elder: int
    area: str | None
    due_at: datetime
    outcome: Outcome
    why: Why
    how: How | None = None
    by: int | None = None
    sign_at: datetime | None = None
    item: int | None = None


@dataclass(frozen=True)
class Matter:
    """What matters of an item here: its state, and how it ended."""

    state: State
    ending: Ending | None = None


class Lot(StrEnum):
    """How it is with one elder."""

    HERSELF = "herself"  # 本人报
    FAMILY = "family"  # 家人确认
    PHONED = "phoned"  # 电话确认
    VISITED = "visited"  # 上门见到
    HOSPITAL = "hospital"  # 送医
    AWAY = "away"  # 外出
    SETTLED = "settled"  # another outcome
    WATCHED = "watched"  # 有人在看
    NOBODY = "nobody"  # 没人接
    SILENT = "silent"  # asked, not heard of, and no item yet
    NOT_ASKED = "not_asked"  # an outage, or it could not be delivered
    NOT_YET = "not_yet"
    PAUSED = "paused"


WELL = (Lot.HERSELF, Lot.FAMILY, Lot.PHONED, Lot.VISITED)
SETTLED = (*WELL, Lot.HOSPITAL, Lot.AWAY, Lot.SETTLED)
MISSING = (Lot.WATCHED, Lot.NOBODY, Lot.SILENT)
_BY_ENDING: Mapping[Ending, Lot] = {
    Ending.HERSELF: Lot.HERSELF,
    Ending.FAMILY: Lot.FAMILY,
    Ending.PHONED: Lot.PHONED,
    Ending.SEEN: Lot.VISITED,
    Ending.HOSPITAL: Lot.HOSPITAL,
    Ending.AWAY: Lot.AWAY,
}


@dataclass(frozen=True)
class Tally:
    """How many there are of each lot."""

    lots: Mapping[Lot, int]

    def count(self, *lots: Lot) -> int:
        """How many there are of these together."""
        return sum(self.lots.get(lot, 0) for lot in lots)

    @property
    def well(self) -> int:
        """已报: heard of, and well."""
        return self.count(*WELL)

    @property
    def asked(self) -> int:
        """All of whom something should be known by now."""
        return self.count(*SETTLED, *MISSING, Lot.NOT_ASKED)

    @property
    def all_settled(self) -> bool:
        """Whether nobody is missing of those who were asked."""
        return self.count(*SETTLED) > 0 and self.count(*MISSING) == 0

    @property
    def all_well(self) -> bool:
        """Whether everybody who was asked is well: only then may a list say so."""
        return self.all_settled and self.count(*SETTLED) == self.well


def tally(lots: Iterable[Lot]) -> Tally:
    """Count them."""
    return Tally(Counter(lots))


def latest(lines: Iterable[DayLine], now: datetime, before: datetime) -> list[DayLine]:
    """One line of each elder: her latest check-in that has come due, of those due before `before`; else her first.

    Who is not joined has none.
    """
    chosen: dict[int, DayLine] = {}
    for line in sorted(lines, key=lambda line: (line.due_at, line.checkin)):
        if line.due_at >= before or line.why is Why.NOT_JOINED:
            continue
        if line.elder not in chosen or line.due_at <= now or line.outcome is Outcome.OK:
            chosen[line.elder] = line
    return list(chosen.values())


def lot_of(line: DayLine, matter: Matter | None) -> Lot:
    """How it is with her. What is known of a live item comes first: an end may have been taken back."""
    if matter is not None and matter.state in (State.OPEN, State.CLAIMED):
        return Lot.WATCHED if matter.state is State.CLAIMED else Lot.NOBODY
    match line.outcome:
        case Outcome.OK:
            return _well(line)
        case Outcome.MISSED | Outcome.PAUSED if matter is not None:  # 🏥 and 🧳 pause her, too
            return _BY_ENDING.get(matter.ending, Lot.SETTLED) if matter.ending is not None else Lot.SETTLED
        case Outcome.PAUSED:
            return Lot.PAUSED
        case Outcome.MISSED:
            return Lot.SILENT
        case _:
            return Lot.NOT_YET if line.why in (Why.NOT_YET, Why.ON_ITS_WAY) else Lot.NOT_ASKED


def _well(line: DayLine) -> Lot:
    if line.why is Why.FAMILY:
        return Lot.FAMILY
    if line.why is Why.SEEN:
        return Lot.PHONED if line.how is How.CALL else Lot.VISITED
    return Lot.HERSELF

"""🔕 敲门没人应: nobody opened. What has been tried since, as the history tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from care.domain.items import Action, Event

KNOCKED = "knocked"  # a history's reason: somebody stood at her door, and nobody opened
TICKS = (1, 2, 3, 4)  # ① phones ② the neighbour opposite ③ management, gate, hospitals ④ 110
_TICK, _UNTICK = "tick_", "untick_"


@dataclass(frozen=True, kw_only=True)
class Knock:
    """Since when nobody opens, and what of the list has been done."""

    at: datetime
    ticked: frozenset[int] = frozenset()


def knock_of(history: Iterable[Event]) -> Knock | None:
    """The first knock in vain since the matter was last opened; who takes it from another goes on with his list."""
    found: Knock | None = None
    for event in history:
        if event.action is Action.REOPEN:
            found = None
        elif event.reason == KNOCKED and event.action is not Action.CLIMB:
            found = found or Knock(at=event.at)
        elif found is not None and (step := _step(event.reason, _TICK)) is not None:
            found = replace(found, ticked=found.ticked | {step})
        elif found is not None and (step := _step(event.reason, _UNTICK)) is not None:
            found = replace(found, ticked=found.ticked - {step})
    return found


def toggled(knock: Knock, step: int) -> str:
    """The history's reason for a press on that line: done, or not done after all."""
    return f"{_UNTICK if step in knock.ticked else _TICK}{step}"


def _step(reason: str, prefix: str) -> int | None:
    number = reason.removeprefix(prefix)
    return int(number) if number != reason and number in {str(step) for step in TICKS} else None

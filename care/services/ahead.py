"""What comes next for an item, if nobody does anything, and how far it has climbed: for its card to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from care.domain.items import Item
from care.domain.ladder import CLIMBS, REMINDS, Reason, steps
from care.domain.rules import Rules
from care.services.ports import UnitOfWork
from care.services.rungs import rungs_of, told


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Each moment is the next of its sort, None where none comes. `whom` ends a key, as in `whom.community`."""

    remind_at: datetime | None = None
    climb_at: datetime | None = None
    climb_whom: str | None = None
    ask_at: datetime | None = None
    climbed_to: str | None = None  # who has it by now, beyond the first rung


async def ahead(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> Ahead | None:
    """None for an item that waits for nobody. What should have come already is on its way and not announced."""
    if not item.live or item.progress is None or item.policy is None:
        return None
    rungs = await rungs_of(uow, item, rules)
    reached = told(rungs, item)
    climbed_to = str(reached[-1].whom) if len(reached) > 1 else None
    promised = item.progress.promised_until
    if promised is not None and now < promised:
        return Ahead(climbed_to=climbed_to)
    coming = [step for step in steps(item.progress, item.policy, rules.quiet.holding(item)) if step.at > now]

    def first(*reasons: Reason) -> datetime | None:
        return min((step.at for step in coming if step.reason in reasons), default=None)

    next_rung = rungs[len(reached)] if len(reached) < len(rungs) else None
    return Ahead(
        remind_at=first(*REMINDS),
        climb_at=first(*CLIMBS) if next_rung else None,
        climb_whom=str(next_rung.whom) if next_rung else None,
        ask_at=first(Reason.ASK),
        climbed_to=climbed_to,
    )

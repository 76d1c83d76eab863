"""What a sheet shows, and what is said of an elder to who looks after her: read anew each time it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from care.domain.elders import ElderRecord
from care.domain.items import Event, Item
from care.domain.knocking import Knock, knock_of
from care.domain.rules import Rules
from care.services.naming import Named, name_of_elder
from care.services.parting import answer_of
from care.services.ports import Private, UnitOfWork
from care.services.reassuring import is_her_own
from care.services.sheets import elder_of
from care.services.views import name_of


@dataclass(frozen=True, kw_only=True)
class OutcomeView:
    """An elder's matter, as far as everybody who looks after her may know it. `elder` is None for one not on file."""

    item: Item
    elder: ElderRecord | None
    named: Named | None
    age: int | None
    resolver: str | None
    claimer: str | None  # or who has said 🙋, while nobody has it
    knock: Knock | None
    parting: Event | None  # what a coordinator has said to 🕯
    parted_by: str | None


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """All that its claimer may know."""

    outcome: OutcomeView
    private: Private
    last_sign: datetime | None
    her_words: bool  # what the item says was said by herself


async def outcome_view(uow: UnitOfWork, number: int, rules: Rules, now: datetime) -> OutcomeView:
    """Raises NotFound."""
    item = await uow.items.get(number)
    elder = await elder_of(uow, item)
    history = await uow.items.history(number)
    parting = answer_of(history)
    return OutcomeView(
        item=item,
        elder=elder,
        named=await name_of_elder(uow, elder, rules, now) if elder is not None else None,
        age=elder.age(now.astimezone(rules.zone).year) if elder is not None else None,
        resolver=await name_of(uow, item.resolved_by),
        claimer=await name_of(uow, item.claimed_by or item.pledged_by),
        knock=knock_of(history),
        parting=parting,
        parted_by=await name_of(uow, parting.actor if parting else None),
    )


async def sheet_view(uow: UnitOfWork, number: int, reader: int, rules: Rules, now: datetime) -> SheetView | None:
    """None for anybody but who has the matter, or is about to (invariant I11)."""
    outcome = await outcome_view(uow, number, rules, now)
    if outcome.elder is None or not outcome.item.is_with(reader):
        return None
    private = await uow.elders.private(outcome.elder.id)
    return SheetView(
        outcome=outcome,
        private=private,
        last_sign=await uow.checkins.last_sign(outcome.elder.id),
        her_words=outcome.item.reporter == outcome.elder.id or await is_her_own(uow, outcome.item),
    )

"""What a history tells of how an item was handed round: who was asked, who took it over, what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from care.domain.items import Action, Event, Item, State
from care.domain.promises import Term
from care.services.ports import UnitOfWork

OFFER_UNREACHABLE = "offer_unreachable"  # a history's reason: who was asked to take it cannot be reached in private


@dataclass(frozen=True, kw_only=True)
class Handing:
    """Names are what the neighbourhood calls people; None: nobody."""

    offered: str | None = None  # has been asked to take it, and has not said yet
    offered_by: str | None = None  # asked the latest one to take it
    unreachable: str | None = None  # was asked, and cannot be reached in private
    taken_over_by: str | None = None  # the latest who took it over
    awaits_materials: bool = False  # the latest promise is 等物料: it names a day on which we ask, not an end


async def handing_of(uow: UnitOfWork, item: Item, history: Sequence[Event]) -> Handing:
    """How the item has been handed round by now."""
    promised = _last(history, Action.PROMISE)
    over = _last(history, Action.TAKE_OVER)
    offer = next((e for e in reversed(history) if e.action is Action.TRANSFER and e.details.offered_to), None)
    return Handing(
        offered=await _name(uow, item.offered_to),
        offered_by=await _name(uow, offer.actor if offer else None),
        unreachable=await _unreachable(uow, item, history),
        taken_over_by=await _name(uow, over.actor if over else None),
        awaits_materials=promised is not None and promised.reason == Term.MATERIALS,
    )


async def _unreachable(uow: UnitOfWork, item: Item, history: Sequence[Event]) -> str | None:
    """Who cannot be reached, as long as nothing else has come of it."""
    failed = False
    for event in reversed(history) if item.state is State.OPEN else ():
        if event.reason == OFFER_UNREACHABLE:
            failed = True
        elif event.action is Action.TRANSFER:
            return await _name(uow, event.details.offered_to) if failed else None
        elif event.action in (Action.CLAIM, Action.REOPEN, Action.UNDO):
            return None
    return None


async def _name(uow: UnitOfWork, person: int | None) -> str | None:
    return (await uow.people.get(person)).name if person is not None else None


def _last(history: Sequence[Event], action: Action) -> Event | None:
    return next((event for event in reversed(history) if event.action is action), None)

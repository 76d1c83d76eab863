"""The one way in which an act changes an item: apply, keep with its next due time, let its cards know."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog

from care.domain.due import next_look
from care.domain.items import Action, Details, Event, Item, Severity, State
from care.domain.notices import Lane, Notice
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import LISTED
from care.services import lists
from care.services.moot import take_back
from care.services.ports import Address, Face, UnitOfWork
from care.services.reassuring import follow

log = structlog.get_logger(__name__)

PROGRESS = "progress"  # a history's reason: a word of somebody who works on it
REPORTER_UNREACHABLE = "reporter_unreachable"  # a history's reason: he was asked where, and cannot be reached
HAND = "hand"  # a history's reason: somebody who is not enrolled says that he can go
ENROLLED = "enrolled"  # a history's reason: a coordinator has enrolled him; the note says whom
GROUP_FACES = (Face.CARD, Face.VEILED)
# What a list of names does not show.
_UNLISTED = frozenset({Action.ASK, Action.HEARD, Action.NOTE, Action.SAY_DONE, Action.ARCHIVE})


async def change(
    uow: UnitOfWork,
    item: Item,
    action: Action,
    *,
    by: Person | None,
    now: datetime,
    rules: Rules,
    reason: str = "",
    note: str = "",
    details: Details | None = None,
    faces: Collection[Face] | None = None,
) -> Item:
    """Apply the action and keep it; what was said before and is moot now goes, and an elder hears of her own cry.

    Every card of these faces (default: all) will show it.
    """
    actor = by.id if by else None
    changed, event = item.apply(action, at=now, actor=actor, reason=reason, note=note, details=details)
    await keep(uow, changed, event, rules)
    await take_back(uow, changed, action, now)
    await follow(uow, changed, action, item.claimed_by, now)
    if faces is None or faces:
        await uow.cards.touch(item.number, faces, lane=haste(changed))
    if changed.kind in LISTED and changed.about is not None and action not in _UNLISTED:
        await lists.renew(uow, changed.about, now)
    return changed


async def keep(uow: UnitOfWork, item: Item, event: Event, rules: Rules) -> None:
    """Save an item that an event has changed, with the time it is looked at next.

    The log line is written before the commit: one that is followed by a retry of the same update did not come to pass.
    """
    await uow.items.save(item, event, next_look(item, event.at, rules))
    log.info(f"item.{event.action}", item=item.number, state=item.state, by=event.actor, reason=event.reason or None)


def haste(item: Item) -> Lane:
    """The lane of the item's cards: urgent while nobody has an urgent item, else routine."""
    alarming = item.severity is Severity.URGENT and item.state is State.OPEN
    return Lane.URGENT if alarming else Lane.ROUTINE


async def tell_person(
    uow: UnitOfWork,
    person: Person,
    notice: Notice,
    *,
    step: str,
    key: str,
    now: datetime,
    lane: Lane = Lane.ANSWER,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Tell somebody in private; False if we have no way to reach the person, or it has been told already."""
    if person.telegram_id is None:
        return False
    return await uow.outbox.tell(
        notice,
        Address(person.telegram_id),
        lane=lane,
        step=step,
        key=key,
        now=now,
        person=person.id,
        not_before=not_before,
        expires_at=expires_at,
    )

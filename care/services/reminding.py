"""Nobody has taken it yet: its groups are reminded, with all that is due in the same minute in one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from care.domain.areas import Level
from care.domain.due import next_step
from care.domain.items import Action, Item, Kind, Severity
from care.domain.ladder import REMINDS, Reason
from care.domain.notices import Lane, Reminder, Waiting
from care.domain.people import WORKING, Person
from care.domain.rules import Rules
from care.services.acts import keep
from care.services.moot import take_back_all
from care.services.ports import Address, Card, Face, Step, UnitOfWork

TOGETHER = timedelta(minutes=1)  # what is due so soon is told at once, in the same message
MOST_TOGETHER = 500
MOST_MENTIONED = 5
SEEN_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class _Due:
    """An item that is reminded of now, why, and the cards whose readers hear it."""

    item: Item
    reason: Reason
    cards: Sequence[Card]


async def remind(uow: UnitOfWork, item: Item, reason: Reason, now: datetime, rules: Rules) -> None:
    """Remind of the item wherever it is shown, and of what else is due there by now or in a minute."""
    first = _Due(item, reason, await _cards(uow, item))
    due = [first, *await _due_with(uow, first, now, rules)]
    by_chat: dict[Address, list[tuple[Item, Card]]] = defaultdict(list)
    for one in due:
        reminded, event = one.item.apply(Action.REMIND, at=now, actor=None, reason=one.reason)
        await keep(uow, reminded, event, rules)
        await uow.cards.touch(reminded.number, [Face.CARD])  # only what comes next changes: no haste
        for card in one.cards:
            by_chat[card.address].append((reminded, card))
    await take_back_all(uow, [one.item for one in due], Action.REMIND, now)
    listed = {one.item.number for one in due if one.reason is Reason.LIST}
    for address, waiting in by_chat.items():
        waiting.sort(key=lambda pair: (pair[0].severity.rank, pair[0].number))
        await _tell(uow, address, waiting, listed, now, rules)


async def _due_with(uow: UnitOfWork, first: _Due, now: datetime, rules: Rules) -> list[_Due]:
    """Open items with a card where this one has one, whose reminder is due within a minute."""
    chats = {card.address for card in first.cards}
    found = []
    for other in await uow.items.due_in({one.chat for one in chats}, now + TOGETHER, MOST_TOGETHER):
        reason = _due_by_now_or_soon(other, now, rules)
        if reason is None or other.number == first.item.number:
            continue
        cards = await _cards(uow, other)
        if any(card.address in chats for card in cards):
            found.append(_Due(other, reason, cards))
    return found


def _due_by_now_or_soon(item: Item, now: datetime, rules: Rules) -> Reason | None:
    """Soon is a minute, or half its own interval. A daily list is never told before its hour: it would come twice."""
    if item.policy is None or rules.quiet.holding(item).at(now):
        return None
    by_now = next_step(item, now, rules)
    if by_now is not None and by_now.reason in REMINDS:
        return by_now.reason
    soon = next_step(item, now + min(TOGETHER, min(item.policy.remind_unclaimed) / 2), rules)
    return Reason.REMIND if soon is not None and soon.reason is Reason.REMIND else None


async def _cards(uow: UnitOfWork, item: Item) -> Sequence[Card]:
    """The cards whose readers are reminded: the groups'; people in private where there is no group, or it is urgent."""
    cards = [card for card in await uow.cards.of_item(item.number) if card.face is Face.CARD]
    groups = [card for card in cards if card.person is None]
    if not groups or item.severity is Severity.URGENT or item.kind is Kind.DISPUTE:
        return cards
    return groups


async def _tell(
    uow: UnitOfWork,
    address: Address,
    waiting: Sequence[tuple[Item, Card]],
    listed: set[int],
    now: datetime,
    rules: Rules,
) -> None:
    first, card = waiting[0]
    alarming = first.severity is Severity.URGENT
    spoken = tuple(Waiting(item=one.number, at=_reminded_at(one)) for one, _ in waiting)
    mentioned: Sequence[Person] = []
    if alarming and card.person is None:
        mentioned = await _to_mention(uow, first, now, rules)
    await uow.outbox.tell(
        Reminder(
            waiting=spoken,
            mention=tuple(person.id for person in mentioned),
            daily=all(one.number in listed for one, _ in waiting),
        ),
        address,
        lane=Lane.URGENT if alarming else Lane.ROUTINE,
        step=Step.REMIND,
        key=f"{first.number}:remind:{first.version}:{address.chat}:{address.thread or 0}",
        now=now,
        person=card.person,
        reply_to=card.message if len(waiting) == 1 else None,
    )


def _reminded_at(item: Item) -> datetime:
    assert item.progress is not None  # noqa: S101 -- it has just been reminded of
    assert item.progress.reminded_at is not None  # noqa: S101 -- as above
    return item.progress.reminded_at


async def _to_mention(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> Sequence[Person]:
    """Enrolled workers of the grid whose Telegram we know, else who has acted in it of late; five at most."""
    line = list(rules.tree.lineage(item.area))
    grid = [area.id for area in line if area.level in (Level.GRID, Level.BUILDING)] or [area.id for area in line[:1]]
    enrolled = [person for person in await uow.people.holding(WORKING, grid) if person.telegram_id is not None]
    found = enrolled or await uow.people.seen_acting(grid, now - SEEN_WITHIN, MOST_MENTIONED)
    return found[:MOST_MENTIONED]

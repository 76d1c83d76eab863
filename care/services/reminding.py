"""Nobody has taken it yet: its groups are reminded, with all that is due in the same minute in one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from care.domain.areas import Level
from care.domain.due import next_step
from care.domain.items import Action, Item, Kind, Severity, State
from care.domain.ladder import REMINDS, Reason
from care.domain.notices import Lane, Reminder, Waiting
from care.domain.people import WORKING, Person
from care.domain.rules import Rules
from care.services.acts import change
from care.services.ports import Address, Card, Face, Step, UnitOfWork

TOGETHER = timedelta(minutes=1)  # what is due so soon is told at once, in the same message
MOST_TOGETHER = 200
MOST_MENTIONED = 5
SEEN_WITHIN = timedelta(days=30)


async def remind(uow: UnitOfWork, item: Item, reason: Reason, now: datetime, rules: Rules) -> None:
    """Remind of the item wherever it is shown, and of what else is due there by now or in a minute."""
    chats = {card.address for card in await _cards(uow, item)}
    due = [(item, reason), *await _due_with(uow, item, chats, now, rules)]
    by_chat: dict[Address, list[tuple[Item, Card]]] = defaultdict(list)
    for one, why in due:
        reminded = await change(uow, one, Action.REMIND, by=None, now=now, rules=rules, reason=why, faces=[Face.CARD])
        for card in await _cards(uow, reminded):
            by_chat[card.address].append((reminded, card))
    listed = {one.number for one, why in due if why is Reason.LIST}
    for address, waiting in by_chat.items():
        waiting.sort(key=lambda pair: (pair[0].severity.rank, pair[0].number))
        await _tell(uow, address, waiting, listed, now, rules)


async def _due_with(
    uow: UnitOfWork, item: Item, chats: set[Address], now: datetime, rules: Rules
) -> list[tuple[Item, Reason]]:
    """Open items with a card in one of these chats whose reminder is due within a minute (half their own interval)."""
    found = []
    for number in await uow.items.due(now + TOGETHER, MOST_TOGETHER):
        if number == item.number:
            continue
        other = await uow.items.get(number)
        if other.state is not State.OPEN or other.policy is None:
            continue
        soon = now + min(TOGETHER, min(other.policy.remind_unclaimed) / 2)
        step = next_step(other, soon, rules)
        if step is None or step.reason not in REMINDS or rules.quiet.holding(other).at(now):
            continue
        if step.reason is Reason.LIST and step != next_step(other, now, rules):
            continue  # told before its hour it would be listed at its hour again
        if any(card.address in chats for card in await _cards(uow, other)):
            found.append((other, step.reason))
    return found


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

"""What we have said about an item and is not so any more goes, or says what is true by now.

One reminder lives per card: each of these words gives way to the next, and to whoever takes the item.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from care.domain.items import Action, Item, State
from care.domain.notices import Reminder
from care.services.ports import Posted, Step, UnitOfWork

# What stands in a chat, by the step that put it there: it goes with the next such word, or with the first who takes it.
_STEPS = MappingProxyType(
    {"called_again": Step.AGAIN, "climbed": Step.CLIMB, "reminder": Step.REMIND, "how_is_it": Step.ASK}
)
_CALLS = ("called_again", "climbed")
# Read anew where they may still be true.
_WORDS = ("reminder", "how_is_it")

_EVERY_STEP = frozenset({Step.REMIND, Step.AGAIN, Step.CLIMB, Step.ASK})
# Acts after which something that was said stays true; of the rest none does.
_OVERTAKES: Mapping[Action, Collection[Step]] = MappingProxyType(
    {
        Action.AMEND: (),  # another place or sort: the same words elsewhere, or other words
        Action.NOTE: (),  # only the claimer's word answers a question, and no word of his takes the item
        Action.ASK: (Step.ASK,),  # the claimer's affair: who else was called stays called
        Action.CLIMB: _EVERY_STEP - {Step.ASK},  # his question is still open
        Action.PRESS_AGAIN: _EVERY_STEP - {Step.ASK},  # likewise: the next cry gives him no more time
        Action.FALL_AWAY: _EVERY_STEP - {Step.ASK},  # what calls people now takes the place of what called them before
    }
)
# What leaves all that was said as it is.
_CHANGES_NOTHING = frozenset(
    {Action.REPORT, Action.RAISE, Action.HOLD, Action.CONFIRM, Action.ARCHIVE, Action.UNDO, Action.PLEDGE},
)


async def take_back(uow: UnitOfWork, item: Item, action: Action, now: datetime) -> None:
    """After this act: what is pending about the item is not sent, what stands in its chats is looked at again."""
    await take_back_all(uow, [item], action, now)


async def take_back_all(uow: UnitOfWork, items: Sequence[Item], action: Action, now: datetime) -> None:
    """The same for several items that went through the same act at once."""
    touched = [item for item in items if item.state is not State.DRAFT]
    if action in _CHANGES_NOTHING:
        return
    for item in touched:
        overtaken = _overtaken(action, item)
        if overtaken:
            await uow.outbox.supersede(item.number, overtaken)
        for posted in await uow.messages.of_item(item.number):
            if posted.subject == "claimers_sheet":
                if not item.is_with(posted.person):
                    await uow.messages.wish_gone(posted.chat, posted.message, now)
            elif _STEPS.get(posted.subject) in overtaken:
                await uow.messages.wish_gone(posted.chat, posted.message, now)
            elif posted.subject in _WORDS or (posted.subject in _CALLS and action is Action.AMEND):
                await uow.messages.wish_anew(posted.chat, posted.message, now)
    if action not in (Action.NOTE, Action.ASK):
        await _strike_from_lists(uow, touched, now)


def _overtaken(action: Action, item: Item) -> Collection[Step]:
    """What was said is over by this act. Who meant to take it over and did not come changes nothing for its claimer."""
    if action is Action.FALL_AWAY and item.state is State.CLAIMED:
        return ()
    return _OVERTAKES.get(action, _EVERY_STEP)


async def _strike_from_lists(uow: UnitOfWork, items: Sequence[Item], now: datetime) -> None:
    """Reminders of several items are on file under none of them: those that speak of one of these are read anew."""
    numbers = {item.number for item in items}
    for chat in {card.address.chat for item in items for card in await uow.cards.of_item(item.number)}:
        for posted in await uow.messages.standing(chat, "reminder"):
            if posted.item is not None:
                continue
            telling = await uow.outbox.sent_as(posted.chat, posted.message)
            if telling is None or not isinstance(telling.notice, Reminder):  # nobody knows what it says
                await uow.messages.wish_gone(chat, posted.message, now)
            elif any(one.item in numbers for one in telling.notice.waiting):
                await _strike(uow, posted, telling.notice, now)


async def _strike(uow: UnitOfWork, posted: Posted, reminder: Reminder, now: datetime) -> None:
    """What still waits is left on it; deleting costs nothing of the group's limit, reading it anew does."""
    for one in reminder.waiting:
        item = await uow.items.get(one.item)
        if item.state is State.OPEN and item.progress is not None and item.progress.reminded_at == one.at:
            await uow.messages.wish_anew(posted.chat, posted.message, now)
            return
    await uow.messages.wish_gone(posted.chat, posted.message, now)

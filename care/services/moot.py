"""What we have said about an item and is not so any more goes, or says what is true by now.

One reminder lives per card: each of these words gives way to the next, and to whoever takes the item.
"""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Action, Item
from care.services.ports import Step, UnitOfWork

# Replies to a card that call somebody; they go with the next word, or with the first who takes it.
_CALLS = ("called_again", "climbed")
# Rendered anew: a reminder may speak of several items, a question may be the latest still.
_WORDS = ("reminder", "how_is_it")

# What leaves all that was said as it is.
_CHANGES_NOTHING = frozenset(
    {
        Action.REPORT,
        Action.RAISE,
        Action.AMEND,
        Action.HOLD,
        Action.SEND_OUT,
        Action.CONFIRM,
        Action.ARCHIVE,
        Action.UNDO,
    }
)


async def take_back(uow: UnitOfWork, item: Item, action: Action, now: datetime) -> None:
    """After this act: what is pending about the item is not sent, what stands in its chats is looked at again."""
    if action in _CHANGES_NOTHING or item.opened_at is None:
        return
    if action is Action.NOTE:  # only the claimer's word answers a question, and no word of his takes the item
        await _anew(uow, item, now)
        return
    await uow.outbox.supersede(item.number, [Step.REMIND, Step.AGAIN, Step.CLIMB, Step.ASK])
    for chat in {card.address.chat for card in await uow.cards.of_item(item.number)}:
        for posted in await uow.messages.standing(chat, "reminder", *_CALLS):
            if posted.subject == "reminder":
                await uow.messages.wish_anew(chat, posted.message, now)
            elif posted.item == item.number:
                await uow.messages.wish_gone(chat, posted.message, now)
    await _anew(uow, item, now)


async def _anew(uow: UnitOfWork, item: Item, now: datetime) -> None:
    for posted in await uow.messages.of_item(item.number):
        if posted.subject in _WORDS:
            await uow.messages.wish_anew(posted.chat, posted.message, now)

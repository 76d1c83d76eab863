"""A reply in private to a message of ours: more about an item of his, or a worker's word on one."""

from __future__ import annotations

from telegram import Message

from care.domain.errors import NotFound
from care.domain.items import Item, State
from care.domain.signs import is_warm
from care.services import reports, settling
from care.services.reports import Given
from care.services.standing import Spoken
from handlers.incoming import Incoming
from handlers.replied import replied_to
from handlers.tell import say_back
from handlers.turn import Turn

_OF_THE_WORK = (
    "card",
    "how_is_it",
    "reminder",
    "called_again",
    "climbed",
    "claimers_sheet",
    "outcome_question",
)  # said to who works on it, not its reporter


async def as_reply(incoming: Incoming, turn: Turn, message: Message, given: Given) -> bool:
    """A reply to a message of ours about an item of his: an addition while it lives, a new, linked report after."""
    posted = await replied_to(turn, message)
    if posted is None or given.empty or (is_warm(given.text) and not given.enclosed and not given.place):
        return False
    number = posted.item
    if number is None and posted.subject == "reminder":  # of several things
        await say_back(turn, incoming, "chat.which_one")
        return True
    if number is None:
        return False
    try:
        item = await turn.uow.items.get(number)
    except NotFound:
        return False
    if item.reporter != turn.actor.id or posted.subject in _OF_THE_WORK:
        await _note(turn, incoming, item, given)
        return True
    if not (item.live or item.state is State.DRAFT):
        return False
    if given.place is not None:
        area = reports.area_of(given.place, turn.actor, turn.rules)
        await reports.place(turn.uow, item, given.place, area, turn.actor, turn.now, turn.rules)
    else:
        await reports.add_to(turn.uow, item, turn.actor, given, turn.now, turn.rules)
    await say_back(turn, incoming, "chat.added", number=number)
    return True


async def _note(turn: Turn, incoming: Incoming, item: Item, given: Given) -> None:
    """Words of a worker or coordinator in private about an item: progress."""
    spoken = Spoken(chat=incoming.chat or 0, private=True)
    await settling.note(turn.uow, item.number, given, turn.actor, spoken, turn.now, turn.rules)
    await say_back(turn, incoming, "chat.noted", number=item.number)

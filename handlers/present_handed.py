"""The menus under a card, and what is said in private where an item is handed round: read anew when it is sent."""

from __future__ import annotations

from care.domain import notices as n
from care.domain.items import State
from care.domain.promises import offered
from care.domain.rules import Rules
from care.domain.transfers import destinations
from care.services.ports import Telling, UnitOfWork
from care.services.transferring import candidates
from care.services.views import ItemView, item_view
from handlers.content import Content
from handlers.render.handed import offer, taken_over
from handlers.render.menus import person_question, promise_question, transfer_question
from handlers.render.speaker import Speaker


async def present_handed(
    uow: UnitOfWork,
    notice: n.PromiseQuestion | n.TransferQuestion | n.TransferOffer | n.TakenOver,
    telling: Telling,
    rules: Rules,
    say: Speaker,
) -> Content | None:
    """The message; None where there is nothing to ask any more."""
    view = await item_view(uow, notice.item, rules)
    match notice:
        case n.PromiseQuestion() if view.item.state is State.CLAIMED:
            return promise_question(view, say, offered(view.item.severity, say.now, rules.zone), telling.reply_to)
        case n.TransferQuestion() if view.item.live:
            return await _transfer_question(uow, notice, view, telling, rules, say)
        case n.TransferOffer():
            mine = view.item.offered_to == telling.person
            waits = mine and view.item.state is State.OPEN
            return offer(view, say, waits=waits) if waits or telling.message is not None else None
        case n.TakenOver():
            return taken_over(view, say)
        case _:
            return None


async def _transfer_question(
    uow: UnitOfWork, notice: n.TransferQuestion, view: ItemView, telling: Telling, rules: Rules, say: Speaker
) -> Content:
    if notice.people:
        people = await candidates(uow, view.item, notice.asked, rules)
        return person_question(view, say, people, telling.reply_to)
    return transfer_question(view, say, destinations(rules.tree, view.item.area), telling.reply_to)

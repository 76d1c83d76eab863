"""How an item is put off, handed round, taken over, taken back: the card's further buttons, and the menus under it."""

from __future__ import annotations

from care.domain.entitlement import Act
from care.domain.errors import AlreadyClaimed, Refused
from care.domain.items import Item
from care.domain.promises import Term
from care.domain.transfers import Why
from care.services import claims, promising, transferring, undoing
from care.services.ahead import ahead
from care.services.climbing import climb_by_hand
from care.services.ports import DoorTo
from care.services.standing import Spoken, item_for
from care.services.views import name_of
from handlers.callback_data import Press
from handlers.content import Answer
from handlers.render.speaker import Speaker
from handlers.sheet_press import on_its_way
from handlers.turn import Turn

Said = tuple[str, dict[str, str | int]]  # the key of what the presser hears, and its blanks

_MENUS = ("promise_question", "transfer_question", "dismiss_question")
_LANDED = {
    Why.ASKED: "toast.transferred",
    Why.THIRD: "toast.transferred_third",
    Why.BACK: "toast.transferred_back",
}


async def his(turn: Turn, item: Item) -> Said | Answer:
    """He has it; or, of an elder's matter, will have it with the sheet."""
    if item.pledged_by == turn.actor.id:
        return await on_its_way(turn, item, DoorTo.CLAIM, "sheet.sent")
    return await yours(turn, item.number)


async def yours(turn: Turn, number: int) -> Said:
    """He has it now, and so many others."""
    others = await turn.uow.items.in_hand(turn.actor.id) - 1
    if others > 0:
        return "claim.yours_more", {"number": number, "count": others}
    return "claim.yours", {"number": number}


async def settled(turn: Turn, number: int) -> Said:
    """It is done, and he still has so many."""
    count = await turn.uow.items.in_hand(turn.actor.id)
    return (
        ("toast.settled_more", {"number": number, "count": count}) if count else ("toast.settled", {"number": number})
    )


async def taken(turn: Turn, error: AlreadyClaimed) -> Said:
    """Somebody has it; perhaps he himself."""
    if error.by == turn.actor.id:
        return "claim.yours_already", {"number": error.number}
    return "claim.taken", {"name": await name_of(turn.uow, error.by) or "?"}


async def menu_done(spoken: Spoken, turn: Turn) -> None:
    """The menu has been answered and goes, also a copy that is not on file; never a card that a forger pressed."""
    if spoken.message is None:
        return
    posted = await turn.uow.messages.find(spoken.chat, spoken.message)
    if posted is None or posted.subject in _MENUS:
        await turn.uow.messages.wish_gone(spoken.chat, spoken.message, turn.now)


async def promise(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """📅."""
    await promising.ask_until(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.until", {}


async def promise_until(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """今天, 明天, ..."""
    try:
        term = Term(press.word)
    except ValueError:
        raise Refused("refused.unknown_press") from None
    item = await promising.promise(turn.uow, press.item, term, turn.actor, spoken, turn.now, turn.rules)
    await menu_done(spoken, turn)
    say = Speaker(turn.actor.language or turn.rules.language, turn.rules.zone, turn.now)
    until = item.progress.promised_until if item.progress else None
    if until is None or term is Term.MATERIALS:
        return "toast.materials", {"number": press.item, "day": say.date(until or turn.now)}
    return "toast.promised", {"number": press.item, "day": say.day(until), "clock": say.clock(until)}


async def transfer(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """↪️."""
    await transferring.ask_where_to(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.where_to", {}


async def transfer_whom(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """👤."""
    await transferring.ask_whom(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    await menu_done(spoken, turn)
    return "toast.whom", {}


async def transfer_to(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """To an area."""
    uow, rules = turn.uow, turn.rules
    item, why = await transferring.to_area(uow, press.item, press.word, turn.actor, spoken, turn.now, rules)
    await menu_done(spoken, turn)
    area = rules.tree.get(item.area)
    return _LANDED[why], {"number": press.item, "area": area.name if area else rules.community}


async def transfer_person(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """To somebody, who is asked first."""
    if not press.word.isascii() or not press.word.isdigit():
        raise Refused("refused.unknown_press")
    person = int(press.word)
    chosen = await transferring.to_person(turn.uow, press.item, person, turn.actor, spoken, turn.now, turn.rules)
    await menu_done(spoken, turn)
    return "toast.offered", {"number": press.item, "name": chosen.name}


async def accept(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """👌 我接."""
    try:
        await transferring.accept(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    except AlreadyClaimed as error:
        return await taken(turn, error)
    return await yours(turn, press.item)


async def climb(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """⬆️ 上报."""
    uow, rules = turn.uow, turn.rules
    item = await item_for(uow, press.item, Act.CLIMB, turn.actor, spoken, rules)
    item = await climb_by_hand(uow, item, turn.actor, turn.now, rules)
    reached = await ahead(uow, item, turn.now, rules)
    say = Speaker(turn.actor.language or rules.language, rules.zone, turn.now)
    whom = say(f"whom.{reached.climbed_to}") if reached and reached.climbed_to else rules.community
    return "toast.climbed", {"number": press.item, "whom": whom}


async def take_over(press: Press, spoken: Spoken, turn: Turn) -> Said | Answer:
    """🤝."""
    try:
        item = await claims.take_over(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    except AlreadyClaimed as error:
        return await taken(turn, error)
    return await his(turn, item)


async def undo(press: Press, spoken: Spoken, turn: Turn) -> Said:
    """↶."""
    await undoing.undo(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.undone", {"number": press.item}

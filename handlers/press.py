"""Every press of a button: what it means, whether it may, and what the presser hears. It is always answered."""

from __future__ import annotations

import structlog
from telegram import CallbackQuery

from care.domain.errors import CareError
from care.locale import say
from care.services.ports import Face
from care.services.standing import Spoken
from handlers import (
    card,
    elder_press,
    elder_signs,
    family_press,
    forget_press,
    lists_press,
    menu,
    pause_press,
    receipt,
    sheet_press,
    sos_press,
    start,
)
from handlers.callback_data import Button, Press, UnknownPress
from handlers.content import After, Answer
from handlers.errors import sentence_for
from handlers.incoming import Incoming
from handlers.turn import Turn

log = structlog.get_logger(__name__)

_OF_ELDERS = {
    **elder_press.ACTS,
    **family_press.ACTS,
    **forget_press.ACTS,
    **lists_press.ACTS,
    **pause_press.ACTS,
    **sheet_press.ACTS,
    **sos_press.ACTS,
}

TOAST_LIMIT = 200  # characters; Bot API, answerCallbackQuery


async def on_press(incoming: Incoming, turn: Turn) -> After:
    """Parse, act, answer."""
    query = incoming.update.callback_query
    if query is None:
        return After()
    language = turn.actor.language or turn.rules.language
    await elder_signs.by_press(query.data or "", turn)
    try:
        answer = await _act(incoming, query, turn, language)
    except UnknownPress:
        log.info("press.unknown", chat=incoming.chat, by=turn.actor.id)
        answer = Answer(say(language, "refused.unknown_press"))
    except CareError as error:
        key, blanks = sentence_for(error)
        log.info("press.refused", chat=incoming.chat, by=turn.actor.id, data=query.data, why=key)
        answer = Answer(say(language, key, **blanks))
    return After(press=query.id, answer=Answer(answer.text[:TOAST_LIMIT], answer.alert, answer.url))


async def _act(incoming: Incoming, query: CallbackQuery, turn: Turn, language: str) -> Answer:
    press = Press.unpack(query.data or "")
    message = query.message.message_id if query.message and not incoming.moved else None
    spoken = Spoken(chat=incoming.chat or 0, private=incoming.private, member=turn.member, message=message)
    if press.button is Button.LANGUAGE:
        return await start.choose_language(press, spoken, turn)
    if (act := _OF_ELDERS.get(press.button)) is not None:
        return await act(press, spoken, incoming, turn, language)
    if press.button in menu.ACTS:
        return await menu.on_menu(press, spoken, incoming, turn, language)
    if press.button in receipt.ACTS:
        answer = await receipt.on_receipt(press, spoken, turn, language)
        face = Face.RECEIPT
    else:
        answer = await card.on_card(press, spoken, turn, language)
        answer = await lists_press.say_whom(press, answer, turn, language)
        face = Face.CARD
    await _know_the_message(press.item, spoken, face, turn)
    return answer


async def _know_the_message(item: int, spoken: Spoken, face: Face, turn: Turn) -> None:
    """A message that is not on file (its id was never told us, or a crash left it behind) becomes known, or bare."""
    if not spoken.message or await turn.uow.messages.find(spoken.chat, spoken.message) is not None:
        return
    shown = [c for c in await turn.uow.cards.of_item(item) if c.address.chat == spoken.chat and c.face is face]
    if any(c.message == spoken.message for c in shown):
        return
    if any(c.posted and c.message is None for c in shown):
        await turn.uow.cards.adopt(item, spoken.chat, face, spoken.message)
    elif shown:
        await turn.uow.messages.wish_bare(spoken.chat, spoken.message, turn.now)

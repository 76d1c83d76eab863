"""Buttons on cards, and on the questions that hang on them: parse, act, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from care.domain.entitlement import GUARDED, Act
from care.domain.errors import AlreadyClaimed, NotNow, Refused
from care.domain.items import Action, DismissReason, State
from care.domain.notices import AllMedia, FullText, Lane, Notice
from care.locale import say
from care.services import asking, claims, hands, reports, settling
from care.services.ports import Step
from care.services.standing import Spoken, item_for
from handlers import card_more as more
from handlers import sheet_press
from handlers.callback_data import Button, Press
from handlers.card_more import Said
from handlers.content import Answer
from handlers.render.pictures import parts
from handlers.turn import Turn


async def on_card(press: Press, spoken: Spoken, turn: Turn, language: str) -> Answer:
    """Any button of a card."""
    said = await ACTS[press.button](press, spoken, turn)
    if isinstance(said, Answer):
        return said
    key, blanks = said
    return Answer(say(language, key, **blanks), alert=key == "hands.where") if key else Answer()


async def _claim(press: Press, spoken: Spoken, turn: Turn) -> Said | Answer:
    building = await hands.offer(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    if building is not None:
        return "hands.where", {"where": building}
    try:
        item = await claims.claim(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    except AlreadyClaimed as error:
        return await more.taken(turn, error)
    return await more.his(turn, item)


async def _release(press: Press, spoken: Spoken, turn: Turn) -> Said:
    await claims.release(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.released", {"number": press.item}


async def _still(press: Press, spoken: Spoken, turn: Turn) -> Said:
    try:
        await asking.still_at_it(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    except AlreadyClaimed as another:
        return await more.taken(turn, another)
    return "toast.still", {}


async def _done(press: Press, spoken: Spoken, turn: Turn) -> Said | Answer:
    if await _of_an_elder(press, turn):
        return await sheet_press.done(press, spoken, turn)
    await settling.say_done(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.proof", {}


async def _of_an_elder(press: Press, turn: Turn) -> bool:
    """Whether it ends by an outcome; what there is not is refused further on."""
    item = (await turn.uow.items.several([press.item])).get(press.item)
    return item is not None and item.kind in GUARDED


async def _no_proof(press: Press, spoken: Spoken, turn: Turn) -> Said:
    await settling.settle_without_proof(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return await more.settled(turn, press.item)


async def _dismiss(press: Press, spoken: Spoken, turn: Turn) -> Said:
    await claims.ask_why_not(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.why", {}


async def _dismiss_because(press: Press, spoken: Spoken, turn: Turn) -> Said:
    try:
        reason = DismissReason(press.word)
    except ValueError:
        raise Refused("refused.unknown_press") from None
    if reason is DismissReason.OTHER:
        await claims.ask_reason_in_words(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    elif reason in (DismissReason.SAME, DismissReason.NOT_A_REPORT):
        raise Refused("refused.unknown_press")
    else:
        await claims.dismiss(turn.uow, press.item, reason, turn.actor, spoken, turn.now, turn.rules)
    await more.menu_done(spoken, turn)
    return ("toast.words", {}) if reason is DismissReason.OTHER else ("toast.dismissed", {"number": press.item})


async def _ask_where(press: Press, spoken: Spoken, turn: Turn) -> Said:
    await claims.ask_where(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.asked_where", {}


async def _reopen(press: Press, spoken: Spoken, turn: Turn) -> Said:
    item = await settling.reopen(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    if item.number != press.item:
        return "toast.added_to_live", {"number": press.item, "other": item.number}
    return "toast.reopened", {"number": press.item}


async def _confirm(press: Press, spoken: Spoken, turn: Turn) -> Said:
    await settling.confirm_self(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    return "toast.confirmed", {"number": press.item}


async def _approve(press: Press, spoken: Spoken, turn: Turn) -> Said:
    item = await item_for(turn.uow, press.item, Act.APPROVE, turn.actor, spoken, turn.rules)
    if not item.held or item.state is not State.DRAFT:
        raise NotNow(item.number, item.state, Action.SEND_OUT)
    await reports.approve(turn.uow, item, turn.actor, turn.now, turn.rules)
    return "toast.approved", {"number": press.item}


async def _full_text(press: Press, spoken: Spoken, turn: Turn) -> Said:
    await item_for(turn.uow, press.item, Act.SEE_ALL, turn.actor, spoken, turn.rules)
    await _bring(FullText(item=press.item), 0, spoken, turn)
    return "", {}


async def _all_media(press: Press, spoken: Spoken, turn: Turn) -> Said:
    item = await item_for(turn.uow, press.item, Act.SEE_ALL, turn.actor, spoken, turn.rules)
    media = [*await turn.uow.media.of_item(item.number, "report"), *await turn.uow.media.of_item(item.number, "proof")]
    for part in range(len(parts(media))):
        await _bring(AllMedia(item=item.number, part=part), part, spoken, turn)
    return "", {}


async def _bring(notice: Notice, part: int, spoken: Spoken, turn: Turn) -> None:
    """What does not fit on the card, as a reply to it; pressing again within a minute brings nothing more."""
    item = await turn.uow.items.get(notice.about or 0)
    minute = turn.now.strftime("%Y%m%d%H%M")
    await turn.uow.outbox.tell(
        notice,
        await claims.where_pressed(turn.uow, item, spoken),
        lane=Lane.ANSWER,
        step=Step.ANSWER,
        key=f"{item.number}:{notice.kind}:{part}:{spoken.chat}:{minute}",
        now=turn.now,
        person=turn.actor.id,
        reply_to=spoken.message,
    )


ACTS: Mapping[Button, Callable[[Press, Spoken, Turn], Awaitable[Said | Answer]]] = {
    Button.CLAIM: _claim,
    Button.RELEASE: _release,
    Button.STILL: _still,
    Button.DONE: _done,
    Button.NO_PROOF: _no_proof,
    Button.DISMISS: _dismiss,
    Button.DISMISS_BECAUSE: _dismiss_because,
    Button.ASK_WHERE: _ask_where,
    Button.REOPEN: _reopen,
    Button.CONFIRM: _confirm,
    Button.APPROVE: _approve,
    Button.FULL_TEXT: _full_text,
    Button.ALL_MEDIA: _all_media,
    Button.PROMISE: more.promise,
    Button.PROMISE_UNTIL: more.promise_until,
    Button.TRANSFER: more.transfer,
    Button.TRANSFER_TO: more.transfer_to,
    Button.TRANSFER_WHOM: more.transfer_whom,
    Button.TRANSFER_PERSON: more.transfer_person,
    Button.ACCEPT: more.accept,
    Button.CLIMB: more.climb,
    Button.TAKE_OVER: more.take_over,
    Button.UNDO: more.undo,
}

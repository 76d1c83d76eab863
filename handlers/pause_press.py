"""Buttons about greetings that pause: whom, for how long, who is back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from telegram import Message

from care.domain.away import Absence, back_on
from care.domain.elders import ElderRecord
from care.domain.errors import Refused
from care.domain.notices import Lane, PauseMenu
from care.domain.until import until_of
from care.locale import say
from care.services import pausing
from care.services.pausing_choice import pausable, pausable_one, why_of
from care.services.ports import Address, Step
from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.pausing import words_of
from handlers.tell import thread_of
from handlers.turn import Turn

Act = Callable[[Press, Spoken, Incoming, Turn, str], Awaitable[Answer]]  # the last: the presser's language


async def choose(spoken: Spoken, address: Address, turn: Turn, key: str) -> None:
    """🧳 暂停问候: whom? Raises Refused where that is not his to say, or not here."""
    await pausable(turn.uow, turn.actor, _group(spoken), turn.rules)
    await turn.uow.outbox.tell(
        PauseMenu(asked=turn.actor.id),
        address,
        lane=Lane.ANSWER,
        step=Step.PAUSE,
        key=key,
        now=turn.now,
        person=turn.actor.id,
    )


async def _house(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, _language: str) -> Answer:
    """A building: who of it?"""
    await _his(press, spoken, turn)
    await _say_instead(PauseMenu(asked=turn.actor.id, house=press.item), spoken, incoming, turn)
    return Answer()


async def _who(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, language: str) -> Answer:
    """She: for how long? Or until the day that was typed with the name."""
    elder = await _his(press, spoken, turn)
    if not press.word:
        await _say_instead(PauseMenu(asked=turn.actor.id, elder=elder.id), spoken, incoming, turn)
        return Answer()
    until = until_of(press.word, turn.now.astimezone(turn.rules.zone).date())
    why = _typed_why(incoming, turn)
    await pausing.pause(
        turn.uow,
        elder,
        until,
        why_of(why, is_open=until is None),
        turn.actor,
        turn.now,
        turn.rules,
        words=why,
        tell_her=True,
    )
    return await _so_it_is(elder, spoken, incoming, turn, language, "pause.toast")


async def _long(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, language: str) -> Answer:
    """今天, 3 天, 一周, 回来再说."""
    elder = await _his(press, spoken, turn)
    if press.word not in list(Absence):
        raise Refused("refused.unknown_press")
    until = back_on(Absence(press.word), turn.now.astimezone(turn.rules.zone).date())
    why = why_of("", is_open=until is None)
    await pausing.pause(turn.uow, elder, until, why, turn.actor, turn.now, turn.rules, tell_her=True)
    return await _so_it_is(elder, spoken, incoming, turn, language, "pause.toast")


async def _resume(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, language: str) -> Answer:
    """▶️ 恢复问候, also on the coordinators' list: that one is read anew."""
    elder = await _his(press, spoken, turn)
    await pausing.resume(turn.uow, elder, turn.actor, turn.now, turn.rules)
    posted = await turn.uow.messages.find(spoken.chat, spoken.message) if spoken.message else None
    if posted is None or posted.subject == "pause_menu":
        return await _so_it_is(elder, spoken, incoming, turn, language, "pause.toast_resumed")
    await turn.uow.messages.wish_anew(spoken.chat, posted.message, turn.now)
    return Answer(say(language, "pause.toast_resumed"))


async def _still_away(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    elder = await _asked(press, spoken, turn)
    still = await pausing.still_away(turn.uow, elder, turn.now, turn.rules)
    return Answer(say(language, "pause.toast_away" if still else "pause.toast_greeted"))


async def _back_home(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    elder = await _asked(press, spoken, turn)
    back = await pausing.resume(turn.uow, elder, turn.actor, turn.now, turn.rules)
    return Answer(say(language, "pause.toast_resumed" if back else "pause.toast_greeted"))


async def _asked(press: Press, spoken: Spoken, turn: Turn) -> ElderRecord:
    """Of whom the weekly question is; only she and her family are asked, in private."""
    elder = await turn.uow.elders.find(press.item)
    if elder is None or not spoken.private:
        raise Refused("refused.unknown_press")
    family = {relative.person.id for relative in await turn.uow.elders.family_of(elder.id)}
    if turn.actor.id not in family | {elder.id}:
        raise Refused("pause.not_yours")
    return elder


async def _his(press: Press, spoken: Spoken, turn: Turn) -> ElderRecord:
    if spoken.member is False:
        raise Refused("refused.wrong_chat")
    return await pausable_one(turn.uow, turn.actor, press.item, _group(spoken), turn.rules)


def _group(spoken: Spoken) -> int | None:
    return None if spoken.private else spoken.chat


async def _so_it_is(
    elder: ElderRecord, spoken: Spoken, incoming: Incoming, turn: Turn, language: str, key: str
) -> Answer:
    await _say_instead(PauseMenu(asked=turn.actor.id, elder=elder.id, settled=True), spoken, incoming, turn)
    return Answer(say(language, key))


async def _say_instead(notice: PauseMenu, spoken: Spoken, incoming: Incoming, turn: Turn) -> None:
    """The message says this from now on; one that is not on file (a crash left it behind) goes, and it is said anew."""
    message = spoken.message
    telling = await turn.uow.outbox.sent_as(spoken.chat, message) if message is not None else None
    if message is not None and telling is not None and isinstance(telling.notice, PauseMenu):
        await turn.uow.outbox.revise(telling.id, notice)
        await turn.uow.messages.wish_anew(spoken.chat, message, turn.now)
        return
    await turn.uow.outbox.tell(
        notice,
        Address(spoken.chat, thread_of(incoming)),
        lane=Lane.ANSWER,
        step=Step.PAUSE,
        key=f"update:{incoming.update.update_id}:{notice.kind}",
        now=turn.now,
        person=turn.actor.id,
    )
    if message is not None and await turn.uow.messages.find(spoken.chat, message) is None:
        await turn.uow.messages.wish_gone(spoken.chat, message, turn.now)


def _typed_why(incoming: Incoming, turn: Turn) -> str:
    """Why, as it was typed with the command that the question replies to."""
    query = incoming.update.callback_query
    message = query.message if query is not None else None
    typed = message.reply_to_message.text if isinstance(message, Message) and message.reply_to_message else None
    try:
        return words_of((typed or "").partition(" ")[2], turn).why
    except Refused:  # the day has passed since
        return ""


ACTS: Mapping[Button, Act] = {
    Button.PAUSE_HOUSE: _house,
    Button.PAUSE_WHO: _who,
    Button.PAUSE_LONG: _long,
    Button.RESUME: _resume,
    Button.STILL_AWAY: _still_away,
    Button.BACK_HOME: _back_home,
}

"""Buttons of the claimer's sheet and of what its outcomes ask; and 🙋, 🤝, ✅ on an elder's card, which send it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping

from care.domain.away import Absence, back_on
from care.domain.errors import Refused
from care.domain.items import Item
from care.domain.knocking import knock_of
from care.domain.states import Ending
from care.locale import say
from care.services import outcomes, parting, sheets
from care.services.ports import DoorTo
from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.render.speaker import Speaker
from handlers.turn import Turn

Act = Callable[[Press, Spoken, Incoming, Turn, str], Awaitable[Answer]]  # the last: the presser's language

_TOKEN = 48  # bytes: 64 characters, as many as a START takes
_QUESTIONS = ("away_question", "hospital_question", "at_home_question")


async def on_its_way(turn: Turn, item: Item, to: DoorTo, key: str) -> Answer:
    """What he presses for comes in private; where we may not be able to write there, a link opens that chat."""
    language = turn.actor.language or turn.rules.language
    if not await sheets.needs_a_door(turn.uow, item, turn.actor):
        return Answer(say(language, key, number=item.number))
    token = secrets.token_urlsafe(_TOKEN)
    await sheets.give_door(turn.uow, item, turn.actor, to, token, turn.now, turn.rules)
    url = f"https://t.me/{turn.bot_username}?start={token}"
    return Answer(say(language, f"{key}_door", number=item.number), url=url)


async def done(press: Press, spoken: Spoken, turn: Turn) -> Answer:
    """✅ 办结 on an elder's card."""
    item = await outcomes.done(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    if item.claimed_by != turn.actor.id:
        return await on_its_way(turn, item, DoorTo.SETTLE, "sheet.outcomes")
    if await sheets.needs_a_door(turn.uow, item, turn.actor):
        return await on_its_way(turn, item, DoorTo.SETTLE, "sheet.sent")
    return Answer(say(turn.actor.language or turn.rules.language, "sheet.again", number=item.number))


async def _outcome(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """📞 🚪 🏥 🧳 🕯 📝."""
    _in_private(spoken)
    named = {str(ending): ending for ending in outcomes.NAMED}
    if press.word not in named:
        raise Refused("refused.unknown_press")
    ending = named[press.word]
    item = await outcomes.name(turn.uow, press.item, ending, turn.actor, spoken, turn.now, turn.rules)
    await _orphan_goes(spoken, turn)
    return Answer("" if ending is Ending.OTHER else say(language, "toast.outcome", number=item.number))


async def _knocked(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """🔕 敲门没人应."""
    _in_private(spoken)
    first = knock_of(await turn.uow.items.history(press.item)) is None
    item = await outcomes.knocked(turn.uow, press.item, turn.actor, spoken, turn.now, turn.rules)
    await _orphan_goes(spoken, turn)
    return Answer(say(language, "toast.knocked" if first else "toast.knocked_again", number=item.number))


async def _tick(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """① ② ③ ④."""
    _in_private(spoken)
    if not (press.word.isascii() and press.word.isdigit()):
        raise Refused("refused.unknown_press")
    await outcomes.tick(turn.uow, press.item, int(press.word), turn.actor, spoken, turn.now, turn.rules)
    return Answer(say(language, "toast.still"))


async def _away_for(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """今天, 3 天, 一周, 回来再说."""
    if press.word not in {str(absence) for absence in Absence}:
        raise Refused("refused.unknown_press")
    absence = Absence(press.word)
    await outcomes.away_for(turn.uow, press.item, absence, turn.actor, turn.now, turn.rules)
    await _question_goes(spoken, turn)
    until = back_on(absence, turn.now.astimezone(turn.rules.zone).date())
    if until is None:
        return Answer(say(language, "outcome.open_end"))
    day = Speaker(language, turn.rules.zone, turn.now)("time.date", month=until.month, day=until.day)
    return Answer(say(language, "outcome.until", day=day))


async def _no_hospital(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """先不填."""
    await outcomes.hospital(turn.uow, press.item, "", turn.actor, turn.now, turn.rules)
    await _question_goes(spoken, turn)
    return Answer(say(language, "outcome.thanks"))


async def _nobody_at_home(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """没有别人."""
    await outcomes.at_home(turn.uow, press.item, "", turn.actor, turn.now, turn.rules)
    await _question_goes(spoken, turn)
    return Answer(say(language, "outcome.thanks"))


async def _gone_true(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """✅ 属实."""
    _in_private(spoken)
    await parting.confirm(turn.uow, press.item, turn.actor, turn.now, turn.rules)
    return Answer(say(language, "outcome.thanks"))


async def _gone_untrue(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """❌ 不是."""
    _in_private(spoken)
    await parting.deny(turn.uow, press.item, turn.actor, turn.now, turn.rules)
    return Answer(say(language, "outcome.thanks"))


def _in_private(spoken: Spoken) -> None:
    """Outcomes are named where only who names them reads along."""
    if not spoken.private:
        raise Refused("sheet.in_private")


async def _question_goes(spoken: Spoken, turn: Turn) -> None:
    """It has been answered; a copy that is not on file goes, too, and never anything else that a forger pressed."""
    if spoken.message is None:
        return
    posted = await turn.uow.messages.find(spoken.chat, spoken.message)
    if posted is None or posted.subject in _QUESTIONS:
        await turn.uow.messages.wish_gone(spoken.chat, spoken.message, turn.now)


async def _orphan_goes(spoken: Spoken, turn: Turn) -> None:
    """A sheet that is not on file (its id was never told us) would stand with all that is personal for ever."""
    if spoken.message is not None and await turn.uow.messages.find(spoken.chat, spoken.message) is None:
        await turn.uow.messages.wish_gone(spoken.chat, spoken.message, turn.now)


ACTS: Mapping[Button, Act] = {
    Button.OUTCOME: _outcome,
    Button.KNOCKED: _knocked,
    Button.TICK: _tick,
    Button.OUT_FOR: _away_for,
    Button.NO_HOSPITAL: _no_hospital,
    Button.NOBODY_AT_HOME: _nobody_at_home,
    Button.GONE_TRUE: _gone_true,
    Button.GONE_UNTRUE: _gone_untrue,
}

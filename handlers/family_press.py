"""Buttons a relative presses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from care.domain.elders import GoodNews
from care.domain.errors import Refused
from care.domain.family import Answer as Said
from care.domain.notices import FamilyAsk, FamilySettings
from care.locale import say
from care.services import good_news, kin_answers, kin_words, reports
from care.services.reports import Given
from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.tell import tell_sender
from handlers.turn import Turn

Act = Callable[[Press, Spoken, Incoming, Turn, str], Awaitable[Answer]]  # the last: the presser's language

_SAID = {
    Button.FAMILY_WELL: Said.WELL,
    Button.FAMILY_NO_ANSWER: Said.NO_ANSWER,
    Button.FAMILY_COMING: Said.COMING,
    Button.FAMILY_BAD: Said.BAD,
}


async def _answers(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """✅ ☎️ 🚪 🆘 under an alarm."""
    if not spoken.private:
        raise Refused("refused.wrong_chat")
    said = _SAID[press.button]
    words = await kin_words.forget_words(turn.uow, turn.actor, spoken.chat)
    taken = await kin_answers.answer(turn.uow, press.item, said, turn.actor, turn.now, turn.rules, words=words)
    await _question_goes(spoken, turn)
    return Answer(say(language, taken.key))


async def _which(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, language: str) -> Answer:
    """您说的是哪位？ What he said of her counts, where it was plain; else he is asked."""
    if press.word:
        if press.word not in list(Said):
            raise Refused("refused.unknown_press")
        said = {answer: button for button, answer in _SAID.items()}[Said(press.word)]
        return await _answers(Press(said, press.item), spoken, incoming, turn, language)
    await kin_answers.still_his(turn.uow, press.item, turn.actor)
    await _question_goes(spoken, turn)
    await tell_sender(turn, incoming, FamilyAsk(alert=press.item))
    return Answer()


async def _else(_press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """✍️ 是别的事: what he wrote is a report after all; what is not on file any more he is asked to send again."""
    if not spoken.private:
        raise Refused("refused.wrong_chat")
    words = await kin_words.forget_words(turn.uow, turn.actor, spoken.chat)
    await _question_goes(spoken, turn)
    if not words:
        return Answer(say(language, "family.send_again"), alert=True)
    await reports.report(turn.uow, turn.actor, spoken.chat, Given(text=words, at=turn.now), turn.now, turn.rules)
    return Answer()


async def _settings(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, _language: str) -> Answer:
    """Of several elders this one: what does he want to hear of her?"""
    if not spoken.private:
        raise Refused("refused.wrong_chat")
    await tell_sender(turn, incoming, FamilySettings(elder=press.item))
    return Answer()


async def _good_news(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """每天告诉我, 每周一次, 只在没报平安时告诉我."""
    if not spoken.private or press.word not in list(GoodNews):
        raise Refused("refused.unknown_press")
    choice = GoodNews(press.word)
    await good_news.choose(turn.uow, turn.actor, press.item, choice, turn.now, turn.rules)
    posted = await turn.uow.messages.find(spoken.chat, spoken.message) if spoken.message else None
    if posted is not None and posted.subject in ("help", "family_settings"):
        await turn.uow.messages.wish_anew(spoken.chat, posted.message, turn.now)
    return Answer(say(language, f"family.chose_{choice}"))


async def _question_goes(spoken: Spoken, turn: Turn) -> None:
    """What asked him has been answered; the alarm itself stays and says what is so."""
    posted = await turn.uow.messages.find(spoken.chat, spoken.message) if spoken.message else None
    if posted is not None and posted.subject in ("family_ask", "family_which"):
        await turn.uow.messages.wish_gone(spoken.chat, posted.message, turn.now)


ACTS: Mapping[Button, Act] = {
    **dict.fromkeys(_SAID, _answers),
    Button.FAMILY_WHICH: _which,
    Button.FAMILY_ELSE: _else,
    Button.FAMILY_SETTINGS: _settings,
    Button.GOOD_NEWS: _good_news,
}

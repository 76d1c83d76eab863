"""Buttons a relative presses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from care.domain.errors import Refused
from care.domain.family import Answer as Said
from care.locale import say
from care.services import kin_answers
from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
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
    taken = await kin_answers.answer(turn.uow, press.item, _SAID[press.button], turn.actor, turn.now, turn.rules)
    return Answer(say(language, taken.key))


ACTS: Mapping[Button, Act] = dict.fromkeys(_SAID, _answers)

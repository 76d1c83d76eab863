"""The two buttons of somebody who wants to be forgotten; whoever presses them means himself."""

from __future__ import annotations

from collections.abc import Mapping

from care.domain.errors import Refused
from care.locale import say
from care.services import erasing
from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.elder_asks import question_over
from handlers.elder_press import Act
from handlers.incoming import Incoming
from handlers.turn import Turn


async def on_forget_press(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """🗑 确认删除, ↶ 先不删: in his own chat only."""
    if not spoken.private:
        raise Refused("refused.wrong_chat")
    await question_over(turn, spoken.chat, spoken.message)
    if press.button is Button.FORGET:
        await erasing.wish(turn.uow, turn.actor, turn.now, turn.rules)
        return Answer(say(language, "toast.forget"))
    await erasing.unwish(turn.uow, turn.actor, turn.now, turn.rules)
    return Answer(say(language, "toast.as_before"))


ACTS: Mapping[Button, Act] = {Button.FORGET: on_forget_press, Button.REMEMBER: on_forget_press}

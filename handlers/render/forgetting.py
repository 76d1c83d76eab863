"""What somebody reads who wants to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content, Keyboard
from handlers.render.speaker import Speaker


def forget_question(say: Speaker, waits_for: Sequence[int]) -> Content:
    """Asked once; what has to end first is said beforehand."""
    lines = [say("forget.ask")]
    if waits_for:
        lines.append(_waiting(say, waits_for))
    row = (
        Button(say("button.forget"), Press(B.FORGET).pack()),
        Button(say("button.remember"), Press(B.REMEMBER).pack()),
    )
    return Content(text="\n".join(lines), buttons=(row,))


def forget_waits(say: Speaker, waits_for: Sequence[int]) -> Content:
    """When it will be done; until then it can be taken back."""
    text = _waiting(say, waits_for) if waits_for else say("forget.within_the_hour")
    return Content(text=text, buttons=((Button(say("button.remember"), Press(B.REMEMBER).pack()),),))


def forgotten(say: Speaker) -> Content:
    """It is done; our keyboard goes with it."""
    return Content(text=say("forget.done"), keyboard=Keyboard(()))


def _waiting(say: Speaker, numbers: Sequence[int]) -> str:
    return say("forget.waits", numbers=" ".join(f"#{number}" for number in numbers[:10]))

"""What an elder hears of her own cry for help, and what is said about her voice; to who listens, the voice itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from care.domain.notices import Says
from care.services.naming import Named
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content, Picture
from handlers.render.phones import dialled
from handlers.render.speaker import Speaker, escape, shorten

MOST_PHONES = 4  # more than this nobody dials who is in need


@dataclass(frozen=True, kw_only=True)
class Her:
    """She herself as we speak to her: `name` is None where neither the roster nor her age says how.

    `phones`: (name, E.164 or as the config has it) of whom she can call.
    """

    name: str | None
    phones: Sequence[tuple[str, str]] = ()


def to_her(says: Says, item: int, her: Her, who: str | None, say: Speaker) -> Content:
    """One word on her cry. `who`: the name of whom it speaks, as of the one who comes."""
    name = escape(shorten(who or "?", 24))
    match says:
        case Says.CALLING:
            known = her.name is not None
            text = say("sos.calling", name=escape(her.name or "")) if known else say("sos.calling_you")
            return Content(text=text, buttons=_second_thoughts(item, say))
        case Says.AGAIN:
            text = say("sos.again_claimed", name=name) if who else say("sos.again")
            return Content(text=_addressed(her, text, say), buttons=_second_thoughts(item, say))
        case Says.LOOKING | Says.UNHEARD:
            return Content(text=_addressed(her, say(f"sos.{says}"), say), buttons=_two_keys(say))
        case Says.NOBODY:
            return Content(text=_addressed(her, _truth(her, say), say))
        case Says.COMING | Says.WILL_CALL:
            return Content(text=say(f"sos.{says}", name=name))
        case Says.ANOTHER:
            return Content(text=_addressed(her, say("sos.another", name=name), say))
        case Says.NOTED:
            return Content(text=say("sos.noted_claimed", name=name) if who else say("sos.noted"))
        case _:
            return Content(text=say(f"sos.{says}"))


def trouble_question(say: Speaker, *, mood: bool) -> Content:
    """您是不是不舒服？ Of who says that life is too much, gentler."""
    rows = ((_key("sos.button_need", B.SOS_NEED, say),), (_key("sos.button_no_need", B.SOS_WELL, say),))
    return Content(text=say("sos.trouble_mood" if mood else "sos.trouble"), buttons=rows)


def voice_received(say: Speaker) -> Content:
    """收到您的语音啦."""
    return Content(text=say("sos.voice_received"), buttons=_two_keys(say))


def recording(
    number: int, kind: str, file: str, sent_at: datetime, named: Named, say: Speaker, *, last: bool
) -> Content:
    """Her voice or video, with whose it is and when she sent it; the buttons hang on the last of several."""
    caption = say("hear.of", who=escape(say.named(named)), at=say.at(sent_at))
    row = (
        _key("sos.button_heard", B.HEARD_WELL, say, number),
        _key("sos.button_trouble", B.HEARD_TROUBLE, say, number),
    )
    return Content(
        text=caption,
        buttons=tuple((one,) for one in row) if last else (),
        picture=Picture(kind=kind, key=f"recording:{number}", file=file),
    )


def _truth(her: Her, say: Speaker) -> str:
    """Nobody has taken it yet; whom she can call herself."""
    phones = [
        say("sos.phone", name=escape(shorten(name, 24)), phone=escape(dialled(phone))) for name, phone in her.phones
    ]
    listed = say("sos.and").join(phones[:MOST_PHONES])
    return say("sos.nobody_call", phones=listed) if listed else say("sos.nobody")


def _addressed(her: Her, text: str, say: Speaker) -> str:
    """`王奶奶，…`; without a name the sentence begins at once."""
    return say("sos.addressed", name=escape(her.name), text=text) if her.name is not None else text


def _second_thoughts(item: int, say: Speaker) -> tuple[tuple[Button, ...], ...]:
    return (
        (_key("sos.button_not_urgent", B.SOS_SMALL, say, item),),
        (_key("sos.button_mistake", B.SOS_MISTAKE, say, item),),
    )


def _two_keys(say: Speaker) -> tuple[tuple[Button, ...], ...]:
    """What her keyboard has, under a message."""
    return ((_key("sos.button_well", B.SOS_WELL, say),), (_key("sos.button_sos", B.SOS_NEED, say),))


def _key(label: str, act: B, say: Speaker, item: int = 0) -> Button:
    return Button(say(label), Press(act, item).pack())

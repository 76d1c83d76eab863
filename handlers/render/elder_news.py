"""What her family and the coordinators hear of an elder's own decisions."""

from __future__ import annotations

from datetime import datetime

from handlers.content import Content
from handlers.render.elder import Her
from handlers.render.speaker import Speaker, escape


def left_news(her: Her, say: Speaker, *, family: bool, at: datetime) -> Content:
    """She wants no more greetings; for a day she may think better of it."""
    if family:
        return Content(text=say("elder.left_to_family", elder=her.others_say(say)))
    return Content(text=say("elder.left_to_coordinators", elder=_with_building(her, say), at=say.at(at)))


def back_news(her: Her, say: Speaker, *, family: bool) -> Content:
    """She takes part again."""
    elder = her.others_say(say) if family else _with_building(her, say)
    return Content(text=say("elder.back_again", elder=elder))


def watch_ended(her: Her, say: Speaker) -> Content:
    """Kindly: he is not told of her any more."""
    return Content(text=say("elder.watch_ended", elder=her.others_say(say)))


def _with_building(her: Her, say: Speaker) -> str:
    """`王奶奶 3号楼`."""
    return " ".join(part for part in (her.others_say(say), escape(her.record.building or "")) if part)

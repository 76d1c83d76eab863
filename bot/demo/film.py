"""What the panes have shown since the town stood: its first picture, and every change with the moment of its clock.

So a page can show all phones as they were at any moment of the day. Nothing is computed anew: each change was taken
down when it happened, as every page was told it then.
"""

from __future__ import annotations

from bot.demo.bubbles import SHOWN_KINDS, desks_of, keyboards_view, message_change, message_view
from bot.demo.town import Town
from bot.sandbox.journal import Event
from bot.sandbox.records import Json

BEFORE_THE_DAY = -1


class Film:
    """Of one town, from now on."""

    def __init__(self, town: Town) -> None:
        self._town, self._scene = town, BEFORE_THE_DAY
        self._first = _picture(town)
        self._frames: list[Json] = []
        town.world.listeners.append(self._take)

    def view(self) -> Json:
        """`first`: messages and keyboards at the beginning; `frames`: what changed when, in which scene of the day."""
        return {"first": self._first, "frames": self._frames}

    def _take(self, event: Event) -> None:
        if event.kind == "day":
            self._scene = event.details["scene"]
        if event.kind in SHOWN_KINDS and (change := message_change(self._town, event)) is not None:
            self._frames.append({"at": event.at.isoformat(), "scene": self._scene, "change": change})


def _picture(town: Town) -> Json:
    desks = desks_of(town)
    chats = dict.fromkeys(desk.chat for desk in desks)
    messages = [message_view(town.world, one) for chat in chats for one in town.world.chats[chat].history()]
    return {"messages": messages, "keyboards": keyboards_view(desks)}

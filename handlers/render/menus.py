"""Small menus under a card: until when, where to, to whom."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.people import Person
from care.domain.promises import Term
from care.domain.transfers import Destinations
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.questions import MOST_GRIDS, fits, pairs
from handlers.render.speaker import Speaker, shorten


def promise_question(view: ItemView, say: Speaker, terms: Sequence[Term], reply_to: int | None) -> Content:
    """Until when will it take?"""
    number = view.item.number
    buttons = [Button(say(f"promise.{term}"), Press(B.PROMISE_UNTIL, number, term).pack()) for term in terms]
    return Content(text=say("ask.promise", number=number), buttons=tuple(pairs(buttons)), reply_to=reply_to)


def transfer_question(view: ItemView, say: Speaker, where: Destinations, reply_to: int | None) -> Content:
    """Where to? The other grids, the area above, or somebody."""
    number = view.item.number
    grids = [area for area in where.grids if fits(area)][:MOST_GRIDS]
    rows = pairs([Button(area.name, Press(B.TRANSFER_TO, number, area.id).pack()) for area in grids])
    if where.parent is not None and fits(where.parent):
        label = say("button.transfer_up", area=where.parent.name)
        rows.append((Button(label, Press(B.TRANSFER_TO, number, where.parent.id).pack()),))
    rows.append((Button(say("button.transfer_whom"), Press(B.TRANSFER_WHOM, number).pack()),))
    return Content(text=say("ask.transfer", number=number), buttons=tuple(rows), reply_to=reply_to)


def person_question(view: ItemView, say: Speaker, people: Sequence[Person], reply_to: int | None) -> Content:
    """To whom?"""
    number = view.item.number
    buttons = [
        Button(shorten(person.name or "?", 24), Press(B.TRANSFER_PERSON, number, str(person.id)).pack())
        for person in people
    ]
    return Content(text=say("ask.transfer_whom", number=number), buttons=tuple(pairs(buttons)), reply_to=reply_to)

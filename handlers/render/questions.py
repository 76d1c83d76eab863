"""Questions that wait for an answer, and the end of an item: text and what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from care.domain.areas import Area
from care.domain.items import DismissReason, State
from care.domain.people import Person
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content, Key, Keyboard
from handlers.render.card import dismiss_reason
from handlers.render.pictures import cover
from handlers.render.speaker import Speaker, escape, shorten

_T = TypeVar("_T")
MOST_GRIDS = 24  # more keys than this nobody reads; the phone's location does better


def place_question(
    view: ItemView, say: Speaker, *, home: Area | None, others: Sequence[Area], has_last: bool, inline: bool
) -> Content:
    """Where is it? One tap. `inline`: for an elder, whose two tall keys are never replaced."""
    number = view.item.number
    grids = [*([home] if home else []), *[area for area in others if area != home]][:MOST_GRIDS]
    if inline:
        buttons = [Button(area.name, Press(B.PLACE, number, area.id).pack()) for area in grids if fits(area)]
        rows = (*pairs(buttons), (Button(say("key.skip"), Press(B.SKIP, number).pack()),))
        return Content(text=say("ask.place_inline", number=number), buttons=rows)
    keys: list[tuple[Key, ...]] = [(Key(say("key.location"), asks_location=True),)]
    if has_last:
        keys.append((Key(say("key.same_place")),))
    if home:
        keys.append((Key(home.name),))
    keys += pairs([Key(area.name) for area in grids if area != home])
    keys.append((Key(say("key.skip")),))
    return Content(text=say("ask.place", number=number), keyboard=Keyboard(tuple(keys)))


def where_question(view: ItemView, say: Speaker, *, inline: bool) -> Content:
    """The workers cannot find it."""
    keyboard = Keyboard(((Key(say("key.location"), asks_location=True),),))
    return Content(text=say("ask.where", number=view.item.number), keyboard=None if inline else keyboard)


def not_yet_question(view: ItemView, say: Speaker) -> Content:
    """What is left to do?"""
    return Content(text=say("ask.not_yet", number=view.item.number))


def proof_question(view: ItemView, say: Speaker, asked: Person, reply_to: int | None) -> Content:
    """The proof, please; with a way around it."""
    number = view.item.number
    button = Button(say("button.no_proof"), Press(B.NO_PROOF, number).pack())
    text = say("ask.proof", name=mention(asked), number=number)
    return Content(text=text, buttons=((button,),), reply_to=reply_to)


def dismiss_question(view: ItemView, say: Speaker, asked: Person, *, in_words: bool, reply_to: int | None) -> Content:
    """Why does it need nobody?"""
    number = view.item.number
    if in_words:
        return Content(text=say("ask.dismiss_words", name=mention(asked), number=number), reply_to=reply_to)
    reasons = [reason for reason in DismissReason if reason not in (DismissReason.NOT_A_REPORT, DismissReason.SAME)]
    buttons = [Button(say(f"dismiss.{r}"), Press(B.DISMISS_BECAUSE, number, r).pack()) for r in reasons]
    return Content(text=say("ask.dismiss", number=number), buttons=tuple(pairs(buttons)), reply_to=reply_to)


def ended(view: ItemView, say: Speaker) -> Content:
    """To the reporter: settled with its proof, or kindly why it needs nobody."""
    item = view.item
    if item.state is State.DISMISSED:
        reason = item.dismiss_reason or DismissReason.OTHER
        key = f"ended.{reason}"
        return Content(text=say(key, number=item.number, reason=dismiss_reason(view, say)))
    if item.ending is not None:
        return Content(text=say("ended.looked_after", number=item.number))
    proof = f"\n“{escape(shorten(item.proof, 700))}”" if item.proof else ""
    text = say("ended.resolved", number=item.number, name=escape(view.resolver or "")) + proof
    buttons = (
        Button(say("button.content"), Press(B.CONTENT, item.number).pack()),
        Button(say("button.not_yet"), Press(B.NOT_YET, item.number).pack()),
    )
    return Content(text=text, buttons=(buttons,), picture=cover(view.proofs))


def mention(person: Person) -> str:
    """The name, as a link that rings the person's phone where we know it."""
    name = escape(person.name)
    return f'<a href="tg://user?id={person.telegram_id}">{name}</a>' if person.telegram_id else name


def fits(area: Area) -> bool:
    """Whether the area's id fits behind a button."""
    return len(area.id.encode()) <= 40


def pairs(things: Sequence[_T]) -> list[tuple[_T, ...]]:
    """Two a row."""
    return [tuple(things[i : i + 2]) for i in range(0, len(things), 2)]

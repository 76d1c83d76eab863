"""How an item is handed round, on its card and in private: promises, offers, who took over."""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Item, State
from care.domain.promises import SHOWN_FROM
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.speaker import Speaker, escape, shorten

_WORDS = 300  # of what was said, in a message that only asks


def short_name(name: str | None) -> str:
    """Somebody's name on a card: short enough for one line."""
    return escape(shorten(name or "?", 24))


def handed(view: ItemView, say: Speaker) -> list[str]:
    """The card's lines on what was promised, and on who has been asked to take it."""
    item, handing = view.item, view.handing
    if item.state is State.OPEN and item.offered_to is not None:
        return [say("card.offered", name=short_name(handing.offered))]
    if item.state is State.OPEN and handing.unreachable is not None:
        return [say("card.offer_unreachable", name=short_name(handing.unreachable))]
    if item.state is not State.CLAIMED:
        return []
    return [*_promised(view, say), *_put_off(item, say)]


def promised_on_receipt(view: ItemView, say: Speaker) -> str | None:
    """`李娟在处理（预计明天）`, while that is so."""
    until = promise_in_force(view.item, say.now)
    if until is None:
        return None
    name = escape(view.claimer or "?")
    if view.handing.awaits_materials:
        return say("receipt.materials", name=name)
    return say("receipt.promised", name=name, day=say.day(until))


def promise_in_force(item: Item, now: datetime) -> datetime | None:
    """Until when the claimer has promised it, unless that is over, or he says that it is done."""
    until = item.progress.promised_until if item.progress else None
    return until if until is not None and now < until and item.said_done_by is None else None


def offer(view: ItemView, say: Speaker, *, waits: bool) -> Content:
    """To who was asked to take it; once that is settled, how, without a button."""
    item = view.item
    lines = [_asks(view, say), f"“{escape(shorten(item.text, _WORDS))}”" if item.text else ""]
    buttons: tuple[Button, ...] = ()
    if waits:
        buttons = (Button(say("button.accept"), Press(B.ACCEPT, item.number).pack()),)
        if view.media:
            label = say("button.all_media", count=len(view.media))
            buttons = (*buttons, Button(label, Press(B.ALL_MEDIA, item.number).pack()))
    else:
        lines.append(_settled(view, say))
    return Content(text="\n".join(line for line in lines if line), buttons=(buttons,) if buttons else ())


def taken_over(view: ItemView, say: Speaker) -> Content:
    """To who had it: he may let go."""
    name = short_name(view.handing.taken_over_by)
    return Content(text=say("transfer.taken_over", number=view.item.number, name=name))


def _asks(view: ItemView, say: Speaker) -> str:
    category = say(f"category.{view.item.category}") if view.item.category else say(f"kind.{view.item.kind}")
    place = view.item.place
    where = place.words if place and place.words else view.area
    name = short_name(view.handing.offered_by)
    what = " · ".join([category, *([escape(shorten(where, 120))] if where else [])])
    return say("offer.ask", name=name, number=view.item.number, what=what)


def _settled(view: ItemView, say: Speaker) -> str:
    item = view.item
    if item.state is State.CLAIMED:
        return say("offer.taken", name=short_name(view.claimer))
    return say("offer.moot" if item.state is State.OPEN else "offer.ended")


def _promised(view: ItemView, say: Speaker) -> list[str]:
    until = promise_in_force(view.item, say.now)
    if until is None:
        return []
    if view.handing.awaits_materials:
        return [say("card.materials", day=say.date(until))]
    return [say("card.promised", name=short_name(view.claimer), day=say.day(until), clock=say.clock(until))]


def _put_off(item: Item, say: Speaker) -> list[str]:
    times = item.progress.promises if item.progress else 0
    return [say("card.put_off", count=times)] if times >= SHOWN_FROM else []

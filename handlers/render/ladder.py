"""What time makes us say of an item: that it waits, that it has climbed, and how it is going; and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.entitlement import GUARDED
from care.domain.items import Item, Severity
from care.domain.people import Person
from care.domain.states import LISTED
from care.services.ahead import Ahead
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render import of_elder
from handlers.render.card import MARKS, title
from handlers.render.questions import mention
from handlers.render.sheet import outcomes
from handlers.render.speaker import Speaker, escape, shorten

MOST_LISTED = 12  # lines and buttons that one glance still takes in


def coming(ahead: Ahead | None, say: Speaker) -> list[str]:
    """The card's lines: how far it has climbed, and what happens next."""
    if ahead is None:
        return []
    lines = [say("card.climbed", whom=say(f"whom.{ahead.climbed_to}"))] if ahead.climbed_to else []
    parts = [(ahead.remind_at, "next.remind", ""), (ahead.ask_at, "next.ask", "")]
    if ahead.climb_whom:
        parts.append((ahead.climb_at, "next.climb", say(f"whom.{ahead.climb_whom}")))
    known = sorted((at, key, whom) for at, key, whom in parts if at is not None)
    if known:
        lines.append("⏰ " + say("next.and").join(say(key, at=say.at(at), whom=whom) for at, key, whom in known))
    return lines


Waits = tuple[Item, str]  # an item and its area's name


def reminder(
    waiting: Sequence[Waits], say: Speaker, *, mentioned: Sequence[Person], daily: bool, ahead: Ahead | None
) -> Content:
    """Nobody has taken these yet, the most urgent first; each can be taken right here."""
    names = " ".join(mention(person) for person in mentioned)
    listed, more = waiting[:MOST_LISTED], len(waiting) - MOST_LISTED
    if len(waiting) == 1 and not daily:
        lines = [say("remind.one", **_what_and_when(waiting[0], say)), *_climbs(ahead, say)]
    else:
        head = say("remind.days" if daily else "remind.several", count=len(waiting))
        lines = [head, *(say("remind.line", **_what_and_when(one, say)) for one in listed)]
    if more > 0:
        lines.append(say("remind.more", count=more))
    label = "button.claim" if len(waiting) == 1 else "button.claim_number"
    buttons = [Button(say(label, number=item.number), Press(B.CLAIM, item.number).pack()) for item, _ in listed]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Content(text="\n".join([*lines, *([names] if names else [])]), buttons=rows)


def how_is_it(view: ItemView, say: Speaker, claimer: Person, *, in_group: bool, others: int) -> Content:
    """How is it going? `others`: how many more the claimer has in hand."""
    number = view.item.number
    text = say("ask.how_is_it", number=number)
    lines = [f"{mention(claimer)} {text}" if in_group else text]
    if not in_group or view.item.kind in LISTED:  # a list names her without her number
        lines.append(_what(view.item, of_elder.where(view.elder, view.area, say), say))
    if others and not in_group:
        lines.append(say("ask.others_in_hand", count=others))

    def button(label: str, act: B) -> Button:
        return Button(say(f"button.{label}"), Press(act, number).pack())

    if view.item.kind in GUARDED and not in_group:
        rows = [(button("still", B.STILL),), *outcomes(view.item, say), (button("release", B.RELEASE),)]
        return Content(text="\n".join(lines), buttons=tuple(rows))
    rows = [(button("still", B.STILL), button("done", B.DONE)), (button("release", B.RELEASE),)]
    if view.item.said_done_by is not None:  # he said so before, and no proof came
        rows.append((button("no_proof", B.NO_PROOF),))
    return Content(text="\n".join(lines), buttons=tuple(rows))


def climbed(whom: str, number: int, say: Speaker) -> Content:
    """Where the next rung's people read the same chat."""
    return Content(text=say("again.climbed_to", number=number, whom=say(f"whom.{whom}")))


def _climbs(ahead: Ahead | None, say: Speaker) -> list[str]:
    if ahead is None or ahead.climb_at is None or ahead.climb_whom is None:
        return []
    return [say("remind.climbs", at=say.at(ahead.climb_at), whom=say(f"whom.{ahead.climb_whom}"))]


def _what_and_when(waits: Waits, say: Speaker) -> dict[str, str]:
    item, area = waits
    return {"what": _what(item, area, say), "since": say.at(item.since or item.created_at)}


def _what(item: Item, area: str, say: Speaker) -> str:
    """`🟠 #128 公共设施 · 第三网格 · 3号楼`: enough to know it by."""
    mark = MARKS[item.severity] + " " if item.severity is not Severity.NORMAL else ""
    what = say(f"category.{item.category}") if item.category else title(item, say)
    parts = [f"{mark}#{item.number} {what}", area]
    if item.place and item.place.words and item.place.words != area:
        parts.append(shorten(item.place.words, 40))
    return " · ".join(escape(part) for part in parts if part)

"""What is still to be done, a line an item; and one item with all that happened to it."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.cries import Eased
from care.domain.entitlement import GUARDED
from care.domain.family import Answer
from care.domain.items import Action, Item, Kind, State
from care.domain.knocking import KNOCKED, TICKS
from care.services.acts import ENROLLED, HAND, REPORTER_UNREACHABLE
from care.services.kin_answers import BY_FAMILY
from care.services.open_items import OpenItems, OpenLine, StoryLine
from care.services.parting import CONFIRMED, DENIED
from care.services.pledging import UNOPENED, UNREACHABLE
from care.services.views import ItemView
from handlers.content import Content
from handlers.render import of_elder
from handlers.render.card import MARKS, SAID_IN_GROUPS, standing, title
from handlers.render.speaker import TEXT_LIMIT, Speaker, escape, shorten, units

# Reasons of a history that say what happened, where its action says only that something was noted.
BECAUSE = (
    *(HAND, ENROLLED, REPORTER_UNREACHABLE, "asked_where"),
    *(f"{BY_FAMILY}_{answer}" for answer in Answer),
    *Eased,
    *(KNOCKED, *(f"{tick}_{step}" for tick in ("tick", "untick") for step in TICKS)),
    *(UNREACHABLE, UNOPENED, CONFIRMED, DENIED),
)
_SUPERGROUP = -1_000_000_000_000  # ids below it are supergroups', whose messages have links


def open_list(found: OpenItems, chat: int, say: Speaker) -> Content:
    """`未办 3 件：` and a line each, the urgent first; or that there is nothing."""
    if not found.count:
        return Content(text=say("open.none"))
    head = say("open.head", count=found.count)
    kept: list[str] = []
    room = TEXT_LIMIT - units(head) - 40  # for the line that says how many more there are
    for line in found.lines:
        text = _open_line(line, chat, say)
        room -= units(text) + 1
        if room < 0:
            break
        kept.append(text)
    more = found.count - len(kept)
    tail = [say("open.more", count=more)] if more else []
    return Content(text="\n".join([head, *kept, *tail]))


def item_story(view: ItemView, story: Sequence[StoryLine], say: Speaker) -> Content:
    """The item and its history; what is too long loses its oldest lines."""
    item = view.item
    guarded = item.kind in GUARDED  # what an elder said, and what is noted of her, is read on the claimer's sheet
    where = escape(of_elder.where(view.elder, view.area, say)) if view.elder else _where(item, view.area)
    head = [f"{MARKS[item.severity]} <b>#{item.number}</b> {title(item, say)}", f"📍 {where}" if where else ""]
    if item.text and not guarded:
        head.append(f"“{escape(shorten(item.text, 600))}”")
    head.append(standing(view, say))
    told = [_story_line(line, item, say) for line in story]
    room = TEXT_LIMIT - units("\n".join(head)) - 60  # for the line that says how many are left out
    kept: list[str] = []
    for text in reversed(told):
        room -= units(text) + 1
        if room < 0:
            break
        kept.insert(0, text)
    left_out = len(told) - len(kept)
    more = [say("item.more", count=left_out)] if left_out else []
    return Content(text="\n".join([*(line for line in head if line), "", *more, *kept]))


def veiled_line(item: Item, where: str | None, say: Speaker) -> str:
    """A quarrel where others read: that there is one."""
    return say("card.veiled", number=item.number, where=escape(where or ""))


def _open_line(line: OpenLine, chat: int, say: Speaker) -> str:
    item = line.item
    if line.veiled:
        return veiled_line(item, line.area, say)
    number = f"#{item.number}"
    link = _link(line, chat)
    if link is not None:
        number = f'<a href="{link}">{number}</a>'
    where = _where(item, line.area)
    if line.elder is not None:
        where = escape(shorten(of_elder.where(line.elder, None, say), 30))
    parts = [f"{MARKS[item.severity]} {number} {_what(item, say)}", where, _state(line, say)]
    return " · ".join(part for part in parts if part)


def _what(item: Item, say: Speaker) -> str:
    if item.kind is Kind.REPORT and item.category is not None:
        return say(f"category.{item.category}")
    return say(f"kind.{item.kind}")


def _where(item: Item, area: str | None) -> str:
    words = item.place.words if item.place else None
    return escape(shorten(words or area or "", 30))


def _state(line: OpenLine, say: Speaker) -> str:
    item = line.item
    if item.state is State.CLAIMED:
        name = escape(shorten(line.claimer or "?", 24))
        return say("card.claimed_since", name=name, since=say.at(item.claimed_at or item.created_at))
    return say("card.open_since", since=say.at(item.since or item.created_at))


def _link(line: OpenLine, chat: int) -> str | None:
    """Where the card stands, for a tap; only messages of supergroups have such an address."""
    card = line.card
    if card is None or card.message is None or chat > _SUPERGROUP:
        return None
    thread = f"{card.address.thread}/" if card.address.thread is not None else ""
    return f"https://t.me/c/{_SUPERGROUP - chat}/{thread}{card.message}"


def _story_line(line: StoryLine, item: Item, say: Speaker) -> str:
    event = line.event
    words = [say.at(event.at), _who(line, item, say), say(f"history.{event.action}")]
    if line.times > 1:
        words.append(f"×{line.times}")
    text = " ".join(word for word in words if word)
    why = _why(line, item, say)
    return f"{text}：{why}" if why else text


def _who(line: StoryLine, item: Item, say: Speaker) -> str:
    """By name; who reported it, and an elder whom it is about, by what they are, as on the card."""
    who = line.who
    if who is None:
        return ""
    if who.id == item.about and item.kind in GUARDED:
        return say("role.elder")
    if who.id != item.reporter:
        return escape(shorten(who.name or "?", 24))
    if not item.reporter_known:
        return say("role.unknown")
    roles = [role for role in ("courier", "worker", "liaison", "elder", "family") if role in who.roles]
    return say(f"role.{roles[0] if roles else 'coordinator'}")


def _why(line: StoryLine, item: Item, say: Speaker) -> str:
    """What was said or chosen, as far as it explains the line."""
    event = line.event
    if event.details.dismiss_reason is not None and not event.note:
        return say(f"dismiss.{event.details.dismiss_reason}")
    if event.reason in BECAUSE:
        return say(f"history.because_{event.reason}", name=escape(shorten(event.note or "?", 24)))
    if event.details.ending in SAID_IN_GROUPS:
        return say(f"outcome.{event.details.ending}")
    if item.kind in GUARDED:
        return escape(line.area) if line.area is not None else ""
    if event.note:
        return f"“{escape(shorten(event.note, 200))}”"
    if event.details.proof:
        return f"“{escape(shorten(event.details.proof, 200))}”"
    if event.action is Action.PROMISE and event.details.promised_until is not None:
        return say.at(event.details.promised_until)
    if line.area is not None and event.action in (Action.SEND_OUT, Action.TRANSFER, Action.RAISE):
        return escape(line.area)
    return ""

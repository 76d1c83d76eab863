"""The card: what a group sees of an item, in one glance, and the buttons that fit its state."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.entitlement import GUARDED
from care.domain.items import DismissReason, Ending, Item, Kind, Severity, State
from care.domain.knocking import TICKS, Knock
from care.services.views import ItemView
from handlers.content import Content
from handlers.render import of_elder
from handlers.render.card_buttons import Offers, card_buttons
from handlers.render.family import card_lines
from handlers.render.handed import handed, short_name
from handlers.render.pictures import cover
from handlers.render.speaker import CAPTION_LIMIT, TEXT_LIMIT, Speaker, escape, shorten, units

_QUOTES = 8  # the marks around the words, and the line ends
A_GLANCE = 1000  # UTF-16 units of a report on its card, with a picture or without; the rest is behind 📄
MARKS_OF_TICKS = {1: "①", 2: "②", 3: "③", 4: "④"}
# Outcomes that everybody in a group may read; of illness and death it says only that the matter is settled.
SAID_IN_GROUPS = (Ending.PHONED, Ending.SEEN, Ending.AWAY, Ending.HERSELF, Ending.FAMILY)
MARKS = {Severity.URGENT: "🔴", Severity.HIGH: "🟠", Severity.NORMAL: "🟢"}


def card(
    view: ItemView,
    say: Speaker,
    *,
    has_photo: bool | None,
    silent: bool = False,
    coming: Sequence[str] = (),
    offers: Offers | None = None,
) -> Content:
    """The card. `has_photo` is what the message on file is (its type never changes); None: it is not posted yet.

    `coming`: lines on what happens next. `offers`: what depends on the chat and on the hour.
    """
    if view.item.kind in GUARDED:
        return _of_an_elder(view, say, silent=silent, coming=coming, offers=offers or Offers())
    picture = cover(view.media) if has_photo is not False else None
    head, tail = [_title(view, say), _where(view, say)], [*_story(view, say), *coming]
    around = units("\n".join([*head, *tail]))  # with its tags, which Telegram does not count: a little to spare
    room = (CAPTION_LIMIT if picture else TEXT_LIMIT) - around - _QUOTES
    said = " / ".join(line.strip() for line in view.item.text.splitlines() if line.strip())  # no line that seems ours
    words = shorten(said, min(room, A_GLANCE))
    lines = [*head, f"“{escape(words)}”" if words else "", *tail]
    return Content(
        text="\n".join(line for line in lines if line),
        buttons=card_buttons(view, say, offers or Offers(), cut=words != said, shows_picture=bool(picture)),
        picture=picture,
        silent=silent,
    )


def _of_an_elder(view: ItemView, say: Speaker, *, silent: bool, coming: Sequence[str], offers: Offers) -> Content:
    """The card of an elder's matter, wherever it stands: what was said and sent is read on the claimer's sheet."""
    lines = [
        _title(view, say),
        of_elder.who_line(view.elder, say) if view.elder else "",
        f"📍 {escape(view.area or '')}",
        of_elder.why_line(view, say),
        *of_elder.eased_lines(view, say),
        *_story_of_elder(view, say),
        *coming,
    ]
    return Content(
        text="\n".join(line for line in lines if line),
        buttons=card_buttons(view, say, offers, cut=False, shows_picture=False),
        silent=silent,
    )


def veiled(view: ItemView, say: Speaker, area: str | None) -> Content:
    """A quarrel in a group: that there is one, and nothing of it."""
    where = escape(area or view.area or "")
    return Content(text=say("card.veiled", number=view.item.number, where=where))


def moved(view: ItemView, say: Speaker) -> Content:
    """The old card of an item that was handed on: what it was, and where it is now."""
    return Content(text="\n".join((_title(view, say), say("card.moved_to", area=escape(view.area or "")))))


def title(item: Item, say: Speaker) -> str:
    """`随手拍 · 公共设施`: the kind, and of a report its category."""
    kind = say(f"kind.{item.kind}")
    if item.category and item.kind is Kind.REPORT:
        return f"{kind} · {say(f'category.{item.category}')}"
    return kind


def standing(view: ItemView, say: Speaker) -> str:
    """One line: the state, who has it, since when."""
    item = view.item
    if item.held:
        return say("card.held")
    match item.state:
        case State.OPEN:
            key = "card.reopened_since" if item.reopened else "card.open_since"
            return say(key, since=say.at(item.since or item.created_at))
        case State.CLAIMED:
            since = say.at(item.claimed_at or item.created_at)
            return say("card.claimed_since", name=short_name(view.claimer), since=since)
        case State.RESOLVED | State.CLOSED:
            return _settled(view, say)
        case State.DISMISSED:
            name = short_name(view.dismisser or reporters_name(view))
            return say("card.dismissed", reason=dismiss_reason(view, say), name=name)
        case _:
            return say("state.draft")


def dismiss_reason(view: ItemView, say: Speaker) -> str:
    """Why nobody is needed, in a few words."""
    reason = view.item.dismiss_reason or DismissReason.OTHER
    if reason is DismissReason.OTHER and view.reason_words and view.item.kind not in GUARDED:
        return escape(shorten(view.reason_words, 100))
    return say(f"dismiss.{reason}")


def reporters_name(view: ItemView) -> str:
    """The reporter's name, for what he himself did."""
    return view.reporter.name if view.reporter else "?"


def _title(view: ItemView, say: Speaker) -> str:
    item = view.item
    head = f"{MARKS[item.severity]} <b>#{item.number}</b> {title(item, say)}"
    return head if item.severity is Severity.NORMAL else f"{head} · {say(f'severity.{item.severity}')}"


def _where(view: ItemView, say: Speaker) -> str:
    place = view.item.place
    parts = [view.area or ""]
    if place and place.words and place.words != view.area:
        parts.append(shorten(place.words, 120))
    line = "📍 " + " · ".join(escape(part) for part in parts if part)
    if place and place.has_point:
        url = f"https://uri.amap.com/marker?position={place.longitude:.6f},{place.latitude:.6f}&coordinate=wgs84"
        line += f' · <a href="{escape(url)}">{say("card.map")}</a>'
    elif view.place_is_vague:
        line += f" · {say('card.place_unknown')}"
    return line


def _story(view: ItemView, say: Speaker) -> list[str]:
    """Who reported it, where it stands, and the last word on it."""
    item = view.item
    lines = [_reported(view, say), standing(view, say), *_on_the_way(view, say)]
    lines += [say("card.hand", name=short_name(name)) for name in view.hands[-3:]]
    if item.live and item.reopened and view.reason_words:
        lines.append(say("card.still", words=escape(shorten(view.reason_words, 100))))
    if view.said_done and item.state is State.CLAIMED:
        lines.append(say("card.said_done", name=short_name(view.said_done)))
    lines += handed(view, say)
    lines += card_lines(view.family, say) if item.live else []
    if view.last_word and item.live and item.kind not in GUARDED:  # what was said of an elder may be personal
        words = escape(shorten(view.last_word.words, 100))
        lines.append(say("card.progress", name=short_name(view.last_word.who), words=words))
    if view.reporter_unreachable and item.live:
        lines.append(say("card.reporter_unreachable"))
    if item.linked_to and item.state is not State.DISMISSED:
        lines.append(say("card.linked", number=item.linked_to))
    return lines


def _story_of_elder(view: ItemView, say: Speaker) -> list[str]:
    """Where it stands, who can go, who of her family was told; that somebody has said something, not what."""
    live = view.item.live
    lines = [standing(view, say), *_on_the_way(view, say)]
    lines += [say("card.hand", name=short_name(name)) for name in view.hands[-3:]]
    if view.said_done and view.item.state is State.CLAIMED:
        lines.append(say("card.said_done", name=short_name(view.said_done)))
    lines += card_lines(view.family, say) if live else []
    if view.last_word and live:
        lines.append(say("card.progress_unsaid", name=short_name(view.last_word.who)))
    if view.item.linked_to:
        lines.append(say("card.linked", number=view.item.linked_to))
    return lines


def _on_the_way(view: ItemView, say: Speaker) -> list[str]:
    """Who is about to take an elder's matter, and what has been tried where nobody opened."""
    if not view.item.live:
        return []
    lines = [say("card.pledged", name=short_name(view.pledger))] if view.pledger is not None else []
    return [*lines, *([knocked(view.knock, say)] if view.knock is not None else [])]


def knocked(knock: Knock, say: Speaker) -> str:
    """`🔕 10:20 敲门没人应（已做①②）`."""
    done = "".join(MARKS_OF_TICKS[step] for step in TICKS if step in knock.ticked)
    return say("card.knocked_tried" if done else "card.knocked", at=say.at(knock.at), done=done)


def _reported(view: ItemView, say: Speaker) -> str:
    item = view.item
    when = say.at(item.created_at)
    if view.reporter is None:
        return say("card.reported_by_nobody", when=when)
    if not item.reporter_known:
        return say("card.reported", role=say("role.unknown"), when=when)
    roles = [role for role in ("courier", "worker", "liaison", "elder", "family") if role in view.reporter.roles]
    return say("card.reported", role=say(f"role.{roles[0] if roles else 'coordinator'}"), when=when)


def _settled(view: ItemView, say: Speaker) -> str:
    item = view.item
    when = say.at(item.resolved_at or item.created_at)
    if item.ending in SAID_IN_GROUPS:
        closed = f" · {say('state.closed')}" if item.state is State.CLOSED else ""
        return say(f"card.ended_{item.ending}", name=short_name(view.resolver), when=when) + closed
    if item.self_settled:
        return say("card.self_confirmed" if view.confirmed else "card.self_settled", when=when)
    line = say("card.resolved", name=short_name(view.resolver), when=when)
    proof = f"\n“{escape(shorten(item.proof, 100))}”" if item.proof and item.kind not in GUARDED else ""
    content = " 👍" if view.confirmed else ""
    closed = f" · {say('state.closed')}" if item.state is State.CLOSED else ""
    return line + content + closed + proof

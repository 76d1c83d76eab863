"""The card: what a group sees of an item, in one glance, and the buttons that fit its state."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.items import ONLY_BY_OUTCOME, DismissReason, Item, Kind, Severity, State
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.pictures import cover, hidden
from handlers.render.speaker import CAPTION_LIMIT, TEXT_LIMIT, Speaker, escape, shorten, units

Rows = tuple[tuple[Button, ...], ...]
_QUOTES = 8  # the marks around the words, and the line ends
MARKS = {Severity.URGENT: "🔴", Severity.HIGH: "🟠", Severity.NORMAL: "🟢"}


def card(
    view: ItemView, say: Speaker, *, has_photo: bool | None, silent: bool = False, coming: Sequence[str] = ()
) -> Content:
    """The card. `has_photo` is what the message on file is (its type never changes); None: it is not posted yet.

    `coming`: lines on what happens next.
    """
    picture = cover(view.media) if has_photo is not False else None
    head, tail = [_title(view, say), _where(view, say)], [*_story(view, say), *coming]
    around = units("\n".join([*head, *tail]))  # with its tags, which Telegram does not count: a little to spare
    room = (CAPTION_LIMIT if picture else TEXT_LIMIT) - around - _QUOTES
    words = shorten(view.item.text, room)
    lines = [*head, f"“{escape(words)}”" if words else "", *tail]
    return Content(
        text="\n".join(line for line in lines if line),
        buttons=_buttons(view, say, cut=words != view.item.text, shows_picture=picture is not None),
        picture=picture,
        silent=silent,
    )


def veiled(view: ItemView, say: Speaker, area: str | None) -> Content:
    """A quarrel in a group: that there is one, and nothing of it."""
    where = escape(area or view.area or "")
    return Content(text=say("card.veiled", number=view.item.number, where=where))


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
            return say("card.claimed_since", name=_name(view.claimer), since=since)
        case State.RESOLVED | State.CLOSED:
            return _settled(view, say)
        case State.DISMISSED:
            name = _name(view.dismisser or view_name(view))
            return say("card.dismissed", reason=dismiss_reason(view, say), name=name)
        case _:
            return say("state.draft")


def dismiss_reason(view: ItemView, say: Speaker) -> str:
    """Why nobody is needed, in a few words."""
    reason = view.item.dismiss_reason or DismissReason.OTHER
    if reason is DismissReason.OTHER and view.reason_words:
        return escape(shorten(view.reason_words, 100))
    return say(f"dismiss.{reason}")


def view_name(view: ItemView) -> str:
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
    lines = [_reported(view, say), standing(view, say)]
    if item.live and item.reopened and view.reason_words:
        lines.append(say("card.still", words=escape(shorten(view.reason_words, 100))))
    if view.said_done and item.state is State.CLAIMED:
        lines.append(say("card.said_done", name=_name(view.said_done)))
    if view.last_word and item.live:
        words = escape(shorten(view.last_word.words, 100))
        lines.append(say("card.progress", name=_name(view.last_word.who), words=words))
    if view.reporter_unreachable and item.live:
        lines.append(say("card.reporter_unreachable"))
    if item.linked_to and item.state is not State.DISMISSED:
        lines.append(say("card.linked", number=item.linked_to))
    return lines


def _name(name: str | None) -> str:
    """Somebody's name on a card: short enough for one line."""
    return escape(shorten(name or "?", 24))


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
    if item.self_settled:
        return say("card.self_confirmed" if view.confirmed else "card.self_settled", when=when)
    line = say("card.resolved", name=_name(view.resolver), when=when)
    proof = f"\n“{escape(shorten(item.proof, 100))}”" if item.proof else ""
    content = " 👍" if view.confirmed else ""
    closed = f" · {say('state.closed')}" if item.state is State.CLOSED else ""
    return line + content + closed + proof


def _buttons(view: ItemView, say: Speaker, *, cut: bool, shows_picture: bool) -> Rows:
    item = view.item

    def button(label: str, act: B) -> Button:
        return Button(say(f"button.{label}"), Press(act, item.number).pack())

    rows: list[tuple[Button, ...]] = []
    if item.held:
        rows.append((button("approve", B.APPROVE), button("dismiss", B.DISMISS)))
    elif item.state is State.OPEN:
        rows.append((button("claim", B.CLAIM),))
        needless = (button("dismiss", B.DISMISS),) if item.kind not in ONLY_BY_OUTCOME else ()
        askable = view.place_is_vague and view.reporter and not view.reporter_unreachable
        ask = (button("ask_where", B.ASK_WHERE),) if askable else ()
        rows.append((*needless, *ask))
    elif item.state is State.CLAIMED:
        rows.append((button("done", B.DONE), button("release", B.RELEASE)))
    elif item.state is State.RESOLVED:
        confirm = (button("confirm", B.CONFIRM),) if item.self_settled else ()
        rows.append((*confirm, button("reopen", B.REOPEN)))
    more = [button("full_text", B.FULL_TEXT)] if cut else []
    if hidden(view.media, shows_picture=shows_picture) or view.proofs:
        label = say("button.all_media", count=len(view.media) + len(view.proofs))
        more.append(Button(label, Press(B.ALL_MEDIA, item.number).pack()))
    return tuple(row for row in (*rows, tuple(more)) if row)

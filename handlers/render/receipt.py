"""The reporter's own message: `已收到` first, then edited along until the item ends."""

from __future__ import annotations

from care.domain.items import Category, DismissReason, Kind, Severity, State
from care.domain.signs import likely_categories
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.handed import promised_on_receipt
from handlers.render.speaker import Speaker, escape

Rows = tuple[tuple[Button, ...], ...]
_SIGNS = {"photo": "📷", "video": "🎬", "animation": "🎬", "video_note": "🎬", "voice": "🎤", "audio": "🎤"}


def receipt(view: ItemView, say: Speaker) -> Content:
    """What the reporter sees of his item now, and what he can still add."""
    return Content(text="\n".join(_lines(view, say)), buttons=_buttons(view, say))


def _lines(view: ItemView, say: Speaker) -> list[str]:
    item = view.item
    lines = []
    if item.severity is Severity.URGENT and item.state in (State.DRAFT, State.OPEN):
        lines.append(say("receipt.emergency"))
    if view.awaits_self_photo and item.state in (State.DRAFT, State.OPEN):
        return [*lines, say("receipt.self_photo", number=item.number)]
    if item.held:
        lines.append(say("receipt.held", number=item.number))
    if _asks_category(view):
        sign = _sign(view)
        lines.append(say("receipt.what", sign=sign, number=item.number) if sign else _bare_question(view, say))
    if item.state is not State.DRAFT or not _asks_category(view):
        lines.append(_route(view, say))
    return lines


def _bare_question(view: ItemView, say: Speaker) -> str:
    return say("receipt.what_words", number=view.item.number)


def _sign(view: ItemView) -> str:
    """`📷`, `📷×12`, `🎤`, `📍`; empty for mere words."""
    if not view.media:
        return "📍" if view.item.place and view.item.place.has_point else ""
    sign = _SIGNS.get(view.media[0].kind, "📎")
    return sign if len(view.media) == 1 else f"{sign}×{len(view.media)}"


def _route(view: ItemView, say: Speaker) -> str:
    """`#128 已收到 → 已派第三网格 → 李娟在处理`."""
    item = view.item
    if item.state is State.DISMISSED and item.dismiss_reason is DismissReason.NOT_A_REPORT:
        return say("receipt.withdrawn", number=item.number)
    if item.state is State.DISMISSED and item.dismiss_reason is DismissReason.SAME:
        return say("receipt.same", number=item.number, other=item.linked_to or 0)
    steps = [say("receipt.received", number=item.number)]
    if item.state is State.DRAFT:
        category = say(f"category.{item.category or Category.OTHER}")
        return say("receipt.sorted", received=steps[0], category=category)
    if item.kind is Kind.DISPUTE:
        steps.append(say("receipt.sent_quarrel"))
    elif view.area:
        steps.append(say("receipt.sent", area=escape(view.area)))
    steps += _progress(view, say)
    return " → ".join(steps)


def _progress(view: ItemView, say: Speaker) -> list[str]:
    item = view.item
    match item.state:
        case State.OPEN if item.reopened:
            return [say("receipt.reopened")]
        case State.CLAIMED:
            return [promised_on_receipt(view, say) or say("receipt.claimed", name=escape(view.claimer or "?"))]
        case State.RESOLVED | State.CLOSED if item.self_settled:
            return [say("receipt.self_confirmed" if view.confirmed else "receipt.self_settled")]
        case State.RESOLVED | State.CLOSED:
            return [say("receipt.settled")]
        case State.DISMISSED:
            return [say("receipt.dismissed")]
        case _:
            return []


def _asks_category(view: ItemView) -> bool:
    unsorted = view.item.category is None or view.sorted_by_time
    return unsorted and view.item.state in (State.DRAFT, State.OPEN, State.CLAIMED)


def _buttons(view: ItemView, say: Speaker) -> Rows:
    item = view.item
    if item.state not in (State.DRAFT, State.OPEN, State.CLAIMED):
        return ()
    if view.awaits_self_photo and not _asks_category(view):
        return ()
    rows: list[tuple[Button, ...]] = []
    if _asks_category(view):
        rows += _categories(view, say)
    if item.state in (State.DRAFT, State.OPEN):
        rows.append(_haste_and_help(view, say))
    if item.state is State.DRAFT:
        rows += _ways_out(view, say)
    return tuple(row for row in rows if row)


def _categories(view: ItemView, say: Speaker) -> list[tuple[Button, ...]]:
    """Two a row, the likeliest for the words first."""
    number = view.item.number
    buttons = [
        Button(say(f"category.{category}"), Press(B.CATEGORY, number, category).pack())
        for category in likely_categories(view.item.text)
    ]
    return [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]


def _haste_and_help(view: ItemView, say: Speaker) -> tuple[Button, ...]:
    item = view.item
    buttons = []
    if item.severity is not Severity.URGENT:
        buttons.append(Button(say("button.urgent"), Press(B.URGENT, item.number).pack()))
    if not item.held and not view.awaits_self_photo and item.kind is Kind.REPORT:
        buttons.append(Button(say("button.self"), Press(B.SELF, item.number).pack()))
    return tuple(buttons)


def _ways_out(view: ItemView, say: Speaker) -> list[tuple[Button, ...]]:
    item = view.item
    rows: list[tuple[Button, ...]] = []
    if view.companion is not None:
        label = say("button.same", number=view.companion)
        rows.append((Button(label, Press(B.SAME, item.number, str(view.companion)).pack()),))
    if not view.media and item.category is None:
        rows.append((Button(say("button.not_a_report"), Press(B.NOT_A_REPORT, item.number).pack()),))
    return rows

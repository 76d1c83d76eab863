"""The buttons of a card: those that fit its state, and nothing that the presser could not do."""

from __future__ import annotations

from dataclasses import dataclass

from care.domain.entitlement import GUARDED, NEVER, Act
from care.domain.items import Item, State
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button
from handlers.render.pictures import hidden
from handlers.render.speaker import Speaker

Row = tuple[Button, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What depends on the chat and on the hour: 🤝 on a card above the claimer's group, ↶ for a few minutes."""

    take_over: bool = False
    undo: bool = False


def card_buttons(view: ItemView, say: Speaker, offers: Offers, *, cut: bool, shows_picture: bool) -> Rows:
    """Rows of the card. `cut`: the words do not fit; `shows_picture`: the message carries one."""
    rows = [*_by_state(view, say, offers), _rest(view, say, cut=cut, shows_picture=shows_picture)]
    return tuple(row for row in rows if row)


def _by_state(view: ItemView, say: Speaker, offers: Offers) -> list[Row]:
    item = view.item

    def button(label: str, act: B) -> Button:
        return Button(say(f"button.{label}"), Press(act, item.number).pack())

    transfer = (button("transfer", B.TRANSFER),) if _may_be(Act.TRANSFER, item) else ()
    climb = (button("climb", B.CLIMB),)
    undo = (button("undo", B.UNDO),) if offers.undo else ()
    needless = (button("dismiss", B.DISMISS),) if _may_be(Act.DISMISS, item) else ()
    if item.held:
        return [(button("approve", B.APPROVE), *needless)]
    match item.state:
        case State.OPEN:
            askable = view.place_is_vague and view.reporter and not view.reporter_unreachable
            askable = askable and item.kind not in GUARDED
            ask = (button("ask_where", B.ASK_WHERE),) if askable else ()
            higher = () if item.kind in GUARDED else (*transfer, *climb)
            return [(button("claim", B.CLAIM),), higher, (*needless, *ask)]
        case State.CLAIMED:
            release = button("release", B.RELEASE)
            take_over = (button("take_over", B.TAKE_OVER),) if offers.take_over else ()
            if not _may_be(Act.PROMISE, item):
                return [(button("done", B.DONE), release), (*climb, *take_over)]
            first = (button("done", B.DONE), button("promise", B.PROMISE))
            return [first, (release, *climb, *transfer), take_over]
        case State.RESOLVED:
            confirm = (button("confirm", B.CONFIRM),) if item.self_settled else ()
            return [(*confirm, button("reopen", B.REOPEN), *undo)]
        case State.DISMISSED:
            return [undo]
        case _:
            return []


def _may_be(act: Act, item: Item) -> bool:
    return item.kind not in NEVER.get(act, ())


def _rest(view: ItemView, say: Speaker, *, cut: bool, shows_picture: bool) -> Row:
    """What does not fit on the card; of an elder's matter, her voice, for who may hear it in private."""
    number = view.item.number
    if view.item.kind in GUARDED:
        hear = view.to_hear if view.item.live else None
        return (Button(say("button.hear"), Press(B.HEAR, hear).pack()),) if hear is not None else ()
    more = [Button(say("button.full_text"), Press(B.FULL_TEXT, number).pack())] if cut else []
    if hidden(view.media, shows_picture=shows_picture) or view.proofs:
        label = say("button.all_media", count=len(view.media) + len(view.proofs))
        more.append(Button(label, Press(B.ALL_MEDIA, number).pack()))
    return tuple(more)

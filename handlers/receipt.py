"""Buttons on the reporter's own messages: what it is, how urgent, done by himself, content or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from care.domain.entitlement import Act
from care.domain.errors import NotNow, Refused
from care.domain.items import Action, Category, Item, Place, State
from care.locale import say
from care.services import reports, settling
from care.services.standing import Spoken, item_for
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.turn import Turn


@dataclass(frozen=True)
class Pressed:
    """A press, with the item it is about (checked: the presser may do it) and where it came from."""

    press: Press
    item: Item
    spoken: Spoken
    language: str

    def toast(self, key: str, **blanks: str | int) -> Answer:
        """A short word to the presser."""
        return Answer(say(self.language, key, **blanks))


async def on_receipt(press: Press, spoken: Spoken, turn: Turn, language: str) -> Answer:
    """Any button of the reporter's own messages."""
    item = await item_for(turn.uow, press.item, Act.TELL, turn.actor, spoken, turn.rules)
    return await ACTS[press.button](Pressed(press, item, spoken, language), turn)


async def _category(pressed: Pressed, turn: Turn) -> Answer:
    try:
        category = Category(pressed.press.word)
    except ValueError:
        raise Refused("refused.unknown_press") from None
    await reports.categorise(turn.uow, pressed.item, category, turn.actor, turn.now, turn.rules)
    return pressed.toast(f"category.{category}")


async def _urgent(pressed: Pressed, turn: Turn) -> Answer:
    item = await reports.make_urgent(turn.uow, pressed.item, turn.actor, turn.now, turn.rules)
    return pressed.toast("toast.urgent", number=item.number)


async def _self(pressed: Pressed, turn: Turn) -> Answer:
    await settling.offer_self(turn.uow, pressed.item, turn.actor, turn.now, turn.rules)
    return pressed.toast("toast.self")


async def _not_a_report(pressed: Pressed, turn: Turn) -> Answer:
    if pressed.item.state is not State.DRAFT:
        raise NotNow(pressed.item.number, pressed.item.state, Action.DISMISS)
    await reports.withdraw(turn.uow, pressed.item, turn.actor, turn.now, turn.rules)
    return pressed.toast("toast.withdrawn")


async def _same(pressed: Pressed, turn: Turn) -> Answer:
    if not pressed.press.word.isdigit():
        raise Refused("refused.unknown_press")
    if pressed.item.state is not State.DRAFT:
        raise NotNow(pressed.item.number, pressed.item.state, Action.DISMISS)
    other = await item_for(turn.uow, int(pressed.press.word), Act.TELL, turn.actor, pressed.spoken, turn.rules)
    if not (other.live or other.state is State.DRAFT):
        raise Refused("refused.ended", number=other.number)
    await reports.same_as(turn.uow, pressed.item, other, turn.actor, turn.now, turn.rules)
    return pressed.toast("toast.same", number=other.number)


async def _place(pressed: Pressed, turn: Turn) -> Answer:
    area = turn.rules.tree.get(pressed.press.word)
    if area is None:
        raise Refused("refused.unknown_press")
    where = Place(words=area.name)
    await reports.place(turn.uow, pressed.item, where, area.id, turn.actor, turn.now, turn.rules)
    return pressed.toast("toast.place", area=area.name)


async def _skip(pressed: Pressed, turn: Turn) -> Answer:
    await reports.skip_place(turn.uow, pressed.item, turn.actor, turn.now, turn.rules)
    return pressed.toast("toast.skipped")


async def _content(pressed: Pressed, turn: Turn) -> Answer:
    await settling.content(turn.uow, pressed.item, turn.actor, turn.now, turn.rules)
    await _bare(pressed, turn)
    return pressed.toast("toast.content")


async def _not_yet(pressed: Pressed, turn: Turn) -> Answer:
    await settling.ask_not_yet(turn.uow, pressed.item, turn.actor, turn.now)
    await _bare(pressed, turn)
    return pressed.toast("toast.not_yet")


async def _bare(pressed: Pressed, turn: Turn) -> None:
    """The message has done its work: its buttons go."""
    if pressed.spoken.message is not None:
        await turn.uow.messages.wish_bare(pressed.spoken.chat, pressed.spoken.message, turn.now)


ACTS: Mapping[Button, Callable[[Pressed, Turn], Awaitable[Answer]]] = {
    Button.CATEGORY: _category,
    Button.URGENT: _urgent,
    Button.SELF: _self,
    Button.NOT_A_REPORT: _not_a_report,
    Button.SAME: _same,
    Button.PLACE: _place,
    Button.SKIP: _skip,
    Button.CONTENT: _content,
    Button.NOT_YET: _not_yet,
}

"""Buttons that are about a group, not about an item's card: its menu, whose it is, who joins those who work in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from care.domain.errors import NotFound, Refused
from care.domain.notices import BindQuestion, Lane, OpenList, Today
from care.locale import say
from care.services import groups, hands
from care.services.ports import Address, Step, Telling
from care.services.standing import Spoken
from care.services.views import name_of
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.pause_press import choose
from handlers.tell import thread_of
from handlers.turn import Turn

LIST_FRESH = timedelta(minutes=1)  # for so long a list is brought up to date instead of posted again


@dataclass(frozen=True)
class Pressed:
    """A press, where it came from, and the row of the outbox that its message was, if that is on file."""

    press: Press
    spoken: Spoken
    incoming: Incoming
    language: str
    telling: Telling | None

    @property
    def address(self) -> Address:
        """The chat and the topic of the message."""
        return self.telling.address if self.telling else Address(self.spoken.chat, thread_of(self.incoming))

    def toast(self, key: str, *, alert: bool = False, **blanks: str | int) -> Answer:
        """A short word to the presser."""
        return Answer(say(self.language, key, **blanks), alert=alert)


async def on_menu(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, language: str) -> Answer:
    """Any of these buttons; those of a group are for people who are in it."""
    if press.button is not Button.ENROL and (spoken.private or spoken.member is False):
        raise Refused("refused.wrong_chat")
    message = spoken.message
    telling = await turn.uow.outbox.sent_as(spoken.chat, message) if message is not None else None
    return await ACTS[press.button](Pressed(press, spoken, incoming, language, telling), turn)


async def _open(pressed: Pressed, turn: Turn) -> Answer:
    """📋: the list."""
    return await _bring(pressed, turn, OpenList())


async def _bring(pressed: Pressed, turn: Turn, notice: OpenList | Today) -> Answer:
    """It is posted, or, where one has just been posted, that one is brought up to date."""
    if not await turn.uow.bindings.of_chat(pressed.spoken.chat):
        raise Refused("group.not_bound")
    address = pressed.address
    for posted in await turn.uow.messages.standing(address.chat, notice.kind):
        listed = await turn.uow.outbox.sent_as(address.chat, posted.message)
        fresh = turn.now - posted.posted_at < LIST_FRESH
        if fresh and listed is not None and listed.address == address:
            await turn.uow.messages.wish_anew(address.chat, posted.message, turn.now)
            return pressed.toast("toast.list_fresh")
    key = f"update:{pressed.incoming.update.update_id}:{notice.kind}"
    await turn.uow.outbox.tell(notice, address, lane=Lane.ANSWER, step=Step.LIST, key=key, now=turn.now)
    return Answer()


async def _today(pressed: Pressed, turn: Turn) -> Answer:
    """☀️ 今早平安: as 📋."""
    return await _bring(pressed, turn, Today())


async def _pause(pressed: Pressed, turn: Turn) -> Answer:
    """🧳: whom, for how long?"""
    key = f"update:{pressed.incoming.update.update_id}:pause_menu"
    await choose(pressed.spoken, pressed.address, turn, key)
    return Answer()


async def _bind_area(pressed: Pressed, turn: Turn) -> Answer:
    """Which area: then who is in the group?"""
    area = groups.coordinated(pressed.press.word, turn.actor, turn.rules)
    await _say_instead(pressed, turn, BindQuestion(asked=turn.actor.id, area=area.id))
    return pressed.toast("bind.who")


async def _bind_staff(pressed: Pressed, turn: Turn) -> Answer:
    return await _bind(pressed, turn, "staff")


async def _bind_residents(pressed: Pressed, turn: Turn) -> Answer:
    return await _bind(pressed, turn, "residents")


async def _bind(pressed: Pressed, turn: Turn, audience: str) -> Answer:
    """It is bound, and the question becomes the proof that it works."""
    area = groups.coordinated(pressed.press.word, turn.actor, turn.rules)
    await groups.bind(turn.uow, area.id, pressed.address, audience, turn.actor, turn.now, turn.rules)
    await _say_instead(pressed, turn, BindQuestion(asked=turn.actor.id, area=area.id, bound=True))
    return pressed.toast("toast.bound", area=area.name)


async def _unbind(pressed: Pressed, turn: Turn) -> Answer:
    area = groups.coordinated(pressed.press.word, turn.actor, turn.rules)
    await groups.unbind(turn.uow, area.id, pressed.spoken.chat, turn.actor, turn.now, turn.rules)
    await _goes(pressed, turn, "unbind_question")
    return pressed.toast("toast.unbound", area=area.name)


async def _say_instead(pressed: Pressed, turn: Turn, notice: BindQuestion) -> None:
    """The message says this from now on; one that is not on file (a crash left it behind) goes, and it is said anew."""
    message = pressed.spoken.message
    if message is not None and pressed.telling is not None and isinstance(pressed.telling.notice, BindQuestion):
        await turn.uow.outbox.revise(pressed.telling.id, notice)
        await turn.uow.messages.wish_anew(pressed.spoken.chat, message, turn.now)
        return
    key = f"update:{pressed.incoming.update.update_id}:{notice.kind}"
    await turn.uow.outbox.tell(
        notice, pressed.address, lane=Lane.ANSWER, step=Step.GROUP, key=key, now=turn.now, person=turn.actor.id
    )
    await _goes(pressed, turn, notice.kind)


async def _goes(pressed: Pressed, turn: Turn, kind: str) -> None:
    """The question has been answered and goes, also a copy that is not on file; never a card that a forger pressed."""
    chat, message = pressed.spoken.chat, pressed.spoken.message
    if message is None:
        return
    posted = await turn.uow.messages.find(chat, message)
    if posted is None or posted.subject == kind:
        await turn.uow.messages.wish_gone(chat, message, turn.now)


async def _enrol(pressed: Pressed, turn: Turn) -> Answer:
    """✅ 是我们的网格员."""
    number, word = pressed.press.item, pressed.press.word
    if not word.isdecimal():
        raise Refused("refused.unknown_press")
    try:
        item = await hands.enrol(turn.uow, number, int(word), turn.actor, turn.now, turn.rules)
    except NotFound:
        raise Refused("refused.unknown_press") from None
    helper = await turn.uow.people.get(int(word))
    if item.live and item.claimed_by not in (None, helper.id):
        taken = await name_of(turn.uow, item.claimed_by) or "?"
        return pressed.toast("toast.enrolled_taken", name=helper.name, by=taken, number=number)
    return pressed.toast("toast.enrolled", name=helper.name)


ACTS: Mapping[Button, Callable[[Pressed, Turn], Awaitable[Answer]]] = {
    Button.MENU_OPEN: _open,
    Button.MENU_TODAY: _today,
    Button.MENU_PAUSE: _pause,
    Button.BIND_AREA: _bind_area,
    Button.BIND_STAFF: _bind_staff,
    Button.BIND_RESIDENTS: _bind_residents,
    Button.UNBIND: _unbind,
    Button.ENROL: _enrol,
}

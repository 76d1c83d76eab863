"""Commands in a group: whose group it is, what is still to be done, one item; and what they answer in private."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from care.domain.areas import Area
from care.domain.entitlement import Act, may
from care.domain.errors import CareError, NotFound, Refused
from care.domain.notices import BindQuestion, ItemStory, OpenList, Today, UnbindQuestion
from care.domain.people import Role
from care.services import digests, groups, open_items
from care.services.ports import Address
from handlers import pausing
from handlers.errors import sentence_for
from handlers.incoming import Incoming, is_anonymous
from handlers.tell import say_back, tell_sender, thread_of
from handlers.turn import Turn

log = structlog.get_logger(__name__)

Command = Callable[[Incoming, Turn, str], Awaitable[None]]


async def on_group_command(name: str, incoming: Incoming, turn: Turn, payload: str) -> None:
    """One of `COMMANDS`; what is refused is said kindly."""
    message = incoming.update.message
    try:
        if message is not None and is_anonymous(message) and name in NEEDS_A_NAME:
            raise Refused("group.anonymous")
        await COMMANDS[name](incoming, turn, payload)
    except CareError as error:
        key, blanks = sentence_for(error)
        log.info("command.refused", command=name, chat=incoming.chat, by=turn.actor.id, why=key)
        await say_back(turn, incoming, key, **blanks)


async def _bind(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/bind: which area is told here? With a name: that one."""
    areas = groups.areas_of(turn.actor, turn.rules)
    if not areas:
        raise Refused("group.coordinators_only")
    chosen = _named(payload, areas)
    area = chosen[0].id if len(chosen) == 1 else None
    missed = bool(payload) and not chosen
    await tell_sender(turn, incoming, BindQuestion(asked=turn.actor.id, area=area, missed=missed))


async def _unbind(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/unbind: at once where one area is bound here, else it asks which."""
    chat = incoming.chat or 0
    mine = groups.areas_of(turn.actor, turn.rules)
    if not mine:
        raise Refused("group.coordinators_only")
    bound = {binding.area for binding in await turn.uow.bindings.of_chat(chat)}
    here = [area for area in mine if area.id in bound]
    if not here:
        raise Refused("group.coordinators_only" if bound else "group.not_bound")
    if payload:
        here = _named(payload, here)
        if not here:
            raise Refused("group.no_such_area")
    if len(here) == 1:
        await groups.unbind(turn.uow, here[0].id, chat, turn.actor, turn.now, turn.rules)
    else:
        await tell_sender(turn, incoming, UnbindQuestion(asked=turn.actor.id))


async def _menu(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/menu: the buttons anew."""
    chat = await _bound(incoming, turn)
    await groups.post_menu(turn.uow, Address(chat, thread_of(incoming)), turn.now)


async def _open(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/open: what is still to be done."""
    await _bound(incoming, turn)
    await tell_sender(turn, incoming, OpenList())


async def _today(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/today: who has been heard of."""
    await _bound(incoming, turn)
    await tell_sender(turn, incoming, Today())


async def _item(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/item 128: one item with its history, where this group may see it."""
    chat = await _bound(incoming, turn)
    number = _number(payload)
    try:
        item = await turn.uow.items.get(number)
    except NotFound:
        raise Refused("item.not_here") from None
    if not await open_items.seen_in(turn.uow, item, chat, turn.rules):
        raise Refused("item.not_here")
    await tell_sender(turn, incoming, ItemStory(item=number))


async def open_in_private(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """未办 in private: what a coordinator has to see to."""
    if not (turn.actor.admin or Role.COORDINATOR in turn.actor.roles):
        await say_back(turn, incoming, "group.in_a_group")
        return
    await tell_sender(turn, incoming, OpenList(person=turn.actor.id))


async def today_in_private(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """今早平安 in private: of all whom a coordinator or an enrolled worker looks after."""
    if digests.entrusted(turn.actor, turn.rules):
        await tell_sender(turn, incoming, Today(person=turn.actor.id))
    else:
        await say_back(turn, incoming, "today.whose")


async def item_in_private(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/item 128 in private: for those who may see it wherever they are."""
    try:
        number = _number(payload)
        item = await turn.uow.items.get(number)
    except Refused as refused:
        await say_back(turn, incoming, refused.key)
        return
    except NotFound:
        await say_back(turn, incoming, "item.not_here")
        return
    if may(Act.STORY, turn.actor, item, turn.rules.tree, member=False):
        await tell_sender(turn, incoming, ItemStory(item=number))
    else:
        await say_back(turn, incoming, "item.not_here")


async def bind_in_private(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/bind in private: where to send it."""
    await say_back(turn, incoming, "group.bind_where")


async def only_in_a_group(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/menu, /unbind in private."""
    await say_back(turn, incoming, "group.in_a_group")


async def _bound(incoming: Incoming, turn: Turn) -> int:
    """The group's id; raises Refused where nothing is bound to it."""
    if incoming.chat is None or not await turn.uow.bindings.of_chat(incoming.chat):
        raise Refused("group.not_bound")
    return incoming.chat


def _named(words: str, areas: list[Area]) -> list[Area]:
    """The area of that id or name; several of one name are all of them."""
    sought = words.strip().casefold()
    by_id = [area for area in areas if area.id.casefold() == sought]
    return by_id or [area for area in areas if area.name.casefold() == sought]


def _number(words: str) -> int:
    """`128` or `#128`; raises Refused with how to write it."""
    digits = words.strip().removeprefix("#").strip()
    if not (digits.isdecimal() and len(digits) <= 12):
        raise Refused("item.how")
    return int(digits)


NEEDS_A_NAME = frozenset({"bind", "unbind", "pause", "resume"})

COMMANDS: Mapping[str, Command] = {
    "bind": _bind,
    "unbind": _unbind,
    "open": _open,
    "today": _today,
    "item": _item,
    "menu": _menu,
    "pause": pausing.pause_here,
    "resume": pausing.resume_here,
}

PRIVATE: Mapping[str, Command] = {
    "open": open_in_private,
    "today": today_in_private,
    "item": item_in_private,
    "bind": bind_in_private,
    "unbind": only_in_a_group,
    "menu": only_in_a_group,
    "pause": pausing.pause_in_private,
    "resume": pausing.resume_in_private,
}

WORDS: Mapping[str, Command] = {
    "未办": open_in_private,
    "暂停问候": pausing.pause_in_private,
    "恢复问候": pausing.resume_in_private,
    "今早平安": today_in_private,
}

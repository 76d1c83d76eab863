"""Groups: which area is told in which of them, and what becomes of its items when that changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import structlog

from care.domain.areas import Area
from care.domain.entitlement import coordinates
from care.domain.errors import Refused
from care.domain.items import LIVE, Item, Severity
from care.domain.notices import Lane, Menu, NoAdmin, Sentence
from care.domain.people import WORKING, Person
from care.domain.rules import Rules
from care.services import alarm, list_posts, lists
from care.services.acts import GROUP_FACES
from care.services.ports import Address, Binding, Step, UnitOfWork
from care.services.rungs import coordinators
from care.services.showing import show

log = structlog.get_logger(__name__)


async def bind(
    uow: UnitOfWork, area: str, to: Address, audience: str, by: Person, now: datetime, rules: Rules
) -> Binding:
    """The area is told in this chat from now on; its live items are shown there at once, oldest first.

    Who is in a chat is true of the chat: its other areas get the same audience. Raises Refused.
    """
    place = coordinated(area, by, rules)
    before = await uow.bindings.of_area(place.id)
    mates = [binding.area for binding in await uow.bindings.of_chat(to.chat)]
    binding = Binding(area=place.id, chat=to.chat, thread=to.thread, audience=audience)
    if before == binding:
        return binding
    await uow.bindings.bind(binding)
    log.info("group.bound", area=place.id, chat=to.chat, thread=to.thread, audience=audience, by=by.id)
    chats = {to.chat, before.chat} if before else {to.chat}
    await _show_elsewhere(uow, [place.id, *mates], chats, now, rules)
    if audience == "residents":
        await list_posts.leave(uow, to.chat, now)
    for chat in chats:
        await _recall(uow, chat, now)
    await _keep_menu(uow, to, now)
    await warn_no_admin(uow, to, now)
    if before is not None and (before.chat, before.thread) != (to.chat, to.thread):
        left = Address(before.chat, before.thread)
        await _say(uow, left, "group.moved_away", f"{place.id}:moved_away:{now.isoformat()}", now, area=place.name)
        await _tidy(uow, before.chat, now)
    return binding


async def unbind(uow: UnitOfWork, area: str, chat: int, by: Person, now: datetime, rules: Rules) -> Binding:
    """The area has no chat of its own any more: its items go one level up. Raises Refused."""
    place = coordinated(area, by, rules)
    binding = await uow.bindings.of_area(place.id)
    if binding is None or binding.chat != chat:
        raise Refused("group.not_bound_here", area=place.name)
    await uow.bindings.unbind(place.id)
    log.info("group.unbound", area=place.id, chat=chat, by=by.id)
    await _show_elsewhere(uow, [place.id], {chat}, now, rules)
    await _recall(uow, chat, now)
    above = await _above(uow, place, rules)
    said, told = ("group.unbound", "group.unbound_told") if above else ("group.unbound_top", "group.unbound_top_told")
    above = above or rules.community
    key = f"{place.id}:unbound:{now.isoformat()}"
    await _say(uow, Address(binding.chat, binding.thread), said, key, now, area=place.name, above=above)
    await tell_coordinators(uow, [place.id], told, key, now, rules, area=place.name, above=above)
    await _tidy(uow, chat, now)
    return binding


async def put_out(uow: UnitOfWork, chat: int, now: datetime, rules: Rules) -> bool:
    """The group has put us out: its areas' items go one level up and the coordinators hear it at once.

    Whether anything was bound there.
    """
    lost = await uow.bindings.lose(chat, now)
    if not lost:
        return False
    areas = [binding.area for binding in lost]
    log.warning("group.lost", chat=chat, areas=areas)
    await list_posts.abandon(uow, chat)
    waiting = await _show_elsewhere(uow, areas, {chat}, now, rules)
    for item in waiting:
        if not await _shown_in(uow, item):
            log.error("item.nobody_reachable", item=item.number)
            if item.severity is Severity.URGENT:
                key = f"{item.number}:alarm:unreachable:{alarm.opening(item)}"
                await alarm.sound(uow, item, now, rules, key=key)
    for step in (Step.GROUP, Step.MENU, Step.LIST, Step.NO_ADMIN):
        await uow.outbox.take_back(Address(chat), step, any_topic=True)
    key, named = f"{chat}:put_out:{now.isoformat()}", names(areas, rules)
    count = len(waiting)
    await tell_coordinators(uow, areas, "group.put_out", key, now, rules, lane=Lane.URGENT, area=named, count=count)
    return True


async def let_in(uow: UnitOfWork, chat: int, now: datetime, rules: Rules) -> None:
    """We are in the group again, or for the first time: what was bound to it is told there again."""
    back = await uow.bindings.find_again(chat)
    if not back:
        if not await uow.bindings.of_chat(chat):
            day = now.astimezone(rules.zone).date()
            await _say(uow, Address(chat), "group.hello", f"{chat}:hello:{day}", now)
        return
    areas = [binding.area for binding in back]
    log.info("group.found_again", chat=chat, areas=areas)
    await _clear_away(uow, chat, now)
    await show_anew(uow, areas, now, rules)
    key, named = f"{chat}:back:{now.isoformat()}", names(areas, rules)
    for address in dict.fromkeys(Address(binding.chat, binding.thread) for binding in back):
        here = [binding.area for binding in back if binding.thread == address.thread]
        await _say(uow, address, "group.back", f"{key}:{address.thread}", now, area=names(here, rules))
        await post_menu(uow, address, now)
    await tell_coordinators(uow, areas, "group.back_told", key, now, rules, area=named)


async def became_admin(uow: UnitOfWork, chat: int, now: datetime) -> None:
    """We are an admin there: nobody needs to be asked for it any more."""
    await uow.outbox.take_back(Address(chat), Step.NO_ADMIN, any_topic=True)
    for posted in await uow.messages.standing(chat, "no_admin"):
        await uow.messages.wish_gone(chat, posted.message, now)


async def warn_no_admin(uow: UnitOfWork, to: Address, now: datetime) -> None:
    """One standing note that we are no admin there, in the place of an older one; whether it is true is asked when
    it is sent."""
    key = f"{to.chat}:no_admin:{now.isoformat()}"
    await uow.outbox.tell(NoAdmin(), to, lane=Lane.ANSWER, step=Step.NO_ADMIN, key=key, now=now)


async def moved(uow: UnitOfWork, old: int, new: int, now: datetime, rules: Rules) -> None:
    """The group has become a supergroup: everything goes on under its new id. Whoever says so has us among its members,
    so what was lost with the old id is not."""
    before = {binding.area for binding in await uow.bindings.lost()}
    await uow.bindings.move_chat(old, new)
    found = [binding.area for binding in await uow.bindings.of_chat(new) if binding.area in before]
    await show_anew(uow, found, now, rules)


async def topic_gone(
    uow: UnitOfWork, address: Address, now: datetime, rules: Rules, *, card: int | None = None
) -> None:
    """The topic is gone, with all that stood in it: its areas are told in the group itself. The coordinators hear it.

    `card`: the one by which we noticed, which stands in the group itself already.
    """
    if address.thread is None:
        return
    left = await uow.bindings.leave_topic(address.chat, address.thread)
    await uow.cards.leave_topic(address.chat, address.thread, posted=card)
    await uow.lists.leave_topic(address.chat, address.thread)
    if not left:
        return
    areas = [binding.area for binding in left]
    log.warning("group.topic_gone", chat=address.chat, thread=address.thread, areas=areas)
    await post_menu(uow, Address(address.chat), now)
    key = f"{address.chat}:{address.thread}:topic_gone"
    await tell_coordinators(uow, areas, "group.topic_gone", key, now, rules, area=names(areas, rules))


async def post_menu(uow: UnitOfWork, to: Address, now: datetime) -> None:
    """The menu anew; once it stands, the older one there goes."""
    key = f"{to.chat}:{to.thread}:menu:{now.isoformat()}"
    await uow.outbox.tell(Menu(), to, lane=Lane.ANSWER, step=Step.MENU, key=key, now=now)


async def replaced(uow: UnitOfWork, kind: str, address: Address, message: int, now: datetime) -> None:
    """A message of which there is one at a time has been posted: the older ones in that topic go."""
    for posted in await uow.messages.standing(address.chat, kind):
        if posted.message == message:
            continue
        older = await uow.outbox.sent_as(address.chat, posted.message)
        if kind == "no_admin" or older is None or older.address.thread == address.thread:
            await uow.messages.wish_gone(address.chat, posted.message, now)


async def show_anew(uow: UnitOfWork, areas: Collection[str], now: datetime, rules: Rules) -> Sequence[Item]:
    """Show every live item at or below these areas where it belongs by now, oldest first; which these are."""
    below = [area for area in rules.tree.areas if any(rules.tree.under(area, root) for root in areas)]
    waiting = await uow.items.in_states(LIVE, below) if below else []
    for item in waiting:
        await show(uow, item, rules)
    await lists.resettle(uow, waiting, now, rules)
    return waiting


async def _show_elsewhere(
    uow: UnitOfWork, areas: Collection[str], left: Collection[int], now: datetime, rules: Rules
) -> Sequence[Item]:
    """As `show_anew`; what is still to be said of an item in a chat where it is not shown any more is not said."""
    waiting = await show_anew(uow, areas, now, rules)
    for chat in left:
        for item in waiting:
            if chat not in await _shown_in(uow, item):
                await uow.outbox.supersede_in(item.number, chat)
    return waiting


async def _shown_in(uow: UnitOfWork, item: Item) -> set[int]:
    """The chats that have its card, or a list that names it."""
    cards = {card.address.chat for card in await uow.cards.of_item(item.number) if card.face in GROUP_FACES}
    return cards | {row.address.chat for row in await uow.lists.of_item(item.number)}


async def _recall(uow: UnitOfWork, chat: int, now: datetime) -> None:
    """What stands in the chat and calls somebody: of what is not shown there any more it goes."""
    for posted in await uow.messages.standing(chat, "reminder", "how_is_it", "open_list"):
        await uow.messages.wish_anew(chat, posted.message, now)
    for posted in await uow.messages.standing(chat, "called_again", "climbed"):
        cards = await uow.cards.of_item(posted.item) if posted.item is not None else ()
        if not any(card.address.chat == chat for card in cards):
            await uow.messages.wish_gone(chat, posted.message, now)


async def tell_coordinators(
    uow: UnitOfWork,
    areas: Iterable[str],
    sentence: str,
    key: str,
    now: datetime,
    rules: Rules,
    *,
    lane: Lane = Lane.ROUTINE,
    **blanks: str | int,
) -> None:
    """One sentence to each coordinator over any of these areas, in private."""
    people = {who.id: who for area in areas for who in await coordinators(uow, area, rules)}
    for who in people.values():
        await uow.outbox.tell(
            Sentence(key=sentence, args=blanks),
            Address(who.telegram_id or 0),
            lane=lane,
            step=Step.GROUP,
            key=f"{key}:{who.id}",
            now=now,
            person=who.id,
        )


def coordinated(area: str, by: Person, rules: Rules) -> Area:
    """The area, if it is one of ours and the person coordinates it; raises Refused."""
    place = rules.tree.get(area)
    if place is None:
        raise Refused("group.no_such_area")
    if not coordinates(by, place.id, rules.tree):
        raise Refused("group.coordinators_only")
    return place


def areas_of(by: Person, rules: Rules) -> list[Area]:
    """Every area that the person coordinates, in the config's order."""
    return [area for area in rules.tree.areas.values() if coordinates(by, area.id, rules.tree)]


def names(areas: Iterable[str], rules: Rules) -> str:
    """`第三网格、第二网格`."""
    return "、".join(area.name for id_ in areas if (area := rules.tree.get(id_)) is not None)


async def able_in(uow: UnitOfWork, area: str, rules: Rules) -> list[Person]:
    """The enrolled workers who may take what happens in an area: its own, those above it and those below it."""
    related: list[str | None] = [None, *(other for other in rules.tree.areas if rules.tree.related(other, area))]
    return list(await uow.people.holding(WORKING, related))


async def _keep_menu(uow: UnitOfWork, to: Address, now: datetime) -> None:
    """There is a menu in that topic, and every menu of the chat shows what fits its audience by now."""
    here = False
    for posted in await uow.messages.standing(to.chat, "menu"):
        await uow.messages.wish_anew(to.chat, posted.message, now)
        told = await uow.outbox.sent_as(to.chat, posted.message)
        here = here or (told is not None and told.address.thread == to.thread)
    if not here:
        await post_menu(uow, to, now)


async def _above(uow: UnitOfWork, place: Area, rules: Rules) -> str | None:
    """In whose group its items are shown now: that of the nearest area above which has one."""
    for step in list(rules.tree.lineage(place.id))[1:]:
        if await uow.bindings.of_area(step.id) is not None:
            return step.name
    return None


async def _say(uow: UnitOfWork, to: Address, sentence: str, key: str, now: datetime, **blanks: str | int) -> None:
    await uow.outbox.tell(Sentence(key=sentence, args=blanks), to, lane=Lane.ANSWER, step=Step.GROUP, key=key, now=now)


async def _tidy(uow: UnitOfWork, chat: int, now: datetime) -> None:
    """In a chat where nothing is bound any more, menu, list and note go."""
    if await uow.bindings.of_chat(chat):
        return
    for step in (Step.MENU, Step.LIST, Step.NO_ADMIN):
        await uow.outbox.take_back(Address(chat), step, any_topic=True)
    for kind in ("menu", "open_list", "no_admin"):
        for posted in await uow.messages.standing(chat, kind):
            await uow.messages.wish_gone(chat, posted.message, now)
    await list_posts.leave(uow, chat, now)


async def _clear_away(uow: UnitOfWork, chat: int, now: datetime) -> None:
    """Cards that we could not take away while we were out stand there, and nothing brings them up to date."""
    for posted in await uow.messages.standing(chat, "card", "veiled"):
        cards = await uow.cards.of_item(posted.item) if posted.item is not None else ()
        if not any((card.address.chat, card.message) == (chat, posted.message) for card in cards):
            await uow.messages.wish_gone(chat, posted.message, now)
    await list_posts.clear_away(uow, chat, now)
    await _recall(uow, chat, now)

"""What becomes of a list's own message: posted, refused, gone, or out of place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from care.domain.items import Item
from care.domain.name_lists import Half, Sort
from care.domain.rules import Rules
from care.services.list_calls import post
from care.services.list_names import anybody_missing, on_list
from care.services.ports import Address, GroupList, Step, UnitOfWork
from care.services.rungs import coordinators, grid_of, in_private

log = structlog.get_logger(__name__)


async def posted(uow: UnitOfWork, number: int, message: int | None, now: datetime) -> None:
    """The network has taken it; what has changed since it was read is seen at once."""
    row = await uow.lists.get(number)
    older = row.message
    await uow.lists.save(replace(row, message=message or older, on_its_way=False, next_at=now))
    if older is not None and older != message and message is not None:  # sent twice: what was on its way at a kill
        await uow.messages.wish_gone(row.address.chat, older, now)


async def refused(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """It cannot be shown there: those on it whom nobody else is shown go to whoever can still be reached."""
    row = await uow.lists.get(number)
    row = await uow.lists.save(replace(row, message=None, on_its_way=False, next_at=None))
    if row.sort is Sort.VOICES:
        log.error("list.voices_unshown", list=number)  # what nobody hears becomes an item in a while
        return
    for one in await on_list(uow, row):
        if one.item.live and not await _shown_elsewhere(uow, one.item, row):
            await _show_to_others(uow, one.item, row, now, rules)


async def not_sent(uow: UnitOfWork, number: int) -> None:
    """It was not sent after all, for there was nothing to say by then."""
    row = await uow.lists.get(number)
    await uow.lists.save(replace(row, on_its_way=False))


async def lost(uow: UnitOfWork, chat: int, message: int, now: datetime) -> None:
    """Somebody has deleted it: while anybody on it is missing it is posted anew."""
    row = await uow.lists.posted_as(chat, message)
    if row is None:
        return
    row = await uow.lists.save(replace(row, message=None))
    if await anybody_missing(uow, row):
        log.info("list.lost", list=row.id, chat=chat)
        await post(uow, row, now)


async def leave(uow: UnitOfWork, chat: int, now: datetime) -> None:
    """Nothing of an elder is told in this chat any more: its lists go, and all that was said for them."""
    await abandon(uow, chat)
    await clear_away(uow, chat, now)
    for said in await uow.messages.standing(chat, "today"):
        await uow.messages.wish_gone(chat, said.message, now)


async def abandon(uow: UnitOfWork, chat: int) -> None:
    """We are out of the chat: its lists are nowhere; what stands there can be taken away once we are let in again."""
    await uow.outbox.take_back(Address(chat), Step.NAMES, any_topic=True)
    for row in await uow.lists.in_chat(chat):
        await uow.lists.save(replace(row, message=None, on_its_way=False, next_at=None))


async def clear_away(uow: UnitOfWork, chat: int, now: datetime) -> None:
    """Messages of lists that are none any more go, and with them what called for them."""
    here = {row.message for row in await uow.lists.in_chat(chat)}
    for said in await uow.messages.standing(chat, "list_call", "name_list"):
        if said.message not in here:
            await uow.messages.wish_gone(chat, said.message, now)


async def _shown_elsewhere(uow: UnitOfWork, item: Item, here: GroupList) -> bool:
    rows = await uow.lists.of_item(item.number)
    return any(row.id != here.id and (row.message is not None or row.on_its_way) for row in rows)


async def _show_to_others(uow: UnitOfWork, item: Item, here: GroupList, now: datetime, rules: Rules) -> None:
    """The coordinators who were not asked yet, else the admins; each in private."""
    tried = {row.address for row in await uow.lists.of_item(item.number)}
    for people in (await coordinators(uow, item.area, rules), await uow.people.admins()):
        left = [spot.address for spot in in_private(people) if spot.address not in tried]
        for address in left:
            await _support(uow, item, address, here, now, rules)
        if left:
            return
    log.error("item.nobody_reachable", item=item.number)


async def _support(uow: UnitOfWork, item: Item, address: Address, here: GroupList, now: datetime, rules: Rules) -> None:
    area = grid_of(item.area, rules) or ""
    row, _ = await uow.lists.open(address, Sort.SUPPORT, area, here.day, Half(here.half), now)
    climbs = item.progress.climbed if item.progress else 0
    await uow.lists.name(row.id, item.about or 0, now, item=item.number, climbed=climbs)
    if row.message is None and not row.on_its_way:
        await post(uow, row, now)
    else:
        await uow.lists.wake([row.id], now)

"""When a list rings, and what becomes of it by itself: reminded, over, posted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from care.domain.name_lists import TOGETHER, Sort, next_reminder, overdue
from care.domain.notices import Lane, ListCall, NameList
from care.domain.rules import Rules
from care.services.list_names import OnList, anybody_missing, on_list, rung_of, waiting_here
from care.services.ports import Address, GroupList, Step, UnitOfWork


async def post(uow: UnitOfWork, row: GroupList, now: datetime) -> GroupList:
    """The list is put into its chat, with sound."""
    row = replace(row, posts=row.posts + 1, called_at=now, ended_at=None, message=None, on_its_way=True)
    row = await uow.lists.save(row)
    await uow.outbox.tell(
        NameList(list=row.id),
        row.address,
        lane=Lane.ANSWER,  # ten thousand greetings do not stand before it, and a lost answer is not the end of it
        step=Step.NAMES,
        key=f"list:{row.id}:{row.posts}",
        now=now,
        person=await whose(uow, row.address),
    )
    return row


async def ring(
    uow: UnitOfWork,
    rows: Sequence[GroupList],
    why: str,
    now: datetime,
    *,
    item: int | None = None,
    who: int | None = None,
    whom: str | None = None,
) -> None:
    """One sounding reply for lists of one chat, which are on file as having rung at this moment.

    What called for them before gives way. `item`, `who`, `whom` as in `ListCall`.
    """
    first = rows[0]
    lists = tuple(row.id for row in rows)
    await read_calls_anew(uow, first.address.chat, lists, now, gone=True)
    await uow.outbox.tell(
        ListCall(lists=lists, why=why, at=now, item=item, who=who, whom=whom),
        first.address,
        lane=Lane.ROUTINE,
        step=Step.NAMES,
        key=f"list:{first.id}:{why}:{item or 0}:{now.isoformat()}",
        now=now,
        person=await whose(uow, first.address),
        reply_to=first.message if len(rows) == 1 else None,
    )


async def read_calls_anew(
    uow: UnitOfWork, chat: int, lists: Sequence[int], now: datetime, *, gone: bool = False
) -> None:
    """What stands in the chat and calls for these lists is read anew; `gone`: it goes, where it is for no others."""
    for posted in await uow.messages.standing(chat, "list_call"):
        telling = await uow.outbox.sent_as(chat, posted.message)
        called = set(telling.notice.lists) if telling and isinstance(telling.notice, ListCall) else set()
        if not called or (gone and called <= set(lists)):  # of one not on file nobody knows what it says
            await uow.messages.wish_gone(chat, posted.message, now)
        elif called & set(lists):
            await uow.messages.wish_anew(chat, posted.message, now)


async def list_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Something about the list has changed, or its time has come: it is posted, rings, or is over."""
    if not await uow.lists.is_due(number, now):
        return
    row = await uow.lists.get(number)
    missing = await anybody_missing(uow, row)
    ended_at = None if missing else row.ended_at or now
    if missing and row.message is None and not row.on_its_way:
        row = await post(uow, row, now)
    row = replace(row, ended_at=ended_at)
    if row.sort is Sort.VOICES:
        await uow.lists.save(replace(row, next_at=None))
        return
    names = await on_list(uow, row)
    row = _since_the_last(row, names)
    at = _next(row, names, rules)
    if at is not None and at <= now:
        await _remind(uow, row, names, now, rules)
    else:
        await uow.lists.save(replace(row, next_at=at))
    await read_calls_anew(uow, row.address.chat, [row.id], now)


async def whose(uow: UnitOfWork, address: Address) -> int | None:
    """The person whose private chat it is."""
    person = await uow.people.by_telegram(address.chat) if address.chat > 0 else None
    return person.id if person is not None else None


def _since_the_last(row: GroupList, names: Sequence[OnList]) -> GroupList:
    """Reminding starts anew with whoever waits since later than the last name: given back, or lapsed."""
    since = [one.item.since for one in waiting_here(names) if one.item.since is not None]
    last = max([row.named_at, *since])
    if last == row.named_at:
        return row
    return replace(row, named_at=last, called_at=max(row.called_at, last), reminded=0)


def _next(row: GroupList, names: Sequence[OnList], rules: Rules) -> datetime | None:
    rung = rung_of(row, names)
    return next_reminder(rung, rules.checkin.list_remind, rules.quiet) if rung is not None else None


async def _remind(uow: UnitOfWork, row: GroupList, names: Sequence[OnList], now: datetime, rules: Rules) -> None:
    """Nobody has taken these yet: with all lists of the chat that would ring within a minute."""
    ringing = [(row, names)]
    for other in await uow.lists.in_chat(row.address.chat):
        if other.id == row.id or other.address != row.address or other.sort is Sort.VOICES:
            continue
        on_other = await on_list(uow, other)
        at = _next(other, on_other, rules)
        if at is not None and at <= now + TOGETHER:
            ringing.append((other, on_other))
    rung = [await uow.lists.save(_reminded(one, on_it, now, rules)) for one, on_it in ringing]
    await ring(uow, rung, "remind", now)


def _reminded(row: GroupList, names: Sequence[OnList], now: datetime, rules: Rules) -> GroupList:
    rung = rung_of(row, names)
    count = overdue(rung, rules.checkin.list_remind, now) if rung is not None else row.reminded + 1
    row = replace(row, reminded=count, called_at=now)
    return replace(row, next_at=_next(row, names, rules))

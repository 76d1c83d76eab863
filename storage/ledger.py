"""The ledger: what happened, record by record, without anybody's words; the basis of every later report.

Read page by page, each in a short transaction of its own: a slow reader of the output holds nothing up, and the
write-ahead log does not grow behind him.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from care.services.ports import ALARM
from storage.database import Database
from storage.ledger_care import checkin_records, look_records, name_of
from storage.tables import bindings, history, items, people
from storage.telling_tables import outbox

PAGE = 500

Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Span:
    """From a moment (aware) up to, not including, another."""

    start: datetime
    end: datetime


async def records(db: Database, span: Span) -> AsyncIterator[Record]:
    """Items whose history touches the span, each with its whole history; check-ins, tellings and looks within it.

    `at` and `opened_at` are aware datetimes in UTC.
    """
    async for record in item_records(db, span):
        yield record
    for some in (checkin_records, telling_records, look_records):
        async for record in some(db, span):
            yield record


async def item_records(db: Database, span: Span) -> AsyncIterator[Record]:
    """The items, by number."""
    last = -1
    while True:
        async with db.read() as uow:
            page = (await uow.link.run(_ITEMS, {"after": last, **_of(span)})).all()
            events = (await uow.link.run(_HISTORY, {"numbers": [row.number for row in page]})).all()
        told = {number: [_event(row) for row in some] for number, some in groupby(events, key=lambda row: row.item)}
        for row in page:
            yield {"type": "item", **row._mapping, "history": told[row.number]}
        if len(page) < PAGE:
            return
        last = page[-1].number


async def telling_records(db: Database, span: Span) -> AsyncIterator[Record]:
    """What people and groups were told, or were to be told, in the order it was put down."""
    last = -1
    while True:
        async with db.read() as uow:
            page = (await uow.link.run(_TELLINGS, {"after": last, **_of(span)})).all()
            areas = await _areas(uow.link.run(_BINDINGS)) if page else {}
        for row in page:
            yield {
                "type": "telling",
                "item": row.item,
                "recipient": name_of(row.ref, row.person) or areas.get((row.chat, row.thread)) or _elsewhere(row.chat),
                "step": row.step,
                "state": row.state,
                "at": row.ended_at or row.created_at,
            }
        if len(page) < PAGE:
            return
        last = page[-1].id


def _of(span: Span) -> dict[str, datetime]:
    return {"start": span.start, "end": span.end}


def _event(row: Any) -> Record:
    return {"at": row.at, "who": name_of(row.ref, row.actor), "action": row.action, "reason": row.reason or None}


def _elsewhere(chat: int) -> str:
    """Neither a person nor an area's group."""
    return "alarm" if chat == ALARM.chat else "chat"


async def _areas(reading: Any) -> Mapping[tuple[int, int], str]:
    """A group is named by the areas that are bound to it."""
    bound: dict[tuple[int, int], Sequence[str]] = {}
    for row in await reading:
        bound[(row.chat, row.thread)] = [*bound.get((row.chat, row.thread), ()), row.area]
    return {place: "area:" + "+".join(areas) for place, areas in bound.items()}


_ITEMS = (
    select(
        items.c.number,
        items.c.kind,
        items.c.state,
        items.c.severity,
        items.c.area,
        items.c.category,
        items.c.ending,
        items.c.opened_at,
    )
    .where(
        items.c.number > bindparam("after"),
        exists().where(
            history.c.item == items.c.number, history.c.at >= bindparam("start"), history.c.at < bindparam("end")
        ),
    )
    .order_by(items.c.number)
    .limit(PAGE)
)
_HISTORY = (
    select(history.c.item, history.c.at, history.c.actor, history.c.action, history.c.reason, people.c.ref)
    .select_from(history.outerjoin(people, history.c.actor == people.c.id))
    .where(history.c.item.in_(bindparam("numbers", expanding=True)))
    .order_by(history.c.item, history.c.seq)
)
_told_at = func.coalesce(outbox.c.ended_at, outbox.c.created_at)
_TELLINGS = (
    select(
        outbox.c.id,
        outbox.c.item,
        outbox.c.person,
        outbox.c.chat,
        outbox.c.thread,
        outbox.c.step,
        outbox.c.state,
        outbox.c.created_at,
        outbox.c.ended_at,
        people.c.ref,
    )
    .select_from(outbox.outerjoin(people, outbox.c.person == people.c.id))
    .where(outbox.c.id > bindparam("after"), _told_at >= bindparam("start"), _told_at < bindparam("end"))
    .order_by(outbox.c.id)
    .limit(PAGE)
)
_BINDINGS = select(bindings.c.chat, bindings.c.thread, bindings.c.area).order_by(bindings.c.area)

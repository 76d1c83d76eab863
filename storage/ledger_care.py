"""The ledger's part about elders: what each check-in came to, and who has looked at what is personal. No words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from care.domain.checkins import Why
from storage.care_tables import checkins, looks
from storage.database import Database
from storage.tables import people

if TYPE_CHECKING:
    from storage.ledger import Record, Span

PAGE = 500

_by, _whom = people.alias(), people.alias()
_CHECKINS = (
    select(
        checkins.c.id,
        checkins.c.elder,
        checkins.c.due_at,
        checkins.c.outcome,
        checkins.c.why,
        checkins.c.how,
        checkins.c.by,
        checkins.c.asked_at,
        checkins.c.sign_at,
        checkins.c.late,
        checkins.c.maybe_answered,
        checkins.c.item,
        people.c.ref,
        _by.c.ref.label("by_ref"),
    )
    .select_from(checkins.outerjoin(people, people.c.id == checkins.c.elder).outerjoin(_by, _by.c.id == checkins.c.by))
    .where(
        checkins.c.id > bindparam("after"),
        checkins.c.due_at >= bindparam("start"),
        checkins.c.due_at < bindparam("end"),
        checkins.c.why != Why.NOT_YET.value,  # planned, and nothing has come of it so far
    )
    .order_by(checkins.c.id)
    .limit(PAGE)
)
_LOOKS = (
    select(looks.c.id, looks.c.at, looks.c.what, looks.c.item, looks.c.who, looks.c.whom)
    .add_columns(people.c.ref.label("who_ref"), _whom.c.ref.label("whom_ref"))
    .select_from(looks.outerjoin(people, people.c.id == looks.c.who).outerjoin(_whom, _whom.c.id == looks.c.whom))
    .where(looks.c.id > bindparam("after"), looks.c.at >= bindparam("start"), looks.c.at < bindparam("end"))
    .order_by(looks.c.id)
    .limit(PAGE)
)


def name_of(ref: str | None, person: int | None) -> str | None:
    """How the ledger names somebody: by ref; who has none by a number of ours that says nothing about him outside."""
    if person is None:
        return None
    return ref if ref is not None else f"tg-{person}"


async def checkin_records(db: Database, span: Span) -> AsyncIterator[Record]:
    """Check-ins that were due within it, each with its one outcome and the evidence: why, how, by whom, when."""
    async for row in _pages(db, _CHECKINS, span):
        yield {
            "type": "checkin",
            "ref": name_of(row.ref, row.elder),
            "at": row.due_at,
            "outcome": row.outcome,
            "evidence": {
                "why": row.why,
                "how": row.how,
                "by": name_of(row.by_ref, row.by),
                "at": row.sign_at,
                "asked_at": row.asked_at,
                "late": row.late,
                "maybe_answered": row.maybe_answered,
                "item": row.item,
            },
        }


async def look_records(db: Database, span: Span) -> AsyncIterator[Record]:
    """Who was shown what of whom."""
    async for row in _pages(db, _LOOKS, span):
        who, whom = name_of(row.who_ref, row.who), name_of(row.whom_ref, row.whom)
        yield {"type": "look", "who": who, "whom": whom, "at": row.at, "what": row.what, "item": row.item}


async def _pages(db: Database, statement: Select[Any], span: Span) -> AsyncIterator[Any]:
    last = -1
    while True:
        async with db.read() as uow:
            page = (await uow.link.run(statement, {"after": last, "start": span.start, "end": span.end})).all()
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        last = page[-1].id

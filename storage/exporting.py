"""All that is kept of one person, as he may have it: his own rows whole, of others' matters only his own part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Select, Table, or_, select

from storage.care_tables import (
    alerts,
    checkins,
    doors,
    erasures,
    inquiries,
    list_names,
    looks,
    pauses,
    recordings,
    shares,
)
from storage.database import Database
from storage.link import Link
from storage.tables import elders, history, invites, items, kin, media, people, posts
from storage.telling_tables import cards, messages, outbox, questions

# Rows that are his own, by the columns that say so.
HIS_OWN: tuple[tuple[Table, tuple[Column[Any], ...]], ...] = (
    (people, (people.c.id,)),
    (posts, (posts.c.person,)),
    (elders, (elders.c.person,)),
    (kin, (kin.c.family, kin.c.elder)),
    (invites, (invites.c.person,)),
    (doors, (doors.c.person,)),
    (checkins, (checkins.c.elder,)),
    (pauses, (pauses.c.elder,)),
    (alerts, (alerts.c.person, alerts.c.elder)),
    (looks, (looks.c.who, looks.c.whom)),
    (recordings, (recordings.c.elder,)),
    (shares, (shares.c.elder,)),
    (inquiries, (inquiries.c.elder,)),
    (list_names, (list_names.c.elder,)),
    (erasures, (erasures.c.person,)),
    (questions, (questions.c.person,)),
    (media, (media.c.by,)),
    (cards, (cards.c.person,)),
    (messages, (messages.c.person,)),
    (outbox, (outbox.c.person,)),
    (items, (items.c.reporter, items.c.about)),
)
# What helps nobody outside: the hash of a link is as good as nothing, and nothing to print.
_LEFT_OUT = frozenset({"token_hash", "digest", "policy", "progress"})


async def person_of(db: Database, ref: str) -> int | None:
    """The id of the person with this ref, if there is one."""
    async with db.read() as uow:
        found: int | None = (await uow.link.run(select(people.c.id).where(people.c.ref == ref))).scalar_one_or_none()
        return found


async def everything_of(db: Database, person: int) -> Mapping[str, Any]:
    """All that is kept of him, by table. Others stand in it by the number we know them by, never by name."""
    async with db.read() as uow:
        found = {table.name: await _rows(uow.link, _own(table, columns, person)) for table, columns in HIS_OWN}
        his = [row["number"] for row in found["items"]]
        found["history"] = await _rows(uow.link, _history(his))
        found["acts"] = await _rows(uow.link, _acts(person, his))
    return {name: rows for name, rows in found.items() if rows}


def _own(table: Table, columns: tuple[Column[Any], ...], person: int) -> Select[Any]:
    return select(table).where(or_(*(column == person for column in columns))).order_by(*table.primary_key.columns)


def _history(numbers: list[int]) -> Select[Any]:
    return select(history).where(history.c.item.in_(numbers)).order_by(history.c.item, history.c.seq)


def _acts(person: int, his: list[int]) -> Select[Any]:
    """What he has done for others: which, when, and in his own words; what it was about is theirs."""
    mine = select(history.c.item, history.c.at, history.c.action, history.c.reason, history.c.note)
    return mine.where(history.c.actor == person, history.c.item.not_in(his)).order_by(history.c.item, history.c.seq)


async def _rows(link: Link, query: Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row._mapping.items() if name not in _LEFT_OUT and value is not None}
        for row in (await link.run(query)).all()
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value

"""How a day's check-ins stand in some areas: plain rows for counting, no name is deciphered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from care.domain.checkins import How, Outcome, Why
from care.domain.elders import ElderState, Mode
from care.domain.people import Role
from care.domain.tally import DayLine
from care.services.ports import Member
from storage.care_tables import checkins, pauses
from storage.link import Link
from storage.tables import elders, posts

_LIVES_IN = and_(posts.c.role == Role.ELDER.value, posts.c.area.in_(bindparam("areas", expanding=True)))
_DAY = (
    select(
        checkins.c.id,
        checkins.c.elder,
        posts.c.area,
        checkins.c.due_at,
        checkins.c.outcome,
        checkins.c.why,
        checkins.c.how,
        checkins.c.by,
        checkins.c.sign_at,
        checkins.c.item,
    )
    .join_from(checkins, posts, and_(posts.c.person == checkins.c.elder, _LIVES_IN))
    .where(checkins.c.day == bindparam("on"))
    .order_by(checkins.c.due_at, checkins.c.id)
)
_HOLDS = and_(pauses.c.elder == elders.c.person, pauses.c.ended_at.is_(None))
_MEMBERS = (
    select(elders.c.person, posts.c.area, elders.c.state, elders.c.mode, pauses.c.since, pauses.c.until)
    .select_from(elders.join(posts, and_(posts.c.person == elders.c.person, _LIVES_IN)).outerjoin(pauses, _HOLDS))
    .order_by(elders.c.person)
)


async def day_lines(link: Link, areas: Collection[str], day: date) -> Sequence[DayLine]:
    """The check-ins of one local day of elders whose home is in one of these areas, each once."""
    rows = (await link.run(_DAY, {"areas": list(areas), "on": day})).all() if areas else []
    return list({row.id: _line(row) for row in rows}.values())


async def members(link: Link, areas: Collection[str]) -> Sequence[Member]:
    """The elders whose home is in one of these areas, each once."""
    rows = (await link.run(_MEMBERS, {"areas": list(areas)})).all() if areas else []
    return list({row.person: _member(row) for row in rows}.values())


def _line(row: Row[Any]) -> DayLine:
    return DayLine(
        checkin=row.id,
        elder=row.elder,
        area=row.area,
        due_at=row.due_at,
        outcome=Outcome(row.outcome),
        why=Why(row.why),
        how=How(row.how) if row.how else None,
        by=row.by,
        sign_at=row.sign_at,
        item=row.item,
    )


def _member(row: Row[Any]) -> Member:
    return Member(
        elder=row.person,
        area=row.area,
        state=ElderState(row.state),
        mode=Mode(row.mode),
        paused=row.since is not None,
        until=row.until,
    )

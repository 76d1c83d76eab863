"""Figures that say whether people are heard and told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select

from care.domain.notices import Lane
from care.services.ports import ALARM
from storage.tables import UNREAD, inbox
from storage.telling_tables import WAITING, cards, outbox
from storage.unit import Unit

RECENT = timedelta(days=1)  # a failure older than this has been seen, or will not be


@dataclass(frozen=True)
class Figures:
    """How much waits where. `failed_urgent`: within the last day.

    `alarm_failed`: tries of alarms that have told nobody. Those for what needs nobody by now count for a day at most,
    and no longer once another alarm has been told.
    """

    waiting: int
    oldest_waiting: datetime | None
    parked: int
    outbox: int
    failed_urgent: int
    lagging: int
    alarm_failed: int


async def figures(uow: Unit, now: datetime) -> Figures:
    """Count them."""
    link = uow.link
    waits = select(func.count().label("rows"), func.min(inbox.c.received_at).label("oldest")).where(UNREAD)
    unread = (await link.run(waits)).one()
    parked = select(func.count()).select_from(inbox).where(inbox.c.state == "parked")
    failed = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.state == "failed", outbox.c.lane == Lane.URGENT.rank, outbox.c.ended_at > now - RECENT)
    )
    lagging = (
        select(func.count())
        .select_from(cards)
        .where(cards.c.wanted > cards.c.shown, cards.c.given_up.is_(None), cards.c.dropped.is_(False))
    )
    return Figures(
        waiting=int(unread.rows),
        oldest_waiting=unread.oldest,
        parked=int((await link.run(parked)).scalar_one()),
        outbox=int((await link.run(select(func.count()).select_from(outbox).where(WAITING))).scalar_one()),
        failed_urgent=int((await link.run(failed)).scalar_one()),
        lagging=int((await link.run(lagging)).scalar_one()),
        alarm_failed=await _alarm_failed(uow, now),
    )


async def _alarm_failed(uow: Unit, now: datetime) -> int:
    """A row on its way, or found needless when its turn came, counts its last try, which has not failed."""
    alarm = outbox.c.chat == ALARM.chat
    told = select(func.max(outbox.c.ended_at)).where(alarm, outbox.c.state == "sent")
    told_at = (await uow.link.run(told)).scalar_one()
    since = now - RECENT if told_at is None else max(told_at, now - RECENT)
    needless = and_(outbox.c.state == "superseded", outbox.c.ended_at > since)
    failed = outbox.c.attempts - case((outbox.c.state == "pending", 0), else_=1)
    query = select(func.coalesce(func.sum(failed), 0)).where(alarm, or_(WAITING, needless))
    return int((await uow.link.run(query)).scalar_one())

"""What comes due by itself, in one table: where the sweeper looks, and what it has done then.

A new sort of thing is one row of `DUE_THINGS`, and two queries and an act behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from care.domain.rules import Rules
from care.services import (
    appointments,
    erasing,
    good_news,
    list_calls,
    outages,
    pausing_rounds,
    silence,
    sweeps,
    troubles,
    voices,
)
from care.services.ports import UnitOfWork

Act = Callable[[UnitOfWork, int, datetime, Rules], Awaitable[None]]
ActOnMany = Callable[[UnitOfWork, Sequence[int], datetime, Rules], Awaitable[None]]


class DueRows(Protocol):
    """Where things of one sort are kept, each with its due time."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of what is due by now, earliest first, at most so many."""


@dataclass(frozen=True, kw_only=True)
class DueThing:
    """One sort of thing whose time comes. Each thing is a row with a due time, known by its id.

    `act` looks for itself whether the thing is still due (something before it may have dealt with it) and leaves it
    with a later due time, or none. It is one transaction, and may be run again where somebody was faster.
    `many`: for what comes by the hundred, so many (`together`) in one transaction; where that fails, one by one.
    `needs_ears`: it holds silence against somebody, so it waits while we cannot hear, and until all is read.
    """

    name: str  # by it `UnitOfWork.next_dues` says when the earliest comes
    where: Callable[[UnitOfWork], DueRows]
    act: Act
    many: ActOnMany | None = None
    together: int = 1
    needs_ears: bool = False


# In this order: what stands first is done first.
DUE_THINGS: Sequence[DueThing] = (
    DueThing(name="item", where=lambda uow: uow.items, act=sweeps.item_due),
    DueThing(name="inquiry", where=lambda uow: uow.inquiries, act=troubles.inquiry_due),
    DueThing(name="recording", where=lambda uow: uow.recordings, act=voices.recording_due),
    DueThing(name="question", where=lambda uow: uow.questions, act=sweeps.question_due),
    DueThing(name="pause", where=lambda uow: uow.pauses, act=pausing_rounds.pause_due),
    DueThing(name="good_news", where=lambda uow: uow.news, act=good_news.news_due),
    DueThing(name="erasure", where=lambda uow: uow.erasures, act=erasing.erasure_due),
    DueThing(
        name="checkin",
        where=lambda uow: uow.checkins,
        act=silence.checkin_due,
        many=silence.checkins_due,
        together=silence.TOGETHER,
        needs_ears=True,
    ),
    DueThing(name="outage", where=lambda uow: uow.outages, act=outages.outage_due, needs_ears=True),
    DueThing(name="list", where=lambda uow: uow.lists, act=list_calls.list_due),
    DueThing(name="appointment", where=lambda uow: uow.appointments, act=appointments.appointment_due),
)

"""What comes due by itself, in one table: where the sweeper looks, and what it has done then.

A new sort of thing is one row of `DUE_THINGS`, and two queries and an act behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, kw_only=True)
class DueThing:
    """One sort of thing whose time comes. Each thing is a row with a due time, known by its id.

    `act` looks for itself whether the thing is still due (something before it may have dealt with it) and leaves it
    with a later due time, or none. It is one transaction, and may be run again where somebody was faster.
    `many`: for what comes by the hundred, so many (`together`) in one transaction; where that fails, one by one.
    `needs_ears`: it holds silence against somebody, so it waits while we cannot hear, and until all is read.
    """

    name: str
    due: Callable[[UnitOfWork, datetime, int], Awaitable[Sequence[int]]]  # ids by now, earliest first, at most so many
    next_due: Callable[[UnitOfWork], Awaitable[datetime | None]]  # the earliest due time of all, be it past or to come
    act: Act
    many: ActOnMany | None = None
    together: int = 1
    needs_ears: bool = False


# In this order: what stands first is done first.
DUE_THINGS: Sequence[DueThing] = (
    DueThing(
        name="item",
        due=lambda uow, now, limit: uow.items.due(now, limit),
        next_due=lambda uow: uow.items.next_due(),
        act=sweeps.item_due,
    ),
    DueThing(
        name="inquiry",
        due=lambda uow, now, limit: uow.inquiries.due(now, limit),
        next_due=lambda uow: uow.inquiries.next_due(),
        act=troubles.inquiry_due,
    ),
    DueThing(
        name="recording",
        due=lambda uow, now, limit: uow.recordings.due(now, limit),
        next_due=lambda uow: uow.recordings.next_due(),
        act=voices.recording_due,
    ),
    DueThing(
        name="question",
        due=lambda uow, now, limit: uow.questions.due(now, limit),
        next_due=lambda uow: uow.questions.next_due(),
        act=sweeps.question_due,
    ),
    DueThing(
        name="pause",
        due=lambda uow, now, limit: uow.pauses.due(now, limit),
        next_due=lambda uow: uow.pauses.next_due(),
        act=pausing_rounds.pause_due,
    ),
    DueThing(
        name="good_news",
        due=lambda uow, now, limit: uow.news.due(now, limit),
        next_due=lambda uow: uow.news.next_due(),
        act=good_news.news_due,
    ),
    DueThing(
        name="erasure",
        due=lambda uow, now, limit: uow.erasures.due(now, limit),
        next_due=lambda uow: uow.erasures.next_due(),
        act=erasing.erasure_due,
    ),
    DueThing(
        name="checkin",
        due=lambda uow, now, limit: uow.checkins.due(now, limit),
        next_due=lambda uow: uow.checkins.next_due(),
        act=silence.checkin_due,
        many=silence.checkins_due,
        together=silence.TOGETHER,
        needs_ears=True,
    ),
    DueThing(
        name="outage",
        due=lambda uow, now, limit: uow.outages.due(now, limit),
        next_due=lambda uow: uow.outages.next_due(),
        act=outages.outage_due,
        needs_ears=True,
    ),
    DueThing(
        name="list",
        due=lambda uow, now, limit: uow.lists.due(now, limit),
        next_due=lambda uow: uow.lists.next_due(),
        act=list_calls.list_due,
    ),
    DueThing(
        name="appointment",
        due=lambda uow, now, limit: uow.appointments.due(now, limit),
        next_due=lambda uow: uow.appointments.next_due(),
        act=appointments.appointment_due,
    ),
)

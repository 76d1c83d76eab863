"""When what waits comes due next: of every sort that the sweeper looks at, asked in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select

from storage import appointments, checkins, erasing, inquiries, items, lists, outages, pauses, questions, recordings
from storage.link import Link

# By the names of `care.services.due_things`. Each finds its minimum in an index of its own.
SORTS: Final = {
    "item": items.NEXT_DUE,
    "inquiry": inquiries.NEXT_DUE,
    "recording": recordings.NEXT_DUE,
    "question": questions.NEXT_DUE,
    "pause": pauses.NEXT_DUE,
    "good_news": pauses.NEXT_NEWS,
    "erasure": erasing.NEXT_DUE,
    "checkin": checkins.NEXT_DUE,
    "outage": outages.NEXT_DUE,
    "list": lists.NEXT_DUE,
    "appointment": appointments.NEXT_DUE,
}
_ALL = select(*(statement.scalar_subquery().label(name) for name, statement in SORTS.items()))


async def next_dues(link: Link) -> Mapping[str, datetime]:
    """The earliest due time of each sort, be it past or to come; of which nothing waits is not in it."""
    times = (await link.run(_ALL)).one()._mapping
    return {name: at for name, at in times.items() if at is not None}

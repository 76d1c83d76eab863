"""Greetings that came late or not at all because of us: each group hears of its own, once for each outage.

While we could not hear (`deaf`), nobody's silence counted. What could only not be sent is told alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from care.domain.checkins import CheckIn, Outcome
from care.domain.elders import ElderRecord
from care.domain.entitlement import coordinates
from care.domain.errors import NotFound
from care.domain.notices import Lane, Notice, OutageNews
from care.domain.rules import Rules
from care.services.ports import Outage, Step, Telling, UnitOfWork
from care.services.rungs import first_to_hear

log = structlog.get_logger(__name__)

SETTLES = timedelta(minutes=1)  # until those who are greeted late have been
LOOK_AGAIN = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)  # the groups do not wait longer for the last of them


@dataclass(frozen=True)
class Missed:
    """For one place: of whom the network took the question late, and who was not asked."""

    outage: Outage
    late: Sequence[ElderRecord]
    never: Sequence[ElderRecord]


async def over(uow: UnitOfWork, began_at: datetime, now: datetime) -> None:
    """We can hear again, and have read what people sent meanwhile: nobody's silence of that time counts."""
    await uow.outages.add(began_at, now, now + SETTLES)
    log.warning("gap.over", began=began_at.isoformat(), seconds=round((now - began_at).total_seconds()))


async def came_late(uow: UnitOfWork, checkin: CheckIn, now: datetime) -> None:
    """A question went out late, or never will: if that is not part of an outage on file, it is one of sending alone."""
    await uow.outages.mute(checkin.due_at, now, now + SETTLES)


async def outage_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Tell each group whom of its elders the outage has hit, once all of them are asked, or are not to be asked."""
    try:
        outage = await uow.outages.get(number)
    except NotFound:  # it was part of a longer one
        return
    if now - outage.ended_at < LONGEST and await uow.checkins.undecided(outage.ended_at):
        await uow.outages.set_next(number, now + LOOK_AGAIN)
        return
    hit = await uow.checkins.hit(outage.began_at - rules.checkin.prompt_until, outage.ended_at)
    await uow.checkins.told_of([checkin.id for checkin in hit], number)
    await uow.outages.set_next(number, None)
    told_of = [checkin for checkin in hit if _is_news(checkin, outage)]
    if told_of:
        log.info("gap.told", outage=number, hit=len(told_of))
        await _tell(uow, outage, {one.elder for one in told_of}, now, rules)


async def missed(uow: UnitOfWork, notice: OutageNews, telling: Telling, now: datetime, rules: Rules) -> Missed | None:
    """Who stands in the message to this place, as things are now; None where there is nobody (any more)."""
    outage = await uow.outages.get(notice.outage)
    checkins = [one for one in await uow.checkins.of_outage(outage.id) if _is_news(one, outage)]
    never = {one.elder for one in checkins if one.outcome is Outcome.NOT_ASKED}
    late = {one.elder for one in checkins if one.late} - never
    elders = await heard_of(uow, await uow.elders.several(late | never), telling, now, rules)
    found = Missed(outage, [one for one in elders if one.id in late], [one for one in elders if one.id in never])
    return found if found.late or found.never else None


async def heard_of(
    uow: UnitOfWork, elders: Iterable[ElderRecord], telling: Telling, now: datetime, rules: Rules
) -> Sequence[ElderRecord]:
    """Those of these of whom this place is first to hear, or whose coordinator's private chat it is."""
    everybody = list(elders)
    person = await uow.people.get(telling.person) if telling.person is not None else None
    here = set()
    for area in {elder.area for elder in everybody}:
        spots = await first_to_hear(uow, area, now, rules)
        if telling.address in {spot.address for spot in spots} or (
            person is not None and coordinates(person, area, rules.tree)
        ):
            here.add(area)
    return [elder for elder in everybody if elder.area in here]


def _is_news(checkin: CheckIn, outage: Outage) -> bool:
    """Whether somebody can still do something: of what was final before the outage was over only the ledger tells."""
    return checkin.final_at > outage.ended_at


async def _tell(uow: UnitOfWork, outage: Outage, elders: Iterable[int], now: datetime, rules: Rules) -> None:
    notice = OutageNews(outage=outage.id)
    areas = {elder.area for elder in await uow.elders.several(list(elders))}
    spots = dict.fromkeys([spot for area in areas for spot in await first_to_hear(uow, area, now, rules)])
    for spot in spots:
        address = spot.address
        told = await uow.outbox.tell(
            notice,
            address,
            lane=Lane.ROUTINE,
            step=Step.OUTAGE,
            key=f"outage:{outage.id}:{address.chat}:{address.thread or 0}",
            now=now,
            person=spot.person,
        )
        if not told:
            await read_anew(uow, address.chat, notice, now)


async def read_anew(uow: UnitOfWork, chat: int, notice: Notice, now: datetime) -> None:
    """This message stands there already: it says who has come to it since."""
    for posted in await uow.messages.standing(chat, notice.kind):
        telling = await uow.outbox.sent_as(posted.chat, posted.message)
        if telling is not None and telling.notice == notice:
            await uow.messages.wish_anew(posted.chat, posted.message, now)

"""Good news for relatives who chose to hear it: one line, all of their elders together, never an alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from care.domain.checkins import CheckIn, Outcome
from care.domain.elders import ElderRecord, ElderState, GoodNews
from care.domain.errors import Refused
from care.domain.good_news import STALE, WeekOf, next_news, week_of
from care.domain.notices import FamilyNews, Lane
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.acts import tell_person
from care.services.ports import Step, UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Morning:
    """That she was well today, by her own word, at that moment."""

    elder: ElderRecord
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Week:
    """How her week was."""

    elder: ElderRecord
    days: WeekOf


async def choose(
    uow: UnitOfWork, who: Person, elder: int, choice: GoodNews, now: datetime, rules: Rules
) -> ElderRecord:
    """What he hears beside alarms, from now on; raises Refused where he does not watch over her."""
    hers = next((one for one in await uow.elders.watched_by(who.id) if one.id == elder), None)
    if hers is None:
        raise Refused("family.not_watching")
    await uow.elders.set_good_news(who.id, elder, choice, next_news(choice, hers, now, rules.zone, rules.checkin))
    log.info("family.good_news", by=who.id, elder=elder, choice=choice)
    return hers


async def chosen_by(uow: UnitOfWork, who: Person) -> Sequence[tuple[ElderRecord, GoodNews]]:
    """Whom he watches over, and what he hears of each."""
    found = []
    for elder in await uow.elders.watched_by(who.id):
        family = await uow.elders.family_of(elder.id)
        found.append((elder, next(one.good_news for one in family if one.person.id == who.id)))
    return found


async def news_due(uow: UnitOfWork, family: int, now: datetime, rules: Rules) -> None:
    """His time has come: what is due of all his elders goes out in one message, and comes next when it comes next."""
    daily: list[int] = []
    weekly: list[int] = []
    for wish in await uow.news.wishes_of(family):
        if wish.next_at > now:
            continue
        elder = await uow.elders.find(wish.elder)
        following = next_news(wish.choice, elder, now, rules.zone, rules.checkin) if elder is not None else None
        if elder is None or following is None:
            await uow.elders.set_good_news(family, wish.elder, GoodNews.NEVER)
            continue
        await uow.news.told(family, wish.elder, following)
        if now - wish.next_at <= STALE:
            (daily if wish.choice is GoodNews.DAILY else weekly).append(wish.elder)
    if daily or weekly:
        day = now.astimezone(rules.zone).date()
        notice = FamilyNews(day=day, daily=tuple(daily), weekly=tuple(weekly))
        person = await uow.people.get(family)
        key = f"news:{family}:{now.isoformat()}"
        await tell_person(uow, person, notice, step=Step.NEWS, key=key, now=now, lane=Lane.BULK, expires_at=now + STALE)


async def mornings_of(uow: UnitOfWork, notice: FamilyNews) -> Sequence[Morning]:
    """Those who said themselves that all is well, and of whom nobody was alarmed; read when it is sent."""
    found = []
    for elder, checkins in await _of_days(uow, notice.daily, notice):
        first = checkins[0] if checkins else None
        if first is None or first.sign_at is None or first.outcome is not Outcome.OK or first.by != elder.id:
            continue
        if not await uow.alerts.of_checkin(first.id):
            found.append(Morning(elder=elder, at=first.sign_at))
    return found


async def weeks_of(uow: UnitOfWork, notice: FamilyNews) -> Sequence[Week]:
    """How the week was of each of whom he hears weekly."""
    return [
        Week(elder=elder, days=week_of(checkins))
        for elder, checkins in await _of_days(uow, notice.weekly, notice, back=6)
    ]


async def _of_days(
    uow: UnitOfWork, elders: Sequence[int], notice: FamilyNews, back: int = 0
) -> Sequence[tuple[ElderRecord, Sequence[CheckIn]]]:
    """Their check-ins of the notice's day and so many before it; of those who take part."""
    if not elders:
        return []
    first = notice.day - timedelta(days=back)
    checkins = [one for one in await uow.checkins.since(elders, first) if one.day <= notice.day]
    joined = [elder for elder in await uow.elders.several(elders) if elder.state is ElderState.JOINED]
    return [(elder, [one for one in checkins if one.elder == elder.id]) for elder in joined]

"""Each day's check-ins are on file before a sign of life may count for them: today's and tomorrow's, of everybody.

They are looked through page by page in readings; only what is to be changed is written, in small steps, so that ten
thousand elders never hold up a cry for help.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from care.domain.checkins import CheckIn
from care.domain.errors import StaleState
from care.domain.planning import Plan, checkins_of, replan
from care.domain.rules import Rules
from care.domain.silence import next_look
from care.services.ports import Greeted, UnitOfWork

PAGE = 250
LONGEST_BACK = timedelta(days=31)  # of days that we were away for the ledger says so, and of no more


@dataclass(frozen=True)
class Page:
    """What is to be done for some elders; `last`: the last of them, None where there are no more."""

    plan: Plan
    last: int | None


async def look_through(uow: UnitOfWork, after: int, since: datetime, now: datetime, rules: Rules) -> Page:
    """The next page of elders after this one; `since`: when this was last done, for times before it all is planned."""
    greeted = await uow.checkins.greeted(after, PAGE)
    since = max(since, now - LONGEST_BACK)
    first = since.astimezone(rules.zone).date()
    days = _days(first, now, rules)
    kept = await _kept(uow, greeted, first)
    plan = Plan()
    for one in greeted:
        begins = since if one.since is None else max(since, one.since)
        plan += replan(_wanted(one, days, rules), kept.get(one.elder, []), begins)
    return Page(plan, greeted[-1].elder if len(greeted) == PAGE else None)


async def carry_out(uow: UnitOfWork, plan: Plan, rules: Rules) -> None:
    """Put it on file; where somebody was faster with one, that one waits for the next look."""
    await uow.checkins.plan(plan.new)
    await uow.checkins.unplan(plan.gone)
    for one in plan.moved:
        try:
            await uow.checkins.save(one, next_look(one, rules.checkin))
        except StaleState:
            continue


async def plan_one(uow: UnitOfWork, one: Greeted, now: datetime, rules: Rules) -> None:
    """Hers that are still to come, today and tomorrow; what was settled for her absence is open again."""
    today = now.astimezone(rules.zone).date()
    kept = await uow.checkins.since([one.elder], today)
    await carry_out(uow, replan(_wanted(one, _days(today, now, rules), rules), kept, now), rules)
    for checkin in await uow.checkins.since([one.elder], today):
        again = checkin.reopened()
        if checkin.due_at > now and again != checkin:
            await uow.checkins.save(again, next_look(again, rules.checkin))


def _days(first: date, now: datetime, rules: Rules) -> list[date]:
    last = now.astimezone(rules.zone).date() + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _wanted(one: Greeted, days: Sequence[date], rules: Rules) -> list[CheckIn]:
    return [c for day in days for c in checkins_of(one.elder, day, one.times, rules.zone, rules.checkin)]


async def _kept(uow: UnitOfWork, greeted: Sequence[Greeted], first: date) -> Mapping[int, list[CheckIn]]:
    found: dict[int, list[CheckIn]] = defaultdict(list)
    for checkin in await uow.checkins.since([one.elder for one in greeted], first):
        found[checkin.elder].append(checkin)
    return found

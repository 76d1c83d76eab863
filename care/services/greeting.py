"""An elder is asked how she is: the question goes out, and what becomes of it starts the clock of silence, or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from care.domain.checkins import CheckIn, Why
from care.domain.elders import ElderRecord
from care.domain.errors import NotFound
from care.domain.notices import Greeting, Lane
from care.domain.rules import Rules
from care.domain.silence import expires, is_late, next_look
from care.services import outages, unreachable
from care.services.acts import tell_person
from care.services.ports import Address, Draft, Step, Telling, UnitOfWork
from care.services.results import Outcome, SendResult

log = structlog.get_logger(__name__)


async def ask(
    uow: UnitOfWork, asked: Sequence[tuple[CheckIn, ElderRecord]], now: datetime, rules: Rules
) -> Sequence[CheckIn]:
    """All of these are asked, in one go; raises StaleState where one of them is not to be asked any more."""
    told = [one.told(now, late=is_late(one, rules.checkin, now)) for one, _ in asked]
    await uow.checkins.asked_together(told)
    await uow.outbox.tell_many(
        [
            Draft(
                notice=Greeting(checkin=one.id),
                to=Address(elder.person.telegram_id),
                key=f"checkin:{one.id}:ask",
                person=elder.id,
                expires_at=expires(one, rules.checkin, now),
            )
            for one, elder in asked
            if elder.person.telegram_id is not None
        ],
        lane=Lane.BULK,
        step=Step.GREETING,
        now=now,
    )
    log.info("prompts.told", count=len(told), late=sum(one.late for one in told) or None)
    return told


async def ask_again(uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """The second question of one silence; `checkin` says by now how many there were."""
    notice = Greeting(checkin=checkin.id, again=checkin.reminded)
    await tell_person(
        uow,
        elder.person,
        notice,
        step=Step.GREETING,
        key=f"checkin:{checkin.id}:again:{checkin.reminded}",
        now=now,
        lane=Lane.ROUTINE,
        expires_at=min(now + rules.checkin.alert_after, checkin.final_at),
    )


async def delivered(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime, rules: Rules) -> None:
    """What became of a question to an elder. From its acceptance on silence is silence."""
    greeting = telling.notice
    if not isinstance(greeting, Greeting):
        return
    try:
        checkin = await uow.checkins.get(greeting.checkin)
    except NotFound:  # not wanted any more
        return
    elder = await uow.elders.find(checkin.elder)
    if elder is None:
        return
    if result.outcome is Outcome.SENT:
        await _accepted(uow, checkin, elder, greeting, now, rules)
    elif greeting.again or checkin.settled or checkin.asked_at is not None:
        log.info("prompt.not_sent", checkin=checkin.id, again=greeting.again or None, outcome=result.outcome)
    elif result.outcome in (Outcome.GONE, Outcome.REJECTED) and not result.ours:
        await refused(uow, checkin, elder, now, rules, gone=result.outcome is Outcome.GONE)
    else:
        await _not_sent(uow, checkin, elder, now)


async def refused(
    uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, now: datetime, rules: Rules, *, gone: bool = True
) -> None:
    """The network does not take a question to her: nobody calls her silent, somebody finds out why.

    `gone`: it says that there is nobody; else that there is something wrong with what was sent to her.
    """
    await uow.checkins.save(checkin.not_asked(Why.UNDELIVERABLE), None)
    if gone and elder.greeted_at is None:
        await unreachable.never_reached(uow, elder, checkin.day, now, rules)
    else:
        await unreachable.lost_sight_of(uow, elder, now, rules)


async def _accepted(
    uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, greeting: Greeting, now: datetime, rules: Rules
) -> None:
    await uow.elders.greeted(elder.id, now)
    await unreachable.found_again(uow, elder, now, rules)
    if greeting.again:
        return
    accepted = checkin.accepted(now, late=is_late(checkin, rules.checkin, now))
    if accepted == checkin:
        return
    await uow.checkins.save(accepted, next_look(accepted, rules.checkin))
    if accepted.silent and accepted.late:
        await outages.came_late(uow, accepted, now)


async def _not_sent(uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, now: datetime) -> None:
    """It expired, was given up, or there was nothing to say any more: she was not asked today, and why."""
    if not elder.greets_by_phone:
        settled = checkin.stopped(Why.NOT_JOINED)
    elif elder.pause is not None and elder.pause.holds(checkin.day):
        settled = checkin.stopped(Why.PAUSED)
    else:
        settled = checkin.not_asked(Why.OUTAGE)
    await uow.checkins.save(settled, None)
    log.info("prompt.never_sent", checkin=checkin.id, why=settled.why)
    if settled.why is Why.OUTAGE:
        await outages.came_late(uow, settled, now)

"""What time does for a check-in: she is asked, her silence has its steps, and when somebody looks again.

A decision is pure and says why. Nobody is called silent who was not asked; the clock of a silence starts when the
network has accepted the question, and stands still while we could not hear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from care.domain.checkins import CheckIn, CheckInRules, Do, Why
from care.domain.elders import ElderState

IN_THE_QUEUE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is to be done now, why, and when to look again (None: never)."""

    do: Do
    why: Why
    look_again: datetime | None


def decide(
    checkin: CheckIn, joined: ElderState, paused: bool, rules: CheckInRules, now: datetime, *, followed: bool = True
) -> Decision:
    """What happens next. Overdue steps of one silence fire together, the highest once.

    `followed`: once it is final, whether the next greeting has begun or found her well already; where not, a silence
    that an outage held up goes on.
    """
    if checkin.settled:
        return Decision(do=Do.NOTHING, why=checkin.why, look_again=None)
    if now >= checkin.final_at and checkin.asked_at is None:  # we were away all the time
        return Decision(do=Do.SETTLE, why=_why_never(joined, paused), look_again=None)
    if now >= checkin.final_at and followed:
        return Decision(do=Do.NOTHING, why=checkin.why, look_again=None)
    if checkin.told_at is None:
        return _before(checkin, joined, paused, rules, now)
    if checkin.asked_at is None:  # what becomes of the question comes back from its delivery
        return Decision(do=Do.NOTHING, why=Why.ON_ITS_WAY, look_again=checkin.final_at)
    return _silence(checkin, rules, now)


def next_look(checkin: CheckIn, rules: CheckInRules) -> datetime | None:
    """When somebody should look at it again, as it stands; None: it waits for people only."""
    step = next_step(checkin, rules)
    return step[0] if step is not None else None


def next_step(checkin: CheckIn, rules: CheckInRules) -> tuple[datetime, Do] | None:
    """What time has us do for it next, and when, as it stands; None: it waits for people only.

    NOTHING: the question is on its way, and its delivery says what comes next.
    """
    if checkin.settled:
        return None
    if checkin.told_at is None:
        return checkin.due_at, Do.ASK
    if checkin.asked_at is None:
        return checkin.final_at, Do.NOTHING
    return min(_steps(checkin, rules), key=lambda step: step[0], default=None)


def expires(checkin: CheckIn, rules: CheckInRules, now: datetime) -> datetime:
    """When a question that is put into the outbox now makes no sense any more: a good-morning is worthless at noon.

    One that is put there in time has ten minutes at least: thousands go out together.
    """
    return min(max(checkin.due_at + rules.prompt_until, now + IN_THE_QUEUE), checkin.final_at)


def is_late(checkin: CheckIn, rules: CheckInRules, now: datetime) -> bool:
    """Whether a question that she gets now comes so late that her group should know."""
    return now - checkin.due_at > rules.family_after


def _why_never(joined: ElderState, paused: bool) -> Why:
    if joined is not ElderState.JOINED:
        return Why.NOT_JOINED
    return Why.PAUSED if paused else Why.OUTAGE


def _before(checkin: CheckIn, joined: ElderState, paused: bool, rules: CheckInRules, now: datetime) -> Decision:
    """Not asked yet: shall she be?"""
    if now < checkin.due_at:
        return Decision(do=Do.NOTHING, why=Why.NOT_YET, look_again=checkin.due_at)
    if joined is not ElderState.JOINED:
        return Decision(do=Do.SETTLE, why=Why.NOT_JOINED, look_again=None)
    if paused:
        return Decision(do=Do.SETTLE, why=Why.PAUSED, look_again=None)
    if now - checkin.due_at > rules.prompt_until:
        return Decision(do=Do.SETTLE, why=Why.OUTAGE, look_again=None)
    return Decision(do=Do.ASK_LATE if is_late(checkin, rules, now) else Do.ASK, why=Why.NOT_YET, look_again=now)


def _silence(checkin: CheckIn, rules: CheckInRules, now: datetime) -> Decision:
    """Asked, and no sign of life yet: the steps, highest first."""
    steps = list(_steps(checkin, rules))
    due = [do for at, do in steps if at <= now]
    if due:
        return Decision(do=due[0], why=Why.SILENT, look_again=now)
    return Decision(do=Do.NOTHING, why=Why.SILENT, look_again=min((at for at, _ in steps), default=None))


def _steps(checkin: CheckIn, rules: CheckInRules) -> Iterator[tuple[datetime, Do]]:
    """What is still to come of this silence. What a higher step has overtaken does not come any more."""
    if checkin.asked_at is None or checkin.raised_at is not None:
        return
    base = checkin.asked_at + checkin.away
    yield base + rules.alert_after, Do.RAISE
    if checkin.family_at is None:
        yield base + rules.family_after, Do.TELL_FAMILY
        for after in rules.remind_after[checkin.reminded : checkin.reminded + 1]:
            yield base + after, Do.REMIND

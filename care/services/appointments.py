"""What is done at fixed hours of the day or week: the next time of each is a row, so that a restart forgets none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import structlog

from care.domain.rules import Rules
from care.services import digests
from care.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

Act = Callable[[UnitOfWork, datetime, datetime, Rules], Awaitable[None]]  # due at, now


@dataclass(frozen=True, kw_only=True)
class Hour:
    """A local hour of every day, or of one day of the week (Monday is 0)."""

    at: time
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One appointment: its hour by the config, and what is done then. `act` says nothing that is out of date by then.

    Done twice must be done once: what it tells has a key of the day.
    """

    hour: Callable[[Rules], Hour]
    act: Act


APPOINTMENTS: Mapping[str, Kept] = {
    "morning_report": Kept(hour=lambda rules: Hour(at=rules.coordinators_at), act=digests.report_morning),
    "not_joined": Kept(hour=lambda rules: Hour(at=rules.week_at, weekday=rules.weekday), act=digests.report_not_joined),
}


async def make(uow: UnitOfWork, now: datetime, rules: Rules) -> None:
    """At the start: those that are new are made, and those whose hour the config has changed are put off to it."""
    on_file = {one.name: one for one in await uow.appointments.all()}
    for name, kept in APPOINTMENTS.items():
        after = next_at(kept.hour(rules), now, rules)
        known = on_file.get(name)
        if known is None:
            await uow.appointments.keep(name, after)
        elif known.next_at > now and known.next_at != after:
            await uow.appointments.put_off(known.id, after)


async def appointment_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Its hour has come: it is done, and due again."""
    one = await uow.appointments.get(number)
    if one.next_at > now:
        return
    kept = APPOINTMENTS.get(one.name)
    if kept is None:  # of an older or a newer version: nobody knows what it was
        log.warning("appointment.unknown", name=one.name)
        await uow.appointments.put_off(number, now + timedelta(days=1))
        return
    await kept.act(uow, one.next_at, now, rules)
    await uow.appointments.put_off(number, next_at(kept.hour(rules), now, rules))


def next_at(hour: Hour, after: datetime, rules: Rules) -> datetime:
    """The first such hour after this moment, as the local clock shows it; aware UTC. DST-safe."""
    day = after.astimezone(rules.zone).date()
    for days in range(9):
        found = _on(day + timedelta(days=days), hour.at, rules)
        fits = hour.weekday is None or (day + timedelta(days=days)).weekday() == hour.weekday
        if fits and found > after:
            return found
    raise AssertionError("a week has seven days")


def _on(day: date, at: time, rules: Rules) -> datetime:
    return datetime.combine(day, at, rules.zone).astimezone(UTC)

"""An elder is away: she is not greeted until she is back."""

from __future__ import annotations

from datetime import date, datetime

from care.domain.elders import ElderRecord, PauseWhy
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


async def pause(
    uow: UnitOfWork,
    elder: ElderRecord,
    until: date | None,
    why: PauseWhy,
    by: Person | None,
    now: datetime,
    rules: Rules,
    *,
    words: str = "",
) -> None:
    """She is not greeted; `until`: the first local day on which she is again, None: until somebody says so."""
    del uow, elder, until, why, by, now, rules, words


async def resume(uow: UnitOfWork, elder: ElderRecord, by: Person | None, now: datetime, rules: Rules) -> bool:
    """She is greeted again; False if she was not paused."""
    del uow, elder, by, now, rules
    return False

"""Elders' mornings in stories: days of November 2026 by the community's clock, signs of life, what is on file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.items import Item, Kind
from care.domain.states import Ending
from care.services import checkins, endings
from care.services.ports import UnitOfWork
from tests.families import record_of, rules_of
from tests.harness import LANZHOU, Town


def local(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """That moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=LANZHOU)


async def until(town: Town, day: int, hour: int, minute: int = 0) -> None:
    """Let time pass until then."""
    await town.forward(seconds=(local(day, hour, minute) - town.clock.now()).total_seconds())


def greeting(town: Town, elder: Phone) -> MessageView:
    """The latest question to her."""
    return [message for message in town.told(elder) if "我很好" in "".join(message.labels)][-1]


async def is_well(town: Town, elder: Phone, how: How = How.KEY, sent_at: datetime | None = None) -> bool:
    """She gives a sign of life, as of then (now), past her phone; whether a check-in had waited for it."""
    now = town.clock.now()
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        settled = await checkins.sign_of_life(uow, her, sent_at or now, how, now, rules_of(town))
    await town.settle()
    return settled


async def of_day(town: Town, elder: Phone, day: int) -> list[CheckIn]:
    """Her check-ins of that day."""
    async with town.app.parts.db.read() as uow:
        her = await record_of(uow, elder)
        found = await uow.checkins.since([her.id], local(day, 0).date())
    return [one for one in found if one.day.day == day]


async def outcome(town: Town, elder: Phone, day: int) -> tuple[Outcome, Why]:
    """Of her only check-in of that day."""
    [only] = await of_day(town, elder, day)
    return only.outcome, only.why


async def missing(town: Town, elder: Phone, kind: Kind = Kind.MISSED_CHECKIN) -> list[Item]:
    """What is, or was, open about her, oldest first."""
    async with town.app.parts.db.read() as uow:
        her = await record_of(uow, elder)
        everything = (await uow.items.several(range(1, 40))).values()
    return [item for item in everything if (item.about, item.kind) == (her.id, kind)]


def ask_to(monkeypatch: pytest.MonkeyPatch, name: str) -> list[tuple[int, str]]:
    """(item, ending) of each call of `endings.end`, which does its work as ever."""
    real, seen = endings.end, list[tuple[int, str]]()

    async def end(uow: UnitOfWork, item: Item, ending: Ending, *more: Any, **named: Any) -> Item:
        seen.append((item.number, str(ending)))
        return await real(uow, item, ending, *more, **named)

    monkeypatch.setattr(endings, name, end)
    return seen

"""Alarms about elders, for stories: a silence on file, a matter of hers that is open, and the family told of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import insert

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.elders import ElderRecord
from care.domain.items import Action, Details, Item, Kind, Severity, begin
from care.domain.rules import Rules
from care.services import kin
from care.services.acts import next_look
from care.services.kin import Trouble
from care.services.showing import show
from storage import care_tables
from storage.unit import Unit
from tests.harness import LANZHOU, Town


def rules_of(town: Town) -> Rules:
    return town.app.parts.rules


async def record_of(uow: Unit, elder: Phone) -> ElderRecord:
    person = await uow.people.by_telegram(elder.id)
    assert person is not None
    found = await uow.elders.find(person.id)
    assert found is not None
    return found


async def a_silence(town: Town, elder: Phone) -> int:
    """She was asked three quarters of an hour ago and has said nothing; the check-in's id."""
    now = town.clock.now()
    asked = now - rules_of(town).checkin.family_after
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        row = {
            "elder": her.id,
            "day": now.astimezone(LANZHOU).date(),
            "due_at": asked,
            "opens_at": asked - timedelta(hours=4),
            "final_at": asked + timedelta(hours=20),
            "outcome": "missed",
            "why": "silent",
            "told_at": asked,
            "asked_at": asked,
        }
        made = await uow.link.run(insert(care_tables.checkins).returning(care_tables.checkins.c.id), row)
        return int(made.scalar_one())


async def was_well(town: Town, elder: Phone, at: datetime, *, by: Phone | None = None, outcome: str = "ok") -> int:
    """Her check-in of that local day at 08:00 came to this; by default she herself said so then. Its id."""
    day = at.astimezone(LANZHOU).date()
    due = datetime.combine(day, time(8), LANZHOU).astimezone(UTC)
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        who = await uow.people.by_telegram(by.id) if by is not None else her.person
        row = {"elder": her.id, "day": day, "due_at": due, "opens_at": due, "final_at": due + timedelta(hours=20)}
        row |= {"outcome": outcome, "why": "answered" if by is None else "family", "sign_at": at, "by": who and who.id}
        made = await uow.link.run(insert(care_tables.checkins).returning(care_tables.checkins.c.id), row)
        return int(made.scalar_one())


async def raised(town: Town, elder: Phone, kind: Kind, severity: Severity = Severity.URGENT) -> Item:
    """A matter of hers, in the group of her home."""
    now, rules = town.clock.now(), rules_of(town)
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        details = Details(
            kind=kind, severity=severity, area=her.area, about=her.id, policy=rules.policy_of(kind, severity)
        )
        item, event = begin(await uow.items.next_number(), Action.RAISE, at=now, actor=None, details=details)
        await uow.items.add(item, event, next_look(item, now, rules))
        await show(uow, item, rules)
    await town.settle()
    return item


async def told(town: Town, elder: Phone, why: Trouble, *, checkin: int | None = None, item: Item | None = None) -> int:
    """Her family is told; how many."""
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        reached = await kin.tell_family(uow, her, why, town.clock.now(), rules_of(town), checkin=checkin, item=item)
    await town.settle()
    return reached


async def ended(
    town: Town,
    elder: Phone,
    how: str,
    *,
    item: Item | None = None,
    checkin: int | None = None,
    by: Phone | None = None,
    at: datetime | None = None,
) -> None:
    """It is over, as the ending's own room says it."""
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        who = await uow.people.by_telegram(by.id) if by is not None else None
        now = at or town.clock.now()
        await kin.tell_end(uow, her, how, now, rules_of(town), item=item, checkin=checkin, by=who)
    await town.settle()


def last(town: Town, phone: Phone) -> MessageView:
    """What somebody was told last, and still stands."""
    return town.told(phone)[-1]

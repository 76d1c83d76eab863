"""A morning's check-ins and silences in the small town of `tests.harness`, as the sweeper would have left them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.due import next_look
from care.domain.items import Action, Details, Item, Kind, Severity, State, begin
from care.domain.states import Ending
from care.services import lists
from care.services.acts import change
from care.services.ports import UnitOfWork
from tests.grannies import an_elder
from tests.harness import LANZHOU, Town

ANSWERED = {"outcome": Outcome.OK, "why": Why.ANSWERED, "how": How.KEY}
BY_FAMILY = {"outcome": Outcome.OK, "why": Why.FAMILY, "how": How.FAMILY}
SILENT = {"outcome": Outcome.MISSED, "why": Why.SILENT}


async def elders(town: Town, *names: str, first: int = 500, area: str = "g3", **more: object) -> list[Phone]:
    """So many elders of one building; each is a woman of 81 unless `more` says otherwise."""
    return [
        await an_elder(town, first + n, name, ref=f"{area}-E{first + n}", area=area, **more)
        for n, name in enumerate(names)
    ]


async def person_of(uow: UnitOfWork, phone: Phone) -> int:
    found = await uow.people.by_telegram(phone.id)
    assert found is not None
    return found.id


async def asked(town: Town, phones: Sequence[Phone], at: time = time(8), **how: object) -> None:
    """They were asked today; `how`: what has come of it (default: nothing yet)."""
    today = town.clock.now().astimezone(LANZHOU).date()
    due = datetime.combine(today, at, LANZHOU).astimezone(UTC)
    night = datetime.combine(today, time(4), LANZHOU).astimezone(UTC)
    async with town.app.parts.db.write() as uow:
        for phone in phones:
            told = {"told_at": due, "asked_at": due, **SILENT, **how}
            elder = await person_of(uow, phone)
            row = replace(
                CheckIn(elder=elder, day=today, due_at=due, opens_at=night, final_at=night + timedelta(days=1)),
                **told,  # type: ignore[arg-type]  # of a dozen types
            )
            await uow.checkins.plan([row])
            kept = next(one for one in await uow.checkins.of_elder(elder, due) if one.due_at == due)
            await uow.checkins.save(replace(row, id=kept.id, version=kept.version), None)


async def fall_silent(town: Town, *phones: Phone, area: str = "g3") -> list[int]:
    """Their silence becomes an item each, and their names go on the list; the items' numbers."""
    rules, now, numbers = town.app.parts.rules, town.clock.now(), []
    async with town.app.parts.db.write() as uow:
        for phone in phones:
            elder = await person_of(uow, phone)
            policy = rules.policy_of(Kind.MISSED_CHECKIN, Severity.HIGH)
            details = Details(kind=Kind.MISSED_CHECKIN, severity=Severity.HIGH, about=elder, area=area, policy=policy)
            number = await uow.items.next_number()
            item, event = begin(number, Action.RAISE, at=now, actor=None, details=details, reason="silent")
            await uow.items.add(item, event, next_look(item, now, rules))
            for checkin in await uow.checkins.of_elder(elder, now):
                await uow.checkins.save(replace(checkin, item=number, raised_at=now), None)
            await lists.name_silent(uow, item, now, rules)
            numbers.append(number)
    await town.settle()
    return numbers


async def ends(town: Town, number: int, ending: Ending, by: Phone | None = None, at: datetime | None = None) -> None:
    """The silence has come to this end; `at`: when she answered, by her message's date."""
    rules, now = town.app.parts.rules, town.clock.now()
    async with town.app.parts.db.write() as uow:
        item = await uow.items.get(number)
        who = await uow.people.by_telegram(by.id) if by is not None else None
        well = {
            Ending.HERSELF: (Why.ANSWERED, How.KEY),
            Ending.FAMILY: (Why.FAMILY, How.FAMILY),
            Ending.PHONED: (Why.SEEN, How.CALL),
            Ending.SEEN: (Why.SEEN, How.VISIT),
        }.get(ending)
        for checkin in await uow.checkins.of_item(number) if well else ():
            why, how = well  # type: ignore[misc]  # nothing is looped over without it
            is_well = replace(checkin, outcome=Outcome.OK, why=why, how=how, sign_at=at or now)
            await uow.checkins.save(is_well, None)
        await change(
            uow, item, Action.RESOLVE, by=who, now=now, rules=rules, details=Details(ending=ending), reason="outcome"
        )
    await town.settle()


async def takes(town: Town, number: int, who: Phone) -> None:
    """It is his: his sheet has arrived."""
    rules, now = town.app.parts.rules, town.clock.now()
    async with town.app.parts.db.write() as uow:
        item = await uow.items.get(number)
        if item.state is State.OPEN:
            person = await uow.people.by_telegram(who.id)
            await change(uow, item, Action.CLAIM, by=person, now=now, rules=rules, details=Details(claimed_from="g3"))
    await town.settle()


async def open_items(town: Town) -> list[Item]:
    async with town.app.parts.db.read() as uow:
        return [item for item in await uow.items.in_states([State.OPEN]) if item.kind is Kind.MISSED_CHECKIN]


def the_list(town: Town, where: Group | Phone, words: str = "☀️") -> MessageView:
    """The one list that stands there."""
    standing = town.said_in(where) if isinstance(where, Group) else town.told(where)
    found = [message for message in standing if message.text.startswith(words)]
    assert len(found) == 1, [message.text for message in standing]
    return found[0]

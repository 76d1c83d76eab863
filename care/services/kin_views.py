"""What somebody needs to know of an alarm to show it: to the relative who was told, and to those who look after her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from care.domain.elders import ElderRecord
from care.domain.errors import NotFound
from care.domain.family import Answer
from care.domain.items import Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import Alert, UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a relative has said of it, and when."""

    person: Person
    answer: Answer
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AlarmView:
    """One alarm as it stands now. `due_at`: the check-in's hour; `visit_at`: when a silence brings somebody."""

    alert: Alert
    elder: ElderRecord
    item: Item | None
    words: Sequence[Word]
    due_at: datetime
    visit_at: datetime
    last_sign: datetime | None
    phone: str | None  # the community's own, from the config

    @property
    def given(self) -> Answer | None:
        """What this relative himself has said last."""
        return Answer(self.alert.answer) if self.alert.answer else None


class Reached(StrEnum):
    """How far a relative has been told: the card's truth about delivery."""

    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    ANSWERED = "answered"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, kw_only=True)
class Told:
    """That a relative was told, for a card; `at` is when that became so, None while it is on its way."""

    name: str
    how: Reached
    at: datetime | None
    answer: Answer | None


async def alarm_view(uow: UnitOfWork, row: int, rules: Rules) -> AlarmView | None:
    """None where the elder is none any more."""
    try:
        alert = await uow.alerts.get(row)
    except NotFound:
        return None
    elder = await uow.elders.find(alert.elder)
    if elder is None:
        return None
    due_at, visit_at, last_sign = await _silence(uow, alert, rules)
    return AlarmView(
        alert=alert,
        elder=elder,
        item=await uow.items.get(alert.item) if alert.item is not None else None,
        words=await _words(uow, await matter_of(uow, alert)),
        due_at=due_at,
        visit_at=visit_at,
        last_sign=last_sign,
        phone=next((area.phone for area in rules.tree.lineage(elder.area) if area.phone), None),
    )


async def matter_of(uow: UnitOfWork, alert: Alert) -> Sequence[Alert]:
    """Everybody who was told of the same thing."""
    if alert.item is not None:
        return await uow.alerts.of_item(alert.item)
    if alert.checkin is not None:
        return await uow.alerts.of_checkin(alert.checkin)
    return [alert]


async def told_about(uow: UnitOfWork, number: int) -> Sequence[Told]:
    """Who of the family was told of this item, in the order in which they were."""
    return [await _told(uow, alert) for alert in await uow.alerts.of_item(number)]


async def _told(uow: UnitOfWork, alert: Alert) -> Told:
    how = _how(alert)
    at = {Reached.ANSWERED: alert.answered_at, Reached.SENT: alert.sent_at, Reached.UNREACHABLE: alert.failed_at}
    answer = Answer(alert.answer) if alert.answer else None
    return Told(name=(await uow.people.get(alert.person)).name, how=how, at=at.get(how), answer=answer)


def _how(alert: Alert) -> Reached:
    if alert.answered_at is not None:
        return Reached.ANSWERED
    if alert.failed_at is not None:
        return Reached.UNREACHABLE
    return Reached.SENT if alert.sent_at is not None else Reached.ON_ITS_WAY


async def _words(uow: UnitOfWork, alerts: Sequence[Alert]) -> list[Word]:
    said = [
        Word(person=await uow.people.get(alert.person), answer=Answer(alert.answer), at=alert.answered_at)
        for alert in alerts
        if alert.answer is not None and alert.answered_at is not None
    ]
    return sorted(said, key=lambda word: word.at)


async def _silence(uow: UnitOfWork, alert: Alert, rules: Rules) -> tuple[datetime, datetime, datetime | None]:
    """The hour of the check-in, when somebody goes and looks, and her last sign of life where it is known."""
    figures = rules.checkin
    due_at, visit_at = alert.told_at, alert.told_at + figures.alert_after - figures.family_after
    if alert.checkin is not None:
        silence = await uow.checkins.get(alert.checkin)
        due_at = silence.due_at
        if silence.asked_at is not None:
            visit_at = silence.asked_at + silence.away + figures.alert_after
    return due_at, visit_at, await uow.checkins.last_sign(alert.elder)

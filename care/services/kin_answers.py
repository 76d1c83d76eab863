"""What a relative answers to an alarm, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from care.domain.checkins import How, Why
from care.domain.cries import Cry
from care.domain.elders import ElderRecord
from care.domain.errors import NotFound, Refused
from care.domain.family import ENDED_BY_FAMILY, Answer
from care.domain.items import Action, Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Ending, Kind, Severity
from care.services import checkins, endings, kin, lists, sos
from care.services.acts import change
from care.services.cries import live_cry
from care.services.kin_views import matter_of
from care.services.ports import Alert, UnitOfWork

BY_FAMILY = "family"  # a history's reason, before the answer: family_well


@dataclass(frozen=True)
class Taken:
    """That an answer counts; `key` is what he hears."""

    key: str
    elder: ElderRecord


async def answer(
    uow: UnitOfWork, row: int, said: Answer, who: Person, now: datetime, rules: Rules, *, words: str = ""
) -> Taken:
    """A relative's word on an alarm of his: it stands on file, on the card and on the others' messages.

    `words`: what he had written, for whoever goes there.

    Raises Refused where the alarm is not his, is over, or she does not want him to watch over her any more.
    """
    alert, elder, item = await _his(uow, row, who)
    if alert.answer == said and not _raised_since(alert, item):
        return Taken(_heard(said, item), elder)
    await uow.alerts.answered(alert.id, said, now)
    match said:
        case Answer.WELL:
            await _well(uow, alert, elder, item, who, now, rules)
        case Answer.NO_ANSWER if item is None:
            item = await checkins.raise_silence(uow, elder, who, now, rules)
            if item is None and _own_worry(alert):  # nobody had missed her but he: somebody looks all the same
                item = await sos.call_for(
                    uow, elder, Kind.HELP, Severity.HIGH, now, rules, reason=Cry.FAMILY, text=words, by=who
                )
        case Answer.BAD:
            await sos.call_for(uow, elder, Kind.SOS, Severity.URGENT, now, rules, reason=Cry.FAMILY, text=words, by=who)
    if _own_worry(alert) and said is not Answer.WELL:
        await uow.alerts.end(alert.id, Ending.OTHER, now)  # what it has become has an alarm of its own
    if item is not None and (said is not Answer.WELL or item.kind not in ENDED_BY_FAMILY):
        await _noted(uow, item.number, said, who, now, rules)
    for each in await matter_of(uow, await uow.alerts.get(alert.id)):
        await kin.renew_messages(uow, each, now)
    if item is not None:
        await lists.renew_line(uow, item.number, now)
    if said is Answer.WELL and (cried := await _his_alarm_of_her_cry(uow, elder, who)) not in (None, alert.id):
        return await answer(uow, cried, said, who, now, rules)  # it stands there, too, where somebody is on his way
    return Taken(_heard(said, item), elder)


async def still_his(uow: UnitOfWork, row: int, who: Person) -> tuple[Alert, ElderRecord]:
    """The alarm, if he may answer it by now; raises Refused."""
    alert, elder, _ = await _his(uow, row, who)
    return alert, elder


async def _his(uow: UnitOfWork, row: int, who: Person) -> tuple[Alert, ElderRecord, Item | None]:
    try:
        alert = await uow.alerts.get(row)
    except NotFound:
        raise Refused("refused.unknown_press") from None
    elder = await uow.elders.find(alert.elder)
    if alert.person != who.id or elder is None:
        raise Refused("refused.unknown_press")
    if who.id not in {relative.person.id for relative in await uow.elders.family_of(elder.id)}:
        raise Refused("family.not_watching")
    item = await uow.items.get(alert.item) if alert.item is not None else None
    if alert.ended_as == Ending.GONE:
        raise Refused("family.ask_community")
    if alert.ended_at is not None or (item is not None and not item.live):
        raise Refused("family.over")
    return alert, elder, item


async def _well(
    uow: UnitOfWork, alert: Alert, elder: ElderRecord, item: Item | None, who: Person, now: datetime, rules: Rules
) -> None:
    """He has reached her. A silence ends so; of what was more than a silence somebody still makes sure."""
    if _own_worry(alert):
        await _well_after_worry(uow, alert, elder, who, now, rules)
        return
    if item is not None and item.kind in ENDED_BY_FAMILY:
        await endings.end(uow, item, Ending.FAMILY, who, now, rules)
        return
    if item is None or item.kind is Kind.UNREACHABLE:
        await checkins.found_well(uow, elder, who, Why.FAMILY, How.FAMILY, now, rules)
    if item is None:
        await kin.tell_end(uow, elder, Ending.FAMILY, now, rules, checkin=alert.checkin, by=who)


async def _well_after_worry(
    uow: UnitOfWork, alert: Alert, elder: ElderRecord, who: Person, now: datetime, rules: Rules
) -> None:
    """His own worry is over, and every silence of hers; a cry, and whoever was told of it, waits for its own end."""
    await uow.alerts.end(alert.id, Ending.FAMILY, now)
    for missed in await uow.items.live_about(elder.id, ENDED_BY_FAMILY):
        await endings.end(uow, missed, Ending.FAMILY, who, now, rules)
    await checkins.found_well(uow, elder, who, Why.FAMILY, How.FAMILY, now, rules)
    silences = {one.checkin for one in await uow.alerts.unended(elder.id) if one.item is None}
    for silence in sorted(one for one in silences if one is not None):
        await kin.tell_end(uow, elder, Ending.FAMILY, now, rules, checkin=silence, by=who)


async def _noted(uow: UnitOfWork, number: int, said: Answer, who: Person, now: datetime, rules: Rules) -> None:
    """It stands in the item's history; its cards show it."""
    item = await uow.items.get(number)
    if item.live:
        await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason=f"{BY_FAMILY}_{said}")


async def _his_alarm_of_her_cry(uow: UnitOfWork, elder: ElderRecord, who: Person) -> int | None:
    """What he was told of her cry for help, while that waits."""
    cry = await live_cry(uow, elder)
    told = await uow.alerts.of_item(cry.number) if cry is not None else ()
    return next((one.id for one in told if one.person == who.id and one.ended_at is None), None)


def _own_worry(alert: Alert) -> bool:
    """Whether it was he himself who began to worry."""
    return alert.item is None and alert.checkin is None


def _raised_since(alert: Alert, item: Item | None) -> bool:
    """Whether it was raised again since he said so: then his word is asked for anew."""
    since = item.since if item is not None else None
    return since is not None and alert.answered_at is not None and alert.answered_at < since


def _heard(said: Answer, item: Item | None) -> str:
    """What he hears: after a cry for help somebody still goes, and he is told so; nobody goes where nothing waits."""
    if said is Answer.NO_ANSWER and item is None:
        return "family.heard_noted"
    still = item is not None and item.kind not in ENDED_BY_FAMILY
    return "family.heard_well_still" if still and said is Answer.WELL else f"family.heard_{said}"

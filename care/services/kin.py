"""An elder's family: who is told that something may be wrong, and how it ended.

An alert is one matter and one relative. He is told it once for each reason, and its end once; a second ring for the
same thing would teach him not to listen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from care.domain.elders import ElderRecord
from care.domain.family import HASTY, Answer, Trouble
from care.domain.items import Item
from care.domain.notices import FamilyAlarm, FamilyAsk, FamilyEnd, FamilySlip, Lane
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Ending, Kind
from care.services import alarm, lists
from care.services.acts import tell_person
from care.services.ports import Alert, Step, Telling, UnitOfWork
from care.services.results import Outcome, SendResult

__all__ = [
    "Trouble",
    "became_item",
    "delivered",
    "reachable_again",
    "renew_messages",
    "tell_end",
    "tell_family",
    "unsay_end",
    "unsay_silence_end",
]

log = structlog.get_logger(__name__)

STALE = timedelta(hours=24)  # an alarm that could not be sent for so long is none any more
_WHY = {Kind.SOS: Trouble.SOS, Kind.HELP: Trouble.HELP, Kind.UNREACHABLE: Trouble.UNREACHABLE}
_MOOT = frozenset({"expired", "failed"})  # states of a telling that reached nobody
# What she herself or her family say needs no waiting for a slip of a worker's thumb.
_SURE = frozenset({Ending.HERSELF, Ending.FAMILY})


async def tell_family(
    uow: UnitOfWork,
    elder: ElderRecord,
    why: Trouble,
    now: datetime,
    rules: Rules,
    *,
    checkin: int | None = None,
    item: Item | None = None,
    by: Person | None = None,
) -> int:
    """All of her family who can be reached are told; how many. Each is on file (`Alerts`) until he was told its end.

    `by`: it was he who raised it, so he need not hear it; he is on file all the same, and hears the end.

    Of one matter and for one reason everybody is told once, however often this is called. Who never pressed START is
    on file as not reached, so that the card tells the truth.
    """
    reached = 0
    for relative in await uow.elders.family_of(elder.id):
        person = relative.person
        row = await _row_of(uow, elder, person, now, checkin, item)
        if row is None:
            continue
        if person.telegram_id is None:
            await uow.alerts.failed(row, now)
            continue
        reached += 1
        if by is not None and person.id == by.id:
            await uow.alerts.sent(row, now)
            await uow.alerts.answered(row, Answer.BAD, now)
        else:
            await _tell_alarm(uow, row, person, why, now, item)
    log.info("family.told", elder=elder.id, why=why, item=item.number if item else None, reached=reached)
    await _show(uow, item.number if item else None, now)
    del rules
    return reached


async def tell_end(
    uow: UnitOfWork,
    elder: ElderRecord,
    ended_as: str,
    now: datetime,
    rules: Rules,
    *,
    item: Item | None = None,
    checkin: int | None = None,
    by: Person | None = None,
    not_before: datetime | None = None,
) -> None:
    """Everybody who was told this alarm, and nobody else, hears how it ended; `ended_as` is an `Ending`'s value.

    `by`: who saw or reached her, and needs not be told himself. A worker's word is told `all_clear_after` later, so
    that a slip of the thumb costs nothing. The messages that stand lose their buttons and say what is so.
    """
    ending = Ending(ended_as)
    when = not_before or (now if ending in _SURE else now + rules.all_clear_after)
    for alert in await _told_of(uow, elder, item, checkin):
        if alert.ended_at is not None:
            continue
        await uow.alerts.end(alert.id, ending, now)
        await renew_messages(uow, alert, now)
        if by is not None and alert.person == by.id:
            continue
        if not _is_silent_end(ending, alert) and not _never_told(alert):
            notice = FamilyEnd(alert=alert.id, at=now, by=by.id if by else None, item=alert.item)
            # what was a silence and a cry for help at once ends at once, and is one word to him
            key = f"elder:{elder.id}:{alert.person}:{ending}:{now.isoformat()}"
            await _tell_end(uow, alert, notice, now, when, key=key)
    await _show(uow, item.number if item else None, now)


async def unsay_end(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """↶: what was not told yet is taken back; who has heard the end hears 刚才那条按错了，我们还在找…."""
    told = await uow.outbox.told(item.number, [Step.ALL_CLEAR])
    heard = {telling.notice.alert: telling for telling in told if isinstance(telling.notice, FamilyEnd)}
    await uow.outbox.supersede(item.number, [Step.ALL_CLEAR])
    for alert in await uow.alerts.of_item(item.number):
        if alert.ended_at is None or now - alert.ended_at > rules.undo_within:
            continue  # of an earlier ending, which stood
        last = heard.get(alert.id)
        was_told = last is not None and last.created_at >= alert.ended_at
        await uow.alerts.unend(alert.id)
        await renew_messages(uow, alert, now)
        seen = alert.ended_as == Ending.FAMILY and now - alert.ended_at >= rules.all_clear_after
        if was_told or seen:
            person = await uow.people.get(alert.person)
            notice = FamilySlip(alert=alert.id, item=item.number)
            key = f"alert:{alert.id}:slip:{now.isoformat()}"
            await tell_person(uow, person, notice, step=Step.UNDO, key=key, now=now, lane=Lane.URGENT)
    await _show(uow, item.number, now)


async def unsay_silence_end(uow: UnitOfWork, checkin: int, ended_at: datetime, now: datetime, rules: Rules) -> None:
    """↶: of a silence that is no item, too. What had not gone out yet falls away with the end that it speaks of."""
    for alert in await uow.alerts.of_checkin(checkin):
        if alert.item is not None or alert.ended_at != ended_at:
            continue
        await uow.alerts.unend(alert.id)
        await renew_messages(uow, alert, now)
        if now - ended_at >= rules.all_clear_after:
            person = await uow.people.get(alert.person)
            key = f"alert:{alert.id}:slip:{now.isoformat()}"
            notice = FamilySlip(alert=alert.id)
            await tell_person(uow, person, notice, step=Step.UNDO, key=key, now=now, lane=Lane.URGENT)


async def delivered(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime) -> None:
    """What became of an alarm: the card and the list say so.

    One that may have got out as it ended is followed by its end: a word too many is better than an alarm without one.
    """
    notice = telling.notice
    if not isinstance(notice, FamilyAlarm):
        return
    maybe = result.maybe_sent or result.outcome is Outcome.UNKNOWN
    if result.outcome is Outcome.SENT or maybe:
        await uow.alerts.sent(notice.alert, now)
    if telling.state in _MOOT:
        await uow.alerts.failed(notice.alert, now)
        log.warning("family.unreachable", alert=notice.alert, why=notice.why, error=result.error)
    alert = await uow.alerts.get(notice.alert)
    await _show(uow, alert.item, now)
    if alert.ended_at is None or alert.ended_as is None:
        return
    await renew_messages(uow, alert, now)
    ending = Ending(alert.ended_as)
    if maybe and not _is_silent_end(ending, alert):
        item = await uow.items.get(alert.item) if alert.item is not None else None
        end = FamilyEnd(alert=alert.id, at=alert.ended_at, by=item.resolved_by if item else None, item=alert.item)
        await _tell_end(uow, alert, end, now, now, key=f"alert:{alert.id}:ended:{alert.ended_at.isoformat()}:late")


async def reachable_again(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """He has pressed START: what could not be told him and is still so is told now."""
    for elder in await uow.elders.watched_by(person.id):
        for alert in await uow.alerts.unended(elder.id, person.id):
            if alert.failed_at is None or now - alert.told_at > STALE:
                continue
            item = await uow.items.get(alert.item) if alert.item is not None else None
            why = _WHY.get(item.kind, Trouble.SILENT) if item is not None else Trouble.SILENT
            await _tell_alarm(uow, alert.id, person, why, now, item, again=now.isoformat())


async def became_item(uow: UnitOfWork, number: int, now: datetime) -> None:
    """The silence of which they were told is an item now, and somebody goes: what they were told says so."""
    for alert in await uow.alerts.of_item(number):
        await renew_messages(uow, alert, now)


async def renew_messages(uow: UnitOfWork, alert: Alert, now: datetime) -> None:
    """What stands of this alarm in the relative's chat is read anew: its buttons, and who has said what."""
    person = await uow.people.get(alert.person)
    if person.telegram_id is None:
        return
    for posted in await uow.messages.standing(person.telegram_id, "family_alarm", "family_ask"):
        telling = await uow.outbox.sent_as(posted.chat, posted.message)
        spoken_of = telling.notice if telling is not None else None
        if isinstance(spoken_of, FamilyAlarm | FamilyAsk) and spoken_of.alert == alert.id:
            await uow.messages.wish_anew(posted.chat, posted.message, now)


async def _row_of(
    uow: UnitOfWork, elder: ElderRecord, person: Person, now: datetime, checkin: int | None, item: Item | None
) -> int | None:
    """The relative's row for this matter: the one there is (also of the silence that became the item), or a new one.

    None for a silence that is over. An item that was opened again has an end that is awaited anew.
    """
    for alert in await _told_of(uow, elder, item, checkin):
        if alert.person != person.id:
            continue
        if alert.ended_at is not None and item is None:
            return None
        if alert.ended_at is not None:
            await uow.alerts.unend(alert.id)
        return alert.id
    number = item.number if item is not None and checkin is None else None
    return await uow.alerts.open(elder.id, person.id, now, checkin=checkin, item=number)


async def _told_of(uow: UnitOfWork, elder: ElderRecord, item: Item | None, checkin: int | None) -> Sequence[Alert]:
    """Who was told of this matter; without one, of anything about her that has not ended."""
    if item is None and checkin is None:
        return await uow.alerts.unended(elder.id)
    found = {alert.id: alert for alert in (await uow.alerts.of_item(item.number) if item is not None else ())}
    if checkin is not None:
        found |= {alert.id: alert for alert in await uow.alerts.of_checkin(checkin)}
    return [found[row] for row in sorted(found)]


async def _tell_alarm(
    uow: UnitOfWork, row: int, person: Person, why: Trouble, now: datetime, item: Item | None, again: str = ""
) -> None:
    opening = alarm.opening(item) if item is not None else ""  # opened or raised again, it is news again
    await tell_person(
        uow,
        person,
        FamilyAlarm(alert=row, why=why, item=item.number if item is not None else None),
        step=Step.FAMILY,
        key=":".join(part for part in (f"alert:{row}:{why}:{opening}", again) if part),
        now=now,
        lane=Lane.URGENT if why in HASTY else Lane.ANSWER,
        expires_at=now + STALE,
    )


async def _tell_end(
    uow: UnitOfWork, alert: Alert, notice: FamilyEnd, now: datetime, when: datetime, *, key: str
) -> None:
    person = await uow.people.get(alert.person)
    await tell_person(uow, person, notice, step=Step.ALL_CLEAR, key=key, now=now, lane=Lane.ANSWER, not_before=when)


def _never_told(alert: Alert) -> bool:
    """Whether the network has refused the alarm; one that is still on its way may yet get there."""
    return alert.failed_at is not None and alert.sent_at is None


def _is_silent_end(ending: Ending, alert: Alert) -> bool:
    """No word from a machine of a death; and whoever only was told sees on his message that another has reached her.

    Who has pressed something, as that he is on his way, waits for a word and gets one.
    """
    return ending is Ending.GONE or (ending is Ending.FAMILY and alert.answer is None)


async def _show(uow: UnitOfWork, item: int | None, now: datetime) -> None:
    """The card and her line on the lists tell who was told and who has answered."""
    if item is not None:
        await uow.cards.touch(item)
        await lists.renew_line(uow, item, now)

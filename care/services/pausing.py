"""An elder is away: she is not greeted until she is back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import structlog

from care.domain.checkins import Why
from care.domain.elders import ElderRecord, Pause, PauseWhy
from care.domain.notices import PauseQuestion, Sentence
from care.domain.pauses import first_look, next_question
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Ending
from care.services import checkins, kin, lists
from care.services.acts import tell_person
from care.services.ports import Step, UnitOfWork

log = structlog.get_logger(__name__)

# How a silence ends for the family where somebody says that she is away: of a hospital they hear from a person.
_ENDS_AS: Mapping[PauseWhy, Ending] = {PauseWhy.HOSPITAL: Ending.OTHER, PauseWhy.GONE: Ending.GONE}


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
    tell_her: bool = False,
) -> None:
    """She is not greeted; `until`: the first local day on which she is again, None: until somebody says so.

    A silence that is no item yet is over by that word, and who was told of it hears so; an item runs to its outcome.
    `tell_her`: it was not she who said so, nor somebody who has just been with her: she hears why nothing comes.
    """
    new = Pause(since=now, until=until, why=why, by=by.id if by else None)
    await uow.elders.pause(elder.id, new, words, first_look(new, rules.zone))
    await checkins.stop_asking(uow, elder, Why.PAUSED, now, rules)
    silences = {alert.checkin for alert in await uow.alerts.unended(elder.id) if alert.item is None}
    for silence in sorted(silence for silence in silences if silence is not None):
        ending = _ENDS_AS.get(why, Ending.AWAY)
        await kin.tell_end(uow, elder, ending, now, rules, checkin=silence, by=by)
    await _changed(uow, elder, now)
    log.info("greetings.paused", elder=elder.id, by=new.by, why=why, until=str(until) if until else None)
    if tell_her and elder.greets_by_phone and why in (PauseWhy.AWAY, PauseWhy.LATER):
        await _tell_her(uow, elder, until, now)


async def resume(uow: UnitOfWork, elder: ElderRecord, by: Person | None, now: datetime, rules: Rules) -> bool:
    """She is greeted again; False if she was not paused."""
    if not await uow.elders.resume(elder.id, now):
        return False
    back = await uow.elders.find(elder.id)
    await checkins.plan_for(uow, back or elder, now, rules)
    await _changed(uow, elder, now)
    log.info("greetings.resumed", elder=elder.id, by=by.id if by else None)
    return True


async def still_away(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> bool:
    """还没回来: asked again in a week. False if she is greeted by now."""
    row = await uow.pauses.of_elder(elder.id)
    if row is None:
        return False
    await uow.pauses.heard(row.id, next_question(now, rules.zone) if row.pause.until is None else row.next_at)
    await _changed(uow, elder, now)
    return True


async def _changed(uow: UnitOfWork, elder: ElderRecord, now: datetime) -> None:
    """The lists say so; a weekly question that stands in somebody's chat is answered by it."""
    await lists.renew(uow, elder.id, now)
    family = [relative.person for relative in await uow.elders.family_of(elder.id)]
    for person in (elder.person, *family):
        if person.telegram_id is None:
            continue
        for posted in await uow.messages.standing(person.telegram_id, "pause_question"):
            telling = await uow.outbox.sent_as(posted.chat, posted.message)
            if telling is not None and isinstance(telling.notice, PauseQuestion) and telling.notice.elder == elder.id:
                await uow.messages.wish_anew(posted.chat, posted.message, now)


async def _tell_her(uow: UnitOfWork, elder: ElderRecord, until: date | None, now: datetime) -> None:
    key = f"pause:{elder.id}:told_her:{now.isoformat()}"
    notice = Sentence(key="pause.told_her_open")
    if until is not None:
        notice = Sentence(key="pause.told_her", args={"month": until.month, "day": until.day})
    await tell_person(uow, elder.person, notice, step=Step.PAUSE, key=key, now=now)

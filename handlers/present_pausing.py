"""From what is to be told of pauses to the message itself: care.domain.notices.pausing. Read anew when it is sent."""

from __future__ import annotations

from datetime import timedelta

from care.domain import notices as n
from care.domain.elders import ElderRecord, PauseWhy
from care.domain.entitlement import coordinates
from care.domain.errors import Refused
from care.domain.rules import Rules
from care.services.naming import names_of
from care.services.pausing_choice import pausable
from care.services.ports import Telling, UnitOfWork
from handlers.content import Content
from handlers.render import pausing as render
from handlers.render.speaker import Speaker


async def present_of_pauses(
    uow: UnitOfWork, notice: n.PauseNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say."""
    match notice:
        case n.PauseMenu():
            return await _menu(uow, notice, telling, rules, say)
        case n.PausesEnd():
            return await _going_on(uow, notice, rules, say)
        case n.PauseQuestion():
            return await _question(uow, notice, telling, say)
        case n.PauseList():
            return await _unanswered(uow, notice, rules, say)


async def _menu(uow: UnitOfWork, notice: n.PauseMenu, telling: Telling, rules: Rules, say: Speaker) -> Content | None:
    """Whom, for how long, what is so: by what the asker may see of it now."""
    asked = await uow.people.get(notice.asked)
    chat = None if telling.address.chat == asked.telegram_id else telling.address.chat
    try:
        elders = await pausable(uow, asked, chat, rules)
    except Refused:
        return None
    if notice.among:
        elders = [elder for elder in elders if elder.id in notice.among]
    names = await names_of(uow, elders, rules, say.now)
    chosen = next((elder for elder in elders if elder.id == notice.elder), None)
    if notice.elder is not None and chosen is None:
        return None
    if chosen is not None:
        return render.settled(chosen, names, say) if notice.settled else render.how_long(chosen, names, say)
    if notice.back:
        return render.who_is_back(elders, names, say, missed=notice.missed)
    return render.whom(elders, names, say, until=notice.until, missed=notice.missed, house=notice.house)


async def _going_on(uow: UnitOfWork, notice: n.PausesEnd, rules: Rules, say: Speaker) -> Content | None:
    """Who has come back meanwhile, or stays longer, is not named."""
    elders = [
        elder
        for elder in await uow.elders.several(notice.elders)
        if elder.pause is not None and elder.pause.until == notice.day
    ]
    return render.going_on(elders, await names_of(uow, elders, rules, say.now), say) if elders else None


async def _question(uow: UnitOfWork, notice: n.PauseQuestion, telling: Telling, say: Speaker) -> Content | None:
    elder = await uow.elders.find(notice.elder)
    if elder is None:
        return None
    herself = telling.person == elder.id
    row = await uow.pauses.get(notice.pause)
    if row is None or row.asked_at is None or telling.created_at < row.asked_at:
        sent = telling.message is not None  # what was not asked yet need not be asked any more
        return render.answered(elder, say, back=row is None, herself=herself) if sent else None
    return render.question(elder, row.pause, say, herself=herself)


async def _unanswered(uow: UnitOfWork, notice: n.PauseList, rules: Rules, say: Speaker) -> Content | None:
    person = await uow.people.get(notice.person)
    asked = {
        row.elder
        for row in await uow.pauses.unanswered()
        if row.asked_at is not None
        and say.now - row.asked_at >= timedelta(hours=12)
        and row.pause.why is not PauseWhy.GONE
    }
    elders: list[ElderRecord] = [
        elder for elder in await uow.elders.several(asked) if coordinates(person, elder.area, rules.tree)
    ]
    return render.unanswered(elders, await names_of(uow, elders, rules, say.now), say) if elders else None

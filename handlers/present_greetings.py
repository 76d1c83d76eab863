"""From an elder's question, and what her group hears of greetings, to the message itself."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain import notices as n
from care.domain.checkins import CheckIn
from care.domain.elders import ElderRecord
from care.domain.errors import NotFound
from care.domain.rules import Rules
from care.services import unreachable
from care.services.naming import Named, names_of
from care.services.outages import missed
from care.services.ports import Telling, UnitOfWork
from handlers.content import Content
from handlers.render import greetings as render
from handlers.render.speaker import Speaker


async def present_greeting(
    uow: UnitOfWork, notice: n.Greeting | n.GreetingNews, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say."""
    match notice:
        case n.Greeting():
            return await _to_her(uow, notice, say)
        case n.OutageNews():
            hit = await missed(uow, notice, telling, say.now, rules)
            if hit is None:
                return None
            late, never = [await _names(uow, elders, rules, say) for elders in (hit.late, hit.never)]
            return render.outage_news(hit.outage, late, never, say)
        case n.NeverReached():
            elders = await unreachable.of_day(uow, notice, telling, say.now, rules)
            return render.never_reached(await _names(uow, elders, rules, say), say) if elders else None


async def _to_her(uow: UnitOfWork, notice: n.Greeting, say: Speaker) -> Content | None:
    """The question, unless she has shown herself meanwhile, is away, or the next one is due."""
    try:
        checkin = await uow.checkins.get(notice.checkin)
    except NotFound:
        return None
    elder = await uow.elders.find(checkin.elder)
    if elder is None or not _is_asked(checkin, elder, notice, say):
        return None
    title = elder.title(say.now.astimezone(say.zone).year)
    return render.greeting(notice.checkin, notice.again, title, say)


def _is_asked(checkin: CheckIn, elder: ElderRecord, notice: n.Greeting, say: Speaker) -> bool:
    if checkin.settled or say.now >= checkin.final_at or not elder.greets_by_phone:
        return False
    if notice.again and (not checkin.silent or checkin.raised_at is not None):
        return False
    return elder.pause is None or not elder.pause.holds(checkin.day)


async def _names(uow: UnitOfWork, elders: Sequence[ElderRecord], rules: Rules, say: Speaker) -> list[Named]:
    names = await names_of(uow, elders, rules, say.now)
    return [names[elder.id] for elder in elders]

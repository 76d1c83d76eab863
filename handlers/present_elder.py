"""From what is to be told to the message itself: care.domain.notices.elder."""

from __future__ import annotations

from dataclasses import replace

from care.domain import notices as n
from care.domain.elders import ElderRecord, ElderState
from care.domain.errors import NotFound
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import Telling, UnitOfWork
from handlers.content import Content
from handlers.render import elder as render
from handlers.render.elder import Her
from handlers.render.elder_news import back_news, left_news, watch_ended
from handlers.render.forgetting import forget_question, forget_waits, forgotten
from handlers.render.speaker import Speaker


async def present_of_elder(
    uow: UnitOfWork, notice: n.ElderNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say."""
    if isinstance(notice, n.Greeting):
        return None
    if isinstance(notice, n.ForgetQuestion | n.ForgetWaits | n.Forgotten):
        return await _of_forgetting(uow, notice, say)
    elder = await uow.elders.find(notice.elder)
    if elder is None:
        return None
    her = her_of(elder, rules)
    match notice:
        case n.LeftNews() | n.BackNews() | n.WatchEnded():
            return await _to_others(uow, notice, her, telling, say)
        case n.Watchers() | n.WatchQuestion():
            return await _about_watchers(uow, notice, her, say)
        case n.ShareQuestion(share=share):
            shown = await uow.shares.together(share)
            has_photo = any(one.kind is not None for one in shown)
            return render.share_question(say, share, has_photo=has_photo) if shown else None
        case _:
            return _to_her(notice, her, say)


def her_of(elder: ElderRecord, rules: Rules) -> Her:
    """An elder as she is spoken to, by her own community."""
    community = rules.tree.community_of(elder.area) if elder.area else None
    name = community.name if community is not None else rules.community
    return Her(elder, name, elder.times or (rules.checkin.prompt_at,))


_HerNotice = (
    n.Meeting
    | n.ThinkingOver
    | n.Introduction
    | n.Rehearsal
    | n.WarmAnswer
    | n.ElderHelp
    | n.AwayOffer
    | n.Away
    | n.LeaveQuestion
    | n.Farewell
)


def _to_her(notice: _HerNotice, her: Her, say: Speaker) -> Content | None:
    joined = her.record.state is ElderState.JOINED
    match notice:
        case n.Meeting():
            return None if joined else render.meeting(her, say)
        case n.ThinkingOver():
            return None if joined else render.thinking_over(her, say)
        case n.Introduction(again=again):
            return render.introduction(her, say, again=again)
        case n.Rehearsal():
            return render.rehearsal(her, say)
        case n.WarmAnswer(why=why, line=line, keyboard=keyboard):
            return render.warm(her, say, why=why, line=line, keyboard=keyboard)
        case n.ElderHelp():
            return render.elder_help(her, say, joined=joined)
        case n.AwayOffer(why=why):
            return render.away_offer(her, say, why) if joined else None
        case n.Away(until=until):
            return render.away(her, say, until)
        case n.LeaveQuestion():
            return None if her.record.state is ElderState.LEFT else render.leave_question(her, say)
        case n.Farewell():
            return render.farewell(her, say, left=her.record.state is ElderState.LEFT)


async def _about_watchers(
    uow: UnitOfWork, notice: n.Watchers | n.WatchQuestion, her: Her, say: Speaker
) -> Content | None:
    family = [relative.person for relative in await uow.elders.family_of(notice.elder)]
    if isinstance(notice, n.Watchers):
        return render.watchers(her, say, family)
    relative = next((person for person in family if person.id == notice.family), None)
    return render.watch_question(say, relative, last=len(family) == 1) if relative is not None else None


async def _to_others(
    uow: UnitOfWork, notice: n.LeftNews | n.BackNews | n.WatchEnded, her: Her, telling: Telling, say: Speaker
) -> Content | None:
    """To her family and the coordinators; not to a coordinator who happens to be the family, twice."""
    if isinstance(notice, n.WatchEnded):
        return watch_ended(her, say)
    if (isinstance(notice, n.LeftNews)) is not (her.record.state is ElderState.LEFT):
        return None
    person = await _person(uow, telling.person)
    watches = person is not None and any(one.person.id == person.id for one in await uow.elders.family_of(notice.elder))
    if isinstance(notice, n.LeftNews):
        return left_news(her, say, family=watches, at=notice.at)
    return back_news(her, say, family=watches)


async def _person(uow: UnitOfWork, person: int | None) -> Person | None:
    try:
        return await uow.people.get(person) if person is not None else None
    except NotFound:
        return None


async def _of_forgetting(
    uow: UnitOfWork, notice: n.ForgetQuestion | n.ForgetWaits | n.Forgotten, say: Speaker
) -> Content | None:
    if isinstance(notice, n.Forgotten):
        return forgotten(replace(say, language=notice.language))
    waits_for = await uow.erasures.waits_for(notice.person)
    if isinstance(notice, n.ForgetQuestion):
        return forget_question(say, waits_for)
    wished = await uow.erasures.find(notice.person)
    return forget_waits(say, waits_for) if wished is not None else None

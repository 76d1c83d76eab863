"""From what is told of a cry for help to the message itself: care.domain.notices.sos. Read anew when it is sent."""

from __future__ import annotations

from care.domain import notices as n
from care.domain.elders import ElderRecord, Form
from care.domain.errors import NotFound
from care.domain.items import Item, State
from care.domain.notices import Says, SosNotice
from care.domain.rules import Rules
from care.domain.states import Severity
from care.services.naming import name_of_elder
from care.services.ports import UnitOfWork
from care.services.views import name_of
from handlers.content import Content
from handlers.render import sos as render
from handlers.render.sos import Her
from handlers.render.speaker import Speaker


async def present_of_sos(uow: UnitOfWork, notice: SosNotice, rules: Rules, say: Speaker) -> Content | None:
    """None if by now there is nothing to say."""
    match notice:
        case n.ToHer():
            return await _to_her(uow, notice, rules, say)
        case n.TroubleQuestion():
            waits = await uow.inquiries.get(notice.inquiry) is not None
            return render.trouble_question(say, mood=notice.mood) if waits else None
        case n.VoiceReceived():
            return render.voice_received(say)
        case n.RecordingPlayed():
            return await _recording(uow, notice, rules, say)


async def _to_her(uow: UnitOfWork, notice: n.ToHer, rules: Rules, say: Speaker) -> Content | None:
    item = await uow.items.get(notice.item)
    elder = await uow.elders.find(item.about) if item.about is not None else None
    if elder is None or not _still_so(item, notice):
        return None
    phones = await _phones(uow, elder, rules) if notice.says is Says.NOBODY else ()
    her = Her(name=_name(elder, say), phones=phones)
    return render.to_her(notice.says, item.number, her, await name_of(uow, notice.who), say)


def _still_so(item: Item, notice: n.ToHer) -> bool:
    """Whether it is true by now: who came may have gone, who was missing may be there."""
    match notice.says:
        case Says.COMING | Says.WILL_CALL:
            return item.state is State.CLAIMED and item.claimed_by == notice.who
        case Says.NOBODY:
            return item.state is State.OPEN and item.severity is Severity.URGENT
        case Says.ANOTHER:
            return item.state is State.OPEN
        case Says.CALLING | Says.AGAIN | Says.LOOKING | Says.UNHEARD | Says.NOTED:
            return item.live
        case _:
            return True


def _name(elder: ElderRecord, say: Speaker) -> str | None:
    """`王奶奶`; None where neither the roster nor her age says how she is addressed."""
    title = elder.title(say.now.astimezone(say.zone).year)
    return None if title.called is None and title.form is Form.UNKNOWN else say.elder(title)


async def _phones(uow: UnitOfWork, elder: ElderRecord, rules: Rules) -> list[tuple[str, str]]:
    """Whom she can call herself: her family and contacts, then the community. To nobody but her."""
    private = await uow.elders.private(elder.id)
    near = [(reach.name, reach.phone) for reach in private.contacts if reach.phone is not None]
    office = next(((area.name, area.phone) for area in rules.tree.lineage(elder.area) if area.phone), None)
    most = render.MOST_PHONES - (office is not None)
    return [*near[:most], *([office] if office is not None else [])]


async def _recording(uow: UnitOfWork, notice: n.RecordingPlayed, rules: Rules, say: Speaker) -> Content | None:
    """Her voice, unless it is not on file any more."""
    try:
        one = await uow.recordings.get(notice.recording)
    except NotFound:
        return None
    elder = await uow.elders.find(one.elder)
    if elder is None:
        return None
    named = await name_of_elder(uow, elder, rules, say.now)
    return render.recording(one.id, one.kind, one.file, one.sent_at, named, say, last=notice.last)

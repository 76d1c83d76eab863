"""From what is to be told to the message itself: care.domain.notices.lists. Read anew when it is sent, or edited."""

from __future__ import annotations

from dataclasses import replace

from care.domain import notices as n
from care.domain.errors import NotFound
from care.domain.name_lists import Sort
from care.domain.notices import ListNotice
from care.domain.rules import Rules
from care.services import digests, mornings
from care.services.list_views import ListView, SilentLine, VoiceLine, list_view
from care.services.pledging import UNREACHABLE
from care.services.ports import Telling, UnitOfWork
from care.services.views import name_of
from handlers.content import Content
from handlers.render import name_lists as render
from handlers.render import today as render_today
from handlers.render.questions import mention
from handlers.render.speaker import Speaker


async def present_of_lists(
    uow: UnitOfWork, notice: ListNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say."""
    match notice:
        case n.NameList():
            return await _name_list(uow, notice, rules, say)
        case n.ListCall():
            content = await _list_call(uow, notice, rules, say)
            return content and replace(content, reply_to=telling.reply_to)
        case n.Today():
            return await _today(uow, notice, telling, rules, say)
        case n.MorningReport():
            person = await uow.people.get(notice.person)
            day = await digests.morning_of(uow, person, notice.day, say.now, rules)
            return render_today.morning_report(day, say, rules)
        case n.NotJoined():
            found, names = await digests.not_joined(uow, await uow.people.get(notice.person), say.now, rules)
            return render_today.not_joined(found, names, say, rules) if found else None


async def _name_list(uow: UnitOfWork, notice: n.NameList, rules: Rules, say: Speaker) -> Content | None:
    """Nothing where nobody is named on it any more."""
    try:
        row = await uow.lists.get(notice.list)
    except NotFound:
        return None
    view = await list_view(uow, row, say.now, rules)
    return render.name_list(view, say) if view.silent or view.voices or view.heard or view.raised else None


async def _list_call(uow: UnitOfWork, notice: n.ListCall, rules: Rules, say: Speaker) -> Content | None:
    """Moot once the list has rung again, or nobody is needed for whom it rang."""
    views = [view for number in notice.lists if (view := await _still_calling(uow, number, notice, rules, say))]
    if not views:
        return None
    if views[0].row.sort is Sort.VOICES:
        waiting = [line for line in views[0].voices if _is_new(line, notice)]
        return render.voices_call(waiting, say) if waiting else None
    lines = [line for view in views for line in _called(view, notice)]
    if not lines:
        return None
    if notice.why == "climbed":
        return render.climbed_call(notice.whom or "", say)
    if notice.item is not None:
        content = render.single_call(lines[0], notice.why, await name_of(uow, notice.who), say)
        if notice.why != UNREACHABLE or notice.who is None:
            return content
        first = say("sheet.start_first", name=mention(await uow.people.get(notice.who)))  # else he would not know
        return replace(content, text=f"{first}\n{content.text}")
    calling = [view for view in views if _called(view, notice)]
    return render.list_call(calling, lines, notice.why, say)


async def _still_calling(
    uow: UnitOfWork, number: int, notice: n.ListCall, rules: Rules, say: Speaker
) -> ListView | None:
    try:
        row = await uow.lists.get(number)
    except NotFound:
        return None
    return await list_view(uow, row, say.now, rules) if row.called_at == notice.at else None


def _called(view: ListView, notice: n.ListCall) -> list[SilentLine]:
    """Those for whom it rang and who still need somebody."""
    needed = [line for line in view.missing if line.on.needs_somebody]
    if notice.item is not None:
        return [line for line in needed if line.item.number == notice.item]
    match notice.why:
        case "climbed":
            return [line for line in needed if not line.on.called_here]
        case "named":
            return [line for line in needed if line.on.name.added_at >= notice.at]
        case _:
            return [line for line in needed if line.on.open and line.on.called_here]


def _is_new(line: VoiceLine, notice: n.ListCall) -> bool:
    return line.added_at >= notice.at


async def _today(uow: UnitOfWork, notice: n.Today, telling: Telling, rules: Rules, say: Speaker) -> Content | None:
    """Of a group: numbers only where neighbours read it. In private: to whom these elders are entrusted."""
    if notice.person is None:
        bound = await uow.bindings.of_chat(telling.address.chat)
        areas = digests.told_in(bound, telling.address, rules)
        named = all(binding.audience == "staff" for binding in bound)
    else:
        person = await uow.people.get(notice.person)
        if person.telegram_id != telling.address.chat:
            return None
        areas, named = digests.entrusted(person, rules), True
    if not areas:
        return None
    view = await mornings.today(uow, areas, say.now, rules, named=named)
    return render_today.today(view, say, rules)

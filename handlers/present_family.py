"""From what a relative is to be told to the message itself: care.domain.notices.family. Read anew when it is sent."""

from __future__ import annotations

from care.domain import notices as n
from care.domain.notices import FamilyNotice
from care.domain.rules import Rules
from care.services import good_news
from care.services.endings import hospital_of
from care.services.kin_views import AlarmView, alarm_view
from care.services.ports import Telling, UnitOfWork
from care.services.views import name_of
from handlers.content import Content
from handlers.render import family as render
from handlers.render import family_settings
from handlers.render.speaker import Speaker


async def present_of_family(
    uow: UnitOfWork, notice: FamilyNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say: an alarm that is over before it went out, the end of one never told."""
    if isinstance(notice, n.FamilyWhich):
        views = [view for alert in notice.alerts if (view := await alarm_view(uow, alert, rules)) is not None]
        return render.which([view for view in views if view.alert.ended_at is None], notice.said, say)
    if isinstance(notice, n.FamilyNews):
        mornings, weeks = await good_news.mornings_of(uow, notice), await good_news.weeks_of(uow, notice)
        return family_settings.news(mornings, weeks, say)
    if isinstance(notice, n.FamilySettings):
        return await _settings(uow, notice, telling, say)
    view = await alarm_view(uow, notice.alert, rules)
    if view is None:
        return None
    match notice:
        case n.FamilyAlarm():
            unsent = telling.message is None
            if unsent and view.alert.ended_at is not None:
                return None
            return render.alarm(view, notice.why, telling.created_at, say)
        case n.FamilyEnd() if view.alert.sent_at is not None:
            by = await name_of(uow, notice.by)
            return render.ended(view, by, notice.at, await _hospital(uow, view), say)
        case n.FamilyAsk() if view.alert.ended_at is None:
            return render.ask(view, say)
        case n.FamilySlip() if view.alert.ended_at is None:
            return render.slip(view, say)
        case _:
            return None


async def _settings(uow: UnitOfWork, notice: n.FamilySettings, telling: Telling, say: Speaker) -> Content | None:
    person = await uow.people.get(telling.person) if telling.person is not None else None
    chosen = await good_news.chosen_by(uow, person) if person is not None else ()
    return next((family_settings.settings(*one, say) for one in chosen if one[0].id == notice.elder), None)


async def _hospital(uow: UnitOfWork, view: AlarmView) -> str:
    """Where she was taken, as soon as somebody has said."""
    return hospital_of(await uow.items.history(view.item.number)) if view.item is not None else ""

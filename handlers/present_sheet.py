"""From what is to be told to the message itself: care.domain.notices.sheet."""

from __future__ import annotations

from care.domain import notices as n
from care.domain.due import undo_until
from care.domain.errors import NotFound
from care.domain.items import State
from care.domain.notices import SheetNotice
from care.domain.rules import Rules
from care.domain.states import Ending
from care.services.ports import Telling, UnitOfWork
from care.services.sheet_views import OutcomeView, outcome_view, sheet_view
from handlers.content import Content
from handlers.render import sheet as render
from handlers.render.speaker import Speaker


async def present_of_sheet(
    uow: UnitOfWork, notice: SheetNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say, and nothing to be seen: it goes where it stands."""
    if telling.person != notice.asked:
        return None
    try:
        if isinstance(notice, n.ClaimersSheet):
            view = await sheet_view(uow, notice.item, notice.asked, rules, say.now)
            return render.sheet(view, say) if view is not None else None
        return _other(notice, await outcome_view(uow, notice.item, rules, say.now), rules, say)
    except NotFound:  # she is not on the roster any more
        return None


def _other(notice: SheetNotice, view: OutcomeView, rules: Rules, say: Speaker) -> Content | None:
    item = view.item
    his = item.state in (State.RESOLVED, State.CLOSED) and item.resolved_by == notice.asked
    match notice:
        case n.OutcomeQuestion() if item.live:
            return render.outcome_question(view, say)
        case n.OutcomeWordsQuestion() if item.live:
            return render.words_question(view, say)
        case n.OutcomeNamed() if his and item.ending is not None:
            until = undo_until(item, rules)
            return render.outcome_named(view, say, say.at(until) if until is not None and say.now < until else None)
        case n.HospitalQuestion() if his and item.ending is Ending.HOSPITAL:
            return render.hospital_question(view, say)
        case n.AtHomeQuestion() if his and item.ending is Ending.HOSPITAL:
            return render.at_home_question(view, say)
        case n.AwayQuestion() if his and item.ending is Ending.AWAY:
            return render.away_question(view, say)
        case n.Spared():
            return render.spared(view, say)
        case n.GoneQuestion():
            return render.gone_question(view, say)
        case _:
            return None

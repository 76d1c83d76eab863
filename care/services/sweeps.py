"""What time itself does: drafts go out, the ladder is climbed, questions are given up, settled items are archived."""

from __future__ import annotations

from datetime import datetime

from care.domain.due import next_look, next_step, pledge_until
from care.domain.items import Action, Item, State
from care.domain.ladder import Reason
from care.domain.rules import Rules
from care.services import outcomes, parting
from care.services.acts import GROUP_FACES, change
from care.services.asking import ask, lapse
from care.services.claims import IN_GROUPS
from care.services.climbing import climb
from care.services.pledging import UNOPENED, fall_away
from care.services.ports import Asked, UnitOfWork
from care.services.reminding import remind
from care.services.reports import send_out
from care.services.showing import call_daily

# Asked where others read, or of whoever has no time now: nobody need see it when its time is over.
TAKEN_OFF = frozenset({*IN_GROUPS, Asked.OUTCOME_WORDS, Asked.HOSPITAL, Asked.AT_HOME})


async def item_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Look at an item whose time has come; what no longer applies changes nothing but its next due time."""
    if not await uow.items.is_due(number, now):  # one before it may have been told together with it
        return
    item = await uow.items.get(number)
    due = next_look(item, now, rules)
    if item.held and item.state is State.DRAFT:
        await call_daily(uow, item, "held", now, rules)
        await uow.items.set_due(number, due)
    elif item.live:
        await _on_the_ladder(uow, item, now, rules)
    elif due is None or due > now:
        if item.state in (State.RESOLVED, State.DISMISSED):  # ↶ is no longer offered
            await uow.cards.touch(number, GROUP_FACES)
            await outcomes.undo_is_over(uow, item, now)
        await uow.items.set_due(number, due)
    elif item.state is State.DRAFT:
        await send_out(uow, item, None, now, rules, reason="timeout")
    elif item.state is State.RESOLVED:
        await change(uow, item, Action.ARCHIVE, by=None, now=now, rules=rules, reason="quiet")


async def _on_the_ladder(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """Carry out what the ladder says; each step is one event, so that it is never done twice."""
    until = pledge_until(item, rules)
    if until is not None and until <= now:
        await fall_away(uow, item, now, rules, reason=UNOPENED)
        return
    decision = next_step(item, now, rules)
    match decision.reason if decision else None:
        case (Reason.REMIND | Reason.LIST) as reason:
            await remind(uow, item, reason, now, rules)
        case (Reason.CLIMB_UNCLAIMED | Reason.CLIMB_SILENT) as reason:
            to = decision.climb_to if decision else None
            await climb(uow, item, None, now, rules, to=to, reason=reason)
        case Reason.ASK:
            await ask(uow, item, now, rules)
        case Reason.LAPSE:
            await lapse(uow, item, now, rules)
        case _:
            if item.progress is not None and item.progress.promised_until is not None:
                await uow.cards.touch(item.number)  # 预计明天 is 预计今天 by now
            await uow.items.set_due(item.number, next_look(item, now, rules))


async def question_due(uow: UnitOfWork, number: int, now: datetime, _rules: Rules) -> None:
    """Nobody answered: stop waiting, and take what asked it out of the group."""
    question = await uow.questions.find(number)
    if question is None or question.due_at is None or question.due_at > now:
        return
    await uow.questions.close(question.id)
    if question.message is not None and question.asked in TAKEN_OFF:
        await uow.messages.wish_gone(question.chat, question.message, now)
    if question.asked is Asked.GONE:
        await parting.ask_again(uow, question.item, question.person, now)

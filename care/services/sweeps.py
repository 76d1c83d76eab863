"""What time itself does: drafts go out, questions are given up, settled items are archived."""

from __future__ import annotations

from datetime import datetime

from care.domain.due import next_look
from care.domain.items import Action, State
from care.domain.rules import Rules
from care.services.acts import change
from care.services.claims import IN_GROUPS
from care.services.ports import Question, UnitOfWork
from care.services.reports import send_out


async def item_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Look at an item whose time has come; what no longer applies changes nothing but its next due time."""
    item = await uow.items.get(number)
    due = next_look(item, now, rules)
    if due is None or due > now:
        await uow.items.set_due(number, due)
    elif item.state is State.DRAFT:
        await send_out(uow, item, None, now, rules, reason="timeout")
    elif item.state is State.RESOLVED:
        await change(uow, item, Action.ARCHIVE, by=None, now=now, rules=rules, reason="quiet")


async def question_due(uow: UnitOfWork, question: Question, now: datetime, _rules: Rules) -> None:
    """Nobody answered: stop waiting, and take what asked it out of the group."""
    await uow.questions.close(question.id)
    if question.message is not None and question.asked in IN_GROUPS:
        await uow.messages.wish_gone(question.chat, question.message, now)

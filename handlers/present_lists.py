"""From what is to be told to the message itself: care.domain.notices.lists."""

from __future__ import annotations

from care.domain.notices import ListNotice
from care.domain.rules import Rules
from care.services.ports import Telling, UnitOfWork
from handlers.content import Content
from handlers.render.speaker import Speaker


async def present_of_lists(
    uow: UnitOfWork, notice: ListNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say."""
    del uow, notice, telling, rules, say
    return None

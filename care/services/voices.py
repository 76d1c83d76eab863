"""Voices and videos of elders: they stop the clock of silence, and a person must hear them."""

from __future__ import annotations

from datetime import datetime

from care.domain.elders import ElderRecord
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


async def heard_from(
    uow: UnitOfWork,
    elder: ElderRecord,
    chat: int,
    message_id: int,
    kind: str,
    file_id: str,
    sent_at: datetime,
    now: datetime,
    rules: Rules,
) -> None:
    """She sent a voice or video: she is asked whether all is well, and her group's list names it."""
    del uow, elder, chat, message_id, kind, file_id, sent_at, now, rules

"""A cry for help: 🆘, alarm words, trouble words that nobody took back, a voice that nobody has heard."""

from __future__ import annotations

from datetime import datetime

from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.rules import Rules
from care.domain.signs import Heard
from care.domain.states import Kind, Severity
from care.services.ports import UnitOfWork


async def call_for(
    uow: UnitOfWork,
    elder: ElderRecord,
    kind: Kind,
    severity: Severity,
    now: datetime,
    rules: Rules,
    *,
    reason: str,
    text: str = "",
) -> Item:
    """Open an `sos` or `help` item about her (or add to a live `sos`, which is raised anew), and tell all it concerns.

    `reason`: key | alarm_words | trouble_words | unheard | ...; it goes to the history. Works in every state of hers.
    """
    del uow, elder, kind, severity, now, rules, reason, text
    raise NotImplementedError


async def ask_trouble(
    uow: UnitOfWork,
    elder: ElderRecord,
    chat: int,
    heard: Heard,
    words: str,
    message_id: int,
    now: datetime,
    rules: Rules,
) -> None:
    """您是不是不舒服？要我们现在过去看您吗？ Where she does not answer in time, somebody goes."""
    del uow, elder, chat, heard, words, message_id, now, rules


async def well_after_sos(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> bool:
    """She is well after an SOS of hers: it is less urgent, and somebody still looks; False without one."""
    del uow, elder, now, rules
    return False

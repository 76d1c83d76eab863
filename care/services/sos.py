"""A cry for help: 🆘, alarm words, trouble words that nobody took back, a voice that nobody has heard."""

from __future__ import annotations

from datetime import datetime

from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.rules import Rules
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

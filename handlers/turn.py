"""One update's turn: everything a handler may use while it is dealt with, inside one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`member` says whether the sender belongs to the group the update comes from; None: the network did not say.

    `received_at`: when it reached us; `backlog`: it had waited at the network while we were away.
    """

    uow: UnitOfWork
    now: datetime
    rules: Rules
    actor: Person
    member: bool | None
    bot_username: str
    received_at: datetime
    backlog: bool = False

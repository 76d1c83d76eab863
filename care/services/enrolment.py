"""How somebody becomes known: by the link he was given."""

from __future__ import annotations

import hashlib
from datetime import datetime

from care.domain.errors import Refused
from care.domain.people import Person
from care.services.ports import LinkProblem, UnitOfWork

REFUSALS = {
    LinkProblem.USED: "start.link_used",
    LinkProblem.EXPIRED: "start.link_expired",
    LinkProblem.OTHERS: "start.link_others",
    LinkProblem.UNKNOWN: "start.link_unknown",
}


def fingerprint(token: str) -> str:
    """What is kept of an invite's token: its SHA-256 in hex, so that a stolen database opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


async def redeem(uow: UnitOfWork, token: str, user: int, name: str, language: str | None, now: datetime) -> Person:
    """The person the invite was made for, linked to this network id from now on; raises Refused with what to say."""
    person = await uow.people.redeem(fingerprint(token), user, name, language, now)
    if person is None:
        raise Refused(REFUSALS[await uow.people.problem_of(fingerprint(token), now)])
    return person

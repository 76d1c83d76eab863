"""What comes after an attempt to tell something: the end, or another attempt, and when. Pure.

What certainly was not sent is always sent again. Where the answer was lost, it may have been sent: urgent things are
repeated (a doubled SOS is harmless, a lost one is not), answers a few times, the rest once. What the network refuses,
never.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from care.domain.notices import Lane
from care.services.results import Outcome, SendResult
from handlers.outcomes import server_says_no

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
REPEATS = {Lane.ANSWER: 5, Lane.ROUTINE: 1, Lane.BULK: 1}  # urgent: without end, until it expires
REPEATS_OF_A_REFUSING_SERVER = 10  # a 5xx of the server itself: most likely nothing was done
_COUNTED = re.compile(r"unknown (\d+): ")


@dataclass(frozen=True)
class End:
    """It is over: the outbox row's last state."""

    state: str


@dataclass(frozen=True)
class Again:
    """Another attempt at `at`. `error` is kept on the row; it counts the attempts whose fate is unknown."""

    at: datetime
    error: str


def after_attempt(lane: Lane, last_error: str | None, result: SendResult, now: datetime) -> End | Again:
    """The next step after one attempt; `last_error` is what the row said before it."""
    unknown = unknowns(last_error)
    match result.outcome:
        case Outcome.SENT:
            return End("sent")
        case Outcome.GONE | Outcome.REJECTED | Outcome.LACKING:
            return End("failed")
        case Outcome.LATER:
            return Again(now + (result.pause or FIRST_PAUSE), _with_count(unknown, result.error))
        case Outcome.NOT_DONE | Outcome.MOVED:
            return Again(now, _with_count(unknown, result.error))  # when the line is open again, or to the new chat
        case Outcome.UNKNOWN:
            unknown += 1
            if not may_repeat(lane, unknown, result):
                return End("failed")
            return Again(now + pause_after(unknown), _with_count(unknown, result.error))


def may_repeat(lane: Lane, unknown: int, result: SendResult) -> bool:
    """Whether a send whose fate was unknown `unknown` times by now is repeated."""
    allowed = REPEATS.get(lane)
    if allowed is None:
        return True
    return unknown <= (max(allowed, REPEATS_OF_A_REFUSING_SERVER) if server_says_no(result) else allowed)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures: 1 s, doubled each time, up to a minute."""
    doublings: int = min(max(failures - 1, 0), 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * float(2**doublings))


def unknowns(error: str | None) -> int:
    """How many attempts of unknown fate a row's error counts."""
    found = _COUNTED.match(error or "")
    return int(found.group(1)) if found else 0


def _with_count(unknown: int, error: str) -> str:
    return f"unknown {unknown}: {error}" if unknown else error

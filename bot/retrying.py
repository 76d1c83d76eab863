"""What comes after an attempt to tell something: the end, or another attempt, and when. Pure.

What certainly was not sent is always sent again; so is, at growing intervals, what a server did not do by its own word
(500, 502, 503), as long as it takes. Where the answer was lost, it may have been sent: urgent things are
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
_COUNTED = re.compile(r"(?:unknown (?P<unknown>\d+): )?(?:refused (?P<refused>\d+): )?")


@dataclass(frozen=True)
class End:
    """It is over: the outbox row's last state."""

    state: str


@dataclass(frozen=True)
class Again:
    """Another attempt at `at`. `error` is kept on the row; it counts the answers that were lost, and the refusals."""

    at: datetime
    error: str


def after_attempt(lane: Lane, last_error: str | None, result: SendResult, now: datetime) -> End | Again:
    """The next step after one attempt; `last_error` is what the row said before it."""
    unknown, refused = _counts(last_error)
    match result.outcome:
        case Outcome.SENT:
            return End("sent")
        case Outcome.GONE | Outcome.REJECTED | Outcome.LACKING:
            return End("failed")
        case Outcome.LATER:
            return Again(now + (result.pause or FIRST_PAUSE), _with_counts(unknown, 0, result.error))
        case Outcome.NOT_DONE | Outcome.MOVED:
            return Again(now, _with_counts(unknown, 0, result.error))  # when the line is open again, or to the new chat
        case Outcome.UNKNOWN if server_says_no(result):
            return Again(now + pause_after(refused + 1), _with_counts(unknown, refused + 1, result.error))
        case Outcome.UNKNOWN:
            unknown += 1
            if not may_repeat(lane, unknown):
                return End("failed")
            return Again(now + pause_after(unknown), _with_counts(unknown, 0, result.error))


def may_repeat(lane: Lane, unknown: int) -> bool:
    """Whether a send whose answer was lost `unknown` times by now is repeated."""
    allowed = REPEATS.get(lane)
    return allowed is None or unknown <= allowed


def may_stand(last_error: str | None) -> bool:
    """Whether the answer to an attempt was lost, so that it may have been sent; `last_error` is what the row says."""
    return _counts(last_error)[0] > 0


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures: 1 s, doubled each time, up to a minute."""
    doublings: int = min(max(failures - 1, 0), 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * float(2**doublings))


def _counts(error: str | None) -> tuple[int, int]:
    """What a row's error counts: answers lost in all, and refusals of the server in a row."""
    found = _COUNTED.match(error or "")
    return (int(found["unknown"] or 0), int(found["refused"] or 0)) if found else (0, 0)


def _with_counts(unknown: int, refused: int, error: str) -> str:
    counts = [f"{name} {count}: " for name, count in (("unknown", unknown), ("refused", refused)) if count]
    return "".join(counts) + error

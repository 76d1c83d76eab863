"""What became of an attempt to tell, show or remove something; networks' errors are mapped to this at the border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended."""

    SENT = "sent"  # the network accepted it (an edit that changed nothing included)
    LATER = "later"  # the network asks for a pause: certainly not done, try after `pause`
    NOT_DONE = "not_done"  # certainly not done (no connection): try again
    UNKNOWN = "unknown"  # the answer was lost: it may have been done
    GONE = "gone"  # the message, chat or person is not reachable (deleted, blocked, kicked, never started)
    MOVED = "moved"  # the chat has a new id, `moved_to`: certainly not done
    LACKING = "lacking"  # this server has no such method
    REJECTED = "rejected"  # the network refused the content: never try the same again


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """One attempt's outcome. `message`: the network's id of what was sent, if it told us; `also`: an album's rest."""

    outcome: Outcome
    message: int | None = None
    also: tuple[int, ...] = ()
    pause: timedelta | None = None
    moved_to: int | None = None
    topic_gone: bool = False  # the topic it was meant for is no more: it was sent to the chat itself
    put_out: bool = False  # GONE because the group has put us out
    ours: bool = False  # it failed in our own code: the network has nothing against it
    maybe_sent: bool = False  # an earlier attempt's answer was lost: it may stand there
    error: str = ""  # the network's words, for the log and the outbox; holds nothing personal

"""From what the rules refuse to what the person hears: a clear sentence, never a stack trace."""

from __future__ import annotations

from care.domain.errors import AlreadyClaimed, CareError, NotFound, NotNow, Refused, StaleState
from care.domain.items import State


def sentence_for(error: CareError) -> tuple[str, dict[str, str | int]]:
    """The key of the sentence and its blanks. Raises StaleState again: the whole act is to be tried anew."""
    if isinstance(error, StaleState):
        raise error
    if isinstance(error, Refused):
        return error.key, error.args_for_sentence
    if isinstance(error, NotNow):
        ended = error.state in (State.RESOLVED, State.CLOSED, State.DISMISSED)
        return ("refused.ended" if ended else "refused.not_now"), {"number": error.number}
    if isinstance(error, AlreadyClaimed):
        return "refused.not_now", {"number": error.number}
    if isinstance(error, NotFound):
        return "refused.gone", {}
    return "refused.sorry", {}

"""What can be refused, and why; one tree, so that a face can answer each kind in the person's own words."""

from __future__ import annotations


class CareError(Exception):
    """Something the neighbourhood's rules do not allow, or could not find."""


class Refused(CareError):
    """The person may not do this, or not so; `key` names the sentence that tells them, `args` its blanks."""

    def __init__(self, key: str, **args: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.args_for_sentence = args


class AlreadyClaimed(CareError):
    """Somebody was faster: the item has been claimed by the person `by` (a person id)."""

    def __init__(self, number: int, by: int) -> None:
        super().__init__(f"item {number} is claimed by person {by}")
        self.number = number
        self.by = by


class NotNow(CareError):
    """The act does not fit the item's present state, as after a stale or doubled press."""

    def __init__(self, number: int, state: str, action: str) -> None:
        super().__init__(f"item {number} is {state}: {action} does not apply")
        self.number = number
        self.state = state
        self.action = action


class NotFound(CareError):
    """There is no such item, person or area on file."""


class StaleState(CareError):
    """Somebody changed the record between our reading and our writing it; the whole act is tried again."""

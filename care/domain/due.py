"""When an item is looked at again, computed by the domain whenever the item changes."""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Item, State
from care.domain.rules import Rules


def next_look(item: Item, rules: Rules) -> datetime | None:
    """The moment at which time itself acts on the item, or None if it waits for people only.

    A draft goes out `draft_timeout` after the reporter's last answer and `draft_max` after it began, whichever comes
    first; one that is held waits for a coordinator. A resolved item is archived `reopen_within` later.
    """
    if item.state is State.DRAFT and not item.held:
        answered = item.answered_at or item.created_at
        return min(answered + rules.draft_timeout, item.created_at + rules.draft_max)
    if item.state is State.RESOLVED and item.resolved_at is not None:
        return item.resolved_at + rules.reopen_within
    return None

"""When an item is looked at again, computed by the domain whenever the item changes."""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Item, State
from care.domain.ladder import Decision, decide
from care.domain.rules import Rules


def next_look(item: Item, now: datetime, rules: Rules) -> datetime | None:
    """The moment at which time itself acts on the item, or None if it waits for people only.

    A draft goes out `draft_timeout` after the reporter's last answer and `draft_max` after it began, whichever comes
    first; of one that is held the coordinators are reminded daily. What is live is on its ladder. A resolved item is
    archived `reopen_within` later; until `undo_within` its card, and that of one that needed nobody, offers ↶.
    """
    if item.state is State.DRAFT and item.held:
        return rules.quiet.next_list(now)
    if item.state is State.DRAFT:
        answered = item.answered_at or item.created_at
        return min(answered + rules.draft_timeout, item.created_at + rules.draft_max)
    if item.live:
        decision = next_step(item, now, rules)
        return decision.look_again if decision else None
    if item.state in (State.RESOLVED, State.DISMISSED) and item.resolved_at is not None and item.opened_at is not None:
        undo_until = item.resolved_at + rules.undo_within
        if now < undo_until:
            return undo_until
        return item.resolved_at + rules.reopen_within if item.state is State.RESOLVED else None
    return None


def next_step(item: Item, now: datetime, rules: Rules) -> Decision | None:
    """What the ladder says of a live item; None for one that never went out by the usual way."""
    if item.progress is None or item.policy is None:
        return None
    return decide(item.progress, item.policy, now, rules.quiet.holding(item))

"""When an item is looked at again, computed by the domain whenever the item changes."""

from __future__ import annotations

from datetime import datetime

from care.domain.items import Ending, Item, Severity, State
from care.domain.ladder import Decision, decide
from care.domain.promises import reworded_at
from care.domain.rules import Rules
from care.domain.states import LISTED


def next_look(item: Item, now: datetime, rules: Rules) -> datetime | None:
    """The moment at which time itself acts on the item, or None if it waits for people only.

    A draft goes out `draft_timeout` after the reporter's last answer and `draft_max` after it began, whichever comes
    first; of one that is held the coordinators are reminded daily. What is live is on its ladder, and its card is
    worded anew at midnight where it promises a day; a claim whose sheet has not arrived falls away. A resolved item is
    archived `reopen_within` later; until `undo_within` its card, and that of one that needed nobody, offers ↶.
    """
    if item.state is State.DRAFT and item.held:
        return rules.quiet.next_list(now)
    if item.state is State.DRAFT:
        answered = item.answered_at or item.created_at
        return min(answered + rules.draft_timeout, item.created_at + rules.draft_max)
    if item.live:
        decision = next_step(item, now, rules)
        on_the_ladder = _sooner(decision.look_again if decision else None, _card_reworded(item, now, rules))
        return _sooner(on_the_ladder, pledge_until(item, rules))
    until = undo_until(item, rules)
    if until is not None and now < until:
        return until
    if item.state is State.RESOLVED and item.resolved_at is not None:
        return item.resolved_at + rules.reopen_within
    return None


def pledge_until(item: Item, rules: Rules) -> datetime | None:
    """Until when the sheet has to have reached who said 🙋; None while nobody's claim hangs on it."""
    if not item.live or item.pledged_at is None:
        return None
    urgent = item.severity is Severity.URGENT
    return item.pledged_at + (rules.sheet_wait_urgent if urgent else rules.sheet_wait)


def undo_until(item: Item, rules: Rules) -> datetime | None:
    """Until when ↶ takes an end back; None where it is none, or not one of ours.

    The reporter's own is his, a draft's was nobody's yet, and that she herself has answered is no slip of a thumb.
    """
    if item.state not in (State.RESOLVED, State.DISMISSED) or item.self_settled or item.opened_at is None:
        return None
    if item.ending is Ending.HERSELF:
        return None
    return None if item.resolved_at is None else item.resolved_at + rules.undo_within


def next_step(item: Item, now: datetime, rules: Rules) -> Decision | None:
    """What the ladder says of a live item; None for one that never went out by the usual way."""
    if item.progress is None or item.policy is None:
        return None
    reminds = item.kind not in LISTED
    return decide(item.progress, item.policy, now, rules.quiet.holding(item), reminds=reminds)


def _card_reworded(item: Item, now: datetime, rules: Rules) -> datetime | None:
    """When 预计明天 becomes 预计今天 on the card and on the reporter's receipt."""
    until = item.progress.promised_until if item.progress and item.state is State.CLAIMED else None
    return reworded_at(until, now, rules.zone) if until is not None else None


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((when for when in (one, other) if when is not None), default=None)

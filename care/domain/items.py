"""Items: everything that needs a person, what states they pass through, and what each act makes of them.

The state is what the history adds up to: `apply` turns an act into an event, `evolve` folds the event into the item,
and `fold` does so for a whole history. Nothing else changes an item.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from care.domain.errors import AlreadyClaimed, NotNow
from care.domain.events import OF_THE_LADDER, Details, Event, Place
from care.domain.policy import Policy
from care.domain.progress import Progress
from care.domain.states import (
    GUARDED,
    LIVE,
    ONLY_BY_OUTCOME,
    TRANSITIONS,
    Action,
    Category,
    DismissReason,
    Ending,
    Kind,
    Severity,
    State,
)

__all__ = [
    "LIVE",
    "ONLY_BY_OUTCOME",
    "TRANSITIONS",
    "Action",
    "Category",
    "Details",
    "DismissReason",
    "Ending",
    "Event",
    "Item",
    "Kind",
    "Place",
    "Severity",
    "State",
    "begin",
    "evolve",
    "fold",
]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One matter that needs a person. `version` counts its history; people are person ids; times are aware UTC."""

    number: int
    version: int
    state: State
    kind: Kind
    severity: Severity
    created_at: datetime
    category: Category | None = None
    area: str | None = None
    place: Place | None = None
    text: str = ""
    reporter: int | None = None
    reporter_known: bool = True
    about: int | None = None
    linked_to: int | None = None
    held: bool = False
    self_settled: bool = False
    proof: str | None = None
    dismiss_reason: DismissReason | None = None
    answered_at: datetime | None = None  # the reporter's last word on the draft
    opened_at: datetime | None = None
    since: datetime | None = None  # the clocks of reminding and climbing start here
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    claimed_from: str | None = None  # the area whose group he claimed it in; None: in private
    pledged_by: int | None = None  # has said 🙋, and her sheet has not reached him yet
    pledged_at: datetime | None = None
    pledged_from: str | None = None  # as `claimed_from`
    offered_to: int | None = None  # who has been asked to take it over
    said_done_by: int | None = None
    resolved_by: int | None = None
    resolved_at: datetime | None = None
    ending: Ending | None = None  # with which outcome an elder's matter ended
    reopened: int = 0
    policy: Policy | None = None
    progress: Progress | None = None  # how loud we are about it; None until it goes out

    @property
    def live(self) -> bool:
        """Whether somebody is still needed."""
        return self.state in LIVE

    def is_with(self, person: int | None) -> bool:
        """Whether this person has it, or is about to: what is personal of it stands with nobody else."""
        if person is None or not self.live:
            return False
        return person == self.pledged_by or (self.state is State.CLAIMED and person == self.claimed_by)

    def apply(
        self,
        action: Action,
        *,
        at: datetime,
        actor: int | None,
        reason: str = "",
        note: str = "",
        details: Details | None = None,
    ) -> tuple[Item, Event]:
        """The item after the act, and the event for its history.

        Raises AlreadyClaimed when a claim comes second, NotNow when the act does not fit the state.
        """
        if _next_state(self, action) is None or _lacks_its_end(self, action, details):
            if action is Action.CLAIM and self.state is State.CLAIMED and self.claimed_by is not None:
                raise AlreadyClaimed(self.number, self.claimed_by)
            raise NotNow(self.number, self.state, action)
        event = Event(at=at, actor=actor, action=action, reason=reason, note=note, details=details or Details())
        return evolve(self, event), event


def begin(
    number: int,
    action: Action,
    *,
    at: datetime,
    actor: int | None,
    details: Details,
    reason: str = "",
    note: str = "",
) -> tuple[Item, Event]:
    """A new item: `Action.REPORT` makes a draft, `Action.RAISE` an open item; `details` must name its kind."""
    event = Event(at=at, actor=actor, action=action, reason=reason, note=note, details=details)
    return _born(number, event), event


def evolve(item: Item, event: Event) -> Item:
    """The item after one more line of history; raises NotNow where the history does not fit."""
    state = _next_state(item, event.action)
    if state is None:
        raise NotNow(item.number, item.state, event.action)
    changed = {name: getattr(event.details, name) for name in event.details.model_fields_set - OF_THE_LADDER}
    item = replace(item, **changed, state=state, version=item.version + 1)
    return replace(_clocks(item, event), progress=_progress(item, event))


def _next_state(item: Item, action: Action) -> State | None:
    """By the table. Where nobody had it ↶ gives it back to nobody: an elder's matter waits again, a report does not."""
    if action is Action.UNDO and item.state is State.RESOLVED and item.claimed_by is None:
        return State.OPEN if item.ending is not None else None
    return TRANSITIONS.get((item.state, action))


def _lacks_its_end(item: Item, action: Action, details: Details | None) -> bool:
    """An elder's matter is settled with an outcome, nothing else is; and by one only does end what nobody has."""
    if action is not Action.RESOLVE:
        return False
    has_one = details is not None and details.ending is not None
    return has_one is not (item.kind in GUARDED) or (item.state is State.OPEN and not has_one)


def fold(number: int, history: Iterable[Event]) -> Item:
    """What a history adds up to (invariant I3); raises ValueError for an empty one."""
    events = iter(history)
    first = next(events, None)
    if first is None:
        raise ValueError(f"item {number} has no history")
    item = _born(number, first)
    for event in events:
        item = evolve(item, event)
    return item


def _born(number: int, event: Event) -> Item:
    state = TRANSITIONS.get((None, event.action))
    if state is None:
        raise NotNow(number, "nothing yet", event.action)
    given = {name: getattr(event.details, name) for name in event.details.model_fields_set - OF_THE_LADDER}
    kind = given.pop("kind", None) or Kind.REPORT
    severity = given.pop("severity", None) or Severity.NORMAL
    item = Item(number=number, version=1, state=state, kind=kind, severity=severity, created_at=event.at, **given)
    return replace(_clocks(item, event), progress=_progress(item, event))


def _unclaimed(item: Item) -> Item:
    return replace(item, claimed_by=None, claimed_at=None, claimed_from=None, said_done_by=None)


def _unpledged(item: Item) -> Item:
    return replace(item, pledged_by=None, pledged_at=None, pledged_from=None)


def _ended(item: Item, event: Event) -> Item:
    return replace(_unpledged(item), resolved_by=event.actor, resolved_at=event.at, offered_to=None)


def _unresolved(item: Item) -> Item:
    return replace(item, resolved_by=None, resolved_at=None, proof=None, self_settled=False, ending=None)


def _clocks(item: Item, event: Event) -> Item:
    """Set since when it waits and how it ended, by what was done."""
    at, actor = event.at, event.actor
    match event.action:
        case Action.REPORT:
            return replace(item, answered_at=at)
        case Action.AMEND | Action.NOTE if item.state is State.DRAFT and actor is not None:
            return replace(item, answered_at=at)
        case Action.RAISE | Action.SEND_OUT:
            return replace(item, opened_at=at, since=at, held=False)
        case Action.URGE if item.opened_at is not None:
            return replace(item, since=at)
        case Action.SAY_DONE | Action.PROMISE:  # who promises a day says that it is not done yet
            return replace(item, said_done_by=actor if event.action is Action.SAY_DONE else None)
        case Action.RESOLVE | Action.SELF_SETTLE:
            return replace(_ended(item, event), said_done_by=None, opened_at=item.opened_at or at)
        case Action.DISMISS:
            return replace(_ended(item, event), held=False)
        case Action.UNDO:
            return replace(_unresolved(item), dismiss_reason=None)
        case Action.REOPEN:
            return replace(_unresolved(_unclaimed(item)), since=at, reopened=item.reopened + 1)
        case _:
            return _hands(item, event)


def _hands(item: Item, event: Event) -> Item:
    """Set who has it, or is about to, by what was done."""
    at, actor = event.at, event.actor
    match event.action:
        case Action.PLEDGE:
            return replace(item, pledged_by=actor, pledged_at=at, pledged_from=event.details.pledged_from)
        case Action.FALL_AWAY:
            return _unpledged(item)
        case Action.CLAIM | Action.TAKE_OVER:
            return replace(_unpledged(item), claimed_by=actor, claimed_at=at, offered_to=None, said_done_by=None)
        case Action.RELEASE | Action.LAPSE:
            return replace(_unclaimed(item), since=at)
        case Action.TRANSFER:
            return replace(_unpledged(_unclaimed(item)), since=at)
        case _:
            return item


def _is_claimers_word(item: Item, event: Event) -> bool:
    """Whether it says that the claim is being kept; what others write on the card does not."""
    return event.action is not Action.NOTE or (event.actor is not None and event.actor == item.claimed_by)


def _progress(item: Item, event: Event) -> Progress | None:
    """How loud we are about it, after this event; `item` is the one before its clocks were set."""
    progress, at, details = item.progress, event.at.astimezone(UTC), event.details
    if event.action in (Action.RAISE, Action.SEND_OUT, Action.REOPEN):
        return Progress(climb_since=at, since=at, promises=progress.promises if progress else 0)
    if progress is None:
        return None
    match event.action:
        case Action.URGE:
            return progress.urged(at)
        case Action.PRESS_AGAIN:
            return progress.pressed_again(at)
        case Action.EASE:
            return progress.eased(at)
        case Action.REMIND:
            return progress.reminded_now(at)
        case Action.FALL_AWAY if item.state is State.OPEN:  # it never counted; that it is over calls people anew
            return progress.reminded_now(at)
        case Action.CLIMB:
            return progress.climbed_now(at, details.climb_to)
        case _:
            return _claimers_progress(progress, item, event)


def _claimers_progress(progress: Progress, item: Item, event: Event) -> Progress:
    """How far whoever has it has got, after this event."""
    at, details = event.at.astimezone(UTC), event.details
    match event.action:
        case Action.CLAIM | Action.TAKE_OVER:
            return progress.claimed(at)
        case Action.RELEASE | Action.TRANSFER:
            return progress.given_back(at)
        case Action.LAPSE:
            return progress.lapsed(at)
        case Action.ASK:
            return progress.asked_now(at)
        case Action.PROMISE:
            return progress.promised(at, details.promised_until)
        case Action.HEARD | Action.SAY_DONE | Action.NOTE if _is_claimers_word(item, event):
            return progress.heard(at)
        case _:
            return progress

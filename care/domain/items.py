"""Items: everything that needs a person, what states they pass through, and what each act makes of them.

The state is what the history adds up to: `apply` turns an act into an event, `evolve` folds the event into the item,
and `fold` does so for a whole history. Nothing else changes an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from care.domain.errors import AlreadyClaimed, NotNow


class Kind(StrEnum):
    """What sort of matter an item is."""

    REPORT = "report"  # 随手拍
    MISSED_CHECKIN = "missed_checkin"  # 未报平安
    UNREACHABLE = "unreachable"  # 手机联系不上
    SOS = "sos"  # 紧急求助
    HELP = "help"  # 需要帮助
    ROUND_MISSED = "round_missed"  # 巡访未完成
    WISH = "wish"  # 微心愿
    DISPUTE = "dispute"  # 邻里说事
    DEVICE = "device"  # 设备告警


# 🚫 does not exist for these: they end by an outcome only.
ONLY_BY_OUTCOME = frozenset({Kind.SOS, Kind.MISSED_CHECKIN, Kind.HELP, Kind.DEVICE})


class Category(StrEnum):
    """What a report is about."""

    HYGIENE = "hygiene"  # 环境卫生
    FACILITY = "facility"  # 公共设施
    OCCUPATION = "occupation"  # 占道经营
    HAZARD = "hazard"  # 安全隐患
    FLYERS = "flyers"  # 小广告
    RESIDENT = "resident"  # 居民求助
    QUARREL = "quarrel"  # 矛盾纠纷
    OTHER = "other"  # 其他


class Severity(StrEnum):
    """How much haste an item needs."""

    URGENT = "urgent"  # 紧急 🔴
    HIGH = "high"  # 重要 🟠
    NORMAL = "normal"  # 一般 🟢

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(Severity).index(self)


class State(StrEnum):
    """Where an item stands."""

    DRAFT = "draft"
    OPEN = "open"  # 待认领
    CLAIMED = "claimed"  # 处理中
    RESOLVED = "resolved"  # 已办结
    CLOSED = "closed"  # 已归档
    DISMISSED = "dismissed"  # 不用处理


LIVE = frozenset({State.OPEN, State.CLAIMED})


class Action(StrEnum):
    """What can happen to an item."""

    REPORT = "report"  # somebody began to report; the item exists as a draft
    RAISE = "raise"  # the house itself opens an item, no draft before it
    AMEND = "amend"  # text, place, category or severity became better known
    HOLD = "hold"  # waits for a coordinator's leave, as a fourth report of an unknown person
    SEND_OUT = "send_out"  # goes to the grid
    CLAIM = "claim"
    RELEASE = "release"
    SAY_DONE = "say_done"  # somebody says it is done; the proof is awaited
    RESOLVE = "resolve"
    SELF_SETTLE = "self_settle"  # the reporter did it himself
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    ARCHIVE = "archive"  # time closed it
    NOTE = "note"  # progress or an addition, in words


class DismissReason(StrEnum):
    """Why an item needs nobody."""

    GONE = "gone"  # 已经没了
    DUPLICATE = "duplicate"  # 重复
    UNCLEAR = "unclear"  # 看不清
    ELSEWHERE = "elsewhere"  # 不在本社区
    NOT_OURS = "not_ours"  # 不归社区管
    OTHER = "other"  # 其他, in words
    NOT_A_REPORT = "not_a_report"  # the sender says it was none
    SAME = "same"  # the sender says it belongs to another report of his


# The one table: what may happen in which state, and what comes of it. `None` is "not there yet".
TRANSITIONS: Mapping[tuple[State | None, Action], State] = {
    (None, Action.REPORT): State.DRAFT,
    (None, Action.RAISE): State.OPEN,
    (State.DRAFT, Action.AMEND): State.DRAFT,
    (State.DRAFT, Action.NOTE): State.DRAFT,
    (State.DRAFT, Action.HOLD): State.DRAFT,
    (State.DRAFT, Action.SEND_OUT): State.OPEN,
    (State.DRAFT, Action.SELF_SETTLE): State.RESOLVED,
    (State.DRAFT, Action.DISMISS): State.DISMISSED,
    (State.OPEN, Action.AMEND): State.OPEN,
    (State.OPEN, Action.NOTE): State.OPEN,
    (State.OPEN, Action.CLAIM): State.CLAIMED,
    (State.OPEN, Action.DISMISS): State.DISMISSED,
    (State.OPEN, Action.SELF_SETTLE): State.RESOLVED,
    (State.CLAIMED, Action.AMEND): State.CLAIMED,
    (State.CLAIMED, Action.NOTE): State.CLAIMED,
    (State.CLAIMED, Action.RELEASE): State.OPEN,
    (State.CLAIMED, Action.SAY_DONE): State.CLAIMED,
    (State.CLAIMED, Action.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Action.NOTE): State.RESOLVED,
    (State.RESOLVED, Action.CONFIRM): State.CLOSED,
    (State.RESOLVED, Action.REOPEN): State.OPEN,
    (State.RESOLVED, Action.ARCHIVE): State.CLOSED,
    (State.CLOSED, Action.NOTE): State.CLOSED,
    (State.DISMISSED, Action.NOTE): State.DISMISSED,
}


class Place(BaseModel):
    """Where something is: words, a point (WGS84 degrees), or both."""

    model_config = ConfigDict(frozen=True)

    words: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def has_point(self) -> bool:
        """Whether a map can show it."""
        return self.latitude is not None and self.longitude is not None


class Details(BaseModel):
    """What an event changes besides the state; only fields that were given count (`model_fields_set`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind | None = None
    category: Category | None = None
    severity: Severity | None = None
    area: str | None = None
    place: Place | None = None
    text: str | None = None
    reporter: int | None = None
    reporter_known: bool | None = None
    about: int | None = None
    linked_to: int | None = None
    held: bool | None = None
    self_settled: bool | None = None
    proof: str | None = None
    dismiss_reason: DismissReason | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of an item's history: when, who (a person id; None is time itself), what, and why in a short code."""

    at: datetime
    actor: int | None
    action: Action
    reason: str = ""
    note: str = ""  # what the person said, as they said it
    details: Details = field(default_factory=Details)

    def __post_init__(self) -> None:
        """Refuse a naive time: a history that mixes zones cannot be ordered."""
        if self.at.tzinfo is None:
            raise ValueError("an event needs an aware time")


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
    said_done_by: int | None = None
    resolved_by: int | None = None
    resolved_at: datetime | None = None
    reopened: int = 0

    @property
    def live(self) -> bool:
        """Whether somebody is still needed."""
        return self.state in LIVE

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
        if (self.state, action) not in TRANSITIONS:
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
    state = TRANSITIONS.get((item.state, event.action))
    if state is None:
        raise NotNow(item.number, item.state, event.action)
    changed = {name: getattr(event.details, name) for name in event.details.model_fields_set}
    item = replace(item, **changed, state=state, version=item.version + 1)
    return _clocks(item, event)


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
    given = {name: getattr(event.details, name) for name in event.details.model_fields_set}
    kind = given.pop("kind", None) or Kind.REPORT
    severity = given.pop("severity", None) or Severity.NORMAL
    item = Item(number=number, version=1, state=state, kind=kind, severity=severity, created_at=event.at, **given)
    return _clocks(item, event)


def _unclaimed(item: Item) -> Item:
    return replace(item, claimed_by=None, claimed_at=None, said_done_by=None)


def _unresolved(item: Item) -> Item:
    return replace(item, resolved_by=None, resolved_at=None, proof=None, self_settled=False)


def _clocks(item: Item, event: Event) -> Item:
    """Set who has it and since when, by what was done."""
    at, actor = event.at, event.actor
    match event.action:
        case Action.REPORT:
            return replace(item, answered_at=at)
        case Action.AMEND | Action.NOTE if item.state is State.DRAFT and actor is not None:
            return replace(item, answered_at=at)
        case Action.RAISE | Action.SEND_OUT:
            return replace(item, opened_at=at, since=at, held=False)
        case Action.CLAIM:
            return replace(item, claimed_by=actor, claimed_at=at, said_done_by=None)
        case Action.RELEASE:
            return replace(_unclaimed(item), since=at)
        case Action.SAY_DONE:
            return replace(item, said_done_by=actor)
        case Action.RESOLVE | Action.SELF_SETTLE:
            return replace(item, resolved_by=actor, resolved_at=at, said_done_by=None, opened_at=item.opened_at or at)
        case Action.REOPEN:
            return replace(_unresolved(_unclaimed(item)), since=at, reopened=item.reopened + 1)
        case _:
            return item

"""The words of an item's life: kinds, categories, severities, states, actions, and the one table of what may follow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


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


# Anything of an elder: for enrolled people only, whoever else is in the group; settled by an outcome (`Ending`).
GUARDED = frozenset({Kind.SOS, Kind.HELP, Kind.MISSED_CHECKIN, Kind.UNREACHABLE, Kind.DEVICE})

# 🚫 does not exist for these: they end by an outcome only.
ONLY_BY_OUTCOME = frozenset({Kind.SOS, Kind.MISSED_CHECKIN, Kind.HELP, Kind.DEVICE})

# These have no card: they are named on one list of the group (PRODUCT, Flow 2 point 6), which rings for them.
LISTED = frozenset({Kind.MISSED_CHECKIN})


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


# What the reporter's choice makes of a report, where it does not stay an ordinary one.
HASTE_OF: Mapping[Category, Severity] = MappingProxyType({Category.HAZARD: Severity.HIGH})
KIND_OF: Mapping[Category, Kind] = MappingProxyType({Category.QUARREL: Kind.DISPUTE})


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
    URGE = "urge"  # it has become more urgent, or was raised again: the clocks start anew
    PRESS_AGAIN = "press_again"  # the same cry for help once more: it rings, and puts nothing off
    EASE = "ease"  # whom it is about says that it is less urgent: the milder clocks, and somebody still looks
    REMIND = "remind"  # time: its group has been reminded
    CLIMB = "climb"  # one rung higher, by time or by ⬆️
    TRANSFER = "transfer"  # ↪️ to another area
    PLEDGE = "pledge"  # 🙋 (or 🤝) on a matter of an elder: his once her sheet has reached him
    FALL_AWAY = "fall_away"  # time, or the network: the sheet did not reach who pledged
    CLAIM = "claim"
    TAKE_OVER = "take_over"  # 🤝 by somebody above the claimer's group
    ASK = "ask"  # time: the claimer has been asked how it is going
    HEARD = "heard"  # the claimer has answered
    PROMISE = "promise"  # 📅
    LAPSE = "lapse"  # time: the claimer was asked in vain
    RELEASE = "release"
    SAY_DONE = "say_done"  # somebody says it is done; the proof is awaited
    RESOLVE = "resolve"
    SELF_SETTLE = "self_settle"  # the reporter did it himself
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    UNDO = "undo"  # ↶ the end was a slip of the thumb: it goes on where it was
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


class Ending(StrEnum):
    """How an elder's matter ended: by an outcome, never by 🚫."""

    PHONED = "phoned"  # 📞 电话已确认平安
    SEEN = "seen"  # 🚪 上门已见平安
    HOSPITAL = "hospital"  # 🏥 已送医
    AWAY = "away"  # 🧳 外出
    GONE = "gone"  # 🕯 离世或搬走
    OTHER = "other"  # 📝 其他, in words
    HERSELF = "herself"  # 本人: she answered after all
    FAMILY = "family"  # 家人确认


# The one table: what may happen in which state, and what comes of it. `None` is "not there yet".
TRANSITIONS: Mapping[tuple[State | None, Action], State] = {
    (None, Action.REPORT): State.DRAFT,
    (None, Action.RAISE): State.OPEN,
    (State.DRAFT, Action.AMEND): State.DRAFT,
    (State.DRAFT, Action.NOTE): State.DRAFT,
    (State.DRAFT, Action.HOLD): State.DRAFT,
    (State.DRAFT, Action.URGE): State.DRAFT,
    (State.DRAFT, Action.SEND_OUT): State.OPEN,
    (State.DRAFT, Action.SELF_SETTLE): State.RESOLVED,
    (State.DRAFT, Action.DISMISS): State.DISMISSED,
    (State.OPEN, Action.AMEND): State.OPEN,
    (State.OPEN, Action.NOTE): State.OPEN,
    (State.OPEN, Action.URGE): State.OPEN,
    (State.OPEN, Action.PRESS_AGAIN): State.OPEN,
    (State.OPEN, Action.EASE): State.OPEN,
    (State.OPEN, Action.REMIND): State.OPEN,
    (State.OPEN, Action.CLIMB): State.OPEN,
    (State.OPEN, Action.TRANSFER): State.OPEN,
    (State.OPEN, Action.PLEDGE): State.OPEN,
    (State.OPEN, Action.FALL_AWAY): State.OPEN,
    (State.OPEN, Action.CLAIM): State.CLAIMED,
    (State.OPEN, Action.DISMISS): State.DISMISSED,
    (State.OPEN, Action.SELF_SETTLE): State.RESOLVED,
    (State.OPEN, Action.RESOLVE): State.RESOLVED,  # an elder's matter, by an outcome: she herself, her family
    (State.CLAIMED, Action.AMEND): State.CLAIMED,
    (State.CLAIMED, Action.NOTE): State.CLAIMED,
    (State.CLAIMED, Action.URGE): State.CLAIMED,
    (State.CLAIMED, Action.PRESS_AGAIN): State.CLAIMED,
    (State.CLAIMED, Action.EASE): State.CLAIMED,
    (State.CLAIMED, Action.CLIMB): State.CLAIMED,
    (State.CLAIMED, Action.TRANSFER): State.OPEN,
    (State.CLAIMED, Action.PLEDGE): State.CLAIMED,  # who takes over has it once the sheet has reached him, too
    (State.CLAIMED, Action.FALL_AWAY): State.CLAIMED,
    (State.CLAIMED, Action.TAKE_OVER): State.CLAIMED,
    (State.CLAIMED, Action.ASK): State.CLAIMED,
    (State.CLAIMED, Action.HEARD): State.CLAIMED,
    (State.CLAIMED, Action.PROMISE): State.CLAIMED,
    (State.CLAIMED, Action.LAPSE): State.OPEN,
    (State.CLAIMED, Action.RELEASE): State.OPEN,
    (State.CLAIMED, Action.SAY_DONE): State.CLAIMED,
    (State.CLAIMED, Action.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Action.NOTE): State.RESOLVED,
    (State.RESOLVED, Action.CONFIRM): State.CLOSED,
    (State.RESOLVED, Action.REOPEN): State.OPEN,
    (State.RESOLVED, Action.UNDO): State.CLAIMED,
    (State.RESOLVED, Action.ARCHIVE): State.CLOSED,
    (State.CLOSED, Action.NOTE): State.CLOSED,
    (State.DISMISSED, Action.NOTE): State.DISMISSED,
    (State.DISMISSED, Action.UNDO): State.OPEN,
}

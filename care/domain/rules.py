"""The neighbourhood's figures that acts depend on, as the operator set them; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from care.domain.areas import Tree
from care.domain.checkins import CheckInRules
from care.domain.geo import Boundaries
from care.domain.policy import QUARREL_POLICY, Policy
from care.domain.quiet import QuietHours
from care.domain.states import Kind, Severity


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Everything a service may need to know of the config. Durations as in `config.toml`, sections of one name."""

    community: str
    zone: ZoneInfo
    language: str
    tree: Tree
    boundaries: Boundaries = field(default_factory=Boundaries)
    quiet: QuietHours
    policies: Mapping[str, Policy] = field(default_factory=dict)
    # [reports]
    draft_timeout: timedelta = timedelta(minutes=3)
    draft_max: timedelta = timedelta(minutes=10)
    join_within: timedelta = timedelta(seconds=60)
    proof_within: timedelta = timedelta(minutes=10)
    daily_limit_unknown: int = 3
    reopen_within: timedelta = timedelta(hours=48)
    # [items]
    all_clear_after: timedelta = timedelta(seconds=30)
    undo_within: timedelta = timedelta(minutes=5)
    sheet_wait: timedelta = timedelta(minutes=5)
    sheet_wait_urgent: timedelta = timedelta(minutes=1)
    # [groups]
    members_may_act: bool = True
    # [checkin]
    checkin: CheckInRules = field(default_factory=CheckInRules)
    trouble_words: tuple[str, ...] = ()
    alarm_words: tuple[str, ...] = ()
    # [digest]
    coordinators_at: time = time(10)
    week_at: time = time(8, 15)
    weekday: int = 0  # Monday
    # [alarm]
    alarm: bool = False  # whether there is a last rung beyond the chats

    def policy_of(self, kind: Kind, severity: Severity) -> Policy | None:
        """The clocks that an item of this sort opens with."""
        return QUARREL_POLICY if kind is Kind.DISPUTE else self.policies.get(severity)

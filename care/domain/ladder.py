"""What happens next to an item that waits for a person: reminded, climbed, its claimer asked, its claim lapsed.

A decision is pure and says why. It reads the item's `Progress` and the policy that was copied onto it.
All times are aware UTC. Figures: PRODUCT, "Time"; they come with the policy that was copied onto the item.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from care.domain.policy import Policy
from care.domain.progress import Progress

ASKS_BEFORE_LAPSE = 2  # unanswered; when one more would be due, the claim lapses


class Reason(StrEnum):
    """Why something is done, or nothing."""

    QUIET_HOURS = "quiet_hours"  # held until the morning
    PROMISED = "promised"  # 📅: nobody is asked and nothing climbs until then
    WAITING = "waiting"  # nothing is due yet
    REMIND = "remind"  # unclaimed for so long
    CLIMB_UNCLAIMED = "climb_unclaimed"
    CLIMB_SILENT = "climb_silent"  # claimed, and the claimer is silent
    ASK = "ask"  # how is it going?
    LAPSE = "lapse"  # asked twice in vain


DUE = frozenset({Reason.REMIND, Reason.CLIMB_UNCLAIMED, Reason.CLIMB_SILENT, Reason.ASK, Reason.LAPSE})


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is due now (or why nothing is), and when to look again. `climb_to`: of how many climbs it then has taken."""

    reason: Reason
    look_again: datetime
    climb_to: int | None = None

    @property
    def due(self) -> bool:
        """Whether something is to be done now."""
        return self.reason in DUE


def decide(progress: Progress, policy: Policy, now: datetime, quiet_until: datetime | None = None) -> Decision:
    """What happens next. After an outage an overdue step fires once, at its present rung.

    `quiet_until`: it is quiet, and this item can wait until then.
    """
    if quiet_until is not None and now < quiet_until:
        return Decision(reason=Reason.QUIET_HOURS, look_again=quiet_until)
    if progress.promised_until is not None and now < progress.promised_until:
        return Decision(reason=Reason.PROMISED, look_again=progress.promised_until)
    if progress.claimed_at is not None:
        return _claimed(progress, policy, now)
    return _unclaimed(progress, policy, now)


def _unclaimed(progress: Progress, policy: Policy, now: datetime) -> Decision:
    climbs = _climb_times(progress, policy)
    target = sum(1 for at in climbs if at <= now)
    if target > progress.climbed:
        return Decision(reason=Reason.CLIMB_UNCLAIMED, look_again=now, climb_to=target)
    remind_at = (progress.reminded_at or progress.since) + _interval(progress, policy)
    if remind_at <= now:
        return Decision(reason=Reason.REMIND, look_again=now)
    ahead = [at for at in climbs[progress.climbed :] if at > now]
    return Decision(reason=Reason.WAITING, look_again=min([remind_at, *ahead]))


def _climb_times(progress: Progress, policy: Policy) -> list[datetime]:
    """When each climb is due. Once a claim lapsed, the silence since that claim counts, and the gaps stay."""
    base = progress.climb_since
    if progress.silent_since is not None:
        base = max(base, progress.silent_since + policy.climb_claimed - policy.climb_unclaimed[0])
    return [base + offset for offset in policy.climb_unclaimed]


def _interval(progress: Progress, policy: Policy) -> timedelta:
    """How long until the next reminder; past the last climb twice as long each time, up to the policy's most."""
    listed = policy.remind_unclaimed
    interval = listed[min(progress.reminded, len(listed) - 1)]
    if progress.climbed < len(policy.climb_unclaimed):
        return interval
    doubled: timedelta = interval * (1 << min(progress.reminded_since_climb, 20))
    return max(interval, min(doubled, policy.remind_max))


def _claimed(progress: Progress, policy: Policy, now: datetime) -> Decision:
    heard_at = _heard_at(progress)
    climb_at = heard_at + policy.climb_claimed
    if not progress.climbed_silent and climb_at <= now:
        return Decision(reason=Reason.CLIMB_SILENT, look_again=now, climb_to=progress.climbed + 1)
    ask_at = _ask_at(progress, policy, heard_at)
    if ask_at <= now:
        reason = Reason.LAPSE if progress.asked >= ASKS_BEFORE_LAPSE else Reason.ASK
        return Decision(reason=reason, look_again=now)
    ahead = [] if progress.climbed_silent else [climb_at]
    return Decision(reason=Reason.WAITING, look_again=min([ask_at, *ahead]))


def _heard_at(progress: Progress) -> datetime:
    """The claimer's last word; a promise that has run out counts as one: the clocks start there."""
    known = [at for at in (progress.claimed_at, progress.heard_at, progress.promised_until) if at is not None]
    return max(known)


def _ask_at(progress: Progress, policy: Policy, heard_at: datetime) -> datetime:
    """When the claimer is asked next: at once when a promise has run out, else an interval after the last word."""
    if progress.asked_at is not None and progress.asked_at >= heard_at:
        return progress.asked_at + policy.ask_claimed
    if progress.promised_until == heard_at:
        return heard_at
    return heard_at + policy.ask_claimed

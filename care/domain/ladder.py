"""What happens next to an item that waits for a person: reminded, climbed, its claimer asked, its claim lapsed.

A decision is pure and says why. It reads the item's `Progress` and the policy that was copied onto it.
All times are aware UTC. Figures: PRODUCT, "Time"; they come with the policy that was copied onto the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from care.domain.policy import Policy
from care.domain.progress import Progress
from care.domain.quiet import QuietHours

ASKS_BEFORE_LAPSE = 2  # unanswered; when one more would be due, the claim lapses


class Reason(StrEnum):
    """Why something is done, or nothing."""

    QUIET_HOURS = "quiet_hours"  # held until the morning
    PROMISED = "promised"  # 📅: nobody is asked and nothing climbs until then
    WAITING = "waiting"  # nothing is due yet
    REMIND = "remind"  # unclaimed for so long
    LIST = "list"  # unclaimed for days: once a day, with all that are
    CLIMB_UNCLAIMED = "climb_unclaimed"
    CLIMB_SILENT = "climb_silent"  # claimed, and the claimer is silent
    ASK = "ask"  # how is it going?
    LAPSE = "lapse"  # asked twice in vain


CLIMBS = frozenset({Reason.CLIMB_UNCLAIMED, Reason.CLIMB_SILENT})
REMINDS = frozenset({Reason.REMIND, Reason.LIST})
DUE = CLIMBS | REMINDS | {Reason.ASK, Reason.LAPSE}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that time will do, and when. `climb_to`: of how many climbs the item then has taken."""

    reason: Reason
    at: datetime
    climb_to: int | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is due now (or why nothing is), and when to look again (None: only once somebody has done something).

    `climb_to`: of how many climbs it then has taken.
    """

    reason: Reason
    look_again: datetime | None
    climb_to: int | None = None

    @property
    def due(self) -> bool:
        """Whether something is to be done now."""
        return self.reason in DUE


def decide(progress: Progress, policy: Policy, now: datetime, hours: QuietHours, *, reminds: bool = True) -> Decision:
    """What happens next. After an outage an overdue step fires once, at its present rung.

    `hours`: the quiet hours that hold this item, none for what cannot wait (`QuietHours.holding`). `reminds`: False for
    what is named on a list, which rings for it.
    """
    if hours.at(now):
        return Decision(reason=Reason.QUIET_HOURS, look_again=hours.awake(now))
    if progress.promised_until is not None and now < progress.promised_until:
        return Decision(reason=Reason.PROMISED, look_again=progress.promised_until)
    ahead = [step for step in steps(progress, policy, hours) if reminds or step.reason not in REMINDS]
    due = [step for step in ahead if step.at <= now]
    climbs = [step for step in due if step.reason in CLIMBS]
    if climbs:
        return Decision(reason=climbs[-1].reason, look_again=now, climb_to=climbs[-1].climb_to)
    if due:
        return Decision(reason=due[0].reason, look_again=now)
    return Decision(reason=Reason.WAITING, look_again=min((step.at for step in ahead), default=None))


def steps(progress: Progress, policy: Policy, hours: QuietHours) -> Sequence[Step]:
    """Every step that is known by now and not done yet, climbs first, if nobody does anything."""
    if progress.claimed_at is not None:
        return _claimed(progress, policy, hours)
    climbs = _climb_times(progress, policy, hours)
    ahead = [Step(reason=Reason.CLIMB_UNCLAIMED, at=at, climb_to=n) for n, at in enumerate(climbs, 1)]
    return [*ahead[progress.climbed :], _reminder(progress, policy, hours, climbs[-1])]


def _climb_times(progress: Progress, policy: Policy, hours: QuietHours) -> list[datetime]:
    """When each climb is due. What opened in the quiet hours climbs from their end: until then nobody has heard of it.

    Once a claim lapsed, the silence since that claim counts, and the gaps stay.
    """
    base = hours.awake(progress.climb_since)
    if progress.silent_since is not None:
        base = max(base, progress.silent_since + policy.climb_claimed - policy.climb_unclaimed[0])
    return [hours.awake(base + offset) for offset in policy.climb_unclaimed]


def _reminder(progress: Progress, policy: Policy, hours: QuietHours, last_climb: datetime) -> Step:
    """The next reminder; what came without sound in the quiet hours sounds at their end. Days later: the daily list."""
    last = progress.reminded_at or progress.since
    unheard = progress.reminded_at is None and hours.at(progress.since)
    at = hours.awake(last) if unheard else hours.awake(last + _interval(progress, policy))
    if policy.listed_after is not None and progress.climbed >= len(policy.climb_unclaimed):
        listed_from = last_climb + policy.listed_after
        if at >= listed_from:
            return Step(reason=Reason.LIST, at=hours.next_list(max(last, listed_from)))
    return Step(reason=Reason.REMIND, at=at)


def _interval(progress: Progress, policy: Policy) -> timedelta:
    """How long until the next reminder; past the last climb twice as long each time, up to the policy's most."""
    listed = policy.remind_unclaimed
    interval = listed[min(progress.reminded, len(listed) - 1)]
    if progress.climbed < len(policy.climb_unclaimed):
        return interval
    doubled: timedelta = interval * (1 << min(progress.reminded_since_climb, 20))
    return max(interval, min(doubled, policy.remind_max))


def _claimed(progress: Progress, policy: Policy, hours: QuietHours) -> list[Step]:
    heard_at = _heard_at(progress)
    ask_at = hours.awake(_ask_at(progress, policy, heard_at))
    asked_in_vain = progress.asked >= (1 if _raised_and_urgent(progress, policy) else ASKS_BEFORE_LAPSE)
    ask = Step(reason=Reason.LAPSE if asked_in_vain else Reason.ASK, at=ask_at)
    if progress.climbed_silent:
        return [ask]
    climb_at = max(hours.awake(heard_at + policy.climb_claimed), _asked_first(progress, policy, ask_at))
    return [Step(reason=Reason.CLIMB_SILENT, at=climb_at, climb_to=progress.climbed + 1), ask]


def _asked_first(progress: Progress, policy: Policy, ask_at: datetime) -> datetime:
    """Nobody is silent who was not asked: before an outage or a night is over, the question goes first."""
    grace = min(policy.ask_claimed, policy.climb_claimed - policy.ask_claimed)
    if grace <= timedelta(0):  # so configured: it climbs before anybody is asked
        return progress.since
    if progress.asked == 0:
        return ask_at + grace
    if progress.asked == 1 and progress.asked_at is not None:
        return progress.asked_at + grace
    return progress.since


def _heard_at(progress: Progress) -> datetime:
    """The claimer's last word; a promise that has run out counts as one: the clocks start there."""
    known = [at for at in (progress.claimed_at, progress.heard_at, progress.promised_until) if at is not None]
    return max(known)


def _ask_at(progress: Progress, policy: Policy, heard_at: datetime) -> datetime:
    """When the claimer is asked next: at once when a promise has run out or it was raised again, else after a while."""
    if progress.asked_at is not None and progress.asked_at >= heard_at:
        raised = policy.lapse_raised if progress.raised_at is not None else None
        return progress.asked_at + (raised or policy.ask_claimed)
    if heard_at in (progress.promised_until, progress.raised_at):
        return heard_at
    return heard_at + policy.ask_claimed


def _raised_and_urgent(progress: Progress, policy: Policy) -> bool:
    return progress.raised_at is not None and policy.lapse_raised is not None

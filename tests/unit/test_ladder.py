"""The ladder's table: severity x claimed x promised x quiet x elapsed, each row with the reason expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.ladder import Decision, Reason, decide
from care.domain.policy import DEFAULT_POLICIES, Policy
from care.domain.progress import Progress
from care.domain.quiet import QuietHours

T0 = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")  # T0 is 10:00 there
NO_NIGHT = QuietHours(start=time(0), end=time(0), zone=SHANGHAI)
NIGHT = QuietHours(start=time(18, 30), end=time(20), zone=SHANGHAI)  # 8.5 h to 10 h after T0
URGENT, HIGH, NORMAL = (DEFAULT_POLICIES[severity] for severity in ("urgent", "high", "normal"))


def m(minutes: float) -> datetime:
    """So many minutes after it opened."""
    return T0 + timedelta(minutes=minutes)


def h(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def open_since(**more: Any) -> Progress:
    return Progress(**({"climb_since": T0, "since": T0} | more))


def claimed_at(at: datetime, **more: Any) -> Progress:
    return open_since(claimed_at=at, heard_at=at, **more)


UNCLAIMED = [
    # policy, progress, now, reason, look again (None: now)
    (URGENT, open_since(), m(0), Reason.WAITING, m(2)),
    (URGENT, open_since(), m(1.9), Reason.WAITING, m(2)),
    (URGENT, open_since(), m(2), Reason.REMIND, None),
    (URGENT, open_since(reminded=1, reminded_at=m(2)), m(3), Reason.WAITING, m(4)),
    (URGENT, open_since(reminded=2, reminded_at=m(4)), m(4.5), Reason.WAITING, m(5)),  # the climb comes first
    (URGENT, open_since(reminded=2, reminded_at=m(4)), m(5), Reason.CLIMB_UNCLAIMED, None),
    (URGENT, open_since(climbed=1, reminded_at=m(5)), m(6), Reason.WAITING, m(7)),
    (URGENT, open_since(climbed=1, reminded_at=m(14)), m(15), Reason.CLIMB_UNCLAIMED, None),
    (URGENT, open_since(climbed=2, reminded_at=m(15)), m(16), Reason.WAITING, m(17)),
    (URGENT, open_since(climbed=2, reminded_at=m(17), reminded_since_climb=1), m(18), Reason.WAITING, m(21)),  # 4 min
    (URGENT, open_since(climbed=2, reminded_at=m(21), reminded_since_climb=2), m(22), Reason.WAITING, m(29)),  # 8 min
    (URGENT, open_since(climbed=2, reminded_at=m(29), reminded_since_climb=3), m(30), Reason.WAITING, m(39)),  # 10, no more
    (URGENT, open_since(climbed=2, reminded_at=m(990), reminded_since_climb=99), m(1000), Reason.REMIND, None),  # for ever
    (HIGH, open_since(), m(10), Reason.REMIND, None),
    (HIGH, open_since(reminded=2, reminded_at=m(20)), m(30), Reason.CLIMB_UNCLAIMED, None),
    (HIGH, open_since(climbed=1, reminded_at=m(30)), m(31), Reason.WAITING, m(40)),
    (HIGH, open_since(climbed=1, reminded_at=m(40), reminded_since_climb=1), m(41), Reason.WAITING, m(60)),
    (HIGH, open_since(climbed=1, reminded_at=h(9), reminded_since_climb=9), h(10), Reason.WAITING, h(11)),  # 2 h at most
    (NORMAL, open_since(), h(1), Reason.WAITING, h(2)),
    (NORMAL, open_since(), h(2), Reason.REMIND, None),
    (NORMAL, open_since(reminded=1, reminded_at=h(2)), h(5), Reason.WAITING, h(6)),  # then every 4 h
    (NORMAL, open_since(reminded=6, reminded_at=h(22)), h(24), Reason.CLIMB_UNCLAIMED, None),
    (NORMAL, open_since(reminded=6, climbed=1, reminded_at=h(24)), h(25), Reason.WAITING, h(28)),  # never under 4 h
    # given back after 20 minutes: reminders start there, the climb still counts from opening
    (HIGH, open_since(since=m(20)), m(25), Reason.WAITING, m(30)),
    (HIGH, open_since(since=m(20)), m(30), Reason.CLIMB_UNCLAIMED, None),
    # lapsed: reminders start there, and the silence since that claim climbs
    (HIGH, open_since(since=m(95), silent_since=m(5)), m(96), Reason.WAITING, m(105)),
    (HIGH, open_since(since=m(95), silent_since=m(5), reminded=2, reminded_at=m(115)), m(120), Reason.WAITING, m(125)),
    (HIGH, open_since(since=m(95), silent_since=m(5), reminded=3, reminded_at=m(120)), m(125), Reason.CLIMB_UNCLAIMED, None),
]  # fmt: skip

CLAIMED = [
    (URGENT, claimed_at(m(1)), m(5), Reason.WAITING, m(11)),  # a claim stops the first climbs
    (URGENT, claimed_at(m(1)), m(11), Reason.ASK, None),
    (URGENT, claimed_at(m(1), asked=1, asked_at=m(11)), m(12), Reason.WAITING, m(21)),
    (URGENT, claimed_at(m(1), asked=1, asked_at=m(11)), m(21), Reason.ASK, None),
    (URGENT, claimed_at(m(1), asked=2, asked_at=m(21)), m(31), Reason.CLIMB_SILENT, None),
    (URGENT, claimed_at(m(1), asked=2, asked_at=m(21), climbed_silent=True), m(31), Reason.LAPSE, None),
    (URGENT, claimed_at(m(1)) , m(30), Reason.ASK, None),
    (URGENT, replace(claimed_at(m(1)), heard_at=m(12), asked_at=m(11)), m(13), Reason.WAITING, m(22)),  # he answered
    (HIGH, claimed_at(m(5)), m(34), Reason.WAITING, m(35)),
    (HIGH, claimed_at(m(5), asked=2, asked_at=m(65)), m(95), Reason.LAPSE, None),  # before the climb
    (HIGH, claimed_at(m(5), asked=0), m(125), Reason.CLIMB_SILENT, None),
    (NORMAL, claimed_at(h(1)), h(24), Reason.WAITING, h(25)),
    (NORMAL, claimed_at(h(1)), h(25), Reason.ASK, None),
    (NORMAL, claimed_at(h(1), asked=2, asked_at=h(49)), h(73), Reason.CLIMB_SILENT, None),
]  # fmt: skip

QUIET = [
    (NORMAL, open_since(), h(9), Reason.QUIET_HOURS, h(10)),
    (NORMAL, open_since(), h(10), Reason.REMIND, None),  # once, in the morning
    (HIGH, claimed_at(m(5)), h(9), Reason.QUIET_HOURS, h(10)),
    (HIGH, claimed_at(m(5), promised_until=h(5)), h(9), Reason.QUIET_HOURS, h(10)),
]  # fmt: skip

HELD = [
    (HIGH, claimed_at(m(5), promised_until=h(100)), h(99), Reason.PROMISED, h(100)),
    (HIGH, open_since(promised_until=h(100)), h(99), Reason.PROMISED, h(100)),
    (HIGH, claimed_at(m(5), promised_until=h(100)), h(100), Reason.ASK, None),  # at once when it has run out
    (HIGH, claimed_at(m(5), promised_until=h(100), asked=1, asked_at=h(100)), h(100.4), Reason.WAITING, h(100.5)),
    (HIGH, claimed_at(m(5), promised_until=h(100), asked=2, asked_at=h(101)), h(101.5), Reason.LAPSE, None),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "progress", "now", "reason", "again"), UNCLAIMED + CLAIMED + HELD)
def test_the_ladder(policy: Policy, progress: Progress, now: datetime, reason: Reason, again: datetime | None) -> None:
    decision = decide(progress, policy, now, NO_NIGHT)
    assert decision.reason is reason
    assert decision.look_again == (again or now)
    assert decision.due is (again is None)


@pytest.mark.parametrize(("policy", "progress", "now", "reason", "again"), QUIET)
def test_at_night(policy: Policy, progress: Progress, now: datetime, reason: Reason, again: datetime | None) -> None:
    decision = decide(progress, policy, now, NIGHT)
    assert (decision.reason, decision.look_again) == (reason, again or now)


@pytest.mark.parametrize(("elapsed", "to"), [(m(5), 1), (m(15), 2), (h(5), 2)])
def test_after_an_outage_it_climbs_once_to_its_present_rung(elapsed: datetime, to: int) -> None:
    assert decide(open_since(), URGENT, elapsed, NO_NIGHT) == Decision(
        reason=Reason.CLIMB_UNCLAIMED, look_again=elapsed, climb_to=to
    )


def test_a_silence_that_has_climbed_does_not_climb_again_when_the_claim_lapses() -> None:
    progress = claimed_at(m(1), asked=2, asked_at=m(21))
    for reason in (Reason.CLIMB_SILENT, Reason.LAPSE, Reason.WAITING):
        decision = decide(progress, URGENT, m(31), NO_NIGHT)
        assert decision.reason is reason
        progress = _done(progress, decision, m(31))
    assert (progress.climbed, decision.look_again) == (1, m(33))


def _done(progress: Progress, decision: Decision, now: datetime) -> Progress:
    """What carrying a decision out makes of the progress."""
    match decision.reason:
        case Reason.REMIND | Reason.LIST:
            return progress.reminded_now(now)
        case Reason.CLIMB_UNCLAIMED | Reason.CLIMB_SILENT:
            return progress.climbed_now(now, decision.climb_to)
        case Reason.ASK:
            return progress.asked_now(now)
        case Reason.LAPSE:
            return progress.lapsed(now)
        case _:
            return progress


PROGRESS = st.builds(
    lambda claimed, promised: open_since(
        claimed_at=m(claimed) if claimed is not None else None,
        heard_at=m(claimed) if claimed is not None else None,
        promised_until=m(promised) if promised is not None else None,
    ),
    st.none() | st.integers(0, 300),
    st.none() | st.integers(0, 3000),
)
GAPS = st.lists(st.floats(0.01, 5000), min_size=1, max_size=60)


@given(PROGRESS, st.sampled_from([URGENT, HIGH, NORMAL]), GAPS)
def test_whatever_the_clock_does_every_decision_ends_and_looks_ahead(
    progress: Progress, policy: Policy, gaps: list[float]
) -> None:
    """However late the sweeper comes: what is due is done a few steps at most, then the next look lies ahead."""
    now = T0
    for gap in gaps:
        now += timedelta(minutes=gap)
        for _step in range(8):
            decision = decide(progress, policy, now, NO_NIGHT)
            if not decision.due:
                break
            progress = _done(progress, decision, now)
        assert not decision.due
        assert decision.look_again > now
        assert decide(progress, policy, decision.look_again - timedelta(microseconds=1), NO_NIGHT).due is False


@given(st.sampled_from([URGENT, HIGH, NORMAL]), st.integers(0, 300))
def test_an_item_that_nobody_takes_has_climbed_and_is_reminded_for_ever(policy: Policy, claim_minute: int) -> None:
    """Nothing waits in silence: from any claim that lapses, or none, every climb comes, and reminders never stop."""
    progress = open_since() if claim_minute == 0 else claimed_at(m(claim_minute))
    now, told = T0, 0
    for _ in range(80):
        decision = decide(progress, policy, now, NO_NIGHT)
        if decision.due:
            told += 1
            progress = _done(progress, decision, now)
        else:
            assert decision.look_again - now <= timedelta(hours=72)
            now = decision.look_again
    assert progress.claimed_at is None
    assert progress.climbed >= len(policy.climb_unclaimed)
    assert told >= 20

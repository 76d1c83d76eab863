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
    # given back after hours at the top: reminders start there, at their first interval
    (URGENT, open_since(climbed=2, reminded=9, reminded_at=m(90), reminded_since_climb=7).given_back(m(95)), m(96), Reason.WAITING, m(97)),
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


ACTS = st.sampled_from(
    ["claim", "release", "fall_away", "heard", "promise", "urge", "press_again", "ease", "nothing", "nothing"]
)
LIVES = st.lists(st.tuples(st.integers(1, 2000), ACTS), min_size=1, max_size=25)


class Life:
    """An item whose sweeper always comes in time, and what it was told when."""

    def __init__(self, policy: Policy, hours: QuietHours) -> None:
        self.policy, self.hours = policy, hours
        self.progress, self.now = open_since(), T0
        self.told: list[tuple[datetime, Reason]] = []
        self.acts: list[tuple[datetime, str]] = []

    def until(self, end: datetime) -> None:
        while True:
            decision = decide(self.progress, self.policy, self.now, self.hours)
            if decision.due:
                self.told.append((self.now, decision.reason))
                before, self.progress = self.progress, _done(self.progress, decision, self.now)
                assert self.progress != before, f"{decision.reason} leaves no trace: it would be done for ever"
            elif decision.look_again > end:
                self.now = end
                return
            else:
                assert decision.look_again > self.now
                self.now = decision.look_again

    def act(self, act: str) -> None:
        claimed = self.progress.claimed_at is not None
        if act == "claim" and not claimed:
            self.progress = self.progress.claimed(self.now)
        elif act == "release" and claimed:
            self.progress = self.progress.given_back(self.now)
        elif act == "fall_away" and not claimed:  # a claim that never counted: its group has just been called anew
            self.progress = self.progress.reminded_now(self.now)
        elif act == "heard" and claimed:
            self.progress = self.progress.heard(self.now)
        elif act == "promise" and claimed:
            self.progress = self.progress.promised(self.now, self.now + timedelta(hours=30))
        elif act == "urge":
            self.progress = self.progress.urged(self.now)
        elif act == "press_again":
            self.progress = self.progress.pressed_again(self.now)
        elif act == "ease":
            self.progress = self.progress.eased(self.now)
        else:
            return
        self.acts.append((self.now, act))

    def quiet_or_promised(self) -> bool:
        promised = self.progress.promised_until
        return self.hours.at(self.now) or (promised is not None and self.now < promised)


@given(LIVES, st.sampled_from([URGENT, HIGH, NORMAL]), st.sampled_from([NO_NIGHT, NIGHT]))
def test_for_any_history_no_due_step_is_missed_and_none_is_told_twice(
    lives: list[tuple[int, str]], policy: Policy, hours: QuietHours
) -> None:
    hours = NO_NIGHT if policy is URGENT else hours
    life = Life(policy, hours)
    for minutes, act in lives:
        life.until(life.now + timedelta(minutes=minutes))
        _nothing_was_missed(life)
        life.act(act)
    _nothing_was_told_twice(life)


def _nothing_was_missed(life: Life) -> None:
    """Whoever looks at any moment finds it told within the time that its policy names."""
    if life.quiet_or_promised():
        return
    progress, policy, now = life.progress, life.policy, life.now
    night = timedelta(hours=1.5) if life.hours is NIGHT else timedelta(0)
    if progress.claimed_at is None:
        last = progress.reminded_at or progress.since
        longest = max(policy.remind_max, *policy.remind_unclaimed)
        if policy.listed_after is not None and progress.climbed >= len(policy.climb_unclaimed):
            longest += timedelta(days=1)  # what would be due just before the first list waits for the list after it
        assert now - last <= longest + night
        if progress.silent_since is None:
            due = [offset for offset in policy.climb_unclaimed if progress.climb_since + offset + night <= now]
            assert progress.climbed >= len(due)
    else:
        last = max(at for at in (progress.heard_at, progress.asked_at, progress.promised_until) if at is not None)
        assert now - last <= policy.ask_claimed + night


def _nothing_was_told_twice(life: Life) -> None:
    """The same step comes again only after its own interval, or after somebody has done something in between."""
    shortest = {
        Reason.REMIND: min(life.policy.remind_unclaimed),
        Reason.LIST: timedelta(hours=20),
        Reason.ASK: min(life.policy.ask_claimed, life.policy.lapse_raised or life.policy.ask_claimed),
    }
    latest: dict[Reason, datetime] = {}
    for at, reason in life.told:
        before = latest.get(reason)
        between = [a for a, _ in life.acts if before is not None and before <= a <= at]
        lapsed = [a for a, r in life.told if r is Reason.LAPSE and before is not None and before <= a <= at]
        if before is not None and not between and not lapsed:
            held = life.hours.at(before - timedelta(microseconds=1))  # told late, at the end of the night
            assert at - before >= shortest.get(reason, timedelta(microseconds=1)) or held
            assert at > before
        latest[reason] = at


def test_who_cries_again_and_again_puts_nothing_off() -> None:
    """A frightened elder presses every minute: the rungs hear of it as if she had pressed once."""
    for claim in (False, True):
        life = Life(URGENT, NO_NIGHT)
        life.act("claim" if claim else "nothing")
        for _ in range(30):
            life.act("press_again")
            life.until(life.now + timedelta(minutes=1))
        climbs = [(at - T0) // timedelta(minutes=1) for at, reason in life.told if reason is Reason.CLIMB_UNCLAIMED]
        assert climbs == [5, 15]
        # who has it is asked at once, and leaves it after two minutes: not after the last of the cries
        asked = [((at - T0) // timedelta(minutes=1), r) for at, r in life.told if r in (Reason.ASK, Reason.LAPSE)]
        assert asked == ([(0, Reason.ASK), (2, Reason.LAPSE)] if claim else [])


def test_an_answer_to_the_cry_keeps_the_claim_until_the_next() -> None:
    progress = claimed_at(m(1)).pressed_again(m(3))
    assert decide(progress, URGENT, m(3), NO_NIGHT).reason is Reason.ASK
    answered = progress.asked_now(m(3)).heard(m(4))
    assert decide(answered, URGENT, m(6), NO_NIGHT).reason is Reason.WAITING
    assert decide(answered.pressed_again(m(7)), URGENT, m(7), NO_NIGHT).reason is Reason.ASK


def test_what_is_eased_is_left_in_peace_for_its_milder_interval() -> None:
    urgent = open_since(reminded=1, reminded_at=m(2))
    assert decide(urgent.eased(m(3)), HIGH, m(4), NO_NIGHT) == Decision(reason=Reason.WAITING, look_again=m(13))
    raised = claimed_at(m(1)).pressed_again(m(3)).asked_now(m(3)).eased(m(4))
    assert decide(raised, HIGH, m(6), NO_NIGHT).reason is Reason.WAITING  # and nobody loses it for a question of ours


@given(LIVES)
def test_nothing_urgent_is_ever_left_with_nobody_told(lives: list[tuple[int, str]]) -> None:
    """Whatever was done before: unclaimed for a quarter of an hour it has gone to everybody, and it repeats."""
    life = Life(URGENT, NO_NIGHT)
    for minutes, act in lives:
        life.until(life.now + timedelta(minutes=minutes))
        life.act(act)
    life.act("release")
    began = life.now
    life.until(began + timedelta(minutes=46))
    if life.progress.claimed_at is None:
        assert life.progress.climbed >= len(URGENT.climb_unclaimed)
        assert any(at > began + timedelta(minutes=35) for at, reason in life.told if reason is Reason.REMIND)

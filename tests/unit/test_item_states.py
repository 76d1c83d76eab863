"""The transition table, walked whole; and the law that the state is what the history adds up to."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.errors import AlreadyClaimed, NotNow
from care.domain.items import (
    LIVE,
    TRANSITIONS,
    Action,
    Category,
    Details,
    DismissReason,
    Ending,
    Event,
    Item,
    Kind,
    Severity,
    State,
    begin,
    evolve,
    fold,
)
from care.domain.policy import DEFAULT_POLICIES

T0 = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

# Every pair that is allowed, written down a second time on purpose: a change of the table must be meant.
ALLOWED = {
    "draft": "amend note hold urge send_out self_settle dismiss",
    "open": "amend note urge press_again ease remind climb transfer pledge fall_away claim dismiss self_settle",
    "claimed": "amend note urge press_again ease climb transfer pledge fall_away take_over ask heard promise lapse"
    " release say_done resolve",
    "resolved": "note confirm reopen undo archive",
    "closed": "note",
    "dismissed": "note undo",
}
# The way from a fresh report to each state.
WAY = {
    State.DRAFT: (),
    State.OPEN: (Action.SEND_OUT,),
    State.CLAIMED: (Action.SEND_OUT, Action.CLAIM),
    State.RESOLVED: (Action.SEND_OUT, Action.CLAIM, Action.RESOLVE),
    State.CLOSED: (Action.SEND_OUT, Action.CLAIM, Action.RESOLVE, Action.CONFIRM),
    State.DISMISSED: (Action.SEND_OUT, Action.DISMISS),
}


def report() -> tuple[Item, Event]:
    details = Details(kind=Kind.REPORT, reporter=1, text="井盖坏了")
    return begin(7, Action.REPORT, at=T0, actor=1, details=details)


def at_state(state: State) -> Item:
    item, _ = report()
    for step, action in enumerate(WAY[state], start=1):
        item, _ = item.apply(action, at=T0 + timedelta(minutes=step), actor=2)
    assert item.state is state
    return item


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_every_state_answers_every_action(state: State, action: Action) -> None:
    item = at_state(state)
    if action.value in ALLOWED[state.value].split():
        after, event = item.apply(action, at=T0 + timedelta(hours=1), actor=3, reason="why")
        assert after.state is TRANSITIONS[(state, action)]
        assert after.version == item.version + 1
        assert event.reason == "why"
    elif (state, action) == (State.CLAIMED, Action.CLAIM):
        with pytest.raises(AlreadyClaimed) as taken:
            item.apply(action, at=T0, actor=3)
        assert (taken.value.by, taken.value.number) == (2, 7)
    else:
        with pytest.raises(NotNow) as refused:
            item.apply(action, at=T0, actor=3)
        assert (refused.value.state, refused.value.action) == (state, action)


@pytest.mark.parametrize("action", list(Action))
def test_an_item_begins_as_a_report_or_raised_by_the_house(action: Action) -> None:
    details = Details(kind=Kind.HELP)
    if action is Action.REPORT:
        assert begin(1, action, at=T0, actor=1, details=details)[0].state is State.DRAFT
    elif action is Action.RAISE:
        item, _ = begin(1, action, at=T0, actor=None, details=details)
        assert (item.state, item.since, item.kind) == (State.OPEN, T0, Kind.HELP)
    else:
        with pytest.raises(NotNow):
            begin(1, action, at=T0, actor=1, details=details)


def test_live_is_open_or_claimed() -> None:
    assert frozenset({State.OPEN, State.CLAIMED}) == LIVE
    assert [state for state in State if at_state(state).live] == [State.OPEN, State.CLAIMED]


def test_the_second_claim_learns_who_was_first() -> None:
    with pytest.raises(AlreadyClaimed, match="claimed by person 2"):
        at_state(State.CLAIMED).apply(Action.CLAIM, at=T0, actor=5)


def test_giving_back_starts_the_clocks_anew_and_forgets_the_claimer() -> None:
    item = at_state(State.CLAIMED)
    said, _ = item.apply(Action.SAY_DONE, at=T0 + timedelta(hours=1), actor=2)
    assert said.said_done_by == 2
    back, _ = said.apply(Action.RELEASE, at=T0 + timedelta(hours=2), actor=2)
    assert (back.claimed_by, back.claimed_at, back.said_done_by) == (None, None, None)
    assert back.since == T0 + timedelta(hours=2)
    assert back.opened_at == item.opened_at


def test_reopening_forgets_the_proof_and_counts() -> None:
    item = at_state(State.CLAIMED)
    item, _ = item.apply(Action.RESOLVE, at=T0, actor=2, details=Details(proof="换了新井盖"))
    assert (item.proof, item.resolved_by) == ("换了新井盖", 2)
    item, _ = item.apply(Action.REOPEN, at=T0 + timedelta(hours=3), actor=1)
    assert (item.proof, item.resolved_by, item.resolved_at, item.claimed_by) == (None, None, None, None)
    assert (item.reopened, item.since) == (1, T0 + timedelta(hours=3))


def test_undoing_gives_it_back_to_who_had_it_with_his_promise() -> None:
    item = at_state(State.CLAIMED)
    until = T0 + timedelta(days=3)
    item, _ = item.apply(Action.PROMISE, at=T0 + timedelta(hours=1), actor=2, details=Details(promised_until=until))
    done, _ = item.apply(Action.RESOLVE, at=T0 + timedelta(hours=2), actor=5, details=Details(proof="换了"))
    back, _ = done.apply(Action.UNDO, at=T0 + timedelta(hours=2, minutes=1), actor=5)
    assert (back.state, back.claimed_by, back.proof, back.resolved_by) == (State.CLAIMED, 2, None, None)
    assert back.progress == item.progress


def an_elders_matter() -> Item:
    details = Details(kind=Kind.HELP, about=9, policy=DEFAULT_POLICIES["urgent"])
    return begin(7, Action.RAISE, at=T0, actor=9, details=details)[0]


def test_a_pledge_is_no_claim_the_clocks_run_on_until_the_sheet_has_arrived() -> None:
    item = an_elders_matter()
    said, _ = item.apply(Action.PLEDGE, at=T0 + timedelta(minutes=1), actor=2, details=Details(pledged_from="g1"))
    assert (said.state, said.claimed_by, said.pledged_by, said.pledged_from) == (State.OPEN, None, 2, "g1")
    assert said.progress == item.progress
    other, _ = said.apply(Action.PLEDGE, at=T0 + timedelta(minutes=2), actor=3)
    assert (other.pledged_by, other.pledged_from) == (3, None)  # anybody may still claim
    his, _ = other.apply(Action.CLAIM, at=T0 + timedelta(minutes=3), actor=3)
    assert (his.state, his.claimed_by, his.pledged_by, his.pledged_at) == (State.CLAIMED, 3, None, None)
    assert his.progress is not None
    assert his.progress.claimed_at == T0 + timedelta(minutes=3)


def test_a_pledge_that_falls_away_calls_people_anew_and_the_climb_still_counts_from_the_opening() -> None:
    said, _ = an_elders_matter().apply(Action.PLEDGE, at=T0 + timedelta(minutes=1), actor=2)
    gone, _ = said.apply(Action.FALL_AWAY, at=T0 + timedelta(minutes=2), actor=None)
    assert (gone.state, gone.pledged_by) == (State.OPEN, None)
    assert gone.progress is not None
    assert (gone.progress.climb_since, gone.progress.reminded_at) == (T0, T0 + timedelta(minutes=2))


def test_who_takes_over_has_it_once_the_sheet_has_reached_him_and_until_then_it_is_its_claimers() -> None:
    mine, _ = an_elders_matter().apply(Action.CLAIM, at=T0, actor=2)
    both, _ = mine.apply(Action.PLEDGE, at=T0 + timedelta(minutes=1), actor=5)
    assert (both.state, both.claimed_by, both.pledged_by) == (State.CLAIMED, 2, 5)
    still, _ = both.apply(Action.FALL_AWAY, at=T0 + timedelta(minutes=6), actor=None)
    assert (still.claimed_by, still.pledged_by, still.progress) == (2, None, mine.progress)
    over, _ = both.apply(Action.TAKE_OVER, at=T0 + timedelta(minutes=2), actor=5)
    assert (over.claimed_by, over.pledged_by) == (5, None)
    back, _ = both.apply(Action.RELEASE, at=T0 + timedelta(minutes=2), actor=2)
    assert (back.state, back.pledged_by) == (State.OPEN, 5)  # he is on his way to it all the same


def test_an_elders_matter_ends_by_an_outcome_only_and_nothing_else_by_one() -> None:
    seen, open_, mine = Details(ending=Ending.SEEN), an_elders_matter(), at_state(State.CLAIMED)
    claimed, _ = open_.apply(Action.CLAIM, at=T0, actor=2)
    for item, details in ((open_, None), (claimed, Details()), (mine, seen), (at_state(State.OPEN), Details())):
        with pytest.raises(NotNow):
            item.apply(Action.RESOLVE, at=T0, actor=2, details=details)
    for item in (open_, claimed):
        done, _ = item.apply(Action.RESOLVE, at=T0 + timedelta(hours=1), actor=9, details=seen)
        assert (done.state, done.ending, done.resolved_by) == (State.RESOLVED, Ending.SEEN, 9)
        back, _ = done.apply(Action.UNDO, at=T0 + timedelta(hours=1), actor=9)
        assert (back.state, back.ending, back.progress) == (item.state, None, item.progress)


def test_undoing_what_needed_nobody_opens_it() -> None:
    gone, _ = at_state(State.OPEN).apply(
        Action.DISMISS, at=T0 + timedelta(hours=1), actor=5, details=Details(dismiss_reason=DismissReason.GONE)
    )
    back, _ = gone.apply(Action.UNDO, at=T0 + timedelta(hours=1), actor=5)
    assert (back.state, back.dismiss_reason, back.resolved_by, back.resolved_at) == (State.OPEN, None, None, None)
    assert back.progress == at_state(State.OPEN).progress


def test_who_promises_a_day_says_that_it_is_not_done_yet() -> None:
    said, _ = at_state(State.CLAIMED).apply(Action.SAY_DONE, at=T0 + timedelta(hours=1), actor=2)
    promised, _ = said.apply(
        Action.PROMISE, at=T0 + timedelta(hours=2), actor=2, details=Details(promised_until=T0 + timedelta(days=1))
    )
    assert promised.said_done_by is None
    again, _ = promised.apply(Action.SAY_DONE, at=T0 + timedelta(hours=3), actor=2)
    assert again.said_done_by == 2


def test_promises_are_counted_over_the_whole_life_of_an_item() -> None:
    item = at_state(State.CLAIMED)
    for step in (
        (Action.PROMISE, Details(promised_until=T0 + timedelta(days=1))),
        (Action.RESOLVE, Details()),
        (Action.REOPEN, Details()),
        (Action.CLAIM, Details()),
        (Action.PROMISE, Details(promised_until=T0 + timedelta(days=2))),
    ):
        item, _ = item.apply(step[0], at=T0 + timedelta(hours=1), actor=2, details=step[1])
    assert item.progress is not None
    assert item.progress.promises == 2


def test_an_offer_ends_with_whoever_takes_it_or_ends_it() -> None:
    asked, _ = at_state(State.CLAIMED).apply(
        Action.TRANSFER, at=T0 + timedelta(hours=1), actor=2, details=Details(offered_to=5)
    )
    assert (asked.state, asked.claimed_by, asked.offered_to) == (State.OPEN, None, 5)
    for action, actor in ((Action.CLAIM, 6), (Action.DISMISS, 6), (Action.SELF_SETTLE, 1)):
        assert asked.apply(action, at=T0 + timedelta(hours=2), actor=actor)[0].offered_to is None


def test_only_the_reporters_own_words_renew_a_draft() -> None:
    item, _ = report()
    later = T0 + timedelta(minutes=2)
    assert item.apply(Action.AMEND, at=later, actor=1)[0].answered_at == later
    assert item.apply(Action.HOLD, at=later, actor=None)[0].answered_at == T0


def test_sending_out_ends_a_hold() -> None:
    held, _ = report()[0].apply(Action.HOLD, at=T0, actor=None, details=Details(held=True))
    assert held.held
    assert not held.apply(Action.SEND_OUT, at=T0, actor=9)[0].held


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Event(at=datetime(2026, 1, 1), actor=None, action=Action.NOTE)  # noqa: DTZ001  the point of the test


def test_a_history_that_does_not_fit_is_refused() -> None:
    item, _ = report()
    with pytest.raises(NotNow):
        evolve(item, Event(at=T0, actor=1, action=Action.CLAIM))
    with pytest.raises(ValueError, match="no history"):
        fold(7, [])
    with pytest.raises(NotNow):
        fold(7, [Event(at=T0, actor=1, action=Action.CLAIM)])


def test_severity_is_ranked_by_haste() -> None:
    assert sorted(Severity, key=lambda s: s.rank) == [Severity.URGENT, Severity.HIGH, Severity.NORMAL]


DETAILS = st.builds(
    lambda picked: Details(**picked),
    st.fixed_dictionaries(
        {},
        optional={
            "category": st.sampled_from(Category),
            "severity": st.sampled_from(Severity),
            "text": st.text(max_size=20),
            "area": st.sampled_from(["g1", "g2"]),
            "offered_to": st.sampled_from([None, 5]),
            "claimed_from": st.sampled_from([None, "g1"]),
            "promised_until": st.just(T0 + timedelta(days=1)),
            "pledged_from": st.sampled_from([None, "g1"]),
            "kind": st.sampled_from([Kind.REPORT, Kind.SOS]),
            "ending": st.sampled_from([None, Ending.SEEN]),
        },
    ),
)


@given(st.lists(st.tuples(st.sampled_from(Action), st.integers(1, 4), DETAILS), max_size=30))
def test_the_state_is_the_fold_of_the_history(acts: list[tuple[Action, int, Details]]) -> None:
    """Invariant I3, for any acts in any order; what is refused leaves no trace."""
    item, first = report()
    history = [first]
    for step, (action, actor, details) in enumerate(acts):
        try:
            item, event = item.apply(action, at=T0 + timedelta(minutes=step), actor=actor, details=details)
        except (NotNow, AlreadyClaimed):
            continue
        history.append(event)
    assert fold(7, history) == item
    assert (item.pledged_by is None) == (item.pledged_at is None)
    assert item.live or item.pledged_by is None
    assert item.version == len(history)
    assert (item.claimed_by is not None) == (item.state is State.CLAIMED) or item.state in (
        State.RESOLVED,
        State.CLOSED,
    )

"""An elder's check-in: what her silence means, and when; each row with the step expected."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.checkins import CheckIn, CheckInRules, Do, How, Outcome, Why
from care.domain.elders import ElderState
from care.domain.planning import checkins_of
from care.domain.silence import decide, expires, next_look

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 2)
RULES = CheckInRules()
WANG = 7


def at(hour: float, minute: float = 0) -> datetime:
    """Local time of the day."""
    return datetime.combine(DAY, time(), SHANGHAI).astimezone(UTC) + timedelta(hours=hour, minutes=minute)


def eight(**more: Any) -> CheckIn:
    """The check-in at 08:00."""
    return CheckIn(elder=WANG, day=DAY, due_at=at(8), opens_at=at(4), final_at=at(28), **more)


def asked(when: datetime, **more: Any) -> CheckIn:
    return eight(told_at=when, **more).accepted(when)


STEPS = [
    # check-in, now, what is done, why, look again
    (eight(), at(7), Do.NOTHING, Why.NOT_YET, at(8)),
    (eight(), at(8), Do.ASK, Why.NOT_YET, at(8)),
    (eight(), at(8, 45), Do.ASK, Why.NOT_YET, at(8, 45)),  # late by up to 45 min: just sent
    (eight(), at(8, 46), Do.ASK_LATE, Why.NOT_YET, at(8, 46)),  # and the group hears that we were away
    (eight(), at(11), Do.ASK_LATE, Why.NOT_YET, at(11)),
    (eight(), at(11, 0.1), Do.SETTLE, Why.OUTAGE, None),  # a good-morning is worthless at noon
    (eight().sign(at(7)), at(8), Do.NOTHING, Why.EARLY, None),  # who was awake before is not asked at all
    (eight().told(at(8)), at(10), Do.NOTHING, Why.ON_ITS_WAY, at(28)),  # not accepted: no silence
    (asked(at(8)), at(8, 29), Do.NOTHING, Why.SILENT, at(8, 30)),
    (asked(at(8)), at(8, 30), Do.REMIND, Why.SILENT, at(8, 30)),
    (asked(at(8), reminded=1), at(8, 40), Do.NOTHING, Why.SILENT, at(8, 45)),
    (asked(at(8), reminded=1), at(8, 45), Do.TELL_FAMILY, Why.SILENT, at(8, 45)),
    (asked(at(8), reminded=1, family_at=at(8, 45)), at(9, 29), Do.NOTHING, Why.SILENT, at(9, 30)),
    (asked(at(8), reminded=1, family_at=at(8, 45)), at(9, 30), Do.RAISE, Why.SILENT, at(9, 30)),
    (asked(at(8), reminded=1, raised_at=at(9, 30)), at(12), Do.NOTHING, Why.SILENT, None),
    (asked(at(8)), at(10), Do.RAISE, Why.SILENT, at(10)),  # a sweeper that comes late does the highest step only
    (asked(at(9)), at(9, 30), Do.REMIND, Why.SILENT, at(9, 30)),  # the clock starts at acceptance, not when it was due
    (asked(at(8)).heard_but([(at(7), at(10))]), at(10), Do.NOTHING, Why.SILENT, at(10, 30)),  # we could not hear
    (asked(at(8)).heard_but([(at(6), at(7))]), at(8, 30), Do.REMIND, Why.SILENT, at(8, 30)),  # before she was asked
    (asked(at(8)).heard_but([(at(8), at(8.15)), (at(8.3), at(8.4))]), at(8, 44), Do.NOTHING, Why.SILENT, at(8, 45)),
    (asked(at(8)).sign(at(8, 10)), at(9, 30), Do.NOTHING, Why.ANSWERED, None),
    (asked(at(8)), at(28), Do.NOTHING, Why.SILENT, None),  # final
    (eight(), at(28), Do.SETTLE, Why.OUTAGE, None),  # we were away all day
    (eight().told(at(8)), at(28), Do.SETTLE, Why.OUTAGE, None),
]  # fmt: skip


@pytest.mark.parametrize(("checkin", "now", "do", "why", "again"), STEPS)
def test_a_morning(checkin: CheckIn, now: datetime, do: Do, why: Why, again: datetime | None) -> None:
    decision = decide(checkin, ElderState.JOINED, False, RULES, now)
    assert (decision.do, decision.why, decision.look_again) == (do, why, again)


@pytest.mark.parametrize(
    ("joined", "paused", "why"),
    [
        (ElderState.INVITED, False, Why.NOT_JOINED),
        (ElderState.LEFT, False, Why.NOT_JOINED),
        (ElderState.INVITED, True, Why.NOT_JOINED),
        (ElderState.JOINED, True, Why.PAUSED),
    ],
)
def test_who_is_not_greeted_is_not_asked(joined: ElderState, paused: bool, why: Why) -> None:
    decision = decide(eight(), joined, paused, RULES, at(8))
    assert (decision.do, decision.why) == (Do.SETTLE, why)


OUTCOMES = [
    (eight(), Outcome.NOT_ASKED, Why.NOT_YET),
    (eight().told(at(8)), Outcome.NOT_ASKED, Why.ON_ITS_WAY),
    (asked(at(8)), Outcome.MISSED, Why.SILENT),
    (asked(at(8)).sign(at(8, 5)), Outcome.OK, Why.ANSWERED),
    (asked(at(8)).sign(at(14)), Outcome.OK, Why.ANSWERED),  # also late
    (eight().sign(at(4)), Outcome.OK, Why.EARLY),
    (eight().sign(at(3, 59)), Outcome.NOT_ASKED, Why.NOT_YET),  # of last night
    (eight().told(at(8)).sign(at(7, 59)).accepted(at(8, 1)), Outcome.OK, Why.ANSWERED),  # crossed on the way
    (asked(at(8)).found_well(9, at(9), Why.FAMILY), Outcome.OK, Why.FAMILY),
    (asked(at(8)).sign(at(8, 5)).found_well(9, at(9), Why.SEEN), Outcome.OK, Why.ANSWERED),  # her own word stays
    (asked(at(8)).found_well(9, at(9), Why.SEEN).sign(at(9, 40)), Outcome.OK, Why.ANSWERED),
    (eight().not_asked(Why.UNDELIVERABLE), Outcome.NOT_ASKED, Why.UNDELIVERABLE),
    (eight().sign(at(7)).not_asked(Why.OUTAGE), Outcome.OK, Why.EARLY),
    (eight().stopped(Why.PAUSED), Outcome.PAUSED, Why.PAUSED),
    (asked(at(8)).stopped(Why.PAUSED), Outcome.PAUSED, Why.PAUSED),  # somebody says that she is away
    (asked(at(8)).stopped(Why.NOT_JOINED), Outcome.NOT_ASKED, Why.NOT_JOINED),
    (asked(at(8)).sign(at(8, 1)).stopped(Why.NOT_JOINED), Outcome.OK, Why.ANSWERED),
]


@pytest.mark.parametrize(("checkin", "outcome", "why"), OUTCOMES)
def test_an_outcome_with_its_evidence(checkin: CheckIn, outcome: Outcome, why: Why) -> None:
    assert (checkin.outcome, checkin.why) == (outcome, why)


def test_the_first_sign_is_the_evidence_and_the_latest_is_the_last_that_was_heard() -> None:
    kept = asked(at(8)).sign(at(8, 5), How.KEY).sign(at(9), How.PHOTO).sign(at(8, 30), How.TEXT)
    assert (kept.how, kept.why, kept.sign_at) == (How.KEY, Why.ANSWERED, at(9))
    family = asked(at(8)).found_well(9, at(8, 50), Why.FAMILY, How.FAMILY)
    assert (family.sign(at(9), How.VOICE).how, family.sign(at(9), How.VOICE).by) == (How.VOICE, WANG)


def test_a_press_that_had_waited_counts_for_the_check_in_it_names_also_when_that_is_final() -> None:
    kept = asked(at(8))
    assert kept.sign(kept.within(at(30)), How.KEY).outcome is Outcome.OK
    assert kept.sign(at(30), How.KEY).outcome is Outcome.MISSED
    assert kept.within(at(9)) == at(9)


def test_what_was_settled_while_the_question_was_on_its_way_stays_settled() -> None:
    on_its_way = eight().told(at(8))
    assert on_its_way.stopped(Why.PAUSED).accepted(at(8, 1)).outcome is Outcome.PAUSED
    assert on_its_way.not_asked(Why.NOT_JOINED).accepted(at(8, 1)).outcome is Outcome.NOT_ASKED
    twice = on_its_way.accepted(at(8, 1)).accepted(at(9))
    assert twice.asked_at == at(8, 1)
    assert asked(at(8)).not_asked(Why.OUTAGE).silent, "who was asked was asked"


def test_who_is_back_before_it_is_due_is_asked() -> None:
    assert eight().stopped(Why.PAUSED).reopened() == eight()
    assert eight().sign(at(5)).stopped(Why.PAUSED).reopened().outcome is Outcome.OK
    assert eight().told(at(8)).stopped(Why.PAUSED).reopened().outcome is Outcome.PAUSED


def test_a_silence_that_an_outage_held_up_goes_on_after_the_night_until_the_next_greeting() -> None:
    held_up = asked(at(20), reminded=1, family_at=at(20, 45)).heard_but([(at(21), at(27.5))])
    for followed, do in ((True, Do.NOTHING), (False, Do.RAISE)):
        assert decide(held_up, ElderState.JOINED, False, RULES, at(28), followed=followed).do is do


def test_a_question_in_the_outbox_expires_when_it_makes_no_sense_any_more() -> None:
    assert expires(eight(), RULES, at(8)) == at(11)
    assert expires(eight(), RULES, at(11)) == at(11, 10)
    (first, _) = checkins_of(WANG, DAY, (time(8), time(9)), SHANGHAI, RULES)
    assert expires(first, RULES, at(8)) == at(9)


def test_when_somebody_should_look_again() -> None:
    assert next_look(eight(), RULES) == at(8)
    assert next_look(eight().told(at(8)), RULES) == at(28)
    assert next_look(asked(at(8)), RULES) == at(8, 30)
    assert next_look(asked(at(8)).did(Do.REMIND, at(8, 30)), RULES) == at(8, 45)
    assert next_look(asked(at(8)).did(Do.TELL_FAMILY, at(8, 45)), RULES) == at(9, 30)
    assert next_look(asked(at(8)).did(Do.RAISE, at(9, 30)), RULES) is None
    assert next_look(asked(at(8)).sign(at(8, 5)), RULES) is None
    assert next_look(eight().stopped(Why.PAUSED), RULES) is None
    with pytest.raises(ValueError):
        eight().did(Do.ASK, at(8))


def test_two_check_ins_a_day() -> None:
    morning, evening = checkins_of(WANG, DAY, (time(20), time(8)), SHANGHAI, RULES)
    assert (morning.due_at, morning.opens_at, morning.final_at) == (at(8), at(4), at(20))
    assert (evening.due_at, evening.opens_at, evening.final_at) == (at(20), at(16), at(28))
    assert morning.sign(at(17)).outcome is Outcome.OK  # one word may count for both
    assert evening.sign(at(17)).outcome is Outcome.OK
    assert evening.sign(at(12)).outcome is Outcome.NOT_ASKED


def test_close_check_ins_share_no_sign_before_the_first_of_them() -> None:
    first, second = checkins_of(WANG, DAY, (time(8), time(10)), SHANGHAI, RULES)
    assert second.opens_at == first.due_at


def test_who_rises_early_is_asked_early() -> None:
    (only,) = checkins_of(WANG, DAY, (time(3, 30),), SHANGHAI, RULES)
    assert only.opens_at == only.due_at


def test_the_default_time() -> None:
    (only,) = checkins_of(WANG, DAY, (), SHANGHAI, RULES)
    assert only.due_at == at(8)


def test_a_day_that_has_no_half_past_two_asks_once_and_the_day_has_its_own_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (spring,) = checkins_of(WANG, date(2026, 3, 29), (time(2, 30),), berlin, RULES)
    assert spring.final_at - spring.due_at == timedelta(hours=24.5)
    (autumn,) = checkins_of(WANG, date(2026, 10, 25), (time(8),), berlin, RULES)
    assert autumn.due_at == datetime(2026, 10, 25, 7, tzinfo=UTC)


SIGNS = st.lists(st.integers(0, 36 * 60), max_size=4)
AWAYS = st.lists(st.tuples(st.integers(0, 24 * 60), st.integers(5, 300)), max_size=2)


@given(SIGNS, AWAYS, st.integers(0, 200), st.integers(0, 60))
def test_nobody_is_called_silent_who_was_not_asked_or_who_gave_a_sign(
    signs: list[int], aways: list[tuple[int, int]], late: int, accepted_after: int
) -> None:
    """Minute by minute through a day (invariant I6): each step only after its time of hearing silence."""
    checkin, told, unheard = eight(), dict[Do, datetime](), list[tuple[datetime, datetime]]()
    away_until, heard_since_asked = at(0), 0
    for minute in range(36 * 60):
        now = at(0, minute)
        for began, lasts in aways:
            if minute == began:
                away_until = max(away_until, now + timedelta(minutes=lasts))
        if minute in signs:
            checkin = checkin.sign(now)
        if now < away_until:
            unheard.append((now, now + timedelta(minutes=1)))
            checkin = checkin.heard_but(unheard)
            continue
        heard_since_asked += checkin.asked_at is not None
        if checkin.told_at is not None and checkin.asked_at is None:
            if now >= checkin.told_at + timedelta(minutes=accepted_after):
                checkin = checkin.accepted(now)
            continue
        decision = decide(checkin, ElderState.JOINED, False, RULES, now)
        if decision.do in (Do.ASK, Do.ASK_LATE) and now >= at(8, late):
            checkin = checkin.told(now)
        elif decision.do is Do.SETTLE:
            checkin = checkin.not_asked(decision.why)
        elif decision.do in (Do.REMIND, Do.TELL_FAMILY, Do.RAISE):
            assert checkin.asked_at is not None
            assert checkin.sign_at is None
            least = {Do.REMIND: 30, Do.TELL_FAMILY: 45, Do.RAISE: 90}[decision.do]
            assert heard_since_asked >= least
            assert decision.do not in told
            told[decision.do] = now
            checkin = checkin.did(decision.do, now)
    assert checkin.outcome in Outcome
    assert (Do.RAISE in told) <= (checkin.asked_at is not None)


FOUND_BY = 30


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (asked(at(8)), (Outcome.MISSED, Why.SILENT)),
        (asked(at(8)).did(Do.RAISE, at(9, 30)), (Outcome.MISSED, Why.SILENT)),
        (eight(), (Outcome.NOT_ASKED, Why.NOT_YET)),  # and she is asked
        (eight().told(at(8)), (Outcome.NOT_ASKED, Why.ON_ITS_WAY)),  # it may get there yet
    ],
)
def test_who_was_not_found_well_after_all_is_as_missing_as_before(before: CheckIn, after: tuple[Outcome, Why]) -> None:
    found = before.found_well(FOUND_BY, at(10), Why.SEEN, How.VISIT)
    undone = found.unfound(FOUND_BY, at(10))
    assert (undone.outcome, undone.why) == after
    assert (undone.how, undone.by, undone.sign_at, undone.raised_at) == (None, None, None, before.raised_at)
    assert next_look(undone, RULES) == next_look(before, RULES)
    assert found.unfound(FOUND_BY + 1, at(10)) == found  # it was another's word
    assert found.unfound(FOUND_BY, at(9)) == found  # it was another end


def test_her_own_word_outlives_the_slip_of_another() -> None:
    found = asked(at(8)).found_well(FOUND_BY, at(10), Why.SEEN, How.VISIT).sign(at(10, 1), How.KEY)
    assert found.unfound(FOUND_BY, at(10)) == found

"""📅: what may be promised at which hour, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.promises import Term, offered, promised_until, reworded_at
from care.domain.states import Severity

LANZHOU, BERLIN, CHATHAM = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Chatham")


@pytest.mark.parametrize(
    ("term", "now", "until", "zone"),
    [
        (Term.TODAY, "2026-11-02 10:00", "2026-11-02 18:00", LANZHOU),
        (Term.TODAY, "2026-11-02 17:59", "2026-11-02 18:00", LANZHOU),
        (Term.TODAY, "2026-11-02 00:00", "2026-11-02 18:00", LANZHOU),
        (Term.TOMORROW, "2026-11-02 23:59", "2026-11-03 18:00", LANZHOU),
        (Term.TOMORROW, "2026-12-31 20:00", "2027-01-01 18:00", LANZHOU),  # over the year's end
        (Term.THREE_DAYS, "2028-02-27 09:00", "2028-03-01 18:00", LANZHOU),  # a leap year
        (Term.WEEK, "2026-12-28 09:00", "2027-01-04 18:00", LANZHOU),
        (Term.MATERIALS, "2026-11-22 10:00", "2026-11-29 10:00", LANZHOU),
        (Term.MATERIALS, "2026-11-22 22:30", "2026-11-29 22:30", LANZHOU),
        (Term.TOMORROW, "2026-03-28 12:00", "2026-03-29 18:00", BERLIN),  # the clocks go forward that night
        (Term.TOMORROW, "2026-10-24 12:00", "2026-10-25 18:00", BERLIN),  # and back
        (Term.MATERIALS, "2026-10-24 12:00", "2026-10-31 12:00", BERLIN),  # 7 days and an hour
        (Term.WEEK, "2026-09-25 23:50", "2026-10-02 18:00", CHATHAM),
    ],
)
def test_a_promise_ends_at_six_of_its_day(term: Term, now: str, until: str, zone: ZoneInfo) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=zone).astimezone(UTC)
    assert promised_until(term, at, zone) == datetime.fromisoformat(until).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("severity", "clock", "terms"),
    [
        (Severity.NORMAL, "17:59", "today tomorrow three_days week materials"),
        (Severity.NORMAL, "18:00", "tomorrow three_days week materials"),
        (Severity.HIGH, "09:00", "today tomorrow three_days week materials"),
        (Severity.URGENT, "17:59", "today"),
        (Severity.URGENT, "18:00", ""),
        (Severity.URGENT, "23:59", ""),
        (Severity.URGENT, "00:00", "today"),
    ],
)
def test_what_is_offered(severity: Severity, clock: str, terms: str) -> None:
    now = datetime.fromisoformat(f"2026-11-02 {clock}").replace(tzinfo=LANZHOU)
    assert list(offered(severity, now, LANZHOU)) == terms.split()


@pytest.mark.parametrize(
    ("now", "next_"),
    [
        ("2026-11-02 10:00", "2026-11-04 00:00"),  # then it is tomorrow
        ("2026-11-04 00:00", "2026-11-05 00:00"),  # then it is today
        ("2026-11-05 00:00", None),
        ("2026-11-05 17:00", None),
    ],
)
def test_the_words_for_a_day_change_at_midnight(now: str, next_: str | None) -> None:
    until = datetime(2026, 11, 5, 18, tzinfo=LANZHOU)
    at = datetime.fromisoformat(now).replace(tzinfo=LANZHOU).astimezone(UTC)
    expected = next_ and datetime.fromisoformat(next_).replace(tzinfo=LANZHOU)
    assert reworded_at(until, at, LANZHOU) == expected


@given(
    st.sampled_from(Term),
    st.integers(0, 10 * 366 * 24 * 60).map(
        lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from([LANZHOU, BERLIN, CHATHAM]),
)
def test_whatever_is_offered_lies_ahead(term: Term, now: datetime, zone: ZoneInfo) -> None:
    until = promised_until(term, now, zone)
    if term in offered(Severity.NORMAL, now, zone):
        assert now < until <= now + timedelta(days=8)
        again = reworded_at(until, now, zone)
        assert again is None or now < again < until

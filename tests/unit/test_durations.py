from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.durations import LONGEST, format_duration, parse_duration, parse_time_of_day


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("45s", timedelta(seconds=45)),
        ("2m", timedelta(minutes=2)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("3d", timedelta(days=3)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("90m", timedelta(minutes=90)),  # more than the next unit holds is plain speech
        ("0s", timedelta(0)),  # zero is a span; whether it makes sense is for the key to say
        (" 2m ", timedelta(minutes=2)),
        ("3650d", LONGEST),
    ],
)
def test_a_duration_reads_as_people_write_it(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "5",  # five what?
        "5x",
        "-5m",
        "1.5h",
        "30m1h",  # out of order is more likely a slip
        "1m1m",
        "1h 30m",
        "5M",
        "３m",  # a full-width digit is a digit to Python, not to us
        "3651d",
        "999999999999d",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a duration|longer than ten years"):
        parse_duration(text)


@given(
    st.timedeltas(min_value=timedelta(0), max_value=LONGEST).map(lambda t: t - timedelta(microseconds=t.microseconds))
)
def test_what_is_written_reads_back_the_same(span: timedelta) -> None:
    assert parse_duration(format_duration(span)) == span


def test_durations_are_written_in_the_fewest_units() -> None:
    assert format_duration(timedelta(minutes=90)) == "1h30m"
    assert format_duration(timedelta(days=2, seconds=1, milliseconds=7)) == "2d1s"
    assert format_duration(timedelta(0)) == "0s"
    with pytest.raises(ValueError, match="not negative"):
        format_duration(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("08:00", time(8)),
        ("8:00", time(8)),
        ("08:00:30", time(8, 0, 30)),
        ("07：30", time(7, 30)),  # what a Chinese keyboard writes
        (" 23:59 ", time(23, 59)),
        ("00:00", time(0)),
    ],
)
def test_a_time_of_day_reads_as_people_write_it(text: str, moment: time) -> None:
    assert parse_time_of_day(text) == moment


@pytest.mark.parametrize("text", ["", "25:00", "24:00", "08:60", "08:00:60", "8", "8am", "08:0", "08:00 Uhr", "-1:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a time of day|must be in"):
        parse_time_of_day(text)

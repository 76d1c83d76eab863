"""How a neighbourhood writes spans of time and times of day: `45s`, `1h30m`, `3d`, `08:00`."""

from __future__ import annotations

import re
from datetime import time, timedelta

LONGEST = timedelta(days=3650)

_DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?", re.ASCII)
_TIME_OF_DAY = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """The span that `text` names: days, hours, minutes, seconds in this order, each at most once, whole numbers.

    Raises ValueError for anything else, and for more than ten years (a slip of the finger, not a plan).
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"not a duration: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if span > LONGEST:
        raise ValueError(f"longer than ten years: {text!r}")
    return span


def format_duration(span: timedelta) -> str:
    """The shortest way to write `span` that `parse_duration` reads back; parts of a second are dropped.

    Raises ValueError for a negative span.
    """
    if span < timedelta(0):
        raise ValueError(f"a duration is not negative: {span}")
    minutes, seconds = divmod(span.days * 86400 + span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def parse_time_of_day(text: str) -> time:
    """The wall-clock time that `text` names: `08:00` or `08:00:30`; a full-width colon will do. Else ValueError."""
    match = _TIME_OF_DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a time of day: {text!r}")
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)

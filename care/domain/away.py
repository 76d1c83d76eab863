"""For how long an elder says that she will be away. Pure; days are the community's own."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Absence(StrEnum):
    """The four answers to 要出门几天？"""

    TODAY = "today"  # 今天
    THREE_DAYS = "three_days"  # 3 天
    WEEK = "week"  # 一周
    LATER = "later"  # 回来再说


_DAYS = {Absence.TODAY: 1, Absence.THREE_DAYS: 3, Absence.WEEK: 7}


def back_on(absence: Absence, today: date) -> date | None:
    """The first day on which she is greeted again; None: when she says so."""
    days = _DAYS.get(absence)
    return None if days is None else today + timedelta(days=days)

"""What is told to an elder's family: an alarm, how it ended, and good news for those who want it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from care.domain.family import Answer, Trouble
from care.domain.notices.base import Said


class FamilyAlarm(Said):
    """To a relative: `alert` is the row that says of whom, `why` what we tell him."""

    kind: Literal["family_alarm"] = "family_alarm"
    alert: int
    why: Trouble
    item: int | None = None


class FamilyEnd(Said):
    """To a relative who was told the alarm: how it ended, at that moment; `by`: who has seen or reached her."""

    kind: Literal["family_end"] = "family_end"
    alert: int
    at: datetime
    by: int | None = None
    item: int | None = None


class FamilySlip(Said):
    """To a relative who was told the end: ↶ it was none."""

    kind: Literal["family_slip"] = "family_slip"
    alert: int
    item: int | None = None


class FamilyAsk(Said):
    """To a relative who wrote something while this alarm is open: what does it come to?"""

    kind: Literal["family_ask"] = "family_ask"
    alert: int


class FamilyWhich(Said):
    """To a relative with several open alarms: of whom does he speak? `said`: what he says of her, where it is plain."""

    kind: Literal["family_which"] = "family_which"
    alerts: tuple[int, ...]
    said: Answer | None = None


class FamilySettings(Said):
    """To a relative of several elders: what does he want to hear of this one?"""

    kind: Literal["family_settings"] = "family_settings"
    elder: int


class FamilyNews(Said):
    """To a relative who chose it: of whom that day brought good news, of whom the week."""

    kind: Literal["family_news"] = "family_news"
    day: date
    daily: tuple[int, ...] = ()
    weekly: tuple[int, ...] = ()


FamilyNotice = FamilyAlarm | FamilyEnd | FamilySlip | FamilyAsk | FamilyWhich | FamilySettings | FamilyNews

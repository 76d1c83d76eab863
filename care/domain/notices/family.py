"""What is told to an elder's family: an alarm, how it ended, and good news for those who want it."""

from __future__ import annotations

from typing import Literal

from care.domain.notices.base import Said


class FamilyAlarm(Said):
    """To a relative: `alert` is the row that says of whom and why."""

    kind: Literal["family_alarm"] = "family_alarm"
    alert: int


FamilyNotice = FamilyAlarm

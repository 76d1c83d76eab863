"""What a group hears of its elders' greetings themselves: that they came late, or never came."""

from __future__ import annotations

from datetime import date
from typing import Literal

from care.domain.notices.base import Said


class OutageNews(Said):
    """To the group that is first to hear of an elder: who of its elders was greeted late in this outage, or not."""

    kind: Literal["outage_news"] = "outage_news"
    outage: int


class NeverReached(Said):
    """To her group, and to the coordinators: whose phones have never taken a greeting, seen on this day."""

    kind: Literal["never_reached"] = "never_reached"
    day: date


GreetingNews = OutageNews | NeverReached

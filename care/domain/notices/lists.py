"""What a group sees of its elders' morning: one list, what calls for it, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from care.domain.notices.base import Said


class NameList(Said):
    """In a group: who has not been heard of, or whose voice waits; one message per group and half-day."""

    kind: Literal["name_list"] = "name_list"
    list: int


class ListCall(Said):
    """A sounding reply to a list (or of several lists at once): somebody is needed. One lives at a time.

    `why` ends a key, as in `lists.call_remind`. `at`: when it was said; whatever is called later makes it moot. `item`:
    the one it is about, where it is about one; `who`: the person id of whom it speaks, as a claimer who seems to be
    busy; `whom`: to whom it has gone up.
    """

    kind: Literal["list_call"] = "list_call"
    lists: tuple[int, ...]
    why: str
    at: datetime
    item: int | None = None
    who: int | None = None
    whom: str | None = None


class Today(Said):
    """How it is with a group's elders today; in private for whoever looks after several areas (`person`)."""

    kind: Literal["today"] = "today"
    person: int | None = None


class MorningReport(Said):
    """To a coordinator, once a morning: all his grids in one line."""

    kind: Literal["morning_report"] = "morning_report"
    person: int
    day: date


class NotJoined(Said):
    """To a coordinator, once a week: who has been invited and has not agreed yet."""

    kind: Literal["not_joined"] = "not_joined"
    person: int


ListNotice = NameList | ListCall | Today | MorningReport | NotJoined

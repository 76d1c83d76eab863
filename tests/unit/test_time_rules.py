"""Quiet hours, and when an item is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.domain.areas import Tree
from care.domain.due import next_look
from care.domain.items import Action, Details, Item, Kind, Severity, begin
from care.domain.quiet import QuietHours
from care.domain.rules import Rules

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(start=time(21), end=time(8), zone=ZONE)
NOON = QuietHours(start=time(12), end=time(14), zone=ZONE)
NONE = QuietHours(start=time(8), end=time(8), zone=ZONE)
RULES = Rules(community="海关社区", zone=ZONE, language="zh", tree=Tree(), quiet=NIGHT)


def local(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 2, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "hour", "minute", "quiet"),
    [
        (NIGHT, 20, 59, False),
        (NIGHT, 21, 0, True),
        (NIGHT, 3, 0, True),
        (NIGHT, 7, 59, True),
        (NIGHT, 8, 0, False),
        (NOON, 12, 0, True),
        (NOON, 14, 0, False),
        (NOON, 11, 59, False),
        (NONE, 8, 0, False),  # start = end: none
    ],
)
def test_quiet_hours(hours: QuietHours, hour: int, minute: int, quiet: bool) -> None:
    assert hours.at(local(hour, minute)) is quiet


def item(kind: Kind = Kind.REPORT, severity: Severity = Severity.NORMAL) -> Item:
    details = Details(kind=kind, severity=severity, reporter=1)
    return begin(1, Action.REPORT, at=local(22), actor=1, details=details)[0]


def test_at_night_a_report_comes_without_sound_unless_urgent() -> None:
    assert NIGHT.silences(item(), local(22))
    assert NIGHT.silences(item(severity=Severity.HIGH), local(22))
    assert not NIGHT.silences(item(severity=Severity.URGENT), local(22))
    assert not NIGHT.silences(item(Kind.SOS), local(22))
    assert not NIGHT.silences(item(), local(12))


def test_a_draft_goes_out_after_the_last_answer_but_not_later_than_the_most() -> None:
    draft = item()
    assert next_look(draft, RULES) == local(22, 3)
    answered, _ = draft.apply(Action.AMEND, at=local(22, 2), actor=1)
    assert next_look(answered, RULES) == local(22, 5)
    answered, _ = draft.apply(Action.AMEND, at=local(22, 9), actor=1)
    assert next_look(answered, RULES) == local(22, 10)


def test_a_held_draft_waits_for_people_only() -> None:
    held, _ = item().apply(Action.HOLD, at=local(22), actor=None, details=Details(held=True))
    assert next_look(held, RULES) is None


def test_a_settled_item_is_archived_after_the_time_to_reopen() -> None:
    settled, _ = item().apply(Action.SELF_SETTLE, at=local(22, 30), actor=1)
    assert next_look(settled, RULES) == local(22, 30) + timedelta(hours=48)
    assert next_look(settled, replace(RULES, reopen_within=timedelta(seconds=5))) == local(22, 30) + timedelta(
        seconds=5
    )


def test_an_open_item_waits_for_the_ladder() -> None:
    sent, _ = item().apply(Action.SEND_OUT, at=local(22, 3), actor=None)
    assert next_look(sent, RULES) is None

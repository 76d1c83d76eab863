"""Quiet hours, and when an item is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.domain.areas import Tree
from care.domain.due import next_look, undo_until
from care.domain.items import Action, Details, Item, Kind, Severity, begin
from care.domain.policy import DEFAULT_POLICIES
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


BERLIN = QuietHours(start=time(21), end=time(2, 30), zone=ZoneInfo("Europe/Berlin"))


def test_the_night_that_the_clock_is_set_back_ends_once_and_later() -> None:
    """On 25 October 2026 Berlin has 02:00-03:00 twice: in the second one, too, the end of the night lies ahead."""
    evening = datetime(2026, 10, 24, 21, tzinfo=BERLIN.zone).astimezone(UTC)
    for minutes in range(0, 12 * 60, 5):
        moment = evening + timedelta(minutes=minutes)
        awake = BERLIN.awake(moment)
        assert awake > moment if BERLIN.at(moment) else awake == moment


def test_the_night_that_the_clock_is_set_forward_ends() -> None:
    evening = datetime(2026, 3, 28, 21, tzinfo=BERLIN.zone).astimezone(UTC)
    for minutes in range(0, 12 * 60, 5):
        moment = evening + timedelta(minutes=minutes)
        awake = BERLIN.awake(moment)
        assert awake > moment if BERLIN.at(moment) else awake == moment
        assert not BERLIN.at(awake)


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
    assert next_look(draft, local(22), RULES) == local(22, 3)
    answered, _ = draft.apply(Action.AMEND, at=local(22, 2), actor=1)
    assert next_look(answered, local(22, 2), RULES) == local(22, 5)
    answered, _ = draft.apply(Action.AMEND, at=local(22, 9), actor=1)
    assert next_look(answered, local(22, 2), RULES) == local(22, 10)


def test_of_a_held_draft_the_coordinators_are_reminded_each_morning() -> None:
    held, _ = item().apply(Action.HOLD, at=local(22), actor=None, details=Details(held=True))
    assert next_look(held, local(22), RULES) == local(9) + timedelta(days=1)


def test_a_settled_item_offers_to_undo_and_then_is_archived_after_the_time_to_reopen() -> None:
    sent, _ = item().apply(Action.SEND_OUT, at=local(22, 3), actor=None)
    claimed, _ = sent.apply(Action.CLAIM, at=local(22, 4), actor=2)
    settled, _ = claimed.apply(Action.RESOLVE, at=local(22, 30), actor=2)
    assert undo_until(settled, RULES) == local(22, 35)
    assert next_look(settled, local(22, 31), RULES) == local(22, 35)
    assert next_look(settled, local(22, 35), RULES) == local(22, 30) + timedelta(hours=48)
    soon = replace(RULES, reopen_within=timedelta(seconds=5), undo_within=timedelta(0))
    assert next_look(settled, local(22, 30), soon) == local(22, 30) + timedelta(seconds=5)


def test_what_the_reporter_settled_himself_or_took_back_is_not_undone() -> None:
    by_himself = Details(self_settled=True)
    settled, _ = item().apply(Action.SELF_SETTLE, at=local(22, 30), actor=1, details=by_himself)
    assert undo_until(settled, RULES) is None
    assert next_look(settled, local(22, 30), RULES) == local(22, 30) + timedelta(hours=48)
    withdrawn, _ = item().apply(Action.DISMISS, at=local(22, 30), actor=1)  # it was never out
    assert undo_until(withdrawn, RULES) is None
    assert next_look(withdrawn, local(22, 30), RULES) is None


def test_a_promised_day_is_worded_anew_at_midnight() -> None:
    policy = DEFAULT_POLICIES["normal"]
    sent, _ = item().apply(Action.SEND_OUT, at=local(12), actor=None, details=Details(policy=policy))
    claimed, _ = sent.apply(Action.CLAIM, at=local(13), actor=2)
    until = local(18) + timedelta(days=3)
    promised, _ = claimed.apply(Action.PROMISE, at=local(14), actor=2, details=Details(promised_until=until))
    to_tomorrow, to_today = local(0) + timedelta(days=2), local(0) + timedelta(days=3)
    by_day = replace(RULES, quiet=NONE)
    assert next_look(promised, local(14), by_day) == to_tomorrow
    assert next_look(promised, to_tomorrow, by_day) == to_today
    assert next_look(promised, to_today, by_day) == until
    assert next_look(promised, until, by_day) == until  # who promised it is asked


def test_what_needed_nobody_offers_to_undo_for_a_while_and_then_waits_for_nothing() -> None:
    sent, _ = item().apply(Action.SEND_OUT, at=local(22, 3), actor=None)
    dismissed, _ = sent.apply(Action.DISMISS, at=local(22, 10), actor=1)
    assert next_look(dismissed, local(22, 10), RULES) == local(22, 15)
    assert next_look(dismissed, local(22, 15), RULES) is None


def test_an_open_item_waits_for_the_ladder_by_the_policy_it_opened_with() -> None:
    policy = DEFAULT_POLICIES["normal"]
    sent, _ = item().apply(Action.SEND_OUT, at=local(12), actor=None, details=Details(policy=policy))
    assert next_look(sent, local(12), RULES) == local(14)
    at_night, _ = item().apply(Action.SEND_OUT, at=local(22, 3), actor=None, details=Details(policy=policy))
    assert next_look(at_night, local(22, 3), RULES) == local(8) + timedelta(days=1)
    urgent = item(severity=Severity.URGENT)
    out, _ = urgent.apply(
        Action.SEND_OUT, at=local(22, 3), actor=None, details=Details(policy=DEFAULT_POLICIES["urgent"])
    )
    assert next_look(out, local(22, 3), RULES) == local(22, 5)


@pytest.mark.parametrize(
    ("hours", "moment", "awake"),
    [
        (NIGHT, local(22), local(8) + timedelta(days=1)),
        (NIGHT, local(3), local(8)),
        (NIGHT, local(12), local(12)),
        (NIGHT, local(21), local(8) + timedelta(days=1)),  # the first moment is quiet
        (NIGHT, local(8), local(8)),  # the last is not
        (NOON, local(13), local(14)),
        (NONE, local(8), local(8)),
    ],
)
def test_what_falls_into_the_quiet_hours_waits_for_their_end(
    hours: QuietHours, moment: datetime, awake: datetime
) -> None:
    assert hours.awake(moment) == awake


def test_the_daily_list_comes_in_the_morning_and_never_in_the_quiet_hours() -> None:
    assert NIGHT.next_list(local(8, 59)) == local(9)
    assert NIGHT.next_list(local(9)) == local(9) + timedelta(days=1)
    late = replace(NIGHT, end=time(10))
    assert late.next_list(local(7)) == local(10)

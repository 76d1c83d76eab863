"""When the line to the network is broken: three unknown fates, or one not sent for certain; until one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.line_health import LONGEST_BREAK, STRIKES, LineHealth
from care.services.results import Outcome, SendResult

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def noted(*outcomes: Outcome) -> LineHealth:
    health = LineHealth()
    for outcome in outcomes:
        health.note(SendResult(outcome=outcome), max(NOW, health.opens_at or NOW))
    return health


@pytest.mark.parametrize(
    ("outcomes", "broken"),
    [
        ([Outcome.UNKNOWN] * (STRIKES - 1), False),  # the odd lost answer says little
        ([Outcome.UNKNOWN] * STRIKES, True),
        ([Outcome.UNKNOWN, Outcome.SENT] * STRIKES, False),  # only in a row
        ([Outcome.NOT_DONE], True),
        ([Outcome.UNKNOWN] * 9 + [Outcome.SENT], False),  # one answer and all goes on
        ([Outcome.UNKNOWN] * 9 + [Outcome.REJECTED], False),  # a no is an answer too
        ([Outcome.NOT_DONE] * 9 + [Outcome.LATER], False),
        ([Outcome.UNKNOWN] * 9 + [Outcome.SENT, Outcome.UNKNOWN], False),  # and the count begins anew
    ],
)
def test_when_the_line_counts_as_broken(outcomes: list[Outcome], broken: bool):
    assert noted(*outcomes).broken is broken


def test_it_is_tried_at_growing_intervals():
    pauses = []
    for breaks in range(1, 9):
        opens_at = noted(*[Outcome.NOT_DONE] * breaks).opens_at
        before = noted(*[Outcome.NOT_DONE] * (breaks - 1)).opens_at or NOW
        assert opens_at is not None
        pauses.append(opens_at - before)
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=1)
    assert pauses[-1] == LONGEST_BREAK


def test_of_the_calls_under_way_at_a_break_only_the_first_counts():
    health = noted(Outcome.NOT_DONE)
    opens_at = health.opens_at
    health.note(SendResult(outcome=Outcome.NOT_DONE), NOW)
    assert health.opens_at == opens_at


def test_who_reached_the_network_opens_the_line():
    health = noted(Outcome.NOT_DONE)
    health.try_now(NOW)
    assert health.opens_at == NOW
    assert health.broken

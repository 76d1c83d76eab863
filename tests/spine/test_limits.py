"""Our bookkeeping of Telegram's limits, against a server that counts them itself."""

from __future__ import annotations

import heapq
import itertools
import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.limits import Limits
from care.domain.notices import Lane

START = datetime(2026, 11, 1, 8, tzinfo=UTC)
LANES = list(Lane)


class Server:
    """Counts what reaches it, as Telegram does."""

    def __init__(self) -> None:
        self.calls: list[tuple[datetime, int]] = []

    def counts(self, at: datetime, chat: int) -> None:
        self.calls.append((at, chat))

    def most_in(self, span: timedelta, chat: int | None = None) -> int:
        times = sorted(at for at, where in self.calls if chat is None or where == chat)
        start = most = 0
        for end, at in enumerate(times):
            while times[start] <= at - span:
                start += 1
            most = max(most, end - start + 1)
        return most

    def burst_over(self, chat: int) -> float:
        """How far the chat's bucket (3, one a second) was overdrawn at worst; 0 or less: never."""
        tokens, last, worst = 3.0, None, -3.0
        for at in sorted(at for at, where in self.calls if where == chat):
            tokens = min(3.0, tokens + ((at - last).total_seconds() if last else 0)) - 1
            last, worst = at, max(worst, -tokens)
        return worst


def deliver(
    limits: Limits, wanted: list[tuple[int, Lane]], trips: itertools.cycle[tuple[float, float]]
) -> tuple[Server, list[tuple[datetime, int, Lane]]]:
    """A greedy sender: whatever may go goes, best lane first; `trips` are (seconds there, seconds back)."""
    now, server = START, Server()
    waiting = sorted(((lane.rank, order, chat, lane) for order, (chat, lane) in enumerate(wanted)))
    flying: list[tuple[datetime, int, object]] = []
    sent: list[tuple[datetime, int, Lane]] = []
    order = itertools.count()
    while waiting:
        while flying and flying[0][0] <= now:
            at, _, place = heapq.heappop(flying)
            limits.ended(place, at)
        ready = next((w for w in waiting if limits.when(w[2], w[3], now) <= now), None)
        if ready is not None:
            waiting.remove(ready)
            place = limits.took(ready[2], ready[3], now)
            there, back = next(trips)
            server.counts(now + timedelta(seconds=there), ready[2])
            heapq.heappush(flying, (now + timedelta(seconds=there + back), next(order), place))
            sent.append((now, ready[2], ready[3]))
            continue
        later = min(limits.when(w[2], w[3], now) for w in waiting)
        now = min([later, *(f[0] for f in flying[:1])])
    return server, sent


chats = st.integers(-4, 30).filter(lambda chat: chat != 0)
loads = st.lists(st.tuples(chats, st.sampled_from(LANES)), min_size=1, max_size=120)


@settings(max_examples=60, deadline=None)
@given(loads)
def test_no_limit_is_ever_broken_at_a_steady_latency(wanted):
    server, _ = deliver(Limits(), wanted, itertools.cycle([(0.15, 0.15)]))
    assert server.most_in(timedelta(seconds=1)) <= 30
    for chat in {chat for chat, _ in wanted}:
        if chat < 0:
            assert server.most_in(timedelta(seconds=60), chat) <= 20
        else:
            assert server.burst_over(chat) <= 1e-6


@settings(max_examples=40, deadline=None)
@given(loads, st.lists(st.floats(0.0, 0.4), min_size=3, max_size=12))
def test_a_shaky_latency_does_not_break_the_overall_limit(wanted, shake):
    trips = itertools.cycle([(0.05 + extra, 0.05) for extra in shake])
    wanted = [(chat if chat < 0 else index + 1, lane) for index, (chat, lane) in enumerate(wanted)]
    limits = Limits()
    limits.ended(limits.took(99, Lane.BULK, START - timedelta(minutes=5)), START - timedelta(minutes=5, seconds=-0.1))
    server, _ = deliver(limits, wanted, trips)
    assert server.most_in(timedelta(seconds=1)) <= 30


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.tuples(st.integers(0, 3000), st.just(1)), st.tuples(st.integers(1000, 3000), st.just(12))))
def test_urgent_waits_at_most_one_slot_behind_other_lanes(moment):
    """10,000 prompts are on their way; then an SOS comes, and some more."""
    millis, urgents = moment
    limits, now = Limits(), START
    end = START + timedelta(milliseconds=millis)
    for chat in itertools.count(1):
        now = max(now, limits.when(chat, Lane.BULK, now))
        if now > end:
            break
        limits.ended(limits.took(chat, Lane.BULK, now), now)
    asked = end
    for number in range(urgents):
        goes = limits.when(-number - 1, Lane.URGENT, asked)
        assert goes - asked <= timedelta(milliseconds=67), number  # two slots: the even pace may have paired two calls
        limits.ended(limits.took(-number - 1, Lane.URGENT, goes), goes)
        asked = goes


def test_the_pipe_is_full_at_300_ms():
    wanted = [(chat, Lane.BULK) for chat in range(1, 301)]
    _, sent = deliver(Limits(), wanted, itertools.cycle([(0.15, 0.15)]))
    took = (sent[-1][0] - sent[0][0]).total_seconds()
    assert took <= 300 / 30 * 1.05


def test_five_of_a_groups_places_are_kept_for_urgent():
    limits = Limits()
    now = START
    for _ in range(15):
        now = limits.when(-1, Lane.ANSWER, now)
        limits.ended(limits.took(-1, Lane.ANSWER, now), now)
    assert limits.in_chat(-1, Lane.ANSWER, now) == START + timedelta(seconds=60)
    for _ in range(5):
        assert limits.in_chat(-1, Lane.URGENT, now) == now
        limits.ended(limits.took(-1, Lane.URGENT, now), now)
    assert limits.in_chat(-1, Lane.URGENT, now) == START + timedelta(seconds=60)


def test_a_share_is_kept_for_urgent_only_while_urgent_things_are_about():
    limits = Limits()
    now = START
    limits.ended(limits.took(1, Lane.URGENT, now), now)
    sent = 0
    while limits.overall(Lane.BULK, now) < START + timedelta(seconds=0.99):
        now = limits.overall(Lane.BULK, now)
        limits.ended(limits.took(100 + sent, Lane.BULK, now), now)
        sent += 1
    assert sent == 23  # 30 less a share of 6, less the urgent one itself


def test_one_chats_pause_holds_that_chat_and_three_chats_hold_all():
    limits, pause = Limits(), timedelta(seconds=7)
    limits.paused(-1, pause, START)
    limits.paused(-2, pause, START)
    assert limits.when(-1, Lane.URGENT, START) == START + pause
    assert limits.held_until(-1, START) == START + pause
    assert limits.when(5, Lane.URGENT, START) == START
    later = START + timedelta(seconds=1)
    limits.paused(-3, pause, later)
    assert limits.when(5, Lane.URGENT, later) == later + pause


def test_a_call_that_was_spared_gives_its_place_back():
    limits = Limits(group_per_minute=6)  # five of the six are urgent's
    place = limits.took(-1, Lane.ROUTINE, START)
    assert limits.in_chat(-1, Lane.ROUTINE, START) > START
    limits.spared(place)
    assert limits.in_chat(-1, Lane.ROUTINE, START) == START


def test_a_call_that_is_never_answered_keeps_its_place():
    limits = Limits(per_second=2)
    limits.took(1, Lane.URGENT, START)
    limits.took(2, Lane.URGENT, START)
    later = START + timedelta(seconds=30)
    assert limits.overall(Lane.URGENT, later) > later


moves = st.one_of(st.floats(0, 90), st.floats(-40_000, 40_000))  # seconds that the clock moves before the next call


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(moves, chats, st.sampled_from(LANES), st.booleans()), min_size=1, max_size=90))
def test_whatever_the_clock_does_nothing_waits_longer_than_a_window(steps):
    """Calls go out when they may; then the clock jumps, also while they are under way."""
    limits, now, awaited = Limits(), START, []
    for seconds, chat, lane, answered in steps:
        now += timedelta(seconds=seconds)
        goes = limits.when(chat, lane, now)
        assert goes - now <= timedelta(seconds=60 if chat < 0 else 3.1)
        now = goes
        awaited.append(limits.took(chat, lane, now))
        if answered:
            for place in awaited:
                limits.ended(place, now)
            awaited.clear()


def test_a_clock_set_back_makes_a_pause_no_longer_and_frees_no_place():
    limits, pause, hour = Limits(), timedelta(seconds=7), timedelta(hours=1)
    limits.paused(-1, pause, START)
    for _ in range(15):
        limits.ended(limits.took(-2, Lane.ROUTINE, START), START)
    assert limits.held_until(-1, START - hour) == START - hour + pause
    assert limits.in_chat(-2, Lane.ROUTINE, START - hour) == START - hour + timedelta(seconds=60)
    assert limits.in_chat(-2, Lane.ROUTINE, START - hour + timedelta(seconds=60)) == START - hour + timedelta(
        seconds=60
    )


def test_random_small_limits_hold_too():
    dice = random.Random(7)
    for _ in range(20):
        per_second, per_group = dice.randint(1, 5), dice.randint(1, 8)
        wanted = [(dice.choice([-1, -2, 7, 8]), dice.choice(LANES)) for _ in range(25)]
        limits = Limits(per_second=per_second, group_per_minute=per_group)
        server, _ = deliver(limits, wanted, itertools.cycle([(0.02, 0.01)]))
        assert server.most_in(timedelta(seconds=1)) <= per_second
        assert server.most_in(timedelta(seconds=60), -1) <= per_group

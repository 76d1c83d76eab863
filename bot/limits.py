"""Telegram's limits kept on our side, on the injected clock: pure bookkeeping, nothing waits here.

Three limits hold at once, for sends and edits alike: so many in any second overall, so many in any 60 s in a group,
about one a second with a burst of three in a private chat. They are sliding windows, not buckets that refill at the
full minute: the server counts "any second", and so do we.

When the server counts a call lies somewhere between our sending it and its answer. So a call holds its place in the
window from its sending until one window after its answer, less the time a call takes at least (the fastest of the last
ones): with a steady latency that is exactly one window after it was sent, and with a shaky one never too short.

All of it is how long ago something was. So where the clock is set back, what is noted goes back with it: else nothing
would leave its window until the clock has caught up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from care.domain.notices import Lane

SECOND = timedelta(seconds=1)
MINUTE = timedelta(seconds=60)
PRIVATE_BURST = 3
PRIVATE_EACH = timedelta(seconds=1.02)  # a hair slower than one a second: the server's clock is not ours
GROUP_RESERVE = 5  # of each group's places, kept for urgent and never lent
URGENT_SHARE = 0.2  # of the overall rate, kept for urgent while urgent things are about, else lent
URGENT_ABOUT = timedelta(seconds=10)
SEVERAL = 3  # so many chats held at nearly the same time: it is all of us who are meant
NEARLY = timedelta(seconds=5)


@dataclass(eq=False)
class Place:
    """One call's place in the windows; `counted`: when the server counted it at the latest, None while awaited."""

    began: datetime
    counted: datetime | None = None

    def left(self, start: datetime) -> bool:
        """Whether it lies before a window that starts then."""
        return self.counted is not None and self.counted <= start


@dataclass
class _Window:
    """Calls that may count within one span, oldest first."""

    span: timedelta
    places: list[Place] = field(default_factory=list)

    def free_at(self, most: int, now: datetime, floor: timedelta) -> datetime:
        """When fewer than `most` count: now, or when enough of them leave; a call still awaited is guessed at."""
        self.places = [place for place in self.places if not place.left(now - self.span)]
        if len(self.places) < most:
            return now
        leaving = sorted(self._leaves(place, now, floor) for place in self.places)
        return max(now, leaving[len(leaving) - most])

    def _leaves(self, place: Place, now: datetime, floor: timedelta) -> datetime:
        if place.counted is not None:
            return place.counted + self.span
        # not before its answer, which cannot have come yet: were it to come now, it would leave then
        return max(place.began + self.span, now - floor + self.span)


class Limits:
    """How soon the next call to a chat may go. Tell it of each call: `took`, then `ended` (or `spared`).

    Each `now` is what the clock shows at that very moment: an older one is a clock that was set back.
    """

    def __init__(self, *, per_second: int = 30, group_per_minute: int = 20) -> None:
        self._per_second = per_second
        self._per_group = group_per_minute
        self._share = max(1, round(per_second * URGENT_SHARE)) if per_second > 1 else 0
        self._reserve = min(GROUP_RESERVE, group_per_minute - 1)
        self._all = _Window(SECOND)
        self._groups: dict[int, _Window] = {}
        self._private: dict[int, datetime] = {}  # when the burst is whole again (a leaky bucket's arrival time)
        self._paused: dict[int, datetime] = {}
        self._held: deque[tuple[datetime, int]] = deque()
        self._all_paused: datetime | None = None
        self._pace: datetime | None = None  # when the even pace of what is not urgent would have its next turn
        self._urgent_at: datetime | None = None
        self._round_trips: deque[timedelta] = deque(maxlen=64)
        self._latest: datetime | None = None

    def when(self, chat: int, lane: Lane, now: datetime) -> datetime:
        """The earliest moment a call to this chat may go; `now` if at once."""
        return max(self.overall(lane, now), self.in_chat(chat, lane, now))

    def overall(self, lane: Lane, now: datetime) -> datetime:
        """The earliest moment the limits that all chats share let a call of this lane go."""
        self._follow(now)
        urgent = lane is Lane.URGENT
        at = self._all.free_at(self._most(urgent, now), now, self._floor)
        if self._all_paused is not None:
            at = max(at, self._all_paused)
        if not urgent and self._pace is not None:  # even spacing keeps a place near for what is urgent
            at = max(at, self._pace - SECOND / self._per_second)
        return at

    def in_chat(self, chat: int, lane: Lane, now: datetime) -> datetime:
        """The earliest moment this chat's own limits let a call go."""
        self._follow(now)
        at = max(now, self._paused.get(chat, now))
        if chat < 0:
            most = self._per_group if lane is Lane.URGENT else self._per_group - self._reserve
            window = self._groups.get(chat)
            return max(at, window.free_at(most, now, self._floor)) if window else at
        whole = self._private.get(chat)
        return max(at, whole - (PRIVATE_BURST - 1) * PRIVATE_EACH) if whole else at

    def took(self, chat: int, lane: Lane, now: datetime) -> Place:
        """A call to this chat goes out now."""
        self._follow(now)
        place = Place(now)
        self._all.places.append(place)
        if chat < 0:
            self._groups.setdefault(chat, _Window(MINUTE)).places.append(place)
        else:
            self._private[chat] = max(now, self._private.get(chat, now)) + PRIVATE_EACH
        if lane is Lane.URGENT:
            self._urgent_at = now
        else:
            self._pace = max(now, self._pace or now) + SECOND / self._per_second
        if len(self._private) > 10_000:
            self._private = {chat: whole for chat, whole in self._private.items() if whole > now}
        return place

    def ended(self, place: Place, now: datetime, sent: datetime | None = None) -> None:
        """The call has been answered, or its answer is not awaited any more; `sent`: when it really left, if later."""
        self._follow(now)
        self._round_trips.append(max(timedelta(0), now - (sent or place.began)))
        place.counted = max(place.began, now - self._floor)

    def spared(self, place: Place) -> None:
        """The call was not made after all; pace and private burst are not given back, which is the safe side."""
        for window in (self._all, *self._groups.values()):
            if place in window.places:
                window.places.remove(place)

    def paused(self, chat: int, pause: timedelta, now: datetime) -> None:
        """The server asked for a pause: that chat's; everybody's only where several chats get it nearly at once."""
        self._follow(now)
        until = now + pause
        self._paused[chat] = max(until, self._paused.get(chat, until))
        self._held.append((now, chat))
        while self._held and self._held[0][0] <= now - NEARLY:
            self._held.popleft()
        if len({held for _, held in self._held}) >= SEVERAL:
            self._all_paused = max(until, self._all_paused or until)
        if len(self._paused) > 1000:
            self._paused = {held: end for held, end in self._paused.items() if end > now}

    def held_until(self, chat: int, now: datetime) -> datetime | None:
        """Until when the server's pause holds this chat, if it does."""
        self._follow(now)
        ends = max(self._paused.get(chat, now), self._all_paused or now)
        return ends if ends > now else None

    def _follow(self, now: datetime) -> None:
        """Go back with a clock that was set back."""
        if self._latest is not None and now < self._latest:
            self._go_back(self._latest - now)
        self._latest = now

    def _go_back(self, by: timedelta) -> None:
        windows = (self._all, *self._groups.values())
        for place in {id(place): place for window in windows for place in window.places}.values():
            place.began -= by
            if place.counted is not None:
                place.counted -= by
        self._private = {chat: whole - by for chat, whole in self._private.items()}
        self._paused = {chat: until - by for chat, until in self._paused.items()}
        self._held = deque((at - by, chat) for at, chat in self._held)
        self._all_paused = self._all_paused and self._all_paused - by
        self._pace = self._pace and self._pace - by
        self._urgent_at = self._urgent_at and self._urgent_at - by

    @property
    def _floor(self) -> timedelta:
        """What a call takes at least, by the last ones; a tenth less, since none of them need have been the fastest."""
        return min(self._round_trips, default=timedelta(0)) * 0.9

    def _most(self, urgent: bool, now: datetime) -> int:
        about = self._urgent_at is not None and now - self._urgent_at < URGENT_ABOUT
        return self._per_second if urgent or not about else self._per_second - self._share

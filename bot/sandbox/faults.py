"""What can go wrong between a bot and Telegram, on demand: each fault is asked for by a test or by the demo's page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Effect(Enum):
    """What a broken call looks like from outside."""

    REFUSE = "refuse"  # answered with an error code, not performed
    DROP = "drop"  # the connection is cut, not performed
    LOSE_ANSWER = "lose_answer"  # performed, then the connection is cut: the caller cannot know
    HANG = "hang"  # never answered, not performed
    SLOW = "slow"  # performed after a while
    SLOW_ANSWER = "slow_answer"  # performed at once, answered after a while


@dataclass
class Fault:
    """One planned fault: the next `times` calls of `method` for which `when(params)` holds.

    Method `*` is any but getUpdates.
    """

    effect: Effect
    method: str
    times: int
    code: int = 0
    description: str = ""
    retry_after: int = 0
    seconds: float = 0.0
    when: Callable[[Mapping[str, Any]], bool] | None = None

    def matches(self, method: str, params: Mapping[str, Any]) -> bool:
        """Does this call meet the fault."""
        named = self.method.lower() == method.lower() or (self.method == "*" and method.lower() != "getupdates")
        return self.times > 0 and named and (self.when is None or self.when(params))


_SAYINGS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

When = Callable[[Mapping[str, Any]], bool]


@dataclass
class Faults:
    """The plan of what breaks. Latencies and hangs are real seconds; `retry_after` is whatever the bot makes of it."""

    latency: float = 0.0
    """Real seconds before every call but getUpdates is looked at."""
    files_broken: bool = False
    """getFile and downloads answer 500."""
    token_revoked: bool = False
    """Every call answers 401."""
    on_cut: list[Callable[[], None]] = field(default_factory=list)
    planned: list[Fault] = field(default_factory=list)
    _down: bool = False

    @property
    def network_down(self) -> bool:
        """While true, every connection is cut without an answer, open long polls too."""
        return self._down

    @network_down.setter
    def network_down(self, down: bool) -> None:
        self._down = down
        if down:
            for cut in list(self.on_cut):
                cut()

    def fail(
        self, method: str, code: int = 500, times: int = 1, description: str = "", when: When | None = None
    ) -> None:
        """The next calls answer `code` (500, 502 ...) and are not performed."""
        wording = description or _SAYINGS.get(code, "Internal Server Error")
        self.planned.append(Fault(Effect.REFUSE, method, times, code=code, description=wording, when=when))

    def too_many(self, method: str, retry_after: int = 5, times: int = 1, when: When | None = None) -> None:
        """The next calls answer 429 with `retry_after` seconds."""
        wording = f"Too Many Requests: retry after {retry_after}"
        fault = Fault(Effect.REFUSE, method, times, code=429, description=wording, retry_after=retry_after, when=when)
        self.planned.append(fault)

    def drop(self, method: str, times: int = 1, when: When | None = None) -> None:
        """The next calls find the connection cut before anything was done."""
        self.planned.append(Fault(Effect.DROP, method, times, when=when))

    def lose_answer(self, method: str, times: int = 1, when: When | None = None) -> None:
        """The next calls are performed, but the connection is cut before the answer."""
        self.planned.append(Fault(Effect.LOSE_ANSWER, method, times, when=when))

    def hang(self, method: str, times: int = 1, when: When | None = None) -> None:
        """The next calls are never answered: the caller times out. They are not performed."""
        self.planned.append(Fault(Effect.HANG, method, times, when=when))

    def slow(self, method: str, seconds: float, times: int = 1, when: When | None = None) -> None:
        """The next calls wait `seconds` (real) before they are performed and answered."""
        self.planned.append(Fault(Effect.SLOW, method, times, seconds=seconds, when=when))

    def slow_answer(self, method: str, seconds: float, times: int = 1, when: When | None = None) -> None:
        """The next calls are performed at once and answered `seconds` (real) later."""
        self.planned.append(Fault(Effect.SLOW_ANSWER, method, times, seconds=seconds, when=when))

    def clear(self) -> None:
        """All is well again."""
        self.planned.clear()
        self.latency = 0.0
        self.files_broken = self.token_revoked = False
        self._down = False

    def take(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """The fault this call meets, if any; it is used up once."""
        for fault in self.planned:
            if fault.matches(method, params):
                fault.times -= 1
                if not fault.times:
                    self.planned.remove(fault)
                return fault
        return None

    async def delay(self, method: str) -> None:
        """The way to the server: `latency`, which long polls are spared."""
        if self.latency and method.lower() != "getupdates":
            await asyncio.sleep(self.latency)

"""How long a matter may wait: when its group is reminded, when it climbs, when the one who took it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

# A policy as it is kept on an item: every span in whole seconds, by the name of its field.
PolicyRecord = Mapping[str, int | list[int] | None]

# What the first records did not have yet: it is not of those items.
_CAME_LATER: PolicyRecord = MappingProxyType({"lapse_raised": None, "listed_after": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The clocks of one severity. Copied onto an item when it opens, so a later change of config leaves it alone.

    `remind_unclaimed`: intervals between reminders, the last of them repeats. `climb_unclaimed`: times since the item
    opened (or was reopened, or raised again) at which it goes one rung up, ascending. `ask_claimed`: the interval at
    which the claimer is asked. `climb_claimed`: the time since the claim after which a silent claim climbs.
    `remind_max`: what the reminders' interval doubles up to once there is no rung left. `lapse_raised`: how long the
    claimer of a matter that was raised again may leave our question unanswered; None: as any other claimer.
    `listed_after`: so long after its last climb what nobody takes is no longer reminded of singly, but listed once a
    day with all that wait like it; None: never.

    Raises ValueError where the spans make no sense together.
    """

    remind_unclaimed: tuple[timedelta, ...]
    climb_unclaimed: tuple[timedelta, ...]
    ask_claimed: timedelta
    climb_claimed: timedelta
    remind_max: timedelta = timedelta(hours=2)
    lapse_raised: timedelta | None = None
    listed_after: timedelta | None = timedelta(hours=24)

    def __post_init__(self) -> None:
        """Refuse what would nag for ever or never."""
        if not self.remind_unclaimed or not self.climb_unclaimed:
            raise ValueError("a policy needs at least one reminder and one climb")
        spans = [*self.remind_unclaimed, *self.climb_unclaimed, self.ask_claimed, self.climb_claimed, self.remind_max]
        spans += [span for span in (self.lapse_raised, self.listed_after) if span is not None]
        if min(spans) <= timedelta(0):
            raise ValueError("every span of a policy is longer than zero")
        if not ascending(self.climb_unclaimed):
            raise ValueError("the climbs of a policy ascend")

    def as_record(self) -> PolicyRecord:
        """The policy in JSON's types, whole seconds."""
        return {field.name: _kept(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_record(cls, record: PolicyRecord) -> Policy:
        """What `as_record` wrote, read back; KeyError or ValueError for anything else."""
        whole = {**_CAME_LATER, **record}
        return cls(**{field.name: _read(whole[field.name]) for field in fields(cls)})


def ascending(spans: tuple[timedelta, ...]) -> bool:
    """Whether each span is longer than the one before it."""
    return all(earlier < later for earlier, later in pairwise(spans))


def _kept(span: timedelta | tuple[timedelta, ...] | None) -> int | list[int] | None:
    if isinstance(span, tuple):
        return [int(one.total_seconds()) for one in span]
    return None if span is None else int(span.total_seconds())


def _read(seconds: int | list[int] | None) -> Any:
    if isinstance(seconds, list):
        return tuple(timedelta(seconds=one) for one in seconds)
    return None if seconds is None else timedelta(seconds=seconds)


# The product's own figures, by severity; `[policy.*]` of the config overrides them key by key.
DEFAULT_POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "urgent": Policy(
            remind_unclaimed=(timedelta(minutes=2),),
            climb_unclaimed=(timedelta(minutes=5), timedelta(minutes=15)),
            ask_claimed=timedelta(minutes=10),
            climb_claimed=timedelta(minutes=30),
            remind_max=timedelta(minutes=10),
            lapse_raised=timedelta(minutes=2),
            listed_after=None,  # it repeats until somebody has it
        ),
        "high": Policy(
            remind_unclaimed=(timedelta(minutes=10),),
            climb_unclaimed=(timedelta(minutes=30),),
            ask_claimed=timedelta(minutes=30),
            climb_claimed=timedelta(hours=2),
        ),
        "normal": Policy(
            remind_unclaimed=(timedelta(hours=2), timedelta(hours=4)),
            climb_unclaimed=(timedelta(hours=24),),
            ask_claimed=timedelta(hours=24),
            climb_claimed=timedelta(hours=72),
        ),
    }
)

# A quarrel has its own clocks, whatever its severity: whoever mediates is reminded daily, after 72 h the coordinators
# have it too (PRODUCT, Flow 1, 9). It is never urgent: who is in danger presses 🆘.
QUARREL_POLICY = Policy(
    remind_unclaimed=(timedelta(hours=24),),
    climb_unclaimed=(timedelta(hours=72),),
    ask_claimed=timedelta(hours=24),
    climb_claimed=timedelta(hours=72),
    remind_max=timedelta(hours=24),
)

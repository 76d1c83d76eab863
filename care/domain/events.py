"""What an item's history is made of: each line with who, when, what and why, and what it sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from care.domain.policy import Policy
from care.domain.states import Action, Category, DismissReason, Ending, Kind, Severity


class Place(BaseModel):
    """Where something is: words, a point (WGS84 degrees), or both."""

    model_config = ConfigDict(frozen=True)

    words: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def has_point(self) -> bool:
        """Whether a map can show it."""
        return self.latitude is not None and self.longitude is not None


class Details(BaseModel):
    """What an event changes besides the state; only fields that were given count (`model_fields_set`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind | None = None
    category: Category | None = None
    severity: Severity | None = None
    area: str | None = None
    place: Place | None = None
    text: str | None = None
    reporter: int | None = None
    reporter_known: bool | None = None
    about: int | None = None
    linked_to: int | None = None
    held: bool | None = None
    self_settled: bool | None = None
    proof: str | None = None
    dismiss_reason: DismissReason | None = None
    policy: Policy | None = None  # copied when it opens, so that a change of config leaves it alone
    promised_until: datetime | None = None
    climb_to: int | None = None  # of how many climbs it has taken now
    claimed_from: str | None = None  # the area in whose group the claim was made; None: in private
    pledged_from: str | None = None  # likewise, while the claim does not count yet
    ending: Ending | None = None  # an elder's matter ends with one
    offered_to: int | None = None  # ↪️ to a person, who has not said yet that he takes it


# What an event says of the ladder only: it goes into the item's progress, not beside it.
OF_THE_LADDER = frozenset({"promised_until", "climb_to"})


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of an item's history: when, who (a person id; None is time itself), what, and why in a short code."""

    at: datetime
    actor: int | None
    action: Action
    reason: str = ""
    note: str = ""  # what the person said, as they said it
    details: Details = field(default_factory=Details)

    def __post_init__(self) -> None:
        """Refuse a naive time: a history that mixes zones cannot be ordered."""
        if self.at.tzinfo is None:
            raise ValueError("an event needs an aware time")

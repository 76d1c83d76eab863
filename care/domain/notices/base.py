"""What every notice is, and how much haste a message has."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Lane(StrEnum):
    """How much haste a message has; strict priority in this order."""

    URGENT = "urgent"
    ANSWER = "answer"
    ROUTINE = "routine"
    BULK = "bulk"

    @property
    def rank(self) -> int:
        """0 goes first."""
        return list(Lane).index(self)


class Said(BaseModel):
    """Something to be told. It holds ids, never words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def about(self) -> int | None:
        """The number of the item it speaks of, if any."""
        return getattr(self, "item", None)

    @property
    def silence(self) -> int | None:
        """The id of the check-in that it asks for, if any."""
        return None

"""What is told to an elder: the meeting, the greeting, her two keys, and what comes of her words."""

from __future__ import annotations

from typing import Literal

from care.domain.notices.base import Said


class Greeting(Said):
    """To an elder: is all well? `again`: the second, different question of one silence."""

    kind: Literal["greeting"] = "greeting"
    checkin: int
    again: int = 0

    @property
    def silence(self) -> int | None:
        """The check-in."""
        return self.checkin


ElderNotice = Greeting

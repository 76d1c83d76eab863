"""What is told of greetings that pause: the choice of whom and until when, that they go on, whether she is back."""

from __future__ import annotations

from datetime import date
from typing import Literal

from care.domain.notices.base import Said


class PauseMenu(Said):
    """To who asked (`asked`, a person id), in a group or in private: whom, for how long, and in the end what is so.

    `among`: only these elders, by id; `house`: those who live where this one does; `until`: the day is known already;
    `missed`: the name fitted nobody; `back`: it is about who is greeted again.
    """

    kind: Literal["pause_menu"] = "pause_menu"
    asked: int
    among: tuple[int, ...] = ()
    house: int | None = None
    elder: int | None = None
    until: date | None = None
    missed: bool = False
    back: bool = False
    settled: bool = False


class PausesEnd(Said):
    """In a group, the day before: from that day on these elders are greeted again."""

    kind: Literal["pauses_end"] = "pauses_end"
    day: date
    elders: tuple[int, ...]


class PauseQuestion(Said):
    """To an elder or her family, weekly: is she still away?"""

    kind: Literal["pause_question"] = "pause_question"
    pause: int
    elder: int


class PauseList(Said):
    """To a coordinator, weekly: of whom nobody has said whether she is back."""

    kind: Literal["pause_list"] = "pause_list"
    person: int


PauseNotice = PauseMenu | PausesEnd | PauseQuestion | PauseList

"""What is told to an elder: the meeting, the greeting, her two keys, and what comes of her words.

And what others hear of her own decisions: that she has left, or wants somebody not to watch over her any more.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from care.domain.elders import PauseWhy
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


class Meeting(Said):
    """To an elder who has not agreed: who we are, what we do each day, and 您愿意吗？"""

    kind: Literal["meeting"] = "meeting"
    elder: int


class ThinkingOver(Said):
    """To an elder who would rather think it over: there is no haste."""

    kind: Literal["thinking_over"] = "thinking_over"
    elder: int


class Introduction(Said):
    """To an elder who has agreed on paper: who we are, with her two keys. `again`: she has met us before."""

    kind: Literal["introduction"] = "introduction"
    elder: int
    again: bool = False
    keyboard: bool = True


class Rehearsal(Said):
    """To an elder who has just agreed: her two keys, and 咱们先练一次."""

    kind: Literal["rehearsal"] = "rehearsal"
    elder: int
    keyboard: bool = True


class WarmAnswer(Said):
    """To an elder who has said something. `why` ends the sentence's key, as in `elder.heard`.

    `line`: which of the warm lines, where it is one. `keyboard`: with her two keys, which are renewed weekly.
    """

    kind: Literal["warm_answer"] = "warm_answer"
    elder: int
    why: str
    line: int = 0
    keyboard: bool = False


class ElderHelp(Said):
    """To an elder: the two keys in two sentences, and what else she may want, as buttons."""

    kind: Literal["elder_help"] = "elder_help"
    elder: int


class AwayOffer(Said):
    """To an elder who spoke of going away: for how long shall the greetings rest?"""

    kind: Literal["away_offer"] = "away_offer"
    elder: int
    why: PauseWhy = PauseWhy.AWAY


class Away(Said):
    """To an elder whose greetings rest: until which day (None: until she says so), and 我回来了."""

    kind: Literal["away"] = "away"
    elder: int
    until: date | None


class ShareQuestion(Said):
    """To an elder who sent a photo, or a sentence that sounds like a report: is somebody to see to it?"""

    kind: Literal["share_question"] = "share_question"
    elder: int
    share: int


class Watchers(Said):
    """To an elder: who of her family hears of it when she does not answer."""

    kind: Literal["watchers"] = "watchers"
    elder: int


class WatchQuestion(Said):
    """To an elder: is this relative really not to watch over her any more?"""

    kind: Literal["watch_question"] = "watch_question"
    elder: int
    family: int


class WatchEnded(Said):
    """To a relative: the elder does not want him to be told of her any more."""

    kind: Literal["watch_ended"] = "watch_ended"
    elder: int
    family: int


class LeaveQuestion(Said):
    """To an elder: does she really want no more greetings?"""

    kind: Literal["leave_question"] = "leave_question"
    elder: int


class Farewell(Said):
    """To an elder who has left, `at` that moment; for a day it can be taken back."""

    kind: Literal["farewell"] = "farewell"
    elder: int
    at: datetime


class LeftNews(Said):
    """To her family and the coordinators: she has left, `at` that moment."""

    kind: Literal["left_news"] = "left_news"
    elder: int
    at: datetime


class BackNews(Said):
    """To who has heard that she had left: she takes part again."""

    kind: Literal["back_news"] = "back_news"
    elder: int
    at: datetime


class ForgetQuestion(Said):
    """To anybody: is all that we keep of him really to go?"""

    kind: Literal["forget_question"] = "forget_question"
    person: int


class ForgetWaits(Said):
    """To anybody who is being forgotten: when it will be done, or what it waits for."""

    kind: Literal["forget_waits"] = "forget_waits"
    person: int


class Forgotten(Said):
    """To somebody of whom nothing is kept any more: that it is so. Nobody knows by now who he was but this language."""

    kind: Literal["forgotten"] = "forgotten"
    language: str


# What brings an elder her two keys, where its `keyboard` says so.
WITH_KEYS = (Introduction, Rehearsal, WarmAnswer)

ElderNotice = (
    Greeting
    | Meeting
    | ThinkingOver
    | Introduction
    | Rehearsal
    | WarmAnswer
    | ElderHelp
    | AwayOffer
    | Away
    | ShareQuestion
    | Watchers
    | WatchQuestion
    | WatchEnded
    | LeaveQuestion
    | Farewell
    | LeftNews
    | BackNews
    | ForgetQuestion
    | ForgetWaits
    | Forgotten
)

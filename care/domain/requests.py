"""What a short message asks of us, or answers, where it is nothing else: 别问了, 谁在关心我, 好的, 三天. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from care.domain import lists
from care.domain.reading import read

# What is said around the words and changes nothing; "我" at the end is somebody who is spoken of.
_BEFORE = re.compile(r"^(?:请|那|就|我|嗯)+(?=.)")
_AFTER = re.compile(r"(?<=.)(?:了|吧|啊|呀|嘛|呢|哈|哦|啦|哟|嘞|的|一下)+$")


class Request(StrEnum):
    """What a whole message may ask for, or answer; what it answers depends on what was asked."""

    LEAVE = "leave"  # 别问了
    WATCHERS = "watchers"  # 谁在关心我
    BACK = "back"  # 我回来了
    HELP = "help"  # 怎么用
    WILLING = "willing"  # 愿意
    YES = "yes"
    NO = "no"
    MISTAKE = "mistake"  # 按错了
    TODAY = "today"
    THREE_DAYS = "three_days"
    WEEK = "week"
    LATER = "later"


def requests_in(text: str) -> frozenset[Request]:
    """What the message can mean as a whole; nothing where it says more than that. 好的 and 今天 need a question."""
    return _table().get(_core(text), frozenset())


def _core(text: str) -> str:
    letters = read(text).letters
    return _AFTER.sub("", _BEFORE.sub("", letters))


@cache
def _table() -> Mapping[str, frozenset[Request]]:
    found: dict[str, set[Request]] = {}
    for line in lists.lines("requests"):
        found.setdefault(_core(line.entry), set()).add(Request(line.section))
    return {core: frozenset(meant) for core, meant in found.items()}

"""What a group sees of its elders' morning: one list, what calls for it, and how it ended."""

from __future__ import annotations

from typing import Literal

from care.domain.notices.base import Said


class NameList(Said):
    """In a group: who has not been heard of, or whose voice waits; one message per group and half-day."""

    kind: Literal["name_list"] = "name_list"
    list: int


ListNotice = NameList

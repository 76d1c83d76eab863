"""Telling apart two elders of one form of address in one building: by age, else by given name and age. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_CIRCLED_ONE = ord("①")  # to ⑳
_CIRCLED = 20


@dataclass(frozen=True, kw_only=True)
class Called:
    """An elder as the neighbourhood speaks of her: `spoken` is her form of address in its language."""

    id: int
    spoken: str
    building: str | None
    given: str
    age: int | None


def told_apart(everybody: Iterable[Called]) -> Mapping[int, str]:
    """What is added to the form of address, by person id, of those who share theirs with another of their building.

    `81` where the age tells them apart, else `秀英·81`; where even that is equal, they are numbered by their ids.
    """
    alike: dict[tuple[str, str], list[Called]] = defaultdict(list)
    for one in everybody:
        alike[one.spoken, plain_building(one.building)].append(one)
    return {id_: mark for group in alike.values() if len(group) > 1 for id_, mark in _marks(group).items()}


def plain_building(building: str | None) -> str:
    """The building's name without the differences that rosters are full of: `３ 号楼` is `3号楼`."""
    return "".join(unicodedata.normalize("NFKC", building or "").split()).casefold()


def _marks(group: list[Called]) -> dict[int, str]:
    ages = Counter(one.age for one in group)
    marks = {one.id: str(one.age) if one.age is not None and ages[one.age] == 1 else _in_full(one) for one in group}
    twins = Counter(marks.values())
    seen: Counter[str] = Counter()
    for id_ in sorted(marks):
        mark = marks[id_]
        if twins[mark] > 1:
            marks[id_] = mark + chr(_CIRCLED_ONE + seen[mark] % _CIRCLED)
            seen[mark] += 1
    return marks


def _in_full(one: Called) -> str:
    return one.given if one.age is None else f"{one.given}·{one.age}"

"""Finding somebody by what people call her: 王奶奶, 王秀英, 王奶奶 3号楼; and whom they may have meant. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_NEAR = 5
_ALIKE = 0.5  # of difflib's ratio: 王奶奶 and 汪奶奶


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody by all her names, the building apart."""

    id: int
    names: frozenset[str]
    building: str | None


@dataclass(frozen=True)
class Found:
    """Who is called exactly so; where nobody is, whose names are near, the nearest first."""

    exact: tuple[int, ...]
    near: tuple[int, ...] = ()


def find(words: str, known: Iterable[Known]) -> Found:
    """By a name, or by a name and the building before or after it; spaces, width and capitals do not count."""
    sought, everybody = _plain(words), list(known)
    if not sought:
        return Found(())
    exact = tuple(one.id for one in everybody if sought in _calls(one))
    return Found(exact) if exact else Found((), _near(sought, everybody))


def _calls(one: Known) -> set[str]:
    building = _plain(one.building or "")
    names = {_plain(name) for name in one.names if _plain(name)}
    return names | {name + building for name in names} | {building + name for name in names}


def _near(sought: str, everybody: Sequence[Known]) -> tuple[int, ...]:
    ranked = sorted((-max(_likeness(sought, call) for call in _calls(one)), one.id) for one in everybody if one.names)
    return tuple(id_ for rank, id_ in ranked if -rank >= _ALIKE)[:MOST_NEAR]


def _likeness(sought: str, call: str) -> float:
    return 1.0 if sought in call else SequenceMatcher(None, sought, call).ratio()


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold()

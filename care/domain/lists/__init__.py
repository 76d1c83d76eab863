"""The words that mean something, as people here write them: one file a subject, one entry a line, read once.

`#` begins a remark (why an entry is there), `[name]` a section. How an entry is matched stands in `reading.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list and the section it stands in (empty: none)."""

    entry: str
    section: str


@cache
def lines(name: str) -> tuple[Line, ...]:
    """The entries of the list, in its order; twice the same entry of a section counts once."""
    found: dict[Line, None] = {}
    section = ""
    for raw in (files(__package__) / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            found[Line(line, section)] = None
    return tuple(found)

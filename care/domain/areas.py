"""The tree of areas: subdistrict (街道) > community (社区) > grid (网格) > building (楼门)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How high an area stands, highest first."""

    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"
    BUILDING = "building"

    @property
    def depth(self) -> int:
        """0 is the highest."""
        return list(Level).index(self)


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area of the tree, as the config names it."""

    id: str
    name: str
    level: Level
    parent: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Tree:
    """All areas of the installation."""

    areas: Mapping[str, Area] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: Iterable[Area]) -> Tree:
        """The tree of these areas; parents must be among them."""
        return cls({area.id: area for area in areas})

    def get(self, area: str | None) -> Area | None:
        """The area of that id, if there is one."""
        return self.areas.get(area) if area is not None else None

    def lineage(self, area: str | None) -> Iterator[Area]:
        """The area itself, then its parent, up to the root."""
        here = self.get(area)
        while here is not None:
            yield here
            here = self.get(here.parent)

    def under(self, area: str, ancestor: str) -> bool:
        """Whether `area` is `ancestor` or lies below it."""
        return any(step.id == ancestor for step in self.lineage(area))

    def related(self, one: str, other: str) -> bool:
        """Whether one of the two contains the other."""
        return self.under(one, other) or self.under(other, one)

    def community_of(self, area: str | None) -> Area | None:
        """The community that an area lies in; for a higher one, or where none is named, the nearest we have."""
        line = list(self.lineage(area))
        for step in line:
            if step.level is Level.COMMUNITY:
                return step
        return line[-1] if line else self.root_community()

    def root_community(self) -> Area | None:
        """Where a matter goes of which no place is known: the first community, else the highest area."""
        ranked = sorted(self.areas.values(), key=lambda a: (a.level is not Level.COMMUNITY, a.level.depth))
        return ranked[0] if ranked else None

    def grids(self, near: str | None = None) -> list[Area]:
        """The grids, in the config's order; with `near`, only those of the same community."""
        grids = [area for area in self.areas.values() if area.level is Level.GRID]
        home = self.community_of(near) if near else None
        kin = [grid for grid in grids if home and self.under(grid.id, home.id)]
        return kin or grids

    def named(self, words: str, near: str | None = None) -> Area | None:
        """The deepest grid or building whose name stands in the words; of several, the one in the community of `near`.

        13号楼 does not name 3号楼. A name that several areas bear, none of them near, names nothing.
        """
        told = [a for a in self.areas.values() if a.level in (Level.GRID, Level.BUILDING) and _names(a.name, words)]
        if not told:
            return None
        deepest = max((area.level.depth, len(area.name)) for area in told)
        found = [area for area in told if (area.level.depth, len(area.name)) == deepest]
        home = self.community_of(near) if near else None
        kin = [area for area in found if home and self.under(area.id, home.id)]
        choice = kin or found
        return choice[0] if len(choice) == 1 else None


def _names(name: str, words: str) -> bool:
    """Whether the name stands in the words, and not as the tail of a longer number (3号楼 in 13号楼)."""
    before = r"(?<![0-9０-９一二三四五六七八九十百A-Za-z])"
    return re.search(before + re.escape(name), words) is not None

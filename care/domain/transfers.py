"""↪️ 转派: where an item can be handed on to, and where it lands. What is handed round is the parent's to decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from care.domain.areas import Area, Level, Tree
from care.domain.items import Action, Event

MOST_TRANSFERS = 2  # the third goes to the parent


class Why(StrEnum):
    """Why it lands there."""

    ASKED = "asked"  # as somebody chose
    THIRD = "third"  # it has been handed on twice already
    BACK = "back"  # that grid had it already


@dataclass(frozen=True)
class Landing:
    """The area it goes to, and why to that one."""

    area: str
    why: Why


@dataclass(frozen=True)
class Destinations:
    """What the menu offers: the other grids of the community, and the area above."""

    grids: Sequence[Area]
    parent: Area | None


def destinations(tree: Tree, area: str | None) -> Destinations:
    """Where an item of this area can go. An area that is not in the config any more counts as the community's."""
    here = tree.get(area)
    home = tree.community_of(area)
    if home is None:
        return Destinations((), None)
    of_home = [
        a for a in tree.areas.values() if a.level is Level.GRID and a.id != home.id and tree.under(a.id, home.id)
    ]
    grids = [grid for grid in of_home if here is None or not tree.under(here.id, grid.id)]
    return Destinations(grids, home if here is None else tree.get(here.parent))


def landing(history: Iterable[Event], here: str | None, wanted: str, tree: Tree) -> Landing | None:
    """Where a transfer to `wanted` ends; None where there is nobody above who does not have it already.

    A third transfer, or one back to an area that had it, goes to the nearest area above both.
    """
    had, transfers = _past(history)
    if here is None or here not in tree.areas or tree.under(here, wanted):
        return Landing(wanted, Why.ASKED)
    if transfers < MOST_TRANSFERS and wanted not in had:
        return Landing(wanted, Why.ASKED)
    above = next((step.id for step in tree.lineage(here) if tree.under(wanted, step.id)), None)
    if above is None or above == here:
        return None
    return Landing(above, Why.BACK if wanted in had else Why.THIRD)


def _past(history: Iterable[Event]) -> tuple[set[str], int]:
    """The areas that had it since it went out, and how often it was handed from one to another."""
    had: set[str] = set()
    transfers = 0
    area: str | None = None
    out = False
    for event in history:
        out = out or event.action in (Action.SEND_OUT, Action.RAISE)
        if "area" in event.details.model_fields_set:
            if event.action is Action.TRANSFER and event.details.area != area:
                transfers += 1
            area = event.details.area
        if out and area is not None:
            had.add(area)
    return had, transfers

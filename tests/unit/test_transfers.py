"""↪️: where an item can be handed on to, and where what is handed round lands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from care.domain.areas import Area, Level, Tree
from care.domain.items import Action, Details, Event, Item, Kind, begin
from care.domain.transfers import Landing, Why, destinations, landing

TREE = Tree.of(
    [
        Area(id="town", name="银滩路街道", level=Level.SUBDISTRICT),
        Area(id="c", name="海关社区", level=Level.COMMUNITY, parent="town"),
        *(Area(id=f"g{n}", name=f"第{n}网格", level=Level.GRID, parent="c") for n in (1, 2, 3, 4)),
        Area(id="b3", name="3号楼", level=Level.BUILDING, parent="g1"),
        Area(id="c2", name="邻社区", level=Level.COMMUNITY, parent="town"),
        Area(id="f1", name="邻网格", level=Level.GRID, parent="c2"),
    ]
)
T0 = datetime(2026, 11, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("area", "grids", "parent"),
    [
        ("g1", "g2 g3 g4", "c"),
        ("b3", "g2 g3 g4", "g1"),  # its own grid is the area above it
        ("c", "g1 g2 g3 g4", "town"),
        ("town", "g1 g2 g3 g4 f1", None),
        ("f1", "", "c2"),
        ("gone", "g1 g2 g3 g4", "c"),  # not in the config any more: the first community's
        (None, "g1 g2 g3 g4", "c"),
    ],
)
def test_the_menu_offers(area: str | None, grids: str, parent: str | None) -> None:
    offered = destinations(TREE, area)
    assert [grid.id for grid in offered.grids] == grids.split()
    assert (offered.parent and offered.parent.id) == parent


def test_without_areas_there_is_nowhere_to_go() -> None:
    assert destinations(Tree(), "g1").parent is None


def handed_round(*areas: str) -> tuple[Item, list[Event]]:
    """An item that opened in the first of these, and was handed on along the rest."""
    item, event = begin(1, Action.REPORT, at=T0, actor=1, details=Details(kind=Kind.REPORT, reporter=1))
    history = [event]
    for step, area in enumerate(areas):
        action = Action.SEND_OUT if step == 0 else Action.TRANSFER
        details = Details(area=area)
        item, event = item.apply(action, at=T0 + timedelta(hours=step), actor=2, details=details)
        history.append(event)
    return item, history


@pytest.mark.parametrize(
    ("way", "wanted", "lands", "why"),
    [
        ("g1", "g2", "g2", Why.ASKED),
        ("g1 g2", "g3", "g3", Why.ASKED),
        ("g1 g2", "g1", "c", Why.BACK),  # a transfer that comes back
        ("g1 g2 g3", "g4", "c", Why.THIRD),
        ("g1 g2 g3", "g1", "c", Why.BACK),
        ("g1 g2 g3", "c", "c", Why.ASKED),  # who hands it up has it up, however often
        ("g1 c", "g2", "g2", Why.ASKED),  # the community gives it to another
        ("g1 c", "town", "town", Why.ASKED),
        ("b3", "g2", "g2", Why.ASKED),
        ("b3 g2 g3", "g4", "c", Why.THIRD),
        ("town c g1", "f1", "town", Why.THIRD),  # the nearest area above both
        ("gone", "g1", "g1", Why.ASKED),
    ],
)
def test_where_it_lands(way: str, wanted: str, lands: str, why: Why) -> None:
    item, history = handed_round(*way.split())
    assert landing(history, item.area, wanted, TREE) == Landing(lands, why)


@pytest.mark.parametrize(("way", "wanted"), [("g1 c", "g1"), ("g1 g2 c", "g4")])
def test_who_is_above_already_has_to_decide(way: str, wanted: str) -> None:
    item, history = handed_round(*way.split())
    assert landing(history, item.area, wanted, TREE) is None


def test_asking_a_person_is_no_transfer_between_areas() -> None:
    item, history = handed_round("g1", "g2")
    for step in range(3):
        at = T0 + timedelta(days=1, hours=step)
        item, event = item.apply(Action.TRANSFER, at=at, actor=2, details=Details(offered_to=9))
        history.append(event)
    assert landing(history, item.area, "g3", TREE) == Landing("g3", Why.ASKED)


def test_where_its_reporter_first_thought_it_was_never_had_it() -> None:
    _, history = handed_round("g1")
    at = T0 + timedelta(minutes=1)
    _, drafted = begin(1, Action.REPORT, at=T0, actor=1, details=Details(kind=Kind.REPORT, reporter=1))
    moved = Event(at=at, actor=1, action=Action.AMEND, details=Details(area="g2"))
    out = Event(at=at, actor=None, action=Action.SEND_OUT, details=Details(area="g1"))
    assert landing([drafted, moved, out], "g1", "g2", TREE) == Landing("g2", Why.ASKED)
    later = Event(at=at, actor=1, action=Action.AMEND, details=Details(area="g2"))  # he says that it is elsewhere
    assert landing([*history, later], "g2", "g1", TREE) == Landing("c", Why.BACK)

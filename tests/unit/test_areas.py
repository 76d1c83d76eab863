"""The tree of areas, and which grid a point lies in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.areas import Area, Level, Tree
from care.domain.geo import Boundaries, gcj02_to_wgs84, read_boundary, size_and_centre

TREE = Tree.of(
    [
        Area(id="town", name="银滩路街道", level=Level.SUBDISTRICT),
        Area(id="c", name="海关社区", level=Level.COMMUNITY, parent="town"),
        Area(id="d", name="西站社区", level=Level.COMMUNITY, parent="town"),
        Area(id="g1", name="第一网格", level=Level.GRID, parent="c"),
        Area(id="g11", name="第十一网格", level=Level.GRID, parent="c"),
        Area(id="h1", name="西一网格", level=Level.GRID, parent="d"),
        Area(id="b3", name="3号楼", level=Level.BUILDING, parent="g1"),
        Area(id="b13", name="13号楼", level=Level.BUILDING, parent="g11"),
    ]
)


def test_lineage_goes_up_to_the_root() -> None:
    assert [step.id for step in TREE.lineage("b3")] == ["b3", "g1", "c", "town"]
    assert list(TREE.lineage("nowhere")) == []
    assert list(TREE.lineage(None)) == []


def test_under_and_related() -> None:
    assert TREE.under("b3", "c")
    assert TREE.under("c", "c")
    assert not TREE.under("c", "b3")
    assert TREE.related("c", "b3")
    assert not TREE.related("g1", "g11")


@pytest.mark.parametrize(
    ("area", "community"),
    [("b3", "c"), ("c", "c"), ("h1", "d"), ("town", "town"), (None, "c"), ("nowhere", "c")],
)
def test_the_community_of_an_area(area: str | None, community: str) -> None:
    found = TREE.community_of(area)
    assert found is not None
    assert found.id == community


def test_an_empty_tree_has_no_community() -> None:
    assert Tree().community_of(None) is None


def test_grids_are_those_of_the_same_community() -> None:
    assert [grid.id for grid in TREE.grids("g1")] == ["g1", "g11"]
    assert [grid.id for grid in TREE.grids("h1")] == ["h1"]
    assert [grid.id for grid in TREE.grids()] == ["g1", "g11", "h1"]
    only = Tree.of([Area(id="x", name="某社区", level=Level.COMMUNITY), Area(id="g", name="网格", level=Level.GRID)])
    assert [grid.id for grid in only.grids("x")] == ["g"]  # none of its own: all there are


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("第十一网格的路灯坏了", "g11"),
        ("13号楼门口井盖坏了", "b13"),  # not 3号楼, whose name stands inside
        ("第一网格3号楼", "b3"),  # the deeper one
        ("海关社区", None),  # a community is no place to find anything
        ("路灯坏了", None),
    ],
)
def test_a_named_place_counts(words: str, area: str | None) -> None:
    found = TREE.named(words)
    assert (found and found.id) == area


def square(west: float, south: float, side: float = 0.01) -> dict[str, object]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


GRIDS = Boundaries(
    {
        "g1": read_boundary(square(103.80, 36.00), "wgs84"),
        "g2": read_boundary(square(103.82, 36.00), "wgs84"),
        "inner": read_boundary(square(103.804, 36.004, 0.001), "wgs84"),
    }
)


@pytest.mark.parametrize(
    ("latitude", "longitude", "area"),
    [
        (36.001, 103.801, "g1"),  # inside
        (36.0045, 103.8045, "inner"),  # inside two: the smaller
        (36.005, 103.8125, "g1"),  # 225 m east of g1
        (36.005, 103.8175, "g2"),  # 225 m west of g2
        (36.005, 103.815, None),  # 450 m from both
        (36.0125, 103.805, "g1"),  # 278 m north: a degree of latitude is longer than one of longitude
        (36.0130, 103.805, None),  # 334 m north
        (0.0, 0.0, None),
    ],
)
def test_a_point_finds_its_grid(latitude: float, longitude: float, area: str | None) -> None:
    assert GRIDS.area_at(latitude, longitude) == area


def test_no_boundaries_no_grid() -> None:
    assert Boundaries().area_at(36.0, 103.8) is None


def test_size_and_centre() -> None:
    square_km, latitude, longitude = size_and_centre(GRIDS.shapes["g1"])
    assert square_km == pytest.approx(1.0025, abs=0.001)
    assert (latitude, longitude) == (pytest.approx(36.005), pytest.approx(103.805))


def test_a_chinese_map_is_brought_to_telegrams_coordinates() -> None:
    # Tiananmen, published pairs: GCJ-02 116.404, 39.915 is WGS-84 116.39775, 39.91360
    longitude, latitude = gcj02_to_wgs84(116.404, 39.915)
    assert (longitude, latitude) == (pytest.approx(116.39775, abs=2e-5), pytest.approx(39.91360, abs=2e-5))
    moved = read_boundary(square(103.80, 36.00), "gcj02")
    assert moved.centroid.x != pytest.approx(103.805, abs=1e-4)


@given(st.floats(75, 130), st.floats(18, 53))
def test_the_shift_is_never_more_than_a_kilometre(longitude: float, latitude: float) -> None:
    east, north = gcj02_to_wgs84(longitude, latitude)
    assert abs(east - longitude) < 0.01
    assert abs(north - latitude) < 0.01

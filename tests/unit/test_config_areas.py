"""The tree of areas and its boundaries: what the config refuses before a report can get lost between two grids."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, ConfigErrors, Mistake

ROOT: dict[str, Any] = {"id": "c", "name": "海关社区", "level": "community"}
SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]


def grid(ident: str, **more: Any) -> dict[str, Any]:
    return {"id": ident, "name": ident, "level": "grid", "parent": "c", **more}


def build(folder: Path, *areas: dict[str, Any]) -> Config:
    return Config.of({"telegram": {"token": "1:a"}, "areas": list(areas)}, folder)


def mistakes(folder: Path, *areas: dict[str, Any]) -> list[Mistake]:
    with pytest.raises(ConfigErrors) as caught:
        build(folder, *areas)
    return list(caught.value.mistakes)


# areas, the key that is told of, a part of what is expected
TREES: list[tuple[list[dict[str, Any]], str, str]] = [
    ([ROOT, grid("g"), grid("g")], "areas[2].id", "no other area has"),
    ([ROOT, grid("g", parent="x")], "areas[1].parent", "there are: c, g"),
    ([ROOT, grid("g", parent="g")], "areas[1].parent", "below the area itself"),
    ([ROOT, grid("g"), grid("h", parent="g")], "areas[2].parent", "a higher level than grid"),
    ([ROOT | {"parent": "g"}, {"id": "g", "name": "g", "level": "grid"}], "areas[0].parent", "higher level"),
    ([ROOT, grid("g", level="block")], "areas[1].level", '"subdistrict", "community", "grid", "building"'),
    ([ROOT, grid("第三")], "areas[1].id", "letters, digits"),
    ([ROOT, {"id": "g", "name": "g"}], "areas[1].level", "subdistrict"),
    ([ROOT, {"name": "g", "level": "grid"}], "areas[1].id", "a short name"),
    ([ROOT, grid("g", name="")], "areas[1].name", "some text"),
    ([ROOT, grid("g", chat_id=0)], "areas[1].chat_id", "the id of a chat"),
    ([ROOT, grid("g", thread_id=5)], "areas[1].thread_id", "a chat_id beside it"),
    ([ROOT, grid("g", chat_id=-5), grid("h", chat_id=-5)], "areas[2].chat_id", "(g has this one)"),
    ([ROOT, grid("g", chat_id=-5, thread_id=7), grid("h", chat_id=-5, thread_id=7)], "areas[2].chat_id", "its own"),
    ([ROOT, grid("g", audience="all")], "areas[1].audience", '"staff", "residents"'),
    ([ROOT, grid("g", boundary_crs="bd09")], "areas[1].boundary_crs", '"wgs84", "gcj02"'),
    ([ROOT, grid("g", colour="red")], "areas[1].colour", "a known key"),
    ([], "areas", "at least one entry"),
]


@pytest.mark.parametrize(("areas", "key", "expected"), TREES)
def test_a_tree_that_does_not_hold_is_told(
    tmp_path: Path, areas: list[dict[str, Any]], key: str, expected: str
) -> None:
    (mistake,) = mistakes(tmp_path, *areas)
    assert mistake.key == key
    assert expected in mistake.expected


def test_a_circle_of_parents_is_told_at_each_area_of_it(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path, ROOT, grid("g", parent="h"), grid("h", parent="g"), grid("i", parent="g", level="building")
    )
    assert [mistake.key for mistake in told] == ["areas[1].parent", "areas[2].parent"]


def test_two_topics_of_one_chat_are_two_places(tmp_path: Path) -> None:
    config = build(
        tmp_path, ROOT | {"chat_id": -5}, grid("g", chat_id=-5, thread_id=1), grid("h", chat_id=-5, thread_id=2)
    )
    assert [area.thread_id for area in config.areas] == [None, 1, 2]


def test_levels_may_be_left_out_between_two_areas(tmp_path: Path) -> None:
    config = build(tmp_path, ROOT, {"id": "b", "name": "3号楼", "level": "building", "parent": "c"})
    assert config.areas[1].audience_is_assumed


def draw(folder: Path, *features: dict[str, Any]) -> None:
    (folder / "grids.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def feature(name: object, kind: str = "Polygon", shape: object = SQUARE, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": name, "geometry": {"type": kind, "coordinates": shape}, "properties": {}, **more}


def test_a_boundary_is_read_from_the_file_beside_the_config(tmp_path: Path) -> None:
    draw(tmp_path, feature("g", shape=SQUARE), feature(7, "MultiPolygon", [SQUARE]))
    config = build(tmp_path, ROOT, grid("g", boundary="grids.geojson#g"), grid("h", boundary="grids.geojson#7"))
    drawn = config.areas[1].boundary
    assert drawn is not None
    assert (drawn.file, drawn.feature, drawn.geometry["coordinates"]) == (tmp_path / "grids.geojson", "g", SQUARE)
    assert config.areas[2].boundary is not None


def test_an_id_among_the_properties_will_do(tmp_path: Path) -> None:
    unnamed = feature("", properties={"id": "g"})
    del unnamed["id"]
    draw(tmp_path, unnamed)
    assert build(tmp_path, ROOT, grid("g", boundary="grids.geojson#g")).areas[1].boundary is not None


# the feature called g, a part of what is expected of it
UNSOUND: list[tuple[dict[str, Any], str]] = [
    (feature("h"), "there: h"),
    (feature("g", "Point", [0, 0]), "but feature g is Point"),
    (feature("g") | {"geometry": None}, "but feature g is empty"),
    (feature("g", shape=[]), "it is empty"),
    (feature("g", shape=[[[0, 0], [1, 1]]]), "sound rings"),
    (feature("g", shape=[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "Self-intersection"),  # a bow tie
    (feature("g", shape=[[[0, 0], [1, 0], [1, 1], [0, 1]]]), "closed rings"),
    (feature("g", shape=[[[0, 0], ["x", 0], [1, 1], [0, 0]]]), "sound rings"),
    (feature("g", shape=[[[36, 103], [36, 104], [37, 104], [36, 103]]]), "longitude before latitude"),
    (feature("g", shape="none"), "sound rings"),
]


@pytest.mark.parametrize(("drawn", "expected"), UNSOUND)
def test_a_boundary_that_bounds_nothing_is_told(tmp_path: Path, drawn: dict[str, Any], expected: str) -> None:
    draw(tmp_path, drawn)
    (mistake,) = mistakes(tmp_path, ROOT, grid("g", boundary="grids.geojson#g"))
    assert (mistake.key, mistake.value) == ("areas[1].boundary", '"grids.geojson#g"')
    assert expected in mistake.expected


@pytest.mark.parametrize(
    ("content", "boundary", "expected"),
    [
        (None, "grids.geojson#g", "No such file"),
        ("not json", "grids.geojson#g", "a GeoJSON file"),
        ("[]", "grids.geojson#g", "a GeoJSON FeatureCollection"),
        ('{"features": 5}', "grids.geojson#g", "a GeoJSON FeatureCollection"),
        ('{"features": [5]}', "grids.geojson#g", "there: none"),
        ("{}", "grids.geojson", "a file and a feature's id"),
        ("{}", "#g", "a file and a feature's id"),
        ("{}", 5, "a file and a feature's id"),
    ],
)
def test_a_boundary_that_cannot_be_read_is_told(
    tmp_path: Path, content: str | None, boundary: object, expected: str
) -> None:
    if content is not None:
        (tmp_path / "grids.geojson").write_text(content)
    (mistake,) = mistakes(tmp_path, ROOT, grid("g", boundary=boundary))
    assert expected in mistake.expected

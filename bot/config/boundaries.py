"""Where an area ends: one feature of a GeoJSON file beside the config."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from bot.config.types import expected, folder_of

Geometry = Mapping[str, Any]


@dataclass(frozen=True)
class Boundary:
    """A polygon or several, as GeoJSON has it: longitude before latitude, in the datum the area names."""

    file: Path
    feature: str
    geometry: Geometry


def read_boundary(value: object, info: ValidationInfo) -> Boundary | None:
    """The feature that `FILE#ID` names, read and checked; raises the mistake that `expected` words."""
    if value is None or isinstance(value, Boundary):
        return value
    if not isinstance(value, str) or not all(value.rpartition("#")[::2]):
        raise expected('a file and a feature\'s id such as "grids.geojson#g3"')
    name, _, feature = value.rpartition("#")
    folder = folder_of(info)
    path = (folder / name if folder else Path(name)).expanduser()
    return Boundary(path, feature, _sound(_find(_features(path, info), feature, name), feature))


def _features(path: Path, info: ValidationInfo) -> list[dict[str, Any]]:
    """The features of a file; each file is read once for all areas of a config."""
    shelf: dict[Path, list[dict[str, Any]]] = info.context.setdefault("geojson", {}) if info.context else {}
    if path not in shelf:
        shelf[path] = _read(path)
    return shelf[path]


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise expected(f"a file that can be read ({path}: {error.strerror})") from None
    except ValueError as error:  # UnicodeDecodeError and JSONDecodeError alike
        raise expected(f"a GeoJSON file ({path}: {error})") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise expected(f"a GeoJSON FeatureCollection in {path}")
    return [feature for feature in features if isinstance(feature, dict)]


def _id(feature: Mapping[str, Any]) -> str | None:
    """The feature's id; many map programs can only write it among the properties."""
    properties = feature.get("properties")
    among = properties.get("id") if isinstance(properties, dict) else None
    found = feature.get("id", among)
    return None if found is None else str(found)


def _find(features: list[dict[str, Any]], wanted: str, name: str) -> Geometry:
    for feature in features:
        if _id(feature) == wanted:
            geometry = feature.get("geometry")
            return geometry if isinstance(geometry, dict) else {}
    known = ", ".join(sorted(filter(None, map(_id, features)))) or "none"
    raise expected(f"the id of a feature in {name} (there: {known})")


def _sound(geometry: Geometry, feature: str) -> Geometry:
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise expected(f"a Polygon or MultiPolygon, but feature {feature} is {geometry.get('type') or 'empty'}")
    from shapely.errors import ShapelyError  # noqa: PLC0415 -- large, and only some installations draw boundaries
    from shapely.geometry import shape  # noqa: PLC0415
    from shapely.validation import explain_validity  # noqa: PLC0415

    try:
        drawn = shape(geometry)
        fault = "it is empty" if drawn.is_empty else explain_validity(drawn)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise expected(f"sound rings for feature {feature} ({error})") from None
    if fault != "Valid Geometry":
        raise expected(f"sound rings for feature {feature} ({fault})")
    west, south, east, north = drawn.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise expected(f"degrees, longitude before latitude, for feature {feature}")
    _refuse_open_rings(geometry, feature)
    return geometry


def _refuse_open_rings(geometry: Geometry, feature: str) -> None:
    """An unclosed ring is a file cut short; shapely would close it without a word."""
    if any(ring[0] != ring[-1] for ring in _rings(geometry)):
        raise expected(f"closed rings for feature {feature} (first and last point the same)")


def _rings(geometry: Geometry) -> Iterator[Any]:
    parts = geometry["coordinates"]
    for part in parts if geometry["type"] == "MultiPolygon" else [parts]:
        yield from part

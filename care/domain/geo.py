"""Which grid a point lies in: boundaries as polygons, distances in metres.

Points are WGS84 degrees, as Telegram sends them. Boundaries drawn on Chinese maps are often GCJ-02, shifted by up to
some 500 m; they are brought to WGS84 once, when they are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

NEAR_METRES = 300.0  # a point outside all boundaries belongs to the nearest grid within this distance
_METRES_PER_DEGREE = 111_320.0  # of latitude, and of longitude at the equator


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of areas, by area id, as shapely geometries in WGS84 (x = longitude, y = latitude)."""

    shapes: Mapping[str, BaseGeometry] = field(default_factory=dict)

    def area_at(self, latitude: float, longitude: float) -> str | None:
        """The area whose boundary holds the point (the smallest, if several do), else the nearest within 300 m."""
        if not self.shapes:
            return None
        from shapely.geometry import Point  # noqa: PLC0415  shapely is loaded only where boundaries exist

        point = Point(longitude, latitude)
        holding = [(shape.area, area) for area, shape in self.shapes.items() if shape.covers(point)]
        if holding:
            return min(holding)[1]
        near = [(_metres_between(shape, latitude, longitude), area) for area, shape in self.shapes.items()]
        distance, area = min(near)
        return area if distance <= NEAR_METRES else None


def read_boundary(geometry: Mapping[str, Any], crs: str) -> BaseGeometry:
    """A GeoJSON Polygon or MultiPolygon as a shape in WGS84; `crs` is "wgs84" or "gcj02"."""
    from shapely import transform  # noqa: PLC0415
    from shapely.geometry import shape as to_shape  # noqa: PLC0415  as above

    drawn = to_shape(geometry)
    if crs == "gcj02":
        return transform(drawn, _each_to_wgs84, interleaved=False)
    return drawn


def size_and_centre(shape: BaseGeometry) -> tuple[float, float, float]:
    """Square kilometres, and the centre's latitude and longitude."""
    centre = shape.centroid
    per_degree = (_METRES_PER_DEGREE / 1000) ** 2 * math.cos(math.radians(centre.y))
    return shape.area * per_degree, centre.y, centre.x


def gcj02_to_wgs84(longitude: float, latitude: float) -> tuple[float, float]:
    """Undo China's map shift to within about 2 m: the shift where it was shifted to, taken once more at the result."""
    east, north = _shift(longitude, latitude)
    east, north = _shift(longitude - east, latitude - north)
    return longitude - east, latitude - north


def _each_to_wgs84(xs: Iterable[float], ys: Iterable[float]) -> tuple[list[float], list[float]]:
    moved = [gcj02_to_wgs84(x, y) for x, y in zip(xs, ys, strict=True)]
    return [x for x, _ in moved], [y for _, y in moved]


def _shift(longitude: float, latitude: float) -> tuple[float, float]:
    """How far GCJ-02 lies from WGS84, in degrees east and north.

    The published polynomial on the Krasovsky 1940 ellipsoid (a = 6378245 m, e2 = 0.00669342162296594323), as in the
    widely used open implementations of the "eviltransform" family.
    """
    x, y = longitude - 105.0, latitude - 35.0
    ripple = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + ripple
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + ripple
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    a, e2 = 6378245.0, 0.00669342162296594323
    radians = math.radians(latitude)
    magic = 1 - e2 * math.sin(radians) ** 2
    metres_north = a * (1 - e2) / (magic * math.sqrt(magic))
    metres_east = a / math.sqrt(magic) * math.cos(radians)
    return math.degrees(east / metres_east), math.degrees(north / metres_north)


def _metres_between(shape: BaseGeometry, latitude: float, longitude: float) -> float:
    """The distance to a shape on a plane laid at the point: exact enough at a few hundred metres."""
    from shapely.affinity import affine_transform  # noqa: PLC0415  as above
    from shapely.geometry import Point  # noqa: PLC0415

    east = _METRES_PER_DEGREE * math.cos(math.radians(latitude))
    flat = affine_transform(shape, [east, 0, 0, _METRES_PER_DEGREE, -longitude * east, -latitude * _METRES_PER_DEGREE])
    return float(flat.distance(Point(0, 0)))

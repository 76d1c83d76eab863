"""The demo's neighbourhood: the grids on the map, who is in which group, and which chats stand on the page.

Data only. The map is shown on the page, and its polygons are written out as the boundaries the bot routes by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.demo.neighbours import (
    COMMUNITY,
    DAUGHTER,
    GRANNY_LIU,
    GRANNY_WANG,
    LI,
    MA,
    PEOPLE,
    SON,
    STREET,
    SUN,
    WANG,
    ZHAO,
)
from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.world import World

Point = tuple[float, float]
"""Longitude, latitude, in that order, as GeoJSON has them (WGS 84)."""

COMMUNITY_NAME = "海关社区"
COMMUNITY_PHONE = "0931-5550123"
GRID_CHAT = -1001000000003
COMMUNITY_CHAT = -1001000000001
STREET_CHAT = -1001000000009


@dataclass(frozen=True)
class Ground:
    """One area of the tree, with its outline where it has one of its own."""

    id: str
    name: str
    level: str
    parent: str | None = None
    chat: int | None = None
    outline: tuple[Point, ...] = ()


GROUNDS = (
    Ground(STREET, "银滩路街道", "subdistrict", chat=STREET_CHAT),
    Ground(COMMUNITY, COMMUNITY_NAME, "community", STREET, COMMUNITY_CHAT),
    Ground("g1", "第一网格", "grid", COMMUNITY, None,
           ((103.7200, 36.0990), (103.7250, 36.0994), (103.7254, 36.1030), (103.7204, 36.1026))),
    Ground("g2", "第二网格", "grid", COMMUNITY, None,
           ((103.7250, 36.0994), (103.7300, 36.0994), (103.7304, 36.1030), (103.7254, 36.1030))),
    Ground("g3", "第三网格", "grid", COMMUNITY, GRID_CHAT,
           ((103.7300, 36.0994), (103.7350, 36.0994), (103.7354, 36.1030), (103.7304, 36.1030))),
)  # fmt: skip

# What makes the map a map. Buildings: name, longitude and latitude of the centre; the page draws them all alike.
BUILDINGS: tuple[tuple[str, float, float], ...] = (
    ("1号楼", 103.72145, 36.10175), ("2号楼", 103.72345, 36.10185), ("幼儿园", 103.72150, 36.09990),
    ("农贸市场", 103.72360, 36.10000), ("4号楼", 103.72650, 36.10185), ("5号楼", 103.72870, 36.10185),
    ("社区服务站", 103.72650, 36.10020), ("小学", 103.72880, 36.10020), ("3号楼", 103.73165, 36.10185),
    ("6号楼", 103.73375, 36.10185), ("快递驿站", 103.73150, 36.10020), ("7号楼", 103.73370, 36.10020),
)  # fmt: skip
STREETS: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("银滩路", ((103.7180, 36.09875), (103.7250, 36.09925), (103.7390, 36.09925))),
    ("海关巷", ((103.7180, 36.10098), (103.7252, 36.10110), (103.7390, 36.10110))),
    ("", ((103.72505, 36.0960), (103.72505, 36.0994), (103.72545, 36.1030), (103.7256, 36.1065))),
    ("", ((103.73005, 36.0960), (103.73005, 36.0994), (103.73045, 36.1030), (103.7306, 36.1065))),
)
RIVER: tuple[Point, ...] = ((103.7175, 36.1040), (103.7230, 36.1046), (103.7290, 36.1043), (103.7375, 36.1049))
PARK: tuple[Point, ...] = ((103.7200, 36.1030), (103.7352, 36.1034), (103.7352, 36.1038), (103.7200, 36.1036))
FRAME: tuple[float, float, float, float] = (103.7180, 36.0981, 103.7370, 36.1050)
"""West, south, east, north of what the map shows."""


@dataclass(frozen=True)
class Desk:
    """One of the chats a pane can show: whose phone, and which group (None: that phone's chat with the bot)."""

    phone: Phone
    group: Group | None = None

    @property
    def chat(self) -> int:
        """The chat's id now; a group's changes when it is upgraded."""
        return self.group.id if self.group is not None else self.phone.id


@dataclass(frozen=True)
class Pane:
    """One column of the page: a chat, or a few of them to switch between."""

    id: str
    desks: tuple[Desk, ...]


@dataclass(frozen=True)
class Town:
    """The world with everybody in it, and the panes in the order they stand side by side."""

    world: World
    panes: tuple[Pane, ...]


def settle(world: World) -> Town:
    """Let the people move in and open their groups. Who works here has met the bot before, as after an invitation."""
    phones = {one.id: world.add_user(one.id, one.shown or one.name) for one in PEOPLE if one.user_id is not None}
    ma, li, zhao, wang, sun = (phones[one.id] for one in (MA, LI, ZHAO, WANG, SUN))
    for phone in (ma, li, zhao, wang, sun):
        phone.started = True
    ma.position = (36.10020, 103.73150)
    grid = world.add_group(GRID_CHAT, "第三网格工作群", [wang, li, zhao])
    community = world.add_group(COMMUNITY_CHAT, "海关社区工作群", [wang, li, zhao])
    street = world.add_group(STREET_CHAT, "银滩路街道", [sun, wang])
    return Town(
        world,
        (
            Pane("courier", (Desk(ma),)),
            Pane("elder", (Desk(phones[GRANNY_WANG.id]), Desk(phones[GRANNY_LIU.id]))),
            Pane("family", (Desk(phones[SON.id]), Desk(phones[DAUGHTER.id]))),
            Pane("grid", (Desk(li, grid), Desk(zhao, grid))),
            Pane("worker", (Desk(li), Desk(zhao))),
            Pane("community", (Desk(wang, community), Desk(wang))),  # near the grid's: one sees a thing climb
            Pane("street", (Desk(sun, street), Desk(sun))),
        ),
    )


def town_map() -> dict[str, Any]:
    """What the page needs to draw the map."""
    return {
        "frame": FRAME,
        "grids": [
            {"id": ground.id, "name": ground.name, "outline": ground.outline} for ground in GROUNDS if ground.outline
        ],
        "buildings": [{"name": name, "at": (longitude, latitude)} for name, longitude, latitude in BUILDINGS],
        "streets": [{"name": name, "line": line} for name, line in STREETS],
        "river": RIVER,
        "park": PARK,
    }


def boundaries() -> dict[str, Any]:
    """The grids' outlines as a GeoJSON FeatureCollection, rings closed."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": ground.id,
                "properties": {"name": ground.name},
                "geometry": {"type": "Polygon", "coordinates": [[*ground.outline, ground.outline[0]]]},
            }
            for ground in GROUNDS
            if ground.outline
        ],
    }

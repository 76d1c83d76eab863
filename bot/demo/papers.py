"""What an operator would write for the demo's town: its config.toml with boundaries, and the roster."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from bot.config import Config
from bot.demo.neighbours import COMMUNITY, PEOPLE, WANG, Neighbour
from bot.demo.town import COMMUNITY_NAME, COMMUNITY_PHONE, GROUNDS, boundaries
from bot.importing import bring_in
from bot.roster_file import read_roster
from storage.database import Database

ZONE = "Asia/Shanghai"
TOKEN = "1:SANDBOX"  # noqa: S105  the sandbox's own, valid nowhere else
QUIET_UNTIL = "07:30"  # a visitor's first report, before the greeting, shall be heard


def write_config(folder: Path, api: str) -> Path:
    """A config.toml and its boundaries, as an operator would write them; the config's path."""
    (folder / "grids.geojson").write_text(json.dumps(boundaries(), ensure_ascii=False), encoding="utf-8")
    lines = [
        "[telegram]",
        f'token = "{TOKEN}"',
        f'base_url = "{api}"',
        "",
        "[community]",
        f'name = "{COMMUNITY_NAME}"',
        f'timezone = "{ZONE}"',
        f"admins = [{WANG.user_id}]",
        "",
        "[quiet_hours]",
        f'end = "{QUIET_UNTIL}"',
    ]
    for ground in GROUNDS:
        lines += ["", "[[areas]]", f'id = "{ground.id}"', f'name = "{ground.name}"', f'level = "{ground.level}"']
        lines += [f'parent = "{ground.parent}"'] if ground.parent else []
        lines += [f"chat_id = {ground.chat}", 'audience = "staff"'] if ground.chat else []
        lines += [f'phone = "{COMMUNITY_PHONE}"'] if ground.id == COMMUNITY else []
        lines += [f'boundary = "grids.geojson#{ground.id}"'] if ground.outline else []
    path = folder / "config.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_roster(folder: Path, today: date, people: Iterable[Neighbour] = PEOPLE) -> Path:
    """The people as a roster that a community would hand in; its path."""
    path = folder / "roster.csv"
    told = [one.cells(today) for one in people]
    columns = list(dict.fromkeys(column for cells in told for column in cells))
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictWriter(out, columns, restval="")
        rows.writeheader()
        rows.writerows(told)
    return path


async def enrol(config: Config, roster: Path, now: datetime) -> None:
    """Import the roster, as `gridcare import` does; raises ValueError for mistakes in it."""
    storage = config.storage
    async with Database(storage.url, key_file=storage.key_file, connections=1) as db:
        imported = await bring_in(db, read_roster(roster), config, now=now, dry_run=False)
    if imported.mistakes:
        raise ValueError(f"the demo's roster has mistakes: {imported.mistakes}")

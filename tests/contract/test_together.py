"""A morning when hundreds of matters are due at once: one list a chat, and no long hold on the one who writes."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from care.domain.areas import Area, Level, Tree
from care.domain.due import next_look
from care.domain.items import Action, Category, Details, Kind, Severity, begin
from care.domain.policy import DEFAULT_POLICIES
from care.domain.quiet import QuietHours
from care.domain.rules import Rules
from care.services.showing import show
from care.services.sweeps import item_due
from storage.database import Database
from storage.link import Link
from storage.tables import bindings
from tests.contract.conftest import NOW

GRIDS = [f"g{n}" for n in range(4)]
ZONE = ZoneInfo("Asia/Shanghai")
RULES = Rules(
    community="海关社区",
    zone=ZONE,
    language="zh",
    tree=Tree.of(
        [
            Area(id="c", name="海关社区", level=Level.COMMUNITY),
            *(Area(id=grid, name=grid, level=Level.GRID, parent="c") for grid in GRIDS),
        ]
    ),
    quiet=QuietHours(start=time(0), end=time(0), zone=ZONE),
)
MANY = 240  # more than the sweeper takes in one batch


async def raise_many(db: Database) -> None:
    async with db.write() as uow:
        for chat, area in enumerate(["c", *GRIDS], 1):
            await uow.link.run(insert(bindings).values(area=area, chat=-chat, thread=0, audience="staff"))
        for n in range(MANY):
            details = Details(
                kind=Kind.REPORT,
                category=Category.FACILITY,
                severity=Severity.NORMAL,
                area=GRIDS[n % len(GRIDS)],
                policy=DEFAULT_POLICIES["normal"],
            )
            item, event = begin(await uow.items.next_number(), Action.RAISE, at=NOW, actor=None, details=details)
            await uow.items.add(item, event, next_look(item, NOW, RULES))
            await show(uow, item, RULES)


async def test_hundreds_due_at_once_are_one_message_a_chat(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await raise_many(db)
    statements, run = 0, Link.run

    async def counted(link: Link, *args: object, **more: object) -> object:
        nonlocal statements
        statements += 1
        return await run(link, *args, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Link, "run", counted)
    later = NOW + timedelta(hours=2)
    acts = 0
    async with db.write() as uow:
        due = await uow.items.due(later, MANY)
        for number in due:
            if await uow.items.is_due(number, later):
                acts += 1
                await item_due(uow, number, later, RULES)
        told = await uow.outbox.pending(later, MANY)
    assert len(due) == MANY
    assert acts == len(GRIDS)
    assert sorted(telling.address.chat for telling in told) == [-5, -4, -3, -2]
    assert statements <= 12 * MANY

"""What an import makes of a database, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
import time as wall
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from care.domain.areas import Area, Level, Tree
from care.domain.people import Post, Role
from care.domain.roster import ElderState, Reading, Sheet, SheetRow, read
from care.services.ports import UnitOfWork
from storage import roster
from storage.database import Database
from storage.tables import elders, kin, people, posts
from storage.unit import Unit
from tests.contract.conftest import NOW, Home, done, reported

TREE = Tree.of(
    [
        Area(id="haiguan", name="海关社区", level=Level.COMMUNITY),
        Area(id="g2", name="第二网格", level=Level.GRID, parent="haiguan"),
        Area(id="g3", name="第三网格", level=Level.GRID, parent="haiguan"),
    ]
)
HEADER = ("ref", "role", "name", "area", "phone", "telegram_id", "consent", "mode", "elder_ref", "health", "building")
CLERK = ("W1", "worker", "李娟", "g3", "", "", "", "", "", "", "")
GRANNY = ("E1", "elder", "王秀英", "g3", "", "", "2026-01-10", "curtain", "", "高血压", "3号楼")
SON = ("F1", "family", "李强", "g3", "13900000001", "", "", "", "E1", "", "")


@pytest.fixture
async def importer(home: Home) -> AsyncIterator[Database]:
    """A database of the import's own, as the command opens it beside a running bot."""
    async with Database(home.url, key_file=home.key_file, connections=1) as database:
        yield database


async def looked_at(db: Database, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Reading:
    sheet = Sheet(header, tuple(SheetRow(n, row) for n, row in enumerate(rows, 2)))
    known = await roster.on_file(db)
    reading = read(sheet, tree=TREE, today=date(2026, 3, 2), read_phone=lambda text: f"+86{text}", on_file=known)
    assert not reading.mistakes
    return reading


async def brought(db: Database, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> int:
    """How many people the import of these rows wrote."""
    return await roster.apply(db, await roster.compare(db, await looked_at(db, *rows, header=header)), NOW)


async def elder_of(uow: Unit, ref: str) -> tuple[str, date | None, str | None]:
    rows = await uow.link.run(
        select(elders.c.state, elders.c.consent, elders.c.health).join(people).where(people.c.ref == ref)
    )
    state, consent, health = rows.one()
    return state, consent, health


async def id_of(uow: Unit, ref: str) -> int:
    return int((await uow.link.run(select(people.c.id).where(people.c.ref == ref))).scalar_one())


def cell(row: tuple[str, ...], **told: str) -> tuple[str, ...]:
    return tuple(told.get(name, value) for name, value in zip(HEADER, row, strict=True))


async def test_people_with_their_posts_elders_and_families_are_on_file(importer: Database) -> None:
    assert await brought(importer, CLERK, GRANNY, SON) == 3
    async with importer.read() as uow:
        [worker] = await uow.people.holding([Role.WORKER], ["g3"])
        assert (worker.ref, worker.name, worker.posts) == ("W1", "李娟", frozenset({Post(Role.WORKER, "g3")}))
        assert await elder_of(uow, "E1") == ("joined", date(2026, 1, 10), "高血压")
        ties = (await uow.link.run(select(kin.c.family, kin.c.elder))).all()
        assert [tuple(tie) for tie in ties] == [(await id_of(uow, "F1"), await id_of(uow, "E1"))]
        rows = await uow.link.run(select(people.c.phone).where(people.c.ref == "F1"))
        assert rows.scalar_one() == "+8613900000001"


async def test_the_same_file_again_writes_nothing(importer: Database) -> None:
    await brought(importer, CLERK, GRANNY, SON)
    assert await brought(importer, CLERK, GRANNY, SON) == 0


async def test_only_who_changed_is_written_and_who_is_not_in_the_file_stays(importer: Database) -> None:
    await brought(importer, CLERK, GRANNY, SON)
    assert await brought(importer, cell(CLERK, name="李娟娟", area="g2"), GRANNY) == 1
    async with importer.read() as uow:
        assert [person.name for person in await uow.people.holding([Role.WORKER], ["g2"])] == ["李娟娟"]
        assert not await uow.people.holding([Role.WORKER], ["g3"])
        assert await id_of(uow, "F1")


async def test_an_elder_the_file_no_longer_calls_one_is_still_looked_after(importer: Database) -> None:
    await brought(importer, GRANNY)
    await brought(importer, cell(GRANNY, role="liaison", consent="", mode="", health="", area="g2"))
    async with importer.read() as uow:
        [granny] = await uow.people.holding([Role.ELDER], ["g3"])
        assert granny.posts == {Post(Role.ELDER, "g3"), Post(Role.LIAISON, "g2")}
        assert await elder_of(uow, "E1") == ("joined", date(2026, 1, 10), "高血压")


async def test_an_elder_who_moves_is_in_the_new_grid_only(importer: Database) -> None:
    await brought(importer, GRANNY)
    await brought(importer, cell(GRANNY, area="g2"))
    async with importer.read() as uow:
        assert not await uow.people.holding([Role.ELDER], ["g3"])
        assert await uow.people.holding([Role.ELDER], ["g2"])


async def test_a_link_made_in_the_chat_survives_the_next_import(importer: Database) -> None:
    await brought(importer, CLERK)
    async with importer.write() as uow:
        await uow.link.run(people.update().where(people.c.ref == "W1").values(telegram_id=77, language="en"))
    assert await brought(importer, CLERK) == 0
    await brought(importer, cell(CLERK, name="李娟娟"))
    async with importer.read() as uow:
        worker = await uow.people.by_telegram(77)
        assert worker
        assert (worker.name, worker.language) == ("李娟娟", "en")


async def test_somebody_met_in_a_chat_becomes_the_enrolled_one_with_his_reports(importer: Database) -> None:
    async with importer.write() as uow:
        met = await uow.people.meet(77, "小马", None)
        await reported(uow, met.id)
    await brought(importer, cell(CLERK, role="courier", name="马骏", telegram_id="77"))
    async with importer.read() as uow:
        rider = await uow.people.by_telegram(77)
        assert rider
        assert (rider.id, rider.ref, rider.name, rider.enrolled) == (met.id, "W1", "马骏", True)
        assert len(await uow.items.by_reporter(rider.id, 5)) == 1


async def test_somebody_on_file_and_met_beside_it_becomes_one(importer: Database) -> None:
    await brought(importer, CLERK)
    async with importer.write() as uow:
        met = await uow.people.meet(77, "小马", None)
        item = await done_by(uow, met.id)
    await brought(importer, cell(CLERK, telegram_id="77"))
    async with importer.read() as uow:
        worker = await uow.people.by_telegram(77)
        assert worker
        assert worker.ref == "W1"
        assert [found.number for found in await uow.items.by_reporter(worker.id, 5)] == [item]
        assert (await uow.link.run(select(func.count()).select_from(people))).scalar_one() == 1


async def done_by(uow: UnitOfWork, person: int) -> int:
    from care.domain.items import Action

    item = await reported(uow, person)
    return (await done(uow, item, Action.SEND_OUT, person)).number


async def test_two_people_may_swap_their_telegram_ids(importer: Database) -> None:
    one, other = cell(CLERK, telegram_id="71"), cell(CLERK, ref="W2", name="赵敏", telegram_id="72")
    await brought(importer, one, other)
    await brought(importer, cell(one, telegram_id="72"), cell(other, telegram_id="71"))
    async with importer.read() as uow:
        first, second = await uow.people.by_telegram(71), await uow.people.by_telegram(72)
        assert first
        assert second
        assert (first.ref, second.ref) == ("W2", "W1")


async def test_an_id_that_is_taken_meanwhile_stops_the_whole_import(importer: Database) -> None:
    await brought(importer, CLERK)
    rows = (cell(CLERK, ref="W9", telegram_id="77"), cell(SON, elder_ref=""))
    changes = await roster.compare(importer, await looked_at(importer, *rows))
    async with importer.write() as uow:
        await uow.link.run(people.update().where(people.c.ref == "W1").values(telegram_id=77))
    with pytest.raises(roster.RosterMoved, match="W9"):
        await roster.apply(importer, changes, NOW)
    async with importer.read() as uow:
        assert (await uow.link.run(select(people.c.ref))).scalars().all() == ["W1"]


@pytest.mark.parametrize(
    ("told", "joined"),
    [
        ({"mode": "curtain"}, True),  # agreed on paper, needs no phone
        ({"mode": "button"}, False),  # agreed on paper, but nobody can write to her
        ({"mode": "button", "telegram_id": "88"}, True),
        ({"mode": "visit", "consent": ""}, False),  # never agreed
    ],
)
async def test_an_elder_counts_as_joined_once_agreed_and_reachable(
    importer: Database, told: dict[str, str], joined: bool
) -> None:
    await brought(importer, cell(GRANNY, **told))
    async with importer.read() as uow:
        assert (await elder_of(uow, "E1"))[0] == ("joined" if joined else "invited")


async def test_who_left_stays_away_until_a_newer_agreement(importer: Database) -> None:
    await brought(importer, GRANNY)
    async with importer.write() as uow:
        await uow.link.run(elders.update().values(state=ElderState.LEFT))
    await brought(importer, cell(GRANNY, health="好多了"))
    async with importer.read() as uow:
        assert (await elder_of(uow, "E1"))[0] == "left"
    await brought(importer, cell(GRANNY, consent="2026-03-01"))
    async with importer.read() as uow:
        assert (await elder_of(uow, "E1"))[0] == "joined"


async def test_who_leaves_while_the_file_is_read_has_left(importer: Database) -> None:
    await brought(importer, cell(GRANNY, consent=""))
    changes = await roster.compare(importer, await looked_at(importer, GRANNY))
    async with importer.write() as uow:
        await uow.link.run(elders.update().values(state=ElderState.LEFT))
    await roster.apply(importer, changes, NOW)
    async with importer.read() as uow:
        assert (await elder_of(uow, "E1"))[0] == "left"


async def test_a_column_that_is_missing_takes_nothing_back_but_an_empty_cell_does(importer: Database) -> None:
    await brought(importer, GRANNY)
    kept = (0, 1, 2, 3)
    assert await brought(importer, tuple(GRANNY[i] for i in kept), header=tuple(HEADER[i] for i in kept)) == 0
    await brought(importer, cell(GRANNY, health=""))
    async with importer.read() as uow:
        assert await elder_of(uow, "E1") == ("joined", date(2026, 1, 10), None)


async def test_personal_words_lie_encrypted_in_stage_and_tables(importer: Database) -> None:
    await brought(importer, GRANNY)
    async with importer.read() as uow:
        rows = await uow.link.run(select(func.length(people.c.name), func.length(elders.c.health)).join(elders))
        assert all(length > 60 for length in rows.one())


async def test_ten_thousand_people_hold_the_lock_for_less_than_a_second(
    importer: Database, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """Measured where it hurts: another writer, who stands for somebody's SOS, waits for the lock all the while."""
    rows = [cell(GRANNY, ref=f"E{n}", health="") for n in range(10_000)]
    changes = await roster.compare(importer, await looked_at(importer, *rows))
    longest, ending = 0.0, asyncio.Event()

    async def sos() -> None:
        nonlocal longest
        while not ending.is_set():
            begun = wall.monotonic()
            async with db.write() as uow:
                await uow.meta.put("sos", str(begun))
            longest = max(longest, wall.monotonic() - begun)
            await asyncio.sleep(0.01)

    waiting = asyncio.create_task(sos())
    assert await roster.apply(importer, changes, datetime.now(UTC)) == 10_000
    ending.set()
    await waiting
    print(f"longest wait of another writer: {longest * 1000:.0f} ms")
    assert longest < 2.0  # a second on a machine of its own; the tests share theirs
    async with importer.read() as uow:
        assert (await uow.link.run(select(func.count()).select_from(posts))).scalar_one() == 10_000
    assert replace(changes[0].told, rows=()) == replace(changes[0].after, rows=())

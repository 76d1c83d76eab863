"""Photos come to the disk, sooner or later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from spine_rig import GRID, Rig, until
from test_messenger import jpeg

from bot.downloader import Downloader
from care.services.ports import Address, Face, Medium


@asynccontextmanager
async def fetching(rig: Rig) -> AsyncIterator[Downloader]:
    downloader = Downloader(rig.db, rig.messenger, rig.messenger._store, rig.clock)
    forget = rig.db.on_commit(downloader.bell.ring, downloader.READS)
    task = asyncio.create_task(downloader.run())
    try:
        yield downloader
    finally:
        forget()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def wish(rig: Rig, item: int, colour: str = "red", purpose: str = "report") -> None:
    message = rig.world.phones[11].send_photo(jpeg(colour))
    async with rig.db.write() as uow:
        await uow.media.add(
            item,
            purpose=purpose,
            kind="photo",
            file=message.file_id or "",
            unique=message.file_id or "",
            size=None,
            by=None,
            at=rig.clock.now(),
            due_at=rig.clock.now(),
        )


async def media(rig: Rig, item: int) -> list[Medium]:
    async with rig.db.read() as uow:
        return list(await uow.media.of_item(item))


async def test_a_photo_is_kept_and_a_sheet_waits_for_all_of_them(rig: Rig):
    item = await rig.item("x")
    async with rig.db.write() as uow:
        await uow.cards.want(item, Address(GRID), Face.CARD)
    async with fetching(rig) as downloader:
        await wish(rig, item)
        await until(lambda: downloader.idle)
        assert [card.wanted for card in await rig.cards(item)] == [1]  # one photo: the card shows it already
        await wish(rig, item, "blue")
        await until(lambda: downloader.idle)
    kept = await media(rig, item)
    assert [medium.state for medium in kept] == ["kept", "kept"]
    assert await rig.messenger._store.read(kept[0].sha256 or "") is not None
    assert [card.wanted for card in await rig.cards(item)] == [2]


async def test_only_what_shows_the_reports_photos_is_brought_up_to_date(rig: Rig):
    """A receipt is a text, a veiled card shows nothing, and a proof's photos are told on their own."""
    item = await rig.item("x")
    async with rig.db.write() as uow:
        await uow.cards.want(item, Address(11), Face.RECEIPT)
        await uow.cards.want(item, Address(GRID), Face.CARD)
        await uow.cards.want(item, Address(GRID), Face.VEILED)
    async with fetching(rig) as downloader:
        for colour in ("red", "blue"):
            await wish(rig, item, colour, "proof")
        await until(lambda: downloader.idle)
        assert [card.wanted for card in await rig.cards(item)] == [1, 1, 1]
        for colour in ("green", "white"):
            await wish(rig, item, colour)
        await until(lambda: downloader.idle)
    assert [(card.face, card.wanted) for card in await rig.cards(item)] == [
        (Face.RECEIPT, 1),
        (Face.CARD, 2),
        (Face.VEILED, 1),
    ]


async def test_a_file_that_does_not_come_is_tried_at_growing_intervals(rig: Rig):
    item = await rig.item("x")
    rig.world.faults.files_broken = True
    await wish(rig, item)
    start = rig.clock.now()
    async with fetching(rig) as downloader:
        for _ in range(4):
            await until(lambda: downloader.idle)
            assert downloader.bell.until is not None
            rig.clock.move_to(downloader.bell.until)
        assert rig.clock.now() - start == timedelta(minutes=1 + 2 + 4 + 8)
        rig.world.faults.clear()
        await until(lambda: downloader.idle)
        if downloader.bell.until is not None:
            rig.clock.move_to(downloader.bell.until)
            await until(lambda: downloader.idle)
    assert [medium.state for medium in await media(rig, item)] == ["kept"]


async def test_a_file_over_20_mb_is_not_tried_again(rig: Rig):
    item = await rig.item("x")
    rig.world.faults.fail("getFile", 400, description="Bad Request: file is too big")
    await wish(rig, item)
    async with fetching(rig) as downloader:
        await until(lambda: downloader.idle)
        assert downloader.bell.until is None
    assert [medium.state for medium in await media(rig, item)] == ["too_big"]

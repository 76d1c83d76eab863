"""Fetches what people sent: a file's id is on file with the report, the file itself follows, as often as it takes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.bell import Bell
from care.services.ports import Clock, Database, Face, MediaStore, Medium, UnitOfWork
from handlers.messenger import Lost, Messenger, TooBig

log = structlog.get_logger(__name__)

AT_ONCE = 4
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 40  # about a week; after that the network has forgotten the file


class Downloader:
    """Downloads that are due, until cancelled."""

    READS = frozenset({"media"})  # a commit that does not change it gives it nothing to do

    def __init__(self, db: Database, messenger: Messenger, store: MediaStore, clock: Clock) -> None:
        self._db = db
        self._messenger = messenger
        self._store = store
        self._clock = clock
        self.bell = Bell(clock, rest=4)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be fetched now."""
        return self.bell.quiet

    async def run(self) -> None:
        """Fetch until cancelled; what was under way is fetched anew after a restart."""
        while True:
            try:
                until = await self._fetch_due()
            except Exception as error:  # the storage or the disk failed: what is due stays due
                log.exception("downloader.failed", error=type(error).__name__)
                await asyncio.sleep(5.0)
                continue
            await self.bell.wait(until)

    async def _fetch_due(self) -> datetime | None:
        now = self._clock.now()
        async with self._db.read() as uow:
            next_due = await uow.media.next_due()
            if next_due is None or next_due > now:
                return next_due
            due = await uow.media.due(now, AT_ONCE)
        await asyncio.gather(*(self._fetch(medium) for medium in due))
        return self._clock.now()

    async def _fetch(self, medium: Medium) -> None:
        if medium.state == "erased":
            await forget_file(self._db, self._store, medium)
            return
        content = await self._messenger.download(medium.file)
        if isinstance(content, TooBig):
            await self._failed(medium, "too_big", None)
        elif isinstance(content, Lost):
            last = medium.attempts + 1 >= MOST_ATTEMPTS
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * float(2 ** min(medium.attempts, 12)))
            await self._failed(medium, "failed" if last else "wanted", None if last else self._clock.now() + pause)
            log.info("download.lost", medium=medium.id, item=medium.item, error=content.error)
        else:
            await self._keep(medium, content)

    async def _keep(self, medium: Medium, content: bytes) -> None:
        sha256 = await self._store.keep(content, medium.kind)
        async with self._db.write() as uow:
            await uow.media.kept(medium.id, sha256, None)
            if medium.purpose == "report" and await _all_kept(uow, medium.item):
                await uow.cards.touch(medium.item, [Face.CARD])  # now one sheet can show them all
        log.info("download.kept", medium=medium.id, item=medium.item, bytes=len(content))

    async def _failed(self, medium: Medium, state: str, retry_at: datetime | None) -> None:
        async with self._db.write() as uow:
            await uow.media.failed(medium.id, state, retry_at)


async def forget_file(db: Database, store: MediaStore, medium: Medium) -> None:
    """Whoever sent it is forgotten: first the file goes, unless somebody else sent the same; then what leads to it."""
    async with db.read() as uow:
        alone = await uow.media.only_one(medium)
    if alone and medium.sha256 is not None:
        await store.forget(medium.sha256)
    async with db.write() as uow:
        await uow.media.erased(medium.id)
    log.info("download.forgotten", medium=medium.id, item=medium.item)


async def forget_files(db: Database, store: MediaStore, now: datetime) -> None:
    """All that is to go by now, also while no bot runs. What is still to be fetched is none of its business."""
    async with db.read() as uow:
        due = await uow.media.erased_due(now)
    for medium in due:
        await forget_file(db, store, medium)


async def _all_kept(uow: UnitOfWork, item: int) -> bool:
    """Whether the report has several photos, and all of them are on disk."""
    photos = [one for one in await uow.media.of_item(item, "report") if one.kind == "photo"]
    return len(photos) > 1 and all(photo.sha256 for photo in photos)

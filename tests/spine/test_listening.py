"""Whatever a part reads when it looks for work must wake it when it changes: else it sleeps while somebody waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from spine_rig import GRID, Rig, until
from sqlalchemy import event, insert, select, text, update
from test_alarm import ringing
from test_downloader import fetching, wish

from care.domain.notices import Lane
from care.services.ports import Address, Asked, Face
from storage.tables import meta, metadata


@contextmanager
def reading(rig: Rig) -> Iterator[set[str]]:
    """The tables that are read while the block lasts."""
    read: set[str] = set()
    engine = rig.db._engines.read.sync_engine

    def note(_link: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        words = set(re.findall(r"[a-z_]+", statement))
        read.update(words & set(re.findall(r"(?:FROM|JOIN|,) ([a-z_]+)", statement)) & set(metadata.tables))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield read
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def something_of_everything(rig: Rig) -> int:
    """A thing due for each part, so that none stops at its first question."""
    number = await rig.item("路灯坏了", due_at=rig.clock.now())
    async with rig.db.write() as uow:
        li = await uow.people.meet(12, "李娟", None)
        await uow.questions.ask(GRID, li.id, Asked.PROOF, number, rig.clock.now(), rig.clock.now())
        await uow.cards.want(number, Address(GRID), Face.CARD)
        await uow.messages.wish_gone(GRID, 1, rig.clock.now())
    await rig.tell("hello", 11, Lane.URGENT)
    await wish(rig, number)
    return number


async def test_the_downloader_is_woken_by_all_that_it_reads(rig: Rig):
    await something_of_everything(rig)
    with reading(rig) as read:
        async with fetching(rig) as downloader:
            await until(lambda: downloader.idle)
    assert read == downloader.READS


async def test_the_alarm_is_woken_by_all_that_it_reads(rig: Rig):
    with reading(rig) as read:
        async with ringing(rig, None) as alarmer:
            await until(lambda: alarmer.idle)
    assert read == alarmer.READS


async def test_the_dispatcher_is_woken_by_all_that_it_reads_to_find_its_work(rig: Rig, monkeypatch: Any):
    await something_of_everything(rig)
    with reading(rig) as read:
        async with rig.dispatching() as dispatcher:
            monkeypatch.setattr(dispatcher, "_start", lambda *_: (True, None))  # found, but not looked into
            await until(lambda: dispatcher.idle)
    assert read <= dispatcher.READS
    assert {"cards", "outbox", "wishes"} <= read


async def test_only_who_reads_it_is_woken_and_by_what_is_unknown_everybody(rig: Rig):
    heard: list[str] = []
    rig.db.on_commit(lambda: heard.append("all"))
    rig.db.on_commit(lambda: heard.append("meta"), {"meta"})
    rig.db.on_commit(lambda: heard.append("media"), {"media", "items"})

    async def woken_by(*statements: Any) -> list[str]:
        async with rig.db.write() as uow:
            for statement in statements:
                await uow.link.run(statement)  # type: ignore[attr-defined]
        await until(lambda: True)
        told, heard[:] = sorted(heard), []
        return told

    assert await woken_by(insert(meta).values(name="a", value="1")) == ["all", "meta"]
    assert await woken_by(update(meta).values(value="2"), select(meta)) == ["all", "meta"]
    assert await woken_by(select(meta)) == ["all"]
    assert await woken_by(text("UPDATE meta SET value = '3'")) == ["all", "media", "meta"]

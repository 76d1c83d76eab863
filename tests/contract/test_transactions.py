"""One transaction is all or nothing, two at once have one winner, and nobody waits who need not."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from care.domain.errors import AlreadyClaimed, StaleState
from care.domain.items import Action, Item, State, fold
from care.domain.notices import Help, Lane
from care.services.ports import Address, Asked, Face, Posted
from storage import tables
from storage.database import Database
from storage.errors import WriteInReading
from storage.unit import Unit
from tests import postgres
from tests.contract.conftest import NOW, Home, done, report, reported

TOO_LONG = 20.0  # real seconds: a test that hangs fails instead


async def everything(uow: Unit, person: int) -> None:
    """A row in every table that an act may touch."""
    item = await reported(uow, person, due=NOW)
    await uow.cards.want(item.number, Address(-1), Face.CARD)
    await uow.outbox.tell(Help(person=person), Address(1), lane=Lane.ANSWER, step="s", key="k", now=NOW)
    await uow.messages.record(Posted(chat=1, message=1, subject="card", item=None, person=None, posted_at=NOW))
    await uow.messages.wish_gone(1, 1, NOW)
    await uow.questions.ask(1, person, Asked.PLACE, item.number, NOW, NOW)
    await uow.media.add(1, purpose="proof", kind="photo", file="f", unique="u", size=1, by=1, at=NOW, due_at=NOW)
    await uow.inbox.add([(1, 1, "{}")], NOW)
    await uow.people.meet(4711, "x", None)
    await uow.meta.put("fact", "1")


async def counted(db: Database) -> dict[str, int]:
    async with db.read() as uow:
        names = tables.metadata.tables
        return {name: (await uow.link.run(text(f"SELECT count(*) FROM {name}"))).scalar_one() for name in names}


async def test_an_error_leaves_nothing(db: Database, people: list[int]) -> None:
    before = await counted(db)

    async def act(*, fails: bool) -> None:
        async with db.write() as uow:
            await everything(uow, people[0])
            if fails:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await act(fails=True)
    assert await counted(db) == before
    await act(fails=False)
    assert await counted(db) != before


async def test_a_cancelled_act_leaves_nothing_and_stops_nobody(db: Database, people: list[int]) -> None:
    before = await counted(db)
    for hops in range(0, 60, 3):  # wherever it was: at the gate, beginning, in a statement, between two
        task = asyncio.create_task(_keeps_going(db, people[0]))
        for _ in range(hops):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await counted(db) == before
    async with asyncio.timeout(TOO_LONG), db.write() as uow:
        await everything(uow, people[0])


async def _keeps_going(db: Database, person: int) -> None:
    async with db.write() as uow:
        await everything(uow, person)
        await asyncio.Event().wait()


async def test_of_many_who_claim_at_once_one_wins_and_the_others_hear_who(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await done(uow, await reported(uow, people[0]), Action.SEND_OUT, None)

    async def claim(person: int) -> int:
        while True:
            try:
                async with db.write() as uow:
                    item = await done(uow, await uow.items.get(1), Action.CLAIM, person)
                    return item.claimed_by or 0
            except StaleState:
                continue
            except AlreadyClaimed as taken:
                return taken.by

    winners = await asyncio.gather(*(claim(person) for person in people))
    assert len(set(winners)) == 1
    async with db.read() as uow:
        item = await uow.items.get(1)
        assert item.claimed_by == winners[0]
        assert fold(1, await uow.items.history(1)) == item
        assert len(await uow.items.history(1)) == 3


async def test_who_decided_on_what_is_no_more_is_told_it_is_stale(db: Database, people: list[int]) -> None:
    """Both have read the open item before either claims."""
    async with db.write() as uow:
        opened = await done(uow, await reported(uow, people[0]), Action.SEND_OUT, None)
    both_have_read = asyncio.Barrier(2)

    async def claim(person: int) -> Item | None:
        async with db.read() as uow:
            assert await uow.items.get(1) == opened
        await both_have_read.wait()
        try:
            async with db.write() as uow:
                return await done(uow, opened, Action.CLAIM, person)
        except StaleState:
            return None

    tries = await asyncio.gather(claim(people[1]), claim(people[2]))
    assert sorted(item is None for item in tries) == [False, True]
    async with db.read() as uow:
        assert len(await uow.items.history(1)) == 3


async def test_a_reader_waits_for_no_writer_and_sees_one_moment(db: Database, people: list[int]) -> None:
    async with asyncio.timeout(TOO_LONG), db.write() as writing:
        await reported(writing, people[0])
        async with db.read() as reading:  # the write lock is held all the while
            assert await reading.items.in_states([State.DRAFT]) == []
    async with asyncio.timeout(TOO_LONG), db.read() as reading:
        assert len(await reading.items.in_states([State.DRAFT])) == 1
        async with db.write() as writing:
            await reported(writing, people[0])
        assert len(await reading.items.in_states([State.DRAFT])) == 1  # still the moment it began at
    async with db.read() as reading:
        assert len(await reading.items.in_states([State.DRAFT])) == 2


async def test_a_reading_changes_nothing(db: Database, people: list[int]) -> None:
    before = await counted(db)
    with pytest.raises(WriteInReading):
        async with db.read() as uow:
            await reported(uow, people[0])
    assert await counted(db) == before


async def test_more_readers_than_connections_take_turns(db: Database, people: list[int]) -> None:
    async def look() -> int:
        async with db.read() as uow:
            return (await uow.people.get(people[0])).id

    async with asyncio.timeout(TOO_LONG):
        assert await asyncio.gather(*(look() for _ in range(50))) == [people[0]] * 50


async def test_the_dispatcher_is_woken_by_each_commit_and_only_by_commits(db: Database, people: list[int]) -> None:
    heard: list[int] = []
    forget = db.on_commit(lambda: heard.append(1))

    async def look() -> None:
        async with db.read() as uow:
            await uow.inbox.waits()

    async def fail() -> None:
        async with db.write() as uow:
            await reported(uow, people[0])
            raise ZeroDivisionError

    await look()
    with pytest.raises(ZeroDivisionError):
        await fail()
    await asyncio.sleep(0)
    assert heard == []
    async with db.write() as uow:
        await reported(uow, people[0])
    await asyncio.sleep(0)
    assert heard == [1]
    forget()
    forget()
    async with db.write() as uow:
        await reported(uow, people[0])
    await asyncio.sleep(0)
    assert heard == [1]


async def test_on_sqlite_a_writer_inside_a_writer_is_told_so_instead_of_hanging(sqlite_home: Home) -> None:
    async with sqlite_home.database() as db, db.write():
        with pytest.raises(RuntimeError, match="inside another"):
            async with db.write():
                pass


async def test_on_sqlite_a_lock_held_by_another_process_is_stale_after_a_while(sqlite_home: Home) -> None:
    """As when `import` writes beside the bot: waited for, then tried again by whoever wanted it."""
    impatient = timedelta(milliseconds=50)
    async with sqlite_home.database() as other, sqlite_home.database(busy_timeout=impatient) as db:
        async with other.write() as uow:
            await uow.meta.put("held", "1")
            with pytest.raises(StaleState):
                async with db.write():
                    pass
        async with db.write() as uow:
            assert await uow.meta.get("held") == "1"


async def test_on_sqlite_who_waits_for_another_process_lock_holds_nobody_else_up(sqlite_home: Home) -> None:
    """The wait is the thread's: readings, and whatever else the bot does, go on meanwhile."""
    async with sqlite_home.database() as other, sqlite_home.database(busy_timeout=timedelta(seconds=20)) as db:
        async with other.write() as uow:
            await uow.meta.put("held", "1")

            async def wait_for_it() -> str | None:
                async with db.write() as mine:
                    return await mine.meta.get("held")

            waiting = asyncio.create_task(wait_for_it())
            async with asyncio.timeout(10):
                for _ in range(20):
                    async with db.read() as reading:
                        assert await reading.meta.get("held") is None
                    await asyncio.sleep(0.005)
            assert not waiting.done()
        assert await waiting == "1"


@pytest.mark.postgres
async def test_on_postgresql_two_open_transactions_claim_and_the_second_is_stale(postgres_home: Home) -> None:
    async with postgres_home.database() as db:
        async with db.write() as uow:
            li, zhao = [(await uow.people.meet(n, "x", None)).id for n in (1, 2)]
            opened = await done(uow, await reported(uow, li), Action.SEND_OUT, None)

        async def claim(person: int) -> None:
            async with db.write() as uow:
                await done(uow, opened, Action.CLAIM, person)

        async with asyncio.timeout(TOO_LONG), db.write() as first:
            await done(first, opened, Action.CLAIM, li)
            second = asyncio.create_task(claim(zhao))
            while not await _somebody_waits_for_a_lock(db):  # noqa: ASYNC110 -- the server tells nobody
                await asyncio.sleep(0.01)
        with pytest.raises(StaleState):
            await second
        async with db.read() as uow:
            assert (await uow.items.get(1)).claimed_by == li


async def _somebody_waits_for_a_lock(db: Database) -> bool:
    async with db.read() as uow:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return (await uow.link.run(waiting)).scalar_one() > 0


@pytest.mark.postgres
async def test_on_postgresql_a_deadlock_is_stale_for_one_and_nothing_for_the_other(postgres_home: Home) -> None:
    async with postgres_home.database() as db:
        async with db.write() as uow:
            for name in ("a", "b"):
                await uow.meta.put(name, "0")
        met = asyncio.Barrier(2)

        async def put(first: str, second: str) -> bool:
            try:
                async with db.write() as uow:
                    await uow.meta.put(first, second)
                    await met.wait()
                    await uow.meta.put(second, first)
            except StaleState:
                return False
            return True

        async with asyncio.timeout(TOO_LONG):
            assert sorted(await asyncio.gather(put("a", "b"), put("b", "a"))) == [False, True]


@pytest.mark.postgres
async def test_on_postgresql_a_lost_connection_is_tried_again(postgres_home: Home) -> None:
    all_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )

    async def act(db: Database) -> None:
        async with db.write() as uow:
            await uow.meta.put("a", "1")
            async with postgres_home.database() as other, other.write() as killer:
                await killer.link.run(all_others)
            await uow.meta.put("a", "2")

    async with postgres_home.database() as db:
        with pytest.raises(StaleState):
            await act(db)
        async with db.write() as uow:
            assert await uow.meta.get("a") is None
            await uow.meta.put("a", "3")


@pytest.mark.postgres
async def test_on_postgresql_a_server_that_is_gone_is_tried_again(tmp_path: Path) -> None:
    try:
        with postgres.running_server() as server, server.fresh_database() as url:
            db = await Database(url, key_file=tmp_path / "key").open()
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL: {why}")
    for transaction in (db.write(), db.read()):
        with pytest.raises(StaleState):
            async with transaction:
                pass
    await db.close()


KILLED = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from care.domain.notices import Help, Lane
    from care.services.ports import Address
    from storage.database import Database
    from tests.contract.conftest import NOW, reported

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    async def main(url, key_file, when):
        db = await Database(url, key_file=Path(key_file), lock=True).open()
        if when == "after":
            db.on_commit(die)  # committed; nobody has been woken yet
        async with db.write() as uow:
            person = await uow.people.meet(1, "x", None)
            await reported(uow, person.id, due=NOW)
            await uow.outbox.tell(Help(person=person.id), Address(1), lane=Lane.ANSWER, step="s", key="k", now=NOW)
            if when == "before":
                die()
        await asyncio.sleep(60)

    asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("when", ["before", "after"])
async def test_kill_9_at_the_commit_loses_nothing_that_was_committed(home: Home, when: str) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", textwrap.dedent(KILLED), home.url, str(home.key_file), when]
    killed = await asyncio.to_thread(
        subprocess.run, command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    async with home.database(lock=True) as db, db.read() as uow:  # its lock went with it
        kept = 1 if when == "after" else 0
        assert len(await uow.items.due(NOW, 5)) == kept
        assert len(await uow.outbox.pending(NOW, 5)) == kept


async def test_a_commit_survives_the_cancellation_of_who_asked_for_it(db: Database, people: list[int]) -> None:
    at_the_end = asyncio.Event()

    async def act() -> None:
        async with db.write() as uow:
            item, event = report(1, people[0])
            await uow.items.add(item, event, None)
            at_the_end.set()

    task = asyncio.create_task(act())
    await at_the_end.wait()  # the commit has begun: `act` ran on into it without a pause
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.read() as uow:
        assert (await uow.items.get(1)).number == 1

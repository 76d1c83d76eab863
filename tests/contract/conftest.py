"""One database after the other, SQLite and PostgreSQL alike: fresh, migrated, with a few people in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from care.domain.items import Action, Details, Event, Item, Kind, begin
from care.services.ports import UnitOfWork
from storage.database import Database
from storage.migrate import upgrade
from tests.postgres import Server

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Home:
    """Where a database lives: as the config says it."""

    url: str
    key_file: Path

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def lock_file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///") + ".lock")

    def database(self, *, lock: bool = False, busy_timeout: timedelta = timedelta(seconds=5)) -> Database:
        return Database(self.url, key_file=self.key_file, lock=lock, busy_timeout=busy_timeout)


def migrated(url: str) -> None:
    """Migrate it, in a loop of its own: a fixture must not touch the loop of the test that asked for it."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(upgrade(url))).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "gridcare.db"
    migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server: Server) -> Iterator[str]:
    """One database for all that leave its schema alone, emptied after each: that costs less than a new one."""
    with postgres_server.fresh_database() as url:
        migrated(url)
        yield url


@pytest.fixture
def sqlite_home(sqlite_template: Path, tmp_path: Path) -> Home:
    shutil.copy(sqlite_template, tmp_path / "gridcare.db")
    return Home(f"sqlite:///{tmp_path}/gridcare.db", tmp_path / "gridcare.key")


@pytest.fixture
def postgres_home(postgres_server: Server, postgres_migrated: str, tmp_path: Path) -> Iterator[Home]:
    yield Home(postgres_migrated, tmp_path / "gridcare.key")
    postgres_server.empty(postgres_migrated)


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def home(request: pytest.FixtureRequest) -> Home:
    """A migrated, empty database: each test that asks for it runs on either."""
    found: Home = request.getfixturevalue("sqlite_home" if request.param == "sqlite" else "postgres_home")
    return found


@pytest.fixture
async def db(home: Home) -> AsyncIterator[Database]:
    async with home.database() as database:
        yield database


@pytest.fixture
async def people(db: Database) -> list[int]:
    """Six people who have written to us; their ids."""
    async with db.write() as uow:
        return [(await uow.people.meet(1000 + n, f"Nr {n}", None)).id for n in range(6)]


def report(number: int, reporter: int | None, at: datetime = NOW, text: str = "路灯坏了") -> tuple[Item, Event]:
    """A draft of a report."""
    details = Details(kind=Kind.REPORT, reporter=reporter, text=text)
    return begin(number, Action.REPORT, at=at, actor=reporter, details=details)


async def reported(uow: UnitOfWork, reporter: int | None, at: datetime = NOW, due: datetime | None = None) -> Item:
    """A draft on file."""
    item, event = report(await uow.items.next_number(), reporter, at)
    await uow.items.add(item, event, due)
    return item


async def done(
    uow: UnitOfWork, item: Item, action: Action, actor: int | None, at: datetime = NOW, details: Details | None = None
) -> Item:
    """The item on file after one more act."""
    item, event = item.apply(action, at=at, actor=actor, details=details)
    await uow.items.save(item, event, None)
    return item

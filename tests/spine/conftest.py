"""A rig for each test, on a database that is migrated once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import structlog
from spine_rig import Rig, rig_on

from storage.database import Database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(database file, key file), migrated and closed."""
    folder = tmp_path_factory.mktemp("spine")
    file, key_file = folder / "template.db", folder / "gridcare.key"

    async def make() -> None:
        async with Database(f"sqlite:///{file}", key_file=key_file):
            pass

    with ThreadPoolExecutor(1) as thread:  # a loop of its own
        thread.submit(lambda: asyncio.run(make())).result()
    return file, key_file


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """One line an event: structlog's own tracebacks with local variables take seconds to draw."""
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.ExceptionRenderer(), structlog.processors.KeyValueRenderer(["event"])]
    )
    yield
    structlog.configure(**before)


@pytest.fixture
async def rig(tmp_path: Path, migrated: tuple[Path, Path]) -> AsyncIterator[Rig]:
    async with rig_on(tmp_path, *migrated) as made:
        yield made

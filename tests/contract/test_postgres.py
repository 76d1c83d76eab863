"""The PostgreSQL that the storage contract runs on: real, fresh each time, and gone afterwards."""

import asyncpg
import pytest

from tests import postgres

pytestmark = pytest.mark.postgres


async def test_it_answers(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("SELECT 1") == 1
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        await connection.execute("CREATE TABLE left_behind (id int)")
    finally:
        await connection.close()


async def test_the_next_test_finds_nothing_of_the_last(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("SELECT to_regclass('left_behind')") is None
    finally:
        await connection.close()


async def test_the_packaged_binaries_serve_where_none_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", postgres._packaged)
    with postgres.running_server() as server, server.fresh_database() as url:
        connection = await asyncpg.connect(url)
        try:
            assert await connection.fetchval("SELECT 'ä好'") == "ä好"
        finally:
            await connection.close()
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await asyncpg.connect(url)

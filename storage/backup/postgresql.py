"""A PostgreSQL database copied and put back by its own programs, `pg_dump` and `pg_restore`."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from storage.backup.errors import NoBackup, NoRestore
from storage.backup.facts import CANARY, PHOTOS, REVISION, Facts
from storage.backup.onward import COUNTED, ON_POSTGRESQL, Onward
from storage.engines import postgresql_connector
from storage.errors import CannotOpen, StorageError

_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
_HOW = "Install PostgreSQL's client programs (Debian: apt install postgresql-client), of the server's version or newer"


async def dump(url: str, into: Path) -> Facts:
    """A dump and what it says, both of one moment; raises NoBackup where `pg_dump` is missing or refuses."""
    program = _program("pg_dump", NoBackup)
    async with connected(url) as link, link.transaction(isolation="repeatable_read", readonly=True):
        moment = await link.fetchval("SELECT pg_export_snapshot()")
        facts = await _facts(link)
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}", f"--file={into}"]
        said = await _run(program, [*options, f"--dbname={without_password(url)}"], url)
    if said is not None:
        raise NoBackup(f"pg_dump could not copy the database: {said}. {_HOW}, and try again")
    return facts


async def photos_of(url: str) -> set[str]:
    """The photos that the living database knows now."""
    async with connected(url) as link:
        return {row[0] for row in await link.fetch(PHOTOS)}


async def is_empty(url: str) -> bool:
    """Whether it has no table yet."""
    async with connected(url) as link:
        return bool(await link.fetchval(_TABLES) == 0)


async def revision(url: str) -> str | None:
    """Its schema's; None where there is nothing of ours."""
    async with connected(url) as link:
        if await link.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        return str(await link.fetchval(REVISION))


async def counted(url: str) -> int:
    """The last item number that was given out there; 0 where there is nothing of ours."""
    async with connected(url) as link:
        if await link.fetchval("SELECT to_regclass('counters')") is None:
            return 0
        return int(await link.fetchval(COUNTED) or 0)


async def restore(url: str, dumped: Path, onward: Onward, *, replace: bool) -> None:
    """All of the dump, and what sends it onward, in one transaction, or nothing; raises NoRestore with what is said."""
    to_script, teller = restorers()
    with tempfile.TemporaryDirectory(dir=dumped.parent, ignore_cleanup_errors=True) as folder:
        script, then = Path(folder) / "all.sql", Path(folder) / "onward.sql"
        options = ["--no-owner", "--no-privileges", f"--file={script}"]
        if replace:
            options += ["--clean", "--if-exists"]
        said = await _run(to_script, [*options, str(dumped)], url)
        if said is None:
            then.write_text(ON_POSTGRESQL, "utf-8")
            options = ["--no-psqlrc", "--quiet", "--single-transaction", *_set("ON_ERROR_STOP", 1)]
            options += [*_set("counted", onward.counted), *_set("moment", onward.moment)]
            options += [f"--file={script}", f"--file={then}"]
            said = await _run(teller, [*options, f"--dbname={without_password(url)}"], url)
    if said is not None:
        raise NoRestore(
            f"pg_restore could not put the database back, and has changed nothing: {said}. If it names tables that "
            "are in the way, make a new, empty database and name it in [storage] url"
        )


def restorers() -> tuple[str, str]:
    """Where `pg_restore` and `psql` are; raises NoRestore where one is not."""
    return _program("pg_restore", NoRestore), _program("psql", NoRestore)


def _set(name: str, value: int) -> list[str]:
    return ["--set", f"{name}={value}"]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """A connection of asyncpg's own; what keeps it from being made comes out as storage's CannotOpen."""
    import asyncpg  # noqa: PLC0415 -- an installation on SQLite never loads it

    try:
        link = await postgresql_connector(url)()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        raise CannotOpen(f"the PostgreSQL server cannot be used: {said}. Check [storage] url in the config") from error
    try:
        yield link
    finally:
        await link.close()


def without_password(url: str) -> str:
    """The address as it may stand in a command line, where every user of the machine can read it."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "password"]
    kept = f"?{urlencode(query)}" if query else ""
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}{kept}"


def _environment(url: str) -> Mapping[str, str]:
    parts = urlsplit(url)
    password = dict(parse_qsl(parts.query)).get("password") or unquote(parts.password or "")
    ours = {"PGPASSWORD": password} if password else {}
    return {**os.environ, **ours, "PGOPTIONS": "-c lock_timeout=10s -c timezone=UTC", "LC_MESSAGES": "C"}


async def _run(program: str, arguments: Sequence[str], url: str) -> str | None:
    """None where it did its work; else the first of what it complains of."""
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=_environment(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complaint = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode == 0:
        return None
    lines = [line.strip() for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    return "; ".join(lines[:2]) or f"exit code {process.returncode}"


async def _facts(link: Any) -> Facts:
    if await link.fetchval("SELECT to_regclass('alembic_version')") is None:
        raise NoBackup("there is no database of GridCare at this address yet: nothing to back up")
    revision, canary = await link.fetchval(REVISION), await link.fetchval(CANARY)
    return Facts(revision=str(revision), canary=str(canary), photos=tuple(r[0] for r in await link.fetch(PHOTOS)))


def _program(name: str, error: type[StorageError]) -> str:
    found = shutil.which(name)
    if found is None:
        raise error(f"{name} is not installed, and PostgreSQL is copied by its own programs. {_HOW}, and try again")
    return found

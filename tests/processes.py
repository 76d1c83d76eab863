"""`gridcare run` as a process of its own: started, watched by its log, killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


def environment() -> dict[str, str]:
    """The environment of an installation: byte code is kept between starts, and nothing of GridCare is set in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIDCARE_", "COV_", "COVERAGE"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept["PYTHONPYCACHEPREFIX"] = str(ROOT / ".pytest_cache" / "bytecode")  # pip leaves byte code, other tools may not
    return kept


def toml(config: dict[str, Any]) -> str:
    """A config as TOML: tables of plain values, and `areas` as an array of tables. JSON's values are TOML's."""
    lines: list[str] = []
    for name, table in config.items():
        for entry in table if isinstance(table, list) else [table]:
            lines.append(f"[[{name}]]" if isinstance(table, list) else f"[{name}]")
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


class Starter(Protocol):
    """How a process comes into being."""

    async def start(self, argv: list[str], cwd: Path, log: Path) -> int: ...


class Exec:
    """A new interpreter, as an operator starts it."""

    async def start(self, argv: list[str], cwd: Path, log: Path) -> int:
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: ASYNC220 -- it takes a millisecond, and is looked at by its id
                [sys.executable, "-m", "bot", *argv],
                cwd=cwd,
                env=environment() | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        _started[process.pid] = process
        return process.pid


_started: dict[int, subprocess.Popen[bytes]] = {}  # so that they can be waited for


class Nursery:
    """A fork of an interpreter that has imported everything already."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Nursery]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.nursery", stdin=pipe, stdout=pipe, cwd=ROOT, env=environment()
        )
        assert process.stdout is not None
        assert process.stdin is not None
        assert (await process.stdout.readline()).strip() == b"ready"
        try:
            yield cls(process)
        finally:
            process.stdin.close()
            await process.wait()

    async def start(self, argv: list[str], cwd: Path, log: Path) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        start = {"argv": argv, "cwd": str(cwd), "log": str(log)}
        self._process.stdin.write(json.dumps(start).encode() + b"\n")
        await self._process.stdin.drain()
        return int(await self._process.stdout.readline())


class Living:
    """One running process."""

    def __init__(self, pid: int, log: Path, began_at: int) -> None:
        self.pid = pid
        self._log = log
        self._began_at = began_at  # where its part of the log begins
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        if (child := _started.get(self.pid)) is not None:
            return child.poll() is None
        return Path(f"/proc/{self.pid}/stat").exists()

    def events(self) -> Iterator[dict[str, Any]]:
        """What it has logged; a line that is no JSON (a traceback) comes as {"event": line, "level": "critical"}."""
        with self._log.open("rb") as log:
            log.seek(self._began_at)
            for line in log.read().decode("utf-8", "replace").splitlines():
                try:
                    yield json.loads(line)
                except ValueError:
                    yield {"event": line, "level": "critical"}

    async def until(self, event: str, seconds: float = 30.0) -> float:
        """Wait for an event in the log; how long after the start it was seen."""
        async with asyncio.timeout(seconds):
            while not any(found["event"] == event for found in self.events()):
                assert self.alive, f"it ended: {list(self.events())[-5:]}"
                await asyncio.sleep(0.01)
        return time.monotonic() - self.started

    async def kill(self) -> None:
        """kill -9, and wait until nothing of it is left."""
        await self.end(signal.SIGKILL)

    async def end(self, number: int = signal.SIGTERM, seconds: float = 15.0) -> int | None:
        """Send the signal and wait; the exit code where we can know it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        async with asyncio.timeout(seconds):
            while self.alive:  # noqa: ASYNC110 -- nobody tells of a process that is not our own child
                await asyncio.sleep(0.002)
        child = _started.pop(self.pid, None)
        return child.returncode if child is not None else None

    @property
    def rss(self) -> float:
        """Resident memory, in MB of 2^20 bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE / 2**20

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK


class Home:
    """A folder with a config, in which the bot lives, dies and lives again."""

    def __init__(self, folder: Path, config: dict[str, Any], starter: Starter | None = None) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.config.write_text(toml(config), "utf-8")
        self.log = folder / "log.jsonl"
        self.log.touch()
        self._starter: Starter = starter or Exec()

    async def start(self, starter: Starter | None = None) -> Living:
        """A new life."""
        began_at = self.log.stat().st_size
        pid = await (starter or self._starter).start(["run", "-c", str(self.config)], self.folder, self.log)
        return Living(pid, self.log, began_at)

    @asynccontextmanager
    async def living(self, starter: Starter | None = None) -> AsyncIterator[Living]:
        """A life as long as the block, ready from the start, ended by SIGTERM."""
        life = await self.start(starter)
        try:
            await life.until("ready")
            yield life
        finally:
            if life.alive:
                await life.end()

    def events(self) -> list[dict[str, Any]]:
        """All that all lives have logged."""
        return list(Living(0, self.log, 0).events())

"""A machine at a town hall: a folder with a config and a key, and somebody who types commands."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from click.testing import Result
from PIL import Image
from sqlalchemy import insert, update
from typer.testing import CliRunner

from bot.cli import app
from care.domain.items import Action, Details, Kind, begin
from storage.database import Database
from storage.media import MediaFolder
from storage.tables import media, people

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TOKEN = "4711:AAsandboxsandboxsandboxsandboxsandbox"


class Machine:
    """`url`: of a PostgreSQL database; SQLite where none is given."""

    def __init__(self, folder: Path, url: str = "sqlite:///data/gridcare.db", base_url: str = "http://127.0.0.1:9"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.config = folder / "config.toml"
        self.config.write_text(
            f'[telegram]\ntoken = "{TOKEN}"\nbase_url = "{base_url}"\n[storage]\nurl = "{url}"\n', encoding="utf-8"
        )
        self.database_file = folder / "data" / "gridcare.db"
        self.media_dir = folder / "data" / "media"
        self.key = folder / "gridcare.key"
        self.url = url.replace("sqlite:///data", f"sqlite:///{folder}/data")

    def types(self, command: str, *argv: str | Path) -> Result:
        """`gridcare COMMAND -c config.toml ARGUMENTS`."""
        return CliRunner().invoke(app, [command, "-c", str(self.config), *map(str, argv)], catch_exceptions=False)

    def succeeds(self, command: str, *argv: str | Path) -> str:
        done = self.types(command, *argv)
        assert done.exit_code == 0, done.output
        return done.output

    def refuses(self, command: str, *argv: str | Path, code: int = 4) -> str:
        done = self.types(command, *argv)
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.output

    def gets_the_key_of(self, other: Machine) -> None:
        shutil.copy(other.key, self.key)

    def database(self, *, lock: bool = False) -> Database:
        return Database(self.url, key_file=self.key, lock=lock)

    def ledger(self) -> str:
        return self.succeeds("ledger", "--from", "2026-03-01", "--to", "2026-03-03", "--json")

    def lives(self, reports: int = 3) -> Machine:
        """Some reports with a photo each come in."""
        asyncio.run(self.live(reports))
        return self

    async def live(self, reports: int = 3) -> None:
        """As `lives`, within a loop."""
        store = MediaFolder(self.media_dir)
        async with self.database() as db:
            for _ in range(reports):
                async with db.write() as uow:
                    number = await uow.items.next_number()
                    ma = await uow.people.meet(11, "小马", None)
                    await uow.link.run(update(people).where(people.c.id == ma.id).values(name="马小东"))
                    details = Details(kind=Kind.REPORT, reporter=ma.id, text=f"第{number}盏路灯坏了")
                    item, event = begin(number, Action.REPORT, at=NOW, actor=ma.id, details=details)
                    await uow.items.add(item, event, NOW)
                sha256 = await store.keep(a_photo(number), "photo")
                kept = {
                    "item": number,
                    "purpose": "report",
                    "kind": "photo",
                    "state": "kept",
                    "sha256": sha256,
                    "at": NOW,
                }
                named = {"file": "F", "unique_id": f"U{number}", "by": ma.id, "attempts": 1}
                async with db.write() as uow:
                    await uow.link.run(insert(media).values(**kept, **named))

    def photos(self) -> list[Path]:
        return sorted(file for file in self.media_dir.rglob("*") if file.is_file())

    def everything(self) -> dict[str, str]:
        """Each file with its content's checksum: to see that nothing was touched."""
        return {
            str(file.relative_to(self.folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and not file.name.endswith(("-shm", "-wal", ".lock"))
        }


def a_photo(number: int) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (8, 8), hashlib.shake_256(str(number).encode()).digest(192)).save(out, "JPEG")
    return out.getvalue()


def mode(file: Path) -> int:
    return os.stat(file).st_mode & 0o777

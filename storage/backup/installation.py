"""Where an installation keeps its things, and the key that they are kept with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from storage.crypto import Cipher, load_key
from storage.engines import sqlite_file
from storage.errors import Undecipherable


class Progress(Protocol):
    """Hears how far it is: `more` of `total` of `what` (bytes, pages, photos)."""

    def __call__(self, what: str, more: int, total: int) -> None:
        """So much more is done."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """The config's [storage], as absolute paths and an address."""

    url: str = field(repr=False)
    media_dir: Path
    key_file: Path

    @property
    def database(self) -> Path | None:
        """SQLite's file; None where a PostgreSQL server keeps it."""
        return sqlite_file(self.url)

    @property
    def kind(self) -> str:
        """As the table of contents calls it."""
        return "postgresql" if self.database is None else "sqlite"

    def key(self) -> Cipher | None:
        """The key, if there is one; raises CannotOpen for a file that holds none."""
        return load_key(self.key_file) if self.key_file.exists() else None


def opens(cipher: Cipher, canary: str) -> bool:
    """Whether a database with this canary was written with this key."""
    try:
        cipher.decrypt(canary)
    except Undecipherable:
        return False
    return True

"""What a copy of the database has to say before it is trusted; in plain SQL, since the copy may be an older one."""

from __future__ import annotations

from dataclasses import dataclass

REVISION = "SELECT version_num FROM alembic_version"
CANARY = "SELECT value FROM meta WHERE name = 'key_check'"
# What is to be erased is not copied: the file goes any moment, or has gone.
PHOTOS = "SELECT DISTINCT sha256 FROM media WHERE sha256 IS NOT NULL AND state <> 'erased' ORDER BY sha256"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Its schema's revision, what tells the right key, and the photos that it speaks of, by SHA-256."""

    revision: str
    canary: str
    photos: tuple[str, ...]

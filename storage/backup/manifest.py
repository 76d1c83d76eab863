"""What a backup says of itself: its table of contents, with a checksum for each file in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 2  # raised when an older GridCare could not restore the file

DATABASE = "database"
PHOTOS = "media/"

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")]
Kind = Literal["sqlite", "postgresql"]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Content(_Said):
    """One file in the backup: `database`, or `media/` and the name of a photo; its size in bytes, its SHA-256."""

    name: Annotated[str, StringConstraints(pattern=r"^(database|media/[0-9a-f]{64})$")]
    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class Absence(_Said):
    """A photo of the database that is not in the backup: erased while it was made, or gone from the folder before."""

    photo: Digest
    why: Literal["erased", "lost"]


class Manifest(_Said):
    """The table of contents. `revision` is the database schema's; `key` the key's fingerprint, never the key."""

    format: int
    program: str
    made_at: datetime
    community: str
    kind: Kind
    revision: str
    key: Fingerprint
    contents: tuple[Content, ...]
    absent: tuple[Absence, ...] = ()

    @property
    def database(self) -> Content:
        """The database's own entry; the archive has made sure that there is one."""
        return next(content for content in self.contents if content.name == DATABASE)

    @property
    def photos(self) -> list[Content]:
        """The photos' entries."""
        return [content for content in self.contents if content.name != DATABASE]

    @property
    def size(self) -> int:
        """Bytes of all that comes out of it."""
        return sum(content.size for content in self.contents)

"""Photos and files on disk, by the SHA-256 of what is stored, without what a camera wrote about its owner."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path
from typing import Final

from storage.disk import sync_folder, write_whole
from storage.errors import CannotOpen
from storage.photos import without_metadata

_SHA256 = re.compile(r"[0-9a-f]{64}")


class MediaFolder:
    """The port `MediaStore`: `media_dir/ab/cd/abcd...`, readable by us alone."""

    def __init__(self, media_dir: Path) -> None:
        self._root: Final = media_dir

    async def keep(self, content: bytes, kind: str) -> str:
        """Store it and return the SHA-256, in hex, of what was stored; the same content twice is one file.

        JPEG, PNG and WebP lose their metadata (place, time, camera) and are turned upright, whatever `kind` they were
        sent as. Raises CannotOpen where the folder cannot be written.
        """
        return await asyncio.to_thread(self._keep, content, kind)

    async def read(self, sha256: str) -> bytes | None:
        """The content, if it is here; None too for what is no SHA-256."""
        return await asyncio.to_thread(self._read, sha256)

    async def forget(self, sha256: str) -> None:
        """The content goes; what is not here is no error."""
        if _SHA256.fullmatch(sha256):
            await asyncio.to_thread(self.path_of(sha256).unlink, missing_ok=True)

    def _keep(self, content: bytes, kind: str) -> str:
        stored = without_metadata(content, kind)
        sha256 = hashlib.sha256(stored).hexdigest()
        file = self.path_of(sha256)
        try:
            if not file.exists() or file.stat().st_size != len(stored):
                _write(file, stored)
        except OSError as error:
            raise CannotOpen(f"the media folder {self._root} cannot be written: {error.strerror}") from error
        return sha256

    def _read(self, sha256: str) -> bytes | None:
        if not _SHA256.fullmatch(sha256):
            return None
        try:
            return self.path_of(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def path_of(self, sha256: str) -> Path:
        """Where the content of this SHA-256 is, if it is here."""
        return self._root / sha256[:2] / sha256[2:4] / sha256


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, and still there after the plug was pulled."""
    folders = (file.parent.parent.parent, file.parent.parent, file.parent)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(file, [content])
    for folder in reversed(folders[:-1]):  # their new entries too
        sync_folder(folder)

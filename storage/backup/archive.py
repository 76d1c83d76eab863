"""The backup's file: a ZIP of the database, the photos and a sealed table of contents.

The seal is the table's checksum, made with the installation's key. So neither a disk's mistake nor somebody's
hand can change anything in it unseen, and names in the archive never become paths on the disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from pydantic import ValidationError

from storage.backup.errors import NoRestore, why
from storage.backup.manifest import DATABASE, FORMAT, Content, Manifest
from storage.crypto import Cipher

MANIFEST, SEAL = "manifest.json", "seal"
LARGEST_MANIFEST = 256 * 1024 * 1024  # bytes; a million photos are 170 MB
SEALED = b"gridcare backup seal"  # whatever else is made with the key, it is no seal
CHUNK = 1024 * 1024
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)

OnBytes = Callable[[int], None]


class Writer:
    """A new archive; `seal` comes last, and without it the file is no backup."""

    def __init__(self, file: Path) -> None:
        """`file` must not be there yet; it is readable by us alone."""
        self._out: Final = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._zip: Final = zipfile.ZipFile(self._out, "w", allowZip64=True)
        self.contents: Final[list[Content]] = []

    def add(self, name: str, source: IO[bytes], *, packed: bool, progress: OnBytes) -> Content:
        """Copy what is left of `source` into it; `packed`: compressed, which photos are by themselves."""
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o600 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as inside:
            while chunk := source.read(CHUNK):
                inside.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                progress(len(chunk))
        content = Content(name=name, size=size, sha256=digest.hexdigest())
        self.contents.append(content)
        return content

    def seal(self, manifest: Manifest, cipher: Cipher) -> None:
        """Add the table of contents and its seal; on the disk when this returns."""
        table = manifest.model_dump_json(indent=1).encode()
        self._zip.writestr(MANIFEST, table, zipfile.ZIP_DEFLATED)
        self._zip.writestr(SEAL, cipher.seal(table, SEALED))
        self._zip.close()
        self._out.flush()
        os.fsync(self._out.fileno())

    def close(self) -> None:
        """Unsealed, it is no backup."""
        with suppress(OSError, ValueError):  # the disk is full: that has been said
            self._zip.close()
        with suppress(OSError):
            self._out.close()


class Archive:
    """A backup's file, opened: what its table of contents says, and what is in it."""

    def __init__(self, file: Path) -> None:
        """Raises NoRestore for a file that is no backup, or one that this version does not know."""
        self.file: Final = file
        with self._readable():
            self._zip: Final = zipfile.ZipFile(file)
            if any(entry.compress_type not in _PACKED for entry in self._zip.infolist()):
                raise ValueError("packed as we never do")
            self._table: Final = self._all_of(MANIFEST, LARGEST_MANIFEST)
            self._seal: Final = self._all_of(SEAL, 10_000)
        self.manifest: Final = self._manifest()

    def is_sealed_with(self, cipher: Cipher) -> bool:
        """Whether the table of contents is the one that the holder of this key has written."""
        return cipher.has_sealed(self._table, SEALED, self._seal)

    def verify(self, progress: OnBytes) -> None:
        """Read everything once against its checksum; raises NoRestore where anything is wrong, missing or too much."""
        promised = {content.name for content in self.manifest.contents}
        there = self._zip.namelist()
        if len(promised) != len(self.manifest.contents) or sorted(there) != sorted([*promised, MANIFEST, SEAL]):
            raise NoRestore(f"{self.file} is damaged: what is in it is not what it says. {_USE_ANOTHER}")
        for content in self.manifest.contents:
            for chunk in self.chunks(content):
                progress(len(chunk))

    def chunks(self, content: Content) -> Iterator[bytes]:
        """A file of it, piece by piece; raises NoRestore at the end where it was not what the table says."""
        digest, left = hashlib.sha256(), content.size
        with self._readable(), self._zip.open(content.name) as inside:
            while chunk := inside.read(min(CHUNK, left + 1)):  # one byte too many is enough to know
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                yield chunk
        if left or digest.hexdigest() != content.sha256:
            raise NoRestore(f"{self.file} is damaged: {content.name} in it has changed. {_USE_ANOTHER}")

    def close(self) -> None:
        """No more of it can be read."""
        self._zip.close()

    def _manifest(self) -> Manifest:
        try:
            manifest = Manifest.model_validate_json(self._table)
        except ValidationError:
            if _is_newer(self._table):
                raise NoRestore(f"{self.file} {_NEWER}") from None
            raise NoRestore(f"{self.file} is damaged: its table of contents cannot be read. {_USE_ANOTHER}") from None
        if manifest.format < FORMAT:
            raise NoRestore(f"{self.file} was made by a GridCare before its first release: restore it with that one")
        if manifest.format > FORMAT:
            raise NoRestore(f"{self.file} {_NEWER}")
        if DATABASE not in {content.name for content in manifest.contents}:
            raise NoRestore(f"{self.file} is damaged: there is no database in it. {_USE_ANOTHER}")
        return manifest

    def _all_of(self, name: str, at_most: int) -> bytes:
        with self._zip.open(name) as inside:
            found = inside.read(at_most + 1)
        if len(found) > at_most:
            raise ValueError(f"{name} is too large")
        return found

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NoRestore(f"{self.file} cannot be read: {why(error)}") from None
        except KeyError:
            raise NoRestore(f"{self.file} is no backup of GridCare. {_USE_ANOTHER}") from None
        except _BROKEN:
            raise NoRestore(
                f"{self.file} is no backup of GridCare, or is damaged or was not copied to its end. {_USE_ANOTHER}"
            ) from None


_USE_ANOTHER = "Copy it once more from where it is kept, or take the backup before it"
_NEWER = "was made by a newer GridCare: install that version (or a later one) here first, then restore again"


def _is_newer(table: bytes) -> bool:
    """Whether it only looks odd to us because a later format has more to say."""
    try:
        said = json.loads(table)
    except ValueError:
        return False
    return isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > FORMAT

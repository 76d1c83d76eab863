"""The photos of a backup, put into the media folder: beside what is there, taken out again where it fails."""

from __future__ import annotations

import hashlib
import os
import secrets
import string
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.backup.archive import CHUNK, Archive
from storage.backup.installation import Progress
from storage.backup.manifest import PHOTOS, Content
from storage.disk import sync_folder
from storage.media import MediaFolder

_NOT_OURS = {"lost+found"}  # what a disk of its own has in its root


def is_empty(media_dir: Path) -> bool:
    """Whether there is nothing in it that could be a photo; a folder that is not there is empty."""
    if not media_dir.is_dir():
        return True
    return not any(entry for entry in media_dir.iterdir() if entry.name not in _NOT_OURS and entry.name[0] != ".")


@contextmanager
def put_back(archive: Archive, media_dir: Path, progress: Progress) -> Iterator[None]:
    """Every photo of the archive is in its place within the block; what was added goes again if the block fails.

    A photo is named by what is in it, so one that is there already and sound is left as it is.
    """
    store, added = MediaFolder(media_dir), list[Path]()
    photos = archive.manifest.photos
    try:
        for content in photos:
            file = store.path_of(_sha256(content))
            if not _is_sound(file, content):
                new = not file.exists()
                write(file, archive.chunks(content))
                if new:
                    added.append(file)
            progress("photos", 1, len(photos))
        yield
    except BaseException:
        for file in added:
            file.unlink(missing_ok=True)
        raise


def set_others_aside(archive: Archive, media_dir: Path, stamp: str) -> int:
    """Move the photos that the restored database knows nothing of into the folder `stamp` within; how many."""
    store, moved = MediaFolder(media_dir), 0
    ours = {store.path_of(_sha256(content)) for content in archive.manifest.photos}
    for file in list(_photos_in(media_dir)):
        if file not in ours:
            aside = media_dir / stamp / file.relative_to(media_dir)
            aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.rename(aside)
            moved += 1
    return moved


def write(file: Path, chunks: Iterable[bytes]) -> None:
    """A new file, whole or not at all, readable by us alone, on the disk when this returns."""
    for folder in (file.parent.parent.parent, file.parent.parent, file.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(file.parent)


def _sha256(content: Content) -> str:
    return content.name.removeprefix(PHOTOS)


def _is_sound(file: Path, content: Content) -> bool:
    if not file.is_file() or file.stat().st_size != content.size:
        return False
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == content.sha256


def _photos_in(media_dir: Path) -> Iterator[Path]:
    if not media_dir.is_dir():
        return
    hexadecimal = set(string.hexdigits.lower())
    for folder in media_dir.iterdir():
        if len(folder.name) == 2 and set(folder.name) <= hexadecimal:
            yield from (file for file in folder.rglob("*") if file.is_file())

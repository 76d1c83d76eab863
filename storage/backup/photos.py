"""The photos of a backup, put into the media folder: beside what is there, taken out again where it fails."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.backup.archive import Archive
from storage.backup.installation import Progress
from storage.backup.manifest import PHOTOS, Content
from storage.disk import write_whole
from storage.media import MediaFolder

_NOT_OURS = {"lost+found"}  # what a disk of its own has in its root


def is_empty(media_dir: Path) -> bool:
    """Whether there is nothing in it that could be a photo; empty folders in it are nothing."""
    if not media_dir.is_dir():
        return True
    ours = (entry for entry in media_dir.iterdir() if entry.name not in _NOT_OURS and entry.name[0] != ".")
    return not any(entry.is_file() or any(inside.is_file() for inside in entry.rglob("*")) for entry in ours)


@contextmanager
def put_back(archive: Archive, media_dir: Path, stamp: str, progress: Progress) -> Iterator[Callable[[], object]]:
    """Every photo of the archive is in its place within the block; at its end all is as before, unless it calls `keep`.

    A photo is named by what is in it, so one that is there already and sound is left as it is, whatever the backup has;
    one that is not goes into the folder `stamp` within.
    """
    store = MediaFolder(media_dir)
    photos = archive.manifest.photos
    with ExitStack() as undo:
        for content in photos:
            file = store.path_of(_sha256(content))
            there = _digest(file)
            if there not in (_sha256(content), content.sha256):
                if there is not None:
                    undo.callback(_aside(file, media_dir, stamp).replace, file)
                else:
                    undo.callback(file.unlink, missing_ok=True)
                for folder in (file.parent.parent.parent, file.parent.parent, file.parent):
                    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_whole(file, archive.chunks(content))
            progress("photos", 1, len(photos))
        yield undo.pop_all


def set_others_aside(archive: Archive, media_dir: Path, stamp: str) -> None:
    """Move the photos that the restored database knows nothing of into the folder `stamp` within."""
    store = MediaFolder(media_dir)
    ours = {store.path_of(_sha256(content)) for content in archive.manifest.photos}
    for file in list(_photos_in(media_dir)):
        if file not in ours:
            _aside(file, media_dir, stamp)


def _aside(file: Path, media_dir: Path, stamp: str) -> Path:
    aside = media_dir / stamp / file.relative_to(media_dir)
    aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return file.rename(aside)


def _sha256(content: Content) -> str:
    return content.name.removeprefix(PHOTOS)


def _digest(file: Path) -> str | None:
    """The SHA-256 of what is in it; None where it is not there."""
    if not file.is_file():
        return None
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _photos_in(media_dir: Path) -> Iterator[Path]:
    if not media_dir.is_dir():
        return
    hexadecimal = set(string.hexdigits.lower())
    for folder in media_dir.iterdir():
        if len(folder.name) == 2 and set(folder.name) <= hexadecimal:
            yield from (file for file in folder.rglob("*") if file.is_file())

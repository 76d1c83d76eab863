"""The port `MediaStore`: a photo is kept whole, once, upright, and without what the camera wrote into it."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from storage import photos
from storage.errors import CannotOpen
from storage.media import MediaFolder

SECRETS = (b"SECRETCAM", b"SECRETNOTE", b"SECRETXMP")
SIDEWAYS = 6


def scene(size: tuple[int, int] = (300, 200), seed: int = 1) -> Image.Image:
    """Something with shapes in it, so that turning it shows."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.paste((200, 30, 30), (10 * seed, 20, 60 * seed, 80))
    return picture


def photo(form: str, orientation: int = 1, picture: Image.Image | None = None) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAM"
    exif.get_ifd(0x8825)[2] = (36.0, 3.0, 41.0)  # latitude
    more: dict[str, Any] = {
        "JPEG": {"comment": b"SECRETNOTE"},
        "WEBP": {"xmp": b"<x>SECRETXMP</x>", "quality": 90},
    }.get(form, {})
    if form == "PNG":
        more = {"pnginfo": PngImagePlugin.PngInfo()}
        more["pnginfo"].add_text("Author", "SECRETNOTE")
    out = BytesIO()
    (picture or scene()).save(out, form, exif=exif, **more)
    return out.getvalue()


def looks_like(content: bytes, picture: Image.Image) -> bool:
    with Image.open(BytesIO(content)) as seen:
        same_size = seen.size == picture.size
        return same_size and max(ImageStat.Stat(ImageChops.difference(seen.convert("RGB"), picture)).mean) < 4


@pytest.fixture
def store(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, SIDEWAYS])
@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_photo_is_kept_upright_and_bare(store: MediaFolder, form: str, orientation: int, kind: str) -> None:
    content = photo(form, orientation)
    assert any(secret in content for secret in SECRETS)
    sha256 = await store.keep(content, kind)
    stored = await store.read(sha256)
    assert stored is not None
    assert hashlib.sha256(stored).hexdigest() == sha256
    assert not any(secret in stored for secret in SECRETS)
    assert looks_like(stored, scene() if orientation == 1 else scene().transpose(Image.Transpose.ROTATE_270))
    with Image.open(BytesIO(stored)) as seen:
        assert seen.format == form
        assert not dict(seen.getexif())


async def test_other_files_are_kept_as_they_are_and_once(store: MediaFolder, tmp_path: Path) -> None:
    content = b"OggS voice of somebody"
    sha256 = await store.keep(content, "voice")
    assert sha256 == hashlib.sha256(content).hexdigest()
    file = tmp_path / "media" / sha256[:2] / sha256[2:4] / sha256
    assert file.read_bytes() == content
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "media").stat().st_mode & 0o777 == 0o700
    before = file.stat().st_mtime_ns
    assert await store.keep(content, "voice") == sha256
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"half")  # a disk that was full
    await store.keep(content, "voice")
    assert await store.read(sha256) == content
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == [file]  # no drafts left


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "ab" * 31, "ab" * 32 + "\n"])
async def test_what_is_no_hash_is_not_here(store: MediaFolder, name: str) -> None:
    assert await store.read(name) is None
    assert await store.read("ab" * 32) is None


async def test_a_damaged_jpeg_is_kept_and_bare(store: MediaFolder) -> None:
    whole = photo("JPEG", SIDEWAYS)
    damaged = whole[: len(whole) * 2 // 3]
    stored = await store.read(await store.keep(damaged, "photo"))
    assert stored is not None
    assert not any(secret in stored for secret in SECRETS)
    assert damaged.endswith(stored[-1000:])


async def test_a_photo_too_large_to_unpack_is_kept_and_bare(
    store: MediaFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MAX_PIXELS", 1000)
    stored = await store.read(await store.keep(photo("JPEG"), "photo"))
    assert stored is not None
    assert not any(secret in stored for secret in SECRETS)
    assert looks_like(stored, scene())


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\xff\xff", b"\x89PNG\r\n\x1a\n", b"RIFF1234WEBP"]
)
async def test_the_mere_beginning_of_a_photo_is_kept(store: MediaFolder, content: bytes) -> None:
    sha256 = await store.keep(content, "photo")
    assert await store.read(sha256) is not None


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotOpen, match="media folder"):
        await MediaFolder(tmp_path / "file").keep(b"x", "voice")

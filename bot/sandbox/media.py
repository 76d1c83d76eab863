"""Files as Telegram keeps them: ids, sizes of a photo, and what of them may be fetched."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.records import Json

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""getFile refuses more, in bytes."""
PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_SIDES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))

FOLDERS = {
    "photo": "photos",
    "video": "videos",
    "voice": "voice",
    "document": "documents",
    "sticker": "stickers",
    "animation": "animations",
    "audio": "music",
}


@dataclass(eq=False)
class StoredFile:
    """One file on the server. `size` may exceed `len(data)`: a huge video need not really be huge."""

    file_id: str
    unique_id: str
    kind: str
    data: bytes
    size: int
    path: str
    fields: Json
    sizes: tuple[StoredFile, ...] = ()

    def to_json(self) -> Json:
        """The fields every file object has, with its own (`width`, `duration`, ...)."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size, **self.fields}

    def content(self) -> Json:
        """The message field that shows it, e.g. `{"photo": [sizes]}`."""
        if self.kind == "photo":
            return {"photo": [size.to_json() for size in self.sizes]}
        return {self.kind: self.to_json()}


class FileStore:
    """Every file anybody sent, by `file_id` and by download path."""

    def __init__(self, bot_id: int) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._bot_id = bot_id
        self._count = 0

    def get(self, file_id: str) -> StoredFile | None:
        """The file a bot names by its id."""
        return self._by_id.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        """The file behind `/file/bot<token>/<path>`."""
        return self._by_path.get(path)

    def add(
        self, kind: str, data: bytes, *, suffix: str, fields: Json | None = None, size: int | None = None
    ) -> StoredFile:
        """Keep a file of `kind`. Equal bytes have equal `file_unique_id`; each upload has its own `file_id`."""
        self._count += 1
        unique = hashlib.sha256(kind.encode() + data).hexdigest()[:15]
        file_id = f"AgACAgUAAxk{self._bot_id:x}-{self._count}-{secrets.token_urlsafe(12)}"
        path = f"{FOLDERS[kind]}/file_{self._count}{suffix}"
        kept = StoredFile(file_id, f"AQAD{unique}", kind, data, len(data) if size is None else size, path, fields or {})
        self._by_id[file_id] = self._by_path[path] = kept
        return kept

    def add_photo(self, data: bytes) -> StoredFile:
        """Keep a photo in the sizes Telegram makes: JPEG, 90/320/800/1280 pixels, never enlarged, metadata gone.

        Raises Telegram's 400 for what is no picture, too large, or too long and thin.
        """
        if len(data) > PHOTO_LIMIT:
            raise ApiError(400, "Bad Request: file is too big")
        try:
            picture: Image.Image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
            picture.load()
        except (UnidentifiedImageError, OSError, ValueError) as error:
            raise bad_request("IMAGE_PROCESS_FAILED") from error
        if sum(picture.size) > 10_000 or max(picture.size) > 20 * min(picture.size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        picture = picture.convert("RGB")
        sizes = []
        for _, side in PHOTO_SIDES:
            longest = max(picture.size)
            sizes.append(self._photo_size(picture, min(side, longest), "photo"))
            if longest <= side:
                break
        largest = sizes[-1]
        for size in sizes:  # any size's id, sent again, brings the whole picture
            size.sizes = tuple(sizes)
        return largest

    def _photo_size(self, picture: Image.Image, side: int, kind: str) -> StoredFile:
        scale = side / max(picture.size)
        width, height = (max(1, round(edge * scale)) for edge in picture.size)
        shown = picture if (width, height) == picture.size else picture.resize((width, height))
        out = io.BytesIO()
        shown.save(out, "JPEG", quality=87)
        return self.add(kind, out.getvalue(), suffix=".jpg", fields={"width": width, "height": height})

    def fetchable(self, file_id: str) -> StoredFile:
        """The file for getFile: refused if unknown or over 20 MB."""
        found = self._by_id.get(file_id)
        if found is None:
            raise bad_request("invalid file_id")
        if found.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return found

"""The key that personal columns are encrypted with, and the file it lives in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.disk import sync_folder
from storage.errors import CannotOpen, Undecipherable

log = structlog.get_logger(__name__)

_HEADER = (
    "# GridCare: encrypts personal data. Without this file the database cannot be read. Keep a copy, apart from it.\n"
)


class Cipher:
    """Encrypts and decrypts text; the first key encrypts, all of them decrypt, so that keys can be rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys; raises ValueError where one is not, or none is given."""
        if not keys:
            raise ValueError("no key")
        self._keys = MultiFernet([Fernet(key) for key in keys])
        self._secrets = [base64.urlsafe_b64decode(key) for key in keys]
        # A hash of 256 random bits gives nothing away; it tells an operator which key a backup belongs to.
        self.fingerprints = tuple(hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys)
        self.fingerprint = self.fingerprints[0]

    def encrypt(self, text: str) -> str:
        """The text, unreadable without a key; half an emoji cut off by a phone is kept as it came."""
        return self._keys.encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def decrypt(self, token: str) -> str:
        """What `encrypt` was given; raises Undecipherable for anything that none of the keys made."""
        try:
            return self._keys.decrypt(token).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise Undecipherable("a stored value was written with another key, or was damaged") from None

    def seal(self, content: bytes, purpose: bytes) -> str:
        """What only a holder of the first key can make of this content; of no use for any other purpose."""
        return _seal(self._secrets[0], content, purpose)

    def has_sealed(self, content: bytes, purpose: bytes, seal: bytes) -> bool:
        """Whether it is the seal of one of the keys on this content."""
        return any(hmac.compare_digest(_seal(secret, content, purpose).encode(), seal) for secret in self._secrets)


def _seal(secret: bytes, content: bytes, purpose: bytes) -> str:
    return hmac.new(hmac.digest(secret, purpose, "sha256"), content, "sha256").hexdigest()


def load_key(file: Path) -> Cipher:
    """The keys of this file, one a line, `#` for comments; raises CannotOpen where it has none or cannot be read."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise CannotOpen(f"the key file {file} cannot be read: {error}") from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        cipher = Cipher(keys)
    except ValueError:
        raise CannotOpen(
            f"the key file {file} holds no usable key. Expected are lines of 44 characters, as GridCare wrote them: "
            "restore the file from its copy"
        ) from None
    if mode & 0o077:
        log.warning("key_file.readable_by_others", file=str(file), mode=oct(mode & 0o777))
    return cipher


def make_key(file: Path) -> Cipher:
    """A new key in a new file that only we can read; a file that is there already is kept and read.

    Written beside its place and linked into it, so that neither a kill nor a second process leaves half a key.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(draft, _HEADER + Fernet.generate_key().decode() + "\n")
        try:
            os.link(draft, file)
            sync_folder(file.parent)
        except FileExistsError:
            pass  # somebody made it at the same moment: theirs counts
        finally:
            draft.unlink()
    except OSError as error:
        raise CannotOpen(f"the key file {file} cannot be made: {error}") from error
    return load_key(file)


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())

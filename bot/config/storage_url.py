"""The address of the database: a file of ours, or a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ValidationInfo

from bot.config.types import expected, folder_of

_SQLITE = "sqlite:///"
_EXPECTED = 'an address such as "sqlite:///data/gridcare.db" or "postgresql://user:pass@host/db"'


def sqlite_file(url: str) -> Path | None:
    """The file that a `sqlite:///` address names, or None for another database."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def _storage_url(value: object, info: ValidationInfo) -> str:
    """The address with its file made absolute, seen from the config's folder."""
    if not isinstance(value, str):
        raise expected(_EXPECTED)
    file = sqlite_file(value)
    if file is not None:
        if not file.name or ":memory:" in value:  # nothing kept is nothing remembered
            raise expected(_EXPECTED)
        folder = folder_of(info)
        return _SQLITE + str(folder / file if folder else file)
    if not _names_a_server(value):
        raise expected(_EXPECTED)
    return value


def _names_a_server(url: str) -> bool:
    """Whether this is PostgreSQL's own form; the host may be missing or a socket's folder (`?host=/run/postgresql`)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "postgresql" and len(parts.path) > 1 and port != 0 and not any(map(str.isspace, url))


StorageUrl = Annotated[str, BeforeValidator(_storage_url)]

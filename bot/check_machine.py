"""What `gridcare check` finds out about this machine: folders, the key file, ports, room on the disk."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path

from bot.advice import cannot_listen, not_writable
from bot.config import Config
from bot.config.types import Listen

ROOM = 1_000_000_000  # bytes: a year of photos of a few grids


def machine_warnings(config: Config) -> list[str]:
    """What would go wrong later, each with the next step."""
    storage = config.storage
    found = [_folder(storage.media_dir), _key(storage.key_file), _room(storage.media_dir)]
    found += [_port(where, address) for where, address in _addresses(config)]
    return [warning for warning in found if warning is not None]


def _folder(folder: Path) -> str | None:
    """Whether photos can be kept there; made where it is not there yet, as the bot does."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return f"photos cannot be kept: {not_writable(folder, '[storage] media_dir', error)}"


def _key(file: Path) -> str | None:
    if file.exists() and file.stat().st_mode & 0o077:
        return f"other users of this machine can read the key file {file}. Type: chmod 600 {file}"
    return None


def _room(folder: Path) -> str | None:
    there = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    if there is None or (free := shutil.disk_usage(there).free) >= ROOM:
        return None
    return (
        f"only {free // 1_000_000} MB are left on the disk with {there}: free some space before photos cannot be kept"
    )


def _addresses(config: Config) -> list[tuple[str, Listen]]:
    listened = [("[web] listen", config.web.listen)] if config.web is not None else []
    if config.telegram.mode == "webhook" and config.telegram.listen is not None:
        listened.append(("[telegram] listen", config.telegram.listen))
    return listened


def _port(where: str, address: Listen) -> str | None:
    """Whether we could listen there; a bot that is running does so already."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        socket.create_server((address.host, address.port), family=family).close()
    except OSError as error:
        return f"{cannot_listen(where, str(address), error)}. (If the bot is running now, this is the bot: all is well)"
    return None

"""The environment over the file: `GRIDCARE_TELEGRAM__TOKEN=...` sets `telegram.token` and wins."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.config.schema import KeyPath, fields_at, takes_plain_text

PREFIX = "GRIDCARE_"


@dataclass(frozen=True)
class Overlay:
    """Which variable set which key, and which found no place: the file has a plain value, or no such entry, there."""

    origins: Mapping[KeyPath, str]
    unplaced: Mapping[KeyPath, str]


def overlay(data: dict[str, Any], environ: Mapping[str, str]) -> Overlay:
    """Lay the variables of `environ` over `data`, in place, and say which came from where.

    A name without `__` that is no section is somebody else's (Kubernetes writes `GRIDCARE_PORT` beside a service of
    that name) and is left alone. Names that cannot be placed stay in the data as they are, so validation names them.
    """
    placed: dict[KeyPath, str] = {}
    unplaced: dict[KeyPath, str] = {}
    for name in sorted(environ, key=lambda n: (n.count("__"), n)):  # a whole section first, then its keys
        path = _path(name)
        if path:
            text = environ[name]
            value = text if takes_plain_text(path) and not _is_quoted(text) else _decoded(text)
            (placed if _put(data, path, value) else unplaced)[path] = name
    return Overlay(placed, unplaced)


def _path(name: str) -> KeyPath | None:
    if not name.startswith(PREFIX):
        return None
    steps = name.removeprefix(PREFIX).lower().split("__")
    path: KeyPath = tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps)
    return path if len(path) > 1 or path[0] in fields_at(()) else None


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"


def _decoded(text: str) -> Any:
    """The value that a text means in JSON or TOML; the text itself where it means nothing, for validation to refuse."""
    try:
        return json.loads(text)
    except ValueError:
        pass  # not JSON: TOML may know it
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _put(data: dict[str, Any], path: KeyPath, value: Any) -> bool:
    """Set a key deep in the data; an index reaches the entries that there are, and the next one."""
    here: Any = data
    for step, following in pairwise(path):
        if not _has_room(here, step):
            return False
        here = _entered(here, step, [] if isinstance(following, int) else {})
    if not _has_room(here, path[-1]):
        return False
    if isinstance(here, list) and path[-1] == len(here):
        here.append(value)
    else:
        here[path[-1]] = value
    return True


def _has_room(here: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(here, list) and step <= len(here)
    return isinstance(here, dict)


def _entered(here: Any, step: str | int, fresh: Any) -> Any:
    if isinstance(here, dict):
        return here.setdefault(step, fresh)
    if step == len(here):
        here.append(fresh)
    return here[step]

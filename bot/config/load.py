"""From a file and the environment to a `Config`, or to all that is wrong with them."""

from __future__ import annotations

import copy
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from bot.config import checks
from bot.config.environment import overlay
from bot.config.lines import locate
from bot.config.mistakes import ConfigErrors, Ledger, Mistake
from bot.config.models import Settings
from bot.config.schema import KeyPath
from bot.config.types import BOTFATHERS_WORD, TOKEN

_TOKEN: KeyPath = ("telegram", "token")
_TOKEN_FILE: KeyPath = ("telegram", "token_file")
_PLACEHOLDER = "0:none"  # for a token whose file is named as a mistake already: it is not missing as well


class Config(Settings):
    """The operator's configuration, checked whole; paths are absolute as seen from the config's folder."""

    @classmethod
    def load(cls, path: Path, environ: Mapping[str, str] | None = None) -> Self:
        """Read a TOML file, the environment over it (`os.environ` unless another is given).

        Raises ConfigErrors with every mistake found.
        """
        text = _read(path)
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigErrors([_syntax(path, error)]) from None
        return cls._build(data, path.parent, os.environ if environ is None else environ, str(path), locate(text))

    @classmethod
    def of(cls, data: Mapping[str, Any], folder: Path, environ: Mapping[str, str] | None = None) -> Self:
        """The config that a TOML file of this content in `folder` would give; no environment unless one is given.

        Raises ConfigErrors with every mistake found.
        """
        return cls._build(copy.deepcopy(dict(data)), folder, environ or {}, "config", {})

    @classmethod
    def _build(
        cls, data: dict[str, Any], folder: Path, environ: Mapping[str, str], file: str, lines: Mapping[KeyPath, int]
    ) -> Self:
        laid = overlay(data, environ)
        ledger = Ledger(file, lines, {**laid.origins, **laid.unplaced})
        for path, name in laid.unplaced.items():
            ledger.add(path, environ[name], "a key of this config (the list or section there has no such place)")
        for section in ("telegram", "storage"):  # so that their defaults are seen from the config's folder too
            data.setdefault(section, {})
        folder = folder.absolute()
        _take_token_file(data, folder, laid.origins, ledger)
        config = None
        try:
            config = cls.model_validate(data, context={"folder": folder})
        except ValidationError as error:
            for each in error.errors(include_url=False):
                ledger.add_error(each)
        for finding in checks.findings(data):
            ledger.add(*finding)
        if config is None or ledger.mistakes:
            raise ConfigErrors(ledger.mistakes)
        return config


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        expected = f"a file that can be read ({error.strerror})"
        raise ConfigErrors([Mistake(str(path), None, "", None, expected)]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigErrors([Mistake(str(path), line, "", None, "text in UTF-8")]) from None


def _syntax(path: Path, error: tomllib.TOMLDecodeError) -> Mistake:
    """TOML's own complaint with its line in our place; it quotes no more of the text than a character or a key."""
    said = str(error)
    what, _, place = said.rpartition(" (at ")
    line = place.removeprefix("line ").partition(",")[0]
    return Mistake(str(path), int(line) if line.isdigit() else None, "", None, f"sound TOML ({what or said})")


def _take_token_file(data: dict[str, Any], folder: Path, origins: Mapping[KeyPath, str], ledger: Ledger) -> None:
    """Put the content of `token_file` where the token belongs; of the two, the environment's wins over the file's."""
    telegram = data["telegram"]
    if not isinstance(telegram, dict) or not isinstance(name := telegram.get("token_file"), str):
        return
    if "token" in telegram:
        if (_TOKEN in origins) == (_TOKEN_FILE in origins):
            ledger.add(_TOKEN_FILE, name, "either token or token_file, not both")
            return
        if _TOKEN in origins:
            return
    try:
        token = (folder / Path(name).expanduser()).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        ledger.add(_TOKEN_FILE, name, f"a file that can be read ({reason})")
        token = _PLACEHOLDER
    if not TOKEN.fullmatch(token):
        ledger.add(_TOKEN_FILE, name, f"a file that holds {BOTFATHERS_WORD}")
        token = _PLACEHOLDER
    telegram["token"] = token

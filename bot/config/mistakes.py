"""What is wrong in a config, said so that the operator can mend it: where, which key, its value, what is expected."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic_core import ErrorDetails

from bot.config.lines import line_of
from bot.config.schema import KeyPath, fields_at, is_secret, sections_with

MASK = "***"
LONGEST_VALUE = 80
_SECRET_NAME = re.compile(r"token|secret|passw|api_?key", re.IGNORECASE)
_TOKEN_LIKE = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
_USERINFO = re.compile(r"//[^/@\s]*@")


class _Absent:
    """The value of a key that is not there."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong. `file` may be the name of an environment variable; `value` is ready to be shown."""

    file: str
    line: int | None
    key: str
    value: str | None
    expected: str

    def __str__(self) -> str:
        """One line, as it is printed."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        if not self.key:
            return f"{where}: expected {self.expected}"
        said = f"{self.key} is missing" if self.value is None else f"{self.key} = {self.value}"
        return f"{where}  {said}: expected {self.expected}"


class ConfigErrors(Exception):
    """The config cannot be used; `mistakes` names everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class Ledger:
    """Collects the mistakes of one config and knows where each key came from."""

    def __init__(self, file: str, lines: Mapping[KeyPath, int], origins: Mapping[KeyPath, str]) -> None:
        self._file = file
        self._lines = lines
        self._origins = origins
        self._found: dict[tuple[KeyPath, str], Mistake] = {}

    @property
    def mistakes(self) -> list[Mistake]:
        """All of them: the file's by line, then the environment's."""
        return sorted(self._found.values(), key=lambda m: (m.file != self._file, m.file, m.line or 0))

    def add(self, path: KeyPath, value: object, expected: str) -> None:
        """Note that the key at `path` is not what is expected; what is noted twice counts once."""
        origin = self._origin(path)
        file, line = (origin, None) if origin else (self._file, line_of(path, self._lines))
        shown = None if value is ABSENT else show(path, value)
        self._found.setdefault((path, expected), Mistake(file, line, dotted(path), shown, expected))

    def add_error(self, error: ErrorDetails) -> None:
        """Note what pydantic found."""
        path = _keys_only(error["loc"])
        value = ABSENT if error["type"] == "missing" else error["input"]
        self.add(path, value, _wording(error, path))

    def _origin(self, path: KeyPath) -> str | None:
        for length in range(len(path), 0, -1):
            if path[:length] in self._origins:
                return self._origins[path[:length]]
        if path in self._lines:
            return None
        below = (name for known, name in self._origins.items() if known[: len(path)] == path)
        return next(below, None) if path[:1] not in self._lines else None


def dotted(path: KeyPath) -> str:
    """A key as people write it: `policy.urgent.climb_unclaimed[0]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def show(path: KeyPath, value: object) -> str:
    """A value as TOML would have it, without secrets, and short."""
    named_secret = any(_SECRET_NAME.search(str(step)) for step in path) and "file" not in str(path[-1])
    if is_secret(path) or (named_secret and not isinstance(value, Mapping)):
        return MASK
    text = _toml(value)
    text = _TOKEN_LIKE.sub(MASK, _USERINFO.sub(f"//{MASK}@", text))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{key} = {MASK if _SECRET_NAME.search(str(key)) else _toml(val)}" for key, val in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def _keys_only(loc: tuple[int | str, ...]) -> KeyPath:
    """The key path of an error: pydantic adds the names of validators, which are no keys, at the end."""
    path: KeyPath = ()
    for step in loc:
        if isinstance(step, str) and path and not fields_at(path):
            break
        path = (*path, step)
    return path


def _wording(error: ErrorDetails, path: KeyPath) -> str:
    """The end of the sentence "expected ...", for one of pydantic's error types."""
    kind, ctx = error["type"], error.get("ctx", {})
    if kind == "expected":
        return str(ctx["what"])
    if kind == "missing":
        return _MISSING.get(str(path[-1]), "a value")
    if kind == "extra_forbidden":
        return _known_keys(path)
    if kind in ("literal_error", "enum"):
        return "one of " + str(ctx["expected"]).replace("'", '"').replace(" or ", ", ")
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"a whole number of at {'least' if 'ge' in ctx else 'most'} {ctx.get('ge', ctx.get('le'))}"
    return _WORDS.get(kind, error["msg"])


_MISSING: Mapping[str, str] = {
    "token": "the token that @BotFather gave, or token_file with the path of a file that holds it",
    "id": "a short name of letters and digits by which other keys call this area",
    "name": "the name that people know the area by",
    "level": 'one of "subdistrict", "community", "grid", "building"',
}

_WORDS: Mapping[str, str] = {
    "int_type": "a whole number, without quotes",
    "bool_type": "true or false, without quotes",
    "string_type": 'text in quotes, such as "abc"',
    "tuple_type": 'a list such as ["a", "b"]',
    "model_type": "a section with keys of its own",
    "too_short": "at least one entry",
}


def _known_keys(path: KeyPath) -> str:
    """What an unknown key may have been meant to be."""
    name, siblings = str(path[-1]), fields_at(path[:-1])
    close = difflib.get_close_matches(name, siblings, n=1, cutoff=0.6)
    if close:
        return f"a known key (did you mean {close[0]}?)"
    homes = [home for home in sections_with(name) if home != dotted(path[:-1])]
    if homes:
        return f"a known key ({name} belongs under [{homes[0]}])"
    return f"a known key ({', '.join(siblings)})"

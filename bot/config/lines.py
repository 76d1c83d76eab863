"""On which line of a TOML text a key stands. A reader of good TOML only: tomllib has accepted the text before."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from bot.config.schema import KeyPath

_HEADER = re.compile(r"\s*(\[\[|\[)\s*(?P<name>[^#]*?)\s*(\]\]|\])\s*(#.*)?$")
_KEY = re.compile(r"""\s*(?P<key>(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_\-. \t])+?)\s*=(?P<value>.*)$""")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'[^']*'")


def locate(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every section and key, by path; an array of tables counts its tables from 0."""
    found: dict[KeyPath, int] = {}
    tables: dict[KeyPath, int] = {}
    section: KeyPath = ()
    inside = _Value()
    for number, line in enumerate(text.splitlines(), start=1):
        if inside.open:
            inside.read(line)
        elif header := _HEADER.match(line):
            name = _split(header["name"])
            section = _indexed(name, tables, opens=header[1] == "[[")
            found.setdefault(section, number)
        elif pair := _KEY.match(line):
            key = (*section, *_split(pair["key"]))
            found.setdefault(key, number)
            inside.read(pair["value"])
    return found


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of a key, else of the nearest thing around it that has one."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Value:
    """Whether a value goes on in the next line: an open bracket, or an open long string."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def open(self) -> bool:
        """Whether the value is not at its end."""
        return self._depth > 0 or bool(self._quote)

    def read(self, line: str) -> None:
        """Take in one more line, or the part of one after `=`."""
        while line:
            if self._quote:
                _, closed, line = line.partition(self._quote)
                self._quote = "" if closed else self._quote
                if not closed:
                    return
            elif line.startswith(('"""', "'''")):
                self._quote, line = line[:3], line[3:]
            elif string := _STRING.match(line):
                line = line[string.end() :]
            elif line.startswith("#"):
                return
            else:
                self._depth += (line[0] in "[{") - (line[0] in "]}")
                line = line[1:]


def _split(dotted: str) -> KeyPath:
    """The steps of a key as TOML itself splits it."""
    try:
        here: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:  # only a line that looked like a key: nobody will ask for it
        return (dotted,)
    path: list[str] = []
    while isinstance(here, dict):
        name, here = next(iter(here.items()))
        path.append(name)
    return tuple(path)


def _indexed(name: KeyPath, tables: dict[KeyPath, int], *, opens: bool) -> KeyPath:
    """The path with the index of each array of tables put in; `[[x]]` opens the next one."""
    path: KeyPath = ()
    for position, step in enumerate(name, start=1):
        path = (*path, step)
        if opens and position == len(name):
            tables[path] = tables.get(path, -1) + 1
        if path in tables:
            path = (*path, tables[path])
    return path

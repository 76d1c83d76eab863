"""How an old hand writes is not how a list is written: a text as the word lists can be looked up in it. Pure.

Full width and half width, capitals, traditional characters, spaces or dots between the characters: all of that is the
writing, not the words. What stays are the letters, and which of them a comma or full stop keeps apart.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from care.domain import lists

SIGHT = -1  # the place of an emoji: before every letter
GAP = "…"  # in an entry: up to four characters that deny nothing
WHOLE = "="  # before an entry: it is the whole message
GAP_PATTERN = "[^不没别未{}]{{0,4}}?"  # nor the entry's first letter: in `去年去北京` the second 去 counts
REACH = 60  # letters: what is said further off says nothing about a word
COMMAS = frozenset(",，、;；:：")
LISTING = frozenset("、")
WAITING = re.compile(r"(?:不|没|有|是|太|再|别|啥|怎么|什么|觉得)$")
STOPS = frozenset(".。!！?？\n\r")
SPELLED = re.compile(r"(?<![a-z])[a-z](?:[\W_][a-z]){2,}(?![a-z])")  # h e l p, s.o.s
APOSTROPHE = re.compile(r"(?<=[a-z])['’‘`´](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry found in a text: its place among the letters and the section of the list it comes from."""

    start: int
    end: int
    word: str
    section: str

    def within(self, others: Sequence[Found]) -> bool:
        """Whether one of the others covers this one whole; they come in order, none within another."""
        at = bisect_right(others, self.start, key=lambda other: other.start) - 1
        return at >= 0 and self.end <= others[at].end


@dataclass(frozen=True)
class Reading:
    """A text read for its words. The sets name the letters before which something stands: `breaks` a comma or full
    stop, `stops` a full stop, `listed` the comma of a list (、), `spaces` a space that may be meant as a comma."""

    plain: str
    letters: str
    breaks: frozenset[int]
    stops: frozenset[int]
    listed: frozenset[int]
    spaces: frozenset[int]

    @cached_property
    def _pauses(self) -> tuple[int, ...]:
        """Where clauses begin and end. Many old people type a space for a comma; not within a denial (没有 头疼)."""
        edges = sorted(self.breaks | self.spaces | {0, len(self.letters)})
        pauses = [
            here
            for before, here in pairwise(edges)
            if here not in self.spaces or here in self.breaks or self._said_out(before, here)
        ]
        return (0, *pauses)

    def _said_out(self, start: int, end: int) -> bool:
        """Whether the piece can stand alone: more than a character, and no denial that waits for its word."""
        return end - start > 1 and not WAITING.search(self.letters, start, end)

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(sorted(self.stops | {0, len(self.letters)}))

    def clause(self, place: Found) -> tuple[str, str]:
        """What stands before and after in the same clause: from comma to comma."""
        return self._around(place, self._pauses)

    def sentence(self, place: Found) -> tuple[str, str]:
        """What stands before and after in the same sentence: from full stop to full stop, commas dropped."""
        return self._around(place, self._ends)

    def next_clause(self, place: Found) -> str:
        """The clause that follows the one of this place."""
        at = bisect_left(self._pauses, place.end)
        return self.letters[self._pauses[at] :][:REACH] if at < len(self._pauses) else ""

    def torn(self, place: Found) -> bool:
        """Whether a comma runs through the word, as in `炖着，火关小了`; not where characters stand singly (救！命)."""
        inner = (at for at in range(place.start + 1, place.end) if at in self.breaks)
        return any(not self._edge(at - 1) and not self._edge(at + 1) for at in inner)

    def spelled(self, place: Found) -> bool:
        """Whether the word's characters stand apart by more than spaces: 救。。。命."""
        return any(place.start < at < place.end for at in self.breaks) and not self.torn(place)

    def paused(self, place: Found) -> bool:
        """Whether one clause ends and the next begins within this place."""
        at = bisect_right(self._pauses, place.start)
        return at < len(self._pauses) and self._pauses[at] < place.end

    def _edge(self, at: int) -> bool:
        return at in self.breaks or at in self.spaces or at in (0, len(self.letters))

    def _around(self, place: Found, edges: Sequence[int]) -> tuple[str, str]:
        first = max(edges[bisect_right(edges, place.start) - 1], place.start - REACH)
        last = min(edges[bisect_left(edges, place.end)], place.end + REACH)
        return self.letters[first : place.start], self.letters[place.end : last]


def read(text: str) -> Reading:
    """The text as its letters, simplified, small and half width, and where it pauses."""
    plain = _plain(text)
    joined = SPELLED.sub(lambda found: re.sub(r"[\W_]", "", found[0]), APOSTROPHE.sub("", plain))
    letters: list[str] = []
    between: dict[int, str] = {}  # what stands before a letter
    apart = ""
    for sign in joined:
        if unicodedata.category(sign)[0] not in "LN":
            apart += sign
            continue
        if apart and letters and _latin(sign) and _latin(letters[-1]):
            letters.append(" ")
        if apart:
            between[len(letters)] = apart
            apart = ""
        letters.append(sign)
    if apart:
        between[len(letters)] = apart
    return Reading(
        plain,
        "".join(letters),
        breaks=_places(between, COMMAS | STOPS),
        stops=_places(between, STOPS),
        listed=_places(between, LISTING),
        spaces=frozenset(at for at, signs in between.items() if at < len(letters) and letters[at - 1] != " "),
    )


def _places(between: Mapping[int, str], signs: frozenset[str]) -> frozenset[int]:
    return frozenset(at for at, apart in between.items() if not signs.isdisjoint(apart))


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, as far as the lists have them."""
    return {ord(line.entry[0]): line.entry[1] for line in lists.lines("traditional")}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_simplified())


class Lookup:
    """A list made ready to be looked up in texts."""

    def __init__(self, wanted: Iterable[lists.Line]) -> None:
        self._by_sight: list[lists.Line] = []  # emoji: no letters, so they are looked for in the plain text
        self._whole: dict[str, lists.Line] = {}
        self._simple: list[tuple[str, lists.Line]] = []
        self._patterns: list[tuple[re.Pattern[str], lists.Line]] = []
        for line in wanted:
            self._add(line)

    @classmethod
    def of(cls, name: str, *sections: str) -> Lookup:
        """The named list, or only some sections of it."""
        return cls(line for line in lists.lines(name) if not sections or line.section in sections)

    @classmethod
    def of_words(cls, words: Sequence[str], section: str) -> Lookup:
        """Words that an operator added: taken as they stand, no sign has a meaning."""
        clean = (word.replace(GAP, " ").lstrip(WHOLE) for word in words)
        return cls(lists.Line(word, section) for word in clean if word.strip())

    def all_in(self, text: Reading) -> list[Found]:
        """Every place where an entry stands, the longest only where one covers another, in the order of the text."""
        found = sorted(self._raw(text), key=lambda place: (place.start, -place.end))
        longest: list[Found] = []
        for place in found:
            if not longest or place.end > longest[-1].end:
                longest.append(place)
        return longest

    def _add(self, line: lists.Line) -> None:
        whole = line.entry.startswith(WHOLE)
        parts = [read(part).letters for part in line.entry.removeprefix(WHOLE).split(GAP)]
        if not any(parts):
            self._by_sight.append(line)
        elif whole:
            self._whole[parts[0]] = line
        elif len(parts) == 1 and not any(_latin(edge) for edge in (parts[0][0], parts[0][-1])):
            self._simple.append((parts[0], line))
        else:
            pattern = GAP_PATTERN.format(parts[0][0]).join(re.escape(part) for part in parts)
            self._patterns.append((re.compile(_bounded(pattern, parts[0][0], parts[-1][-1])), line))

    def _raw(self, text: Reading) -> Iterator[Found]:
        for line in self._by_sight:
            if _plain(line.entry) in text.plain:
                yield Found(SIGHT, SIGHT, line.entry, line.section)
        if (whole := self._whole.get(text.letters)) is not None:
            yield Found(0, len(text.letters), whole.entry, whole.section)
        for word, line in self._simple:
            start = text.letters.find(word)
            while start >= 0:
                yield Found(start, start + len(word), line.entry, line.section)
                start = text.letters.find(word, start + 1)
        for pattern, line in self._patterns:
            for match in pattern.finditer(text.letters):
                yield Found(match.start(), match.end(), line.entry, line.section)


def _bounded(pattern: str, first: str, last: str) -> str:
    """An English word or a number is no part of a longer one (fire, campfire; 120, 1200)."""
    return _no_more_of(first, "(?<!{})") + pattern + _no_more_of(last, "(?!{})")


def _no_more_of(edge: str, guard: str) -> str:
    if not _latin(edge):
        return ""
    return guard.format("[0-9]" if edge.isdigit() else "[a-z]")

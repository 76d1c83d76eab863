"""How an old hand writes is not how a list is written: a text as the word lists can be looked up in it. Pure.

Full width and half width, capitals, traditional characters, spaces or dots between the characters: all of that is the
writing, not the words. What stays are the letters, and which of them a comma or full stop keeps apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from care.domain import lists

GAP = "…"  # in an entry: up to four characters that deny nothing
WHOLE = "="  # before an entry: it is the whole message
GAP_PATTERN = "[^不没别未]{0,4}?"
COMMAS = frozenset(",，、;；:：")
LISTING = "、"
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

    def within(self, other: Found) -> bool:
        """Whether the other covers this one whole."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True)
class Reading:
    """A text read for its words. `breaks` are the letters before which a comma or full stop stands, `stops` those
    before which a full stop does, `listed` those before which the comma of a list (、) does."""

    plain: str
    letters: str
    breaks: frozenset[int]
    stops: frozenset[int]
    listed: frozenset[int]

    @cached_property
    def _edges(self) -> frozenset[int]:
        return self.breaks | {0, len(self.letters)}

    def clause(self, place: Found) -> tuple[str, str]:
        """What stands before and after in the same clause: from comma to comma."""
        return self._around(place, self.breaks)

    def sentence(self, place: Found) -> tuple[str, str]:
        """What stands before and after in the same sentence: from full stop to full stop, commas dropped."""
        return self._around(place, self.stops)

    def next_clause(self, place: Found) -> str:
        """The clause that follows the one of this place."""
        later = sorted(at for at in self._edges if at >= place.end)
        return self.letters[later[0] : later[1]] if len(later) > 1 else ""

    def parted_by_comma(self, one: Found, other: Found) -> bool:
        """Whether anything more than a space stands between the two."""
        return any(one.end <= at <= other.start for at in self.breaks)

    def torn(self, place: Found) -> bool:
        """Whether a comma runs through the word, as in `炖着，火关小了`; not where characters stand singly (救！命！)."""
        inner = (at for at in self.breaks if place.start < at < place.end)
        return any(at - 1 not in self._edges and at + 1 not in self._edges for at in inner)

    def _around(self, place: Found, edges: frozenset[int]) -> tuple[str, str]:
        first = max((at for at in edges if at <= place.start), default=0)
        last = min((at for at in edges if at >= place.end), default=len(self.letters))
        return self.letters[first : place.start], self.letters[place.end : last]


def read(text: str) -> Reading:
    """The text as its letters, simplified, small and half width, and where it pauses."""
    plain = _plain(text)
    joined = SPELLED.sub(lambda found: re.sub(r"[\W_]", "", found[0]), APOSTROPHE.sub("", plain))
    letters: list[str] = []
    breaks, stops, listed = set[int](), set[int](), set[int]()
    apart = False
    for sign in joined:
        if unicodedata.category(sign)[0] in "LN":
            if apart and letters and _latin(sign) and _latin(letters[-1]):
                _push_space(letters, breaks, stops, listed)
            letters.append(sign)
            apart = False
            continue
        apart = True
        if sign in STOPS:
            stops.add(len(letters))
        if sign in STOPS or sign in COMMAS:
            breaks.add(len(letters))
        if sign == LISTING:
            listed.add(len(letters))
    return Reading(plain, "".join(letters), frozenset(breaks), frozenset(stops), frozenset(listed))


def _push_space(letters: list[str], *edges: set[int]) -> None:
    """A space between two English words; a pause before the second comes after the space."""
    for places in edges:
        if len(letters) in places:
            places.add(len(letters) + 1)
    letters.append(" ")


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
            if not any(place.within(other) for other in longest):
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
            pattern = GAP_PATTERN.join(re.escape(part) for part in parts)
            self._patterns.append((re.compile(_bounded(pattern, parts[0][0], parts[-1][-1])), line))

    def _raw(self, text: Reading) -> Iterator[Found]:
        for line in self._by_sight:
            if _plain(line.entry) in text.plain:
                yield Found(0, 0, line.entry, line.section)
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

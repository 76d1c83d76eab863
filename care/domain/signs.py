"""What words mean: an alarm, trouble, being away, mere kindness, a likely category. Pure; the words are in `lists/`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from care.domain import lists
from care.domain.items import Category
from care.domain.reading import SIGHT, Found, Lookup, Reading, read
from care.domain.standing import Standing, plainly_denied, standing
from care.domain.words import AMISS, CATEGORY_WORDS

OWN = "own"  # the section of words that the operator added
# An alarm said so is asked about before anybody is sent.
DOUBTFUL = frozenset(Standing) - {Standing.DENIED, Standing.TOLD}
STILL_TROUBLE = frozenset({Standing.MEANT, Standing.LATELY, Standing.HEARSAY, Standing.SUPPOSED})
LASTING = frozenset({"falls", "swindle"})  # subjects that "fine again" does not end
HOME_AGAIN = re.compile(r"回来了|回来啦|回家了|到家了|出院|刚从|才从")
# Somebody else is away, unless she is with them: 老伴住院, but 跟儿子出门.
OTHERS = re.compile(
    r"(?<![跟和同陪带与])(?:他|她|老伴|老头子|老汉|儿子|女儿|闺女|姑娘|孙子|孙女|邻居|隔壁|对门|老[张王李赵刘陈杨马])(?:们|家|的)?"
    r"(?:也|都|又|今天|昨天|明天|刚|一早|就|要|不)*$"
)


class Sign(StrEnum):
    """What an elder's words call for; the first that holds decides."""

    ALARM = "alarm"  # people are sent at once
    TROUBLE = "trouble"  # asked: 您是不是不舒服？
    AWAY = "away"  # offered: greetings pause
    KIND = "kind"  # answered warmly
    PLAIN = "plain"  # a sign of life


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a text and the entry of a list that decided: never the elder's own words."""

    sign: Sign
    word: str = ""
    because: str = ""

    @property
    def reason(self) -> str:
        """For history and log: `trouble:falls:摔`."""
        return ":".join(part for part in (self.sign, self.because, self.word) if part)


def heard_in(text: str, *, trouble_words: Sequence[str] = (), alarm_words: Sequence[str] = ()) -> Heard:
    """What an elder's words call for. `trouble_words` and `alarm_words` are the operator's own.

    Alarm beats trouble beats away beats kindness, wherever each stands in the text. An alarm that is only supposed, by
    hearsay or a question to others is asked about instead. An operator's word counts unless plainly denied.
    """
    if not text.strip():
        return Heard(Sign.PLAIN)
    reading = read(text)
    return (
        _alarm(reading, tuple(alarm_words))
        or _trouble(reading, tuple(trouble_words))
        or _away(reading)
        or Heard(Sign.KIND if is_warm(text) else Sign.PLAIN)
    )


def sounds_alarm(text: str, more_words: Sequence[str] = ()) -> bool:
    """Whether a report's words call for haste by themselves (着火, 煤气漏 ...); `more_words` are the operator's own.

    Talk of what might happen or did not (没着火, fire extinguisher) is taken out first. An operator's own word counts
    wherever it stands.
    """
    reading = read(text)
    if _own(tuple(more_words)).all_in(reading):
        return True
    harmless = _list("not_alarm").all_in(reading)
    said = _list("alarm", "everyone").all_in(reading)
    return any(not place.within(harmless) and not reading.torn(place) for place in said)


def is_warm(text: str) -> bool:
    """Whether a message is nothing but thanks, a greeting or emoji: answered warmly, never an item."""
    letters = read(text).letters
    reached = {0}  # where one kind word may begin: several in a row are kind too
    for at, letter in enumerate(letters):
        if at in reached:
            reached |= {at + 1} if letter == " " else {at + len(word) for word in _kind_words_at(letters, at)}
    return len(letters) in reached


def likely_categories(text: str) -> list[Category]:
    """All categories, the likeliest for these words first, the rest in their usual order."""
    plain = read(text).plain
    hits = {category: sum(_says(plain, word) for word in words) for category, words in CATEGORY_WORDS.items()}
    return sorted(Category, key=lambda category: -hits.get(category, 0))


def sounds_like_report(text: str) -> bool:
    """Whether a plain sentence says that something is amiss; from an elder it is asked about, never simply a report."""
    plain = read(text).plain
    return any(_says(plain, word) for word in AMISS)


def _alarm(text: Reading, more_words: tuple[str, ...]) -> Heard | None:
    """An alarm that is meant; one that is doubtful is asked about."""
    if (own := _own_word(text, more_words)) is not None:
        return Heard(Sign.ALARM, own.word, OWN)
    doubtful: Heard | None = None
    for place, how in _said(text, _list("alarm"), _list("not_alarm", "harmless")):
        if how is Standing.MEANT and not text.torn(place):
            return Heard(Sign.ALARM, place.word, place.section)
        if how in DOUBTFUL or place.start in text.spaces:  # 你们吃饭没有 着火了: the space may be a full stop
            doubtful = doubtful or Heard(Sign.TROUBLE, place.word, "torn" if how is Standing.MEANT else how)
    return doubtful


def _trouble(text: Reading, more_words: tuple[str, ...]) -> Heard | None:
    if (own := _own_word(text, more_words)) is not None:
        return Heard(Sign.TROUBLE, own.word, OWN)
    for place, how in _said(text, _list("trouble"), _list("not_trouble")):
        lasting = how is Standing.OVER and place.section in LASTING
        if (how in STILL_TROUBLE or lasting) and not text.torn(place):
            return Heard(Sign.TROUBLE, place.word, place.section)
    return None


def _away(text: Reading) -> Heard | None:
    if HOME_AGAIN.search(text.letters):
        return None
    for place, how in _said(text, _list("away"), _list("not_away")):
        if how is Standing.MEANT and not text.torn(place) and not _of_others(text, place):
            return Heard(Sign.AWAY, place.word)
    return None


def _of_others(text: Reading, place: Found) -> bool:
    """老伴住院 is the husband's; 女儿接我走 is hers."""
    return "我" not in place.word and OTHERS.search(text.clause(place)[0]) is not None


def _said(text: Reading, words: Lookup, harmless: Lookup) -> Iterator[tuple[Found, Standing]]:
    """Each word of a list that is said, and in what way; not what lies within a harmless phrase."""
    phrases = harmless.all_in(text)
    in_one_breath = [phrase for phrase in phrases if not text.paused(phrase)]
    denied: list[Found] = []
    for place in words.all_in(text):
        if place.within(phrases if text.torn(place) else in_one_breath) and not text.spelled(place):
            continue
        how = standing(text, place, denied) if place.start != SIGHT else Standing.MEANT
        if how is Standing.DENIED:
            denied.append(place)
        yield place, how


def _own_word(text: Reading, words: tuple[str, ...]) -> Found | None:
    return next((place for place in _own(words).all_in(text) if not plainly_denied(text, place)), None)


@cache
def _list(name: str, *sections: str) -> Lookup:
    return Lookup.of(name, *sections)


@lru_cache(maxsize=8)
def _own(words: tuple[str, ...]) -> Lookup:
    return Lookup.of_words(words, OWN)


@cache
def _kind_words() -> Mapping[str, tuple[str, ...]]:
    """The kind words by their first letter."""
    words = [read(line.entry).letters for line in lists.lines("kind")]
    return {first: tuple(word for word in words if word[0] == first) for first in {word[0] for word in words}}


def _kind_words_at(letters: str, at: int) -> Iterator[str]:
    for word in _kind_words().get(letters[at], ()):
        after = letters[at + len(word) : at + len(word) + 1]
        if letters.startswith(word, at) and not (word[-1].isascii() and after.isascii() and after.isalnum()):
            yield word


def _says(text: str, word: str) -> bool:
    """A Chinese word anywhere; an English one only as a word of its own."""
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
    return word in text

"""What words mean: an alarm, mere kindness, a likely category. Pure; the word lists are data in `words.py`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from care.domain.items import Category
from care.domain.words import ALARM_WORDS, CATEGORY_WORDS, NOT_AN_ALARM, WARM_WORDS


def sounds_alarm(text: str, more_words: Sequence[str] = ()) -> bool:
    """Whether the words call for haste by themselves (着火, 煤气漏 ...); `more_words` are the operator's own.

    Talk of what might happen or did not (没着火, fire extinguisher) is taken out first. An operator's own word counts
    wherever it stands.
    """
    plain = _plain(text)
    if any(_says(plain, word.casefold()) for word in more_words):
        return True
    for harmless in NOT_AN_ALARM:
        plain = plain.replace(harmless, " ")
    return any(_says(plain, word) for word in ALARM_WORDS)


def is_warm(text: str) -> bool:
    """Whether a message is nothing but thanks, a greeting or emoji: answered warmly, never an item."""
    bare = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in _plain(text))
    words = " ".join(bare.split())
    if not words:
        return True
    return words in WARM_WORDS or all(part in WARM_WORDS for part in words.split())


def likely_categories(text: str) -> list[Category]:
    """All categories, the likeliest for these words first, the rest in their usual order."""
    plain = _plain(text)
    hits = {category: sum(_says(plain, word) for word in words) for category, words in CATEGORY_WORDS.items()}
    return sorted(Category, key=lambda category: -hits.get(category, 0))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _says(text: str, word: str) -> bool:
    """A Chinese word anywhere; an English one only as a word of its own."""
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
    return word in text

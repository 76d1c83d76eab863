"""What a relative's free words say of an open alarm. Pure; the words are in `lists/family.txt`.

A wrong "she is well" stops people who are on their way, so it is taken only where it is plainly said, of now, and as
something he has seen or heard himself. 没事 alone may mean that he does not worry: it is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from care.domain.family import Answer
from care.domain.reading import Lookup, Reading, read
from care.domain.signs import Sign, heard_in
from care.domain.standing import Standing, standing

LONGEST = 30  # letters; who writes more tells a story, and is asked what it comes to
_ASKS = ("吗", "吧", "么", "没有", "没")  # not 呢: 在我这儿呢 says that it is so
_PERHAPS = "perhaps"


@dataclass(frozen=True)
class Word:
    """What he seems to say; `clear`: so plainly that it need not be asked about."""

    answer: Answer
    clear: bool


def word_of(text: str, *, trouble_words: Sequence[str] = (), alarm_words: Sequence[str] = ()) -> Word | None:
    """None where the words do not speak of her at all, as far as the list knows.

    Words that tell of trouble are never waved through: whatever else he says, he is asked whether it is serious.
    """
    if heard_in(text, trouble_words=trouble_words, alarm_words=alarm_words).sign in (Sign.ALARM, Sign.TROUBLE):
        return Word(Answer.BAD, clear=False)
    reading = read(text)
    said = {answer: _said(reading, answer) for answer in (Answer.WELL, Answer.NO_ANSWER, Answer.COMING)}
    meant = [answer for answer, how in said.items() if Standing.MEANT in how]
    if Standing.DENIED in said[Answer.WELL] and Answer.NO_ANSWER not in meant:
        meant.append(Answer.NO_ANSWER)  # 还没接到电话
    if len(meant) == 1:
        return Word(meant[0], clear=not _doubtful(reading, said[meant[0]]))
    if meant or any(said.values()) or _list(_PERHAPS).all_in(reading):
        return Word(meant[0] if meant and Answer.WELL not in meant else Answer.WELL, clear=False)
    return None


def away(text: str) -> bool:
    """Whether he says that she is not at home for a while: 出门了, 住院了, 回老家了."""
    reading = read(text)
    harmless = _list("", "not_away").all_in(reading)
    return any(
        standing(reading, place) in (Standing.MEANT, Standing.LATELY)
        for place in _list("", "away").all_in(reading)
        if not place.within(harmless)
    )


def _said(text: Reading, answer: Answer) -> list[Standing]:
    return [standing(text, place) for place in _list(answer).all_in(text) if not text.torn(place)]


def _doubtful(text: Reading, how: Sequence[Standing]) -> bool:
    """A question, a story, or what he has only heard of or supposes."""
    asks = "?" in text.plain or text.letters.endswith(_ASKS)
    return asks or len(text.letters) > LONGEST or any(one is not Standing.MEANT for one in how)


@cache
def _list(section: str, name: str = "family") -> Lookup:
    return Lookup.of(name, section) if section else Lookup.of(name)

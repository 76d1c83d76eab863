"""Until when somebody is away, as people write it: the first day on which she is greeted again. Pure.

`2026-12-01`, `12月1日`, `3d`, 三天, 明天, 下周一, 回来再说. Days are the community's own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from care.domain.errors import Refused

LONGEST = 366  # days; beyond that it is no pause but a move
# Without its year a day means the next such day; one so far ahead was most likely meant to be one that is over.
_SURELY_PAST = 270

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_WEEKDAYS = {
    sign: day for day, signs in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for sign in signs
}
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
_OPEN = frozenset({"回来再说", "以后再说", "回来了说", "待定", "不定", "open", "later"})
_DAY = r"(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})(?:日|号)?"
_FULL = re.compile(rf"(?P<year>\d{{4}})(?:年|[-/.]){_DAY}")
_SHORT = re.compile(_DAY)
_PLAIN_SHORT = re.compile(r"\d{1,2}[-/.]\d{1,2}")  # may as well be a building: 3-2
_SPAN = re.compile(
    r"(?P<count>\d{1,3}|[一二两三四五六七八九十])(?P<month>个月|months?)?"
    r"(?P<week>个?(?:周|星期|礼拜)|w|weeks?)?(?P<days>d|days?|天)?"
)
_WEEKDAY = re.compile(r"(?P<which>这|本|下)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])")
_NEXT_MONTH = re.compile(r"下个?月(?P<day>\d{1,2})[日号]")
_GLUED = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?|\d{1,3}(?:天|d(?![a-z]))")


@dataclass(frozen=True)
class Wish:
    """`NAME UNTIL [WHY]`, taken apart. `given` is False where no day was named at all; `until` None then, or open."""

    name: str
    until: date | None
    given: bool
    why: str


def until_of(text: str, today: date) -> date | None:
    """The day that the words name, None for 回来再说.

    Raises Refused: `pause.until_unclear` for what is no day, `pause.until_past` for one that is not ahead,
    `pause.until_far` for one more than a year ahead.
    """
    word = _plain(text)
    if word in _OPEN:
        return None
    day = _named(word, today)
    if day is None:
        raise Refused("pause.until_unclear", example=_example(today))
    if day <= today:
        raise Refused("pause.until_past", example=_example(today))
    if (day - today).days > LONGEST:
        raise Refused("pause.until_far", example=_example(today))
    return day


def pause_words(text: str, today: date) -> Wish:
    """The command's words: a name, which may have spaces, a day, and why. Raises Refused as `until_of`.

    Something that looks like a day but may be a building (3-2) counts only where nothing plainer is a day.
    """
    words = text.split()
    days = [at for at, word in enumerate(words) if at > 0 and _is_day(word, today)]
    plain = [at for at in days if not _PLAIN_SHORT.fullmatch(_plain(words[at]))]
    for at in (plain or days)[:1]:
        return Wish(" ".join(words[:at]), until_of(words[at], today), given=True, why=" ".join(words[at + 1 :]))
    glued = _GLUED.search(unicodedata.normalize("NFKC", text))
    if glued is not None and glued.start() > 0:
        whole = unicodedata.normalize("NFKC", text)
        name, why = whole[: glued.start()].strip(), whole[glued.end() :].strip()
        return Wish(name, until_of(glued[0], today), given=True, why=why)
    return Wish(text.strip(), None, given=False, why="")


def _is_day(word: str, today: date) -> bool:
    plain = _plain(word)
    return plain in _OPEN or _named(plain, today) is not None


def _named(word: str, today: date) -> date | None:
    """The day, wherever it lies; None where the words name none, or one that there is not (2月30日)."""
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word])
    if word in _ENGLISH:
        return _coming(_ENGLISH.index(word), today)
    if (full := _FULL.fullmatch(word)) is not None:
        return _date(int(full["year"]), int(full["month"]), int(full["day"]))
    if (short := _SHORT.fullmatch(word)) is not None:
        return _next_such(int(short["month"]), int(short["day"]), today)
    if (weekday := _WEEKDAY.fullmatch(word)) is not None:
        return _weekday(weekday["which"], _WEEKDAYS[weekday["day"]], today)
    if (month := _NEXT_MONTH.fullmatch(word)) is not None:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return _date(first.year, first.month, int(month["day"]))
    return _after_span(word, today)


def _after_span(word: str, today: date) -> date | None:
    """三天, 2w, 半个月."""
    if word == "半个月":
        return today + timedelta(days=15)
    span = _SPAN.fullmatch(word)
    units = [unit for unit in ("month", "week", "days") if span is not None and span[unit]]
    if span is None or len(units) != 1:
        return None
    count = _DIGITS.get(span["count"]) or int(span["count"])
    return today + timedelta(days=count * {"month": 30, "week": 7, "days": 1}[units[0]])


def _next_such(month: int, day: int, today: date) -> date | None:
    """The next such day; the one that has just been, where the next is most of a year ahead."""
    candidates = [found for year in (0, 1) if (found := _date(today.year + year, month, day)) is not None]
    coming = next((found for found in candidates if found >= today), None)
    if coming is not None and (coming - today).days <= _SURELY_PAST:
        return coming
    return next((found for found in candidates if found < today), coming)


def _weekday(which: str | None, day: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if which == "下":
        return monday + timedelta(days=7 + day)
    return monday + timedelta(days=day) if which else _coming(day, today)


def _coming(day: int, today: date) -> date:
    """The next such day of the week, never today."""
    return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _example(today: date) -> str:
    """A day to write, as `2026-12-01`."""
    return (today + timedelta(days=7)).isoformat()

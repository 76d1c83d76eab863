"""How the cells of a roster are understood: one small reader a column, each raising `Wrong` with what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from typing import TypeVar

from care.domain.areas import Tree
from care.domain.durations import parse_time_of_day
from care.domain.elders import Mode, Sex
from care.domain.people import Role
from care.domain.roster.columns import plain
from care.domain.roster.mistakes import Problem, Wrong
from care.domain.roster.records import Contact, ReadPhone

LONGEST_NAME = 64  # characters
LONGEST_TEXT = 2000  # characters: a page of notes is a note, more is a paste gone wrong
OLDEST = 120  # years
MOST_IDS = 20  # a district has hundreds of areas; nobody reads them all in an error

ROLES: Mapping[str, Role] = {
    **{role.value: role for role in Role},
    "骑手": Role.COURIER,
    "快递员": Role.COURIER,
    "兼职网格员": Role.COURIER,
    "老人": Role.ELDER,
    "家属": Role.FAMILY,
    "网格员": Role.WORKER,
    "楼门联络员": Role.LIAISON,
    "联络员": Role.LIAISON,
    "调解员": Role.MEDIATOR,
    "管理员": Role.COORDINATOR,
    "社区管理员": Role.COORDINATOR,
}
SEXES: Mapping[str, Sex] = {
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "女": Sex.FEMALE,
    "m": Sex.MALE,
    "male": Sex.MALE,
    "男": Sex.MALE,
}
MODES: Mapping[str, Mode] = {
    **{mode.value: mode for mode in Mode},
    "按钮": Mode.BUTTON,
    "窗帘": Mode.CURTAIN,
    "电话": Mode.CALL,
    "上门": Mode.VISIT,
}
LANGUAGES: Mapping[str, str] = {
    "zh": "zh",
    "中文": "zh",
    "汉语": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
}

_REF = re.compile(r"[\w./#-]{1,32}")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]0?0:00(?::00)?)?")
_DATE_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CONTACT = re.compile(
    r"\s*(?P<name>[^()\d+,;:、]+?)\s*(?:\((?P<relation>[^()]*)\))?[\s,:]*(?P<phone>\+?\d[\d\s-]{4,}\d)\s*(?:[;,、\s]+|$)"
)

T = TypeVar("T")


def narrow(text: str) -> str:
    """Full-width letters, digits and punctuation made narrow; outer space off."""
    return unicodedata.normalize("NFKC", text).strip()


def ref(text: str) -> str:
    """The community's own number for a person: up to 32 letters, digits and `. / # _ -`.

    `tg-` at its start is kept for people who have none, in the ledger.
    """
    word = narrow(text)
    if not _REF.fullmatch(word) or word.casefold().startswith("tg-"):
        raise Wrong(Problem.BAD_REF)
    return word


def name(text: str) -> str:
    """A person's name or form of address, on one line."""
    return words(text, LONGEST_NAME)


def words(text: str, longest: int = LONGEST_TEXT) -> str:
    """Free text on one line, as people wrote it; signs that cannot be seen are dropped."""
    seen = "".join(" " if char.isspace() else char for char in text if char.isprintable() or char.isspace())
    said = " ".join(seen.split())
    if len(said) > longest:
        raise Wrong(Problem.TOO_LONG, longest=longest)
    return said


def _one_of(text: str, known: Mapping[str, T], problem: Problem) -> T:
    found = known.get(plain(text))
    if found is None:
        raise Wrong(problem)
    return found


def role(text: str) -> Role:
    """What the person is to the neighbourhood, English or Chinese."""
    return _one_of(text, ROLES, Problem.BAD_ROLE)


def sex(text: str) -> Sex:
    """女 or 男, f or m."""
    return _one_of(text, SEXES, Problem.BAD_SEX)


def mode(text: str) -> Mode:
    """How an elder is greeted, English or Chinese."""
    return _one_of(text, MODES, Problem.BAD_MODE)


def language(text: str) -> str:
    """`zh` or `en`."""
    return _one_of(text, LANGUAGES, Problem.BAD_LANGUAGE)


def area(text: str, tree: Tree) -> str:
    """The id of the area that is meant, by its id or by its name where only one bears it."""
    if text in tree.areas:
        return text
    wanted = plain(text)
    matching = [a.id for a in tree.areas.values() if wanted in (plain(a.id), plain(a.name))]
    if len(matching) > 1:
        raise Wrong(Problem.AMBIGUOUS_AREA, ids=", ".join(matching))
    if not matching:
        more = ", ..." if len(tree.areas) > MOST_IDS else ""
        raise Wrong(Problem.BAD_AREA, ids=", ".join(list(tree.areas)[:MOST_IDS]) + more)
    return matching[0]


def birth_year(text: str, today: date) -> int:
    """The year of birth of somebody who may be alive today; a whole date will do."""
    digits = narrow(text).removesuffix("年")
    match = _DATE.fullmatch(digits)
    year = match.group(1) if match else digits
    if not re.fullmatch(r"\d{4}", year, re.ASCII) or not today.year - OLDEST <= int(year) <= today.year:
        raise Wrong(Problem.BAD_YEAR, earliest=today.year - OLDEST, latest=today.year)
    return int(year)


def phone(text: str, read_phone: ReadPhone) -> str:
    """One telephone number, as +8613912345678."""
    number = read_phone(narrow(text))
    if number is None:
        raise Wrong(Problem.BAD_PHONE)
    return number


def telegram_id(text: str) -> int:
    """A network's id of a person: a positive whole number of 63 bits."""
    digits = narrow(text)
    if not re.fullmatch(r"\d{1,19}", digits, re.ASCII) or not 0 < int(digits) < 2**63:
        raise Wrong(Problem.BAD_TELEGRAM_ID)
    return int(digits)


def consent(text: str, today: date) -> date:
    """The day of an agreement that has been made: 2026-11-01, 2026/11/1 or 2026年11月1日."""
    match = _DATE.fullmatch(narrow(text)) or _DATE_RUN.fullmatch(narrow(text))
    try:
        day = date(*(int(part) for part in match.groups())) if match else None
    except ValueError:  # 30 February
        day = None
    if day is None or day.year < 2000:
        raise Wrong(Problem.BAD_DATE)
    if day > today:
        raise Wrong(Problem.FUTURE_DATE, today=today.isoformat())
    return day


def prompt_at(text: str) -> tuple[time, ...]:
    """One or two times of day, the earlier first."""
    try:
        times = tuple(parse_time_of_day(part) for part in re.split(r"[,;、\s]+", narrow(text)) if part)
    except ValueError:
        raise Wrong(Problem.BAD_TIMES) from None
    if not 1 <= len(times) <= 2 or list(times) != sorted(set(times)):
        raise Wrong(Problem.BAD_TIMES)
    return times


def contacts(text: str, read_phone: ReadPhone) -> tuple[Contact, ...]:
    """Whom to call: `李强(儿子) 13912345678; 李梅(女儿) 13912345679`, full-width punctuation as well."""
    cell, at, found = narrow(text), 0, list[Contact]()
    while at < len(cell):
        match = _CONTACT.match(cell, at)
        if match is None:
            raise Wrong(Problem.BAD_CONTACTS)
        found.append(
            Contact(
                words(match["name"], LONGEST_NAME),
                words(match["relation"] or "", LONGEST_NAME),
                phone(match["phone"], read_phone),
            )
        )
        at = match.end()
    return tuple(found)


def refs(text: str) -> tuple[str, ...]:
    """Several people by their refs, with `;` between them."""
    parts = [part for part in re.split(r"[;,、\s]+", narrow(text)) if part]
    return tuple(dict.fromkeys(ref(part) for part in parts))

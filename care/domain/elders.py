"""An elder who is looked after: whether she takes part, how she is greeted and addressed, whether she is away. Pure.

"She" is said of every elder. Times of day are the community's wall clock; moments are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from care.domain.people import Person

# Family names of two characters; any other is one (all in use with more than a few thousand bearers).
_DOUBLE_SURNAMES = frozenset(
    {"欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "东方", "端木", "独孤"}
    | {"南宫", "申屠", "轩辕", "宇文", "长孙", "呼延", "闻人", "澹台", "公冶", "太史", "钟离", "鲜于"}
)

OLD = 70  # from this age on 奶奶/爷爷, below it 阿姨/叔叔 (PRODUCT, Flow 2)


class Sex(StrEnum):
    """How an elder may be addressed, where the roster gives no form of address."""

    FEMALE = "f"
    MALE = "m"


class Mode(StrEnum):
    """How an elder is greeted."""

    BUTTON = "button"  # 按钮: the bot writes, she presses
    CURTAIN = "curtain"  # 窗帘: staff look whether the curtains are open
    CALL = "call"  # 电话
    VISIT = "visit"  # 上门

    @property
    def phone_free(self) -> bool:
        """Whether the elder needs no phone of her own for it."""
        return self is not Mode.BUTTON


class ElderState(StrEnum):
    """Whether an elder takes part."""

    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"


class PauseWhy(StrEnum):
    """Why she is not greeted for a while."""

    AWAY = "away"  # 出门
    HOSPITAL = "hospital"  # 🏥 已送医, 住院
    LATER = "later"  # 回来再说
    GONE = "gone"  # 🕯 离世或搬走: a coordinator confirms


class GoodNews(StrEnum):
    """What a relative hears beside alarms, which go to all of them, always."""

    NEVER = "never"  # 只在没报平安时告诉我
    DAILY = "daily"  # 每天告诉我
    WEEKLY = "weekly"  # 每周一次


class Form(StrEnum):
    """How she is addressed, by her surname, where the roster has no 称呼."""

    GRANNY = "granny"  # 王奶奶
    GRANDPA = "grandpa"  # 王爷爷
    AUNTIE = "auntie"  # 王阿姨
    UNCLE = "uncle"  # 王叔叔
    UNKNOWN = "unknown"  # 您 to herself; 王老人家 to others: never the bare full name


@dataclass(frozen=True)
class Title:
    """A form of address: the roster's own words, or a form with a surname."""

    called: str | None
    form: Form
    surname: str


@dataclass(frozen=True, kw_only=True)
class Pause:
    """She is away, and is not greeted. `until`: the first local day on which she is greeted again; None: open."""

    since: datetime
    until: date | None
    why: PauseWhy
    by: int | None  # person id

    def holds(self, day: date) -> bool:
        """Whether she is not greeted on that local day."""
        return self.until is None or day < self.until


@dataclass(frozen=True, kw_only=True)
class ElderRecord:
    """What the rules need to know of an elder; nothing that only a claimer may read."""

    person: Person
    state: ElderState
    state_since: datetime | None
    mode: Mode
    times: tuple[time, ...]  # empty: the installation's default
    sex: Sex | None
    birth_year: int | None
    building: str | None
    area: str | None
    pause: Pause | None
    keyboard_at: datetime | None  # when the two tall keys were last sent
    greeted_at: datetime | None  # when the network first accepted a greeting to her

    @property
    def id(self) -> int:
        """The person's id."""
        return self.person.id

    @property
    def greets_by_phone(self) -> bool:
        """Whether it is we who ask her: she agreed, and has a phone for it."""
        return self.state is ElderState.JOINED and self.mode is Mode.BUTTON

    def age(self, year: int) -> int | None:
        """In full years, by the year alone: the roster knows no birthday."""
        return None if self.birth_year is None else year - self.birth_year

    def title(self, year: int) -> Title:
        """How she is addressed in that year."""
        return title_of(self.person, self.sex, self.birth_year, year)


def title_of(person: Person, sex: Sex | None, birth_year: int | None, year: int) -> Title:
    """The roster's 称呼, else by sex and age, else the form that says neither."""
    surname = surname_of(person.name)
    if sex is None or birth_year is None:
        return Title(person.called, Form.UNKNOWN, surname)
    old = year - birth_year >= OLD
    if sex is Sex.FEMALE:
        return Title(person.called, Form.GRANNY if old else Form.AUNTIE, surname)
    return Title(person.called, Form.GRANDPA if old else Form.UNCLE, surname)


def surname_of(name: str) -> str:
    """王 of 王秀英, 欧阳 of 欧阳秀英; of a name in letters its last word."""
    name = name.strip()
    if name[:1].isascii():
        return name.split()[-1] if name.split() else name
    return name[:2] if name[:2] in _DOUBLE_SURNAMES and len(name) > 2 else name[:1]


def given_name_of(name: str) -> str:
    """秀英 of 王秀英: tells two of one form of address apart."""
    name = name.strip()
    if name[:1].isascii():
        return " ".join(name.split()[:-1]) or name
    return name[len(surname_of(name)) :] or name

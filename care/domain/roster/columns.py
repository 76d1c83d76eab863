"""The columns of a roster and their names, English and Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from care.domain.roster.mistakes import Mistake, Problem
from care.domain.roster.records import Sheet, SheetRow


class Column(StrEnum):
    """A column by its English name."""

    REF = "ref"
    ROLE = "role"
    NAME = "name"
    CALLED = "called"
    SEX = "sex"
    BIRTH_YEAR = "birth_year"
    AREA = "area"
    BUILDING = "building"
    ADDRESS = "address"
    PHONE = "phone"
    LANGUAGE = "language"
    TELEGRAM_ID = "telegram_id"
    CONSENT = "consent"
    MODE = "mode"
    PROMPT_AT = "prompt_at"
    ROUTINE = "routine"
    HEALTH = "health"
    LIVES_WITH = "lives_with"
    KEY_HOLDER = "key_holder"
    CONTACTS = "contacts"
    ELDER_REF = "elder_ref"


CHINESE: Mapping[Column, str] = {
    Column.REF: "编号",
    Column.ROLE: "角色",
    Column.NAME: "姓名",
    Column.CALLED: "称呼",
    Column.SEX: "性别",
    Column.BIRTH_YEAR: "出生年",
    Column.AREA: "区域",
    Column.BUILDING: "楼栋",
    Column.ADDRESS: "地址",
    Column.PHONE: "电话",
    Column.LANGUAGE: "语言",
    Column.TELEGRAM_ID: "telegram_id",
    Column.CONSENT: "约定日期",
    Column.MODE: "问候方式",
    Column.PROMPT_AT: "问候时间",
    Column.ROUTINE: "作息",
    Column.HEALTH: "健康",
    Column.LIVES_WITH: "同住",
    Column.KEY_HOLDER: "钥匙",
    Column.CONTACTS: "紧急联系人",
    Column.ELDER_REF: "老人编号",
}

REQUIRED = (Column.REF, Column.ROLE, Column.NAME)
OF_FAMILY = frozenset({Column.ELDER_REF})


def plain(text: str) -> str:
    """Text for comparing: full-width forms made narrow, outer space off, no matter how the letters are cased."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _key(header: str) -> str:
    """A column's name for comparing: `Birth Year`, `birth-year` and `BIRTH_YEAR` are one."""
    return "_".join(plain(header).replace("-", " ").replace("_", " ").split())


_BY_NAME = {_key(name): column for column in Column for name in (column, CHINESE[column])}


@dataclass(frozen=True)
class Header:
    """Which column stands where; `position` counts the cells of a row from 0."""

    position: Mapping[Column, int]
    width: int
    names: tuple[str, ...]

    def __contains__(self, column: object) -> bool:
        """Whether the file has this column."""
        return column in self.position

    def name(self, column: Column) -> str:
        """The column's name as it stands in the file."""
        return self.names[self.position[column]].strip() if column in self.position else str(column)

    def order(self, name: str) -> int:
        """Where a name stands in the header, for sorting; a name that is not there comes first."""
        return next((at for at, header in enumerate(self.names) if header.strip() == name), -1)

    def cell(self, row: SheetRow, column: Column) -> str:
        """What stands in this column of the row, trimmed; empty where the column or the cell is missing."""
        at = self.position.get(column)
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""


def missing(column: Column) -> Mistake:
    """That the file lacks a column it needs."""
    return Mistake(1, str(column), "", Problem.MISSING_COLUMN, {"chinese": CHINESE[column]})


def read_header(sheet: Sheet) -> tuple[Header, list[Mistake], list[Mistake]]:
    """The columns of a sheet, then mistakes (doubled or missing columns), then warnings (columns nobody knows)."""
    position: dict[Column, int] = {}
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []
    for at, name in enumerate(sheet.header):
        column = _BY_NAME.get(_key(name))
        if column is None:
            if name.strip():
                warnings.append(Mistake(1, name.strip(), "", Problem.UNKNOWN_COLUMN))
        elif column in position:
            first = sheet.header[position[column]].strip()
            mistakes.append(Mistake(1, name.strip(), "", Problem.DOUBLE_COLUMN, {"other": first}))
        else:
            position[column] = at
    mistakes += [missing(column) for column in REQUIRED if column not in position]
    return Header(position, len(sheet.header), sheet.header), mistakes, warnings

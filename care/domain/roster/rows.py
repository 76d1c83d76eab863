"""One row of a roster, typed: every cell read, every mistake kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from care.domain.areas import Tree
from care.domain.elders import Mode, Sex
from care.domain.people import Role
from care.domain.roster import values
from care.domain.roster.columns import OF_FAMILY, Column, Header
from care.domain.roster.mistakes import Mistake, Problem, Wrong, masked
from care.domain.roster.records import Contact, ReadPhone, SheetRow

T = TypeVar("T")
SHOWN_WHOLE = frozenset({Column.REF, Column.TELEGRAM_ID, Column.CONSENT, Column.PROMPT_AT})  # numbers, no telephones


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What cells are measured by."""

    tree: Tree
    today: date
    read_phone: ReadPhone


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a row says; None is a cell that is empty, missing or could not be understood."""

    number: int
    ref: str | None
    role: Role | None
    name: str | None
    called: str | None
    sex: Sex | None
    birth_year: int | None
    area: str | None
    building: str | None
    address: str | None
    phone: str | None
    language: str | None
    telegram_id: int | None
    consent: date | None = None
    mode: Mode | None = None
    prompt_at: tuple[time, ...] | None = None
    routine: str | None = None
    health: str | None = None
    lives_with: str | None = None
    key_holder: str | None = None
    contacts: tuple[Contact, ...] | None = None
    elder_refs: tuple[str, ...] | None = None


def needs_area(role: Role | None) -> bool:
    """Whether a post of this role means nothing without an area; a coordinator may hold the whole tree."""
    return role is not None and role is not Role.COORDINATOR


@dataclass
class RowReader:
    """Reads the cells of one row and collects what is wrong with them."""

    header: Header
    row: SheetRow
    by: Yardstick
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    def read(self) -> Row:
        """The row, with `mistakes` and `warnings` filled."""
        self._check_width()
        role = self._take(Column.ROLE, values.role, required=True)
        area = self._area(role)
        return Row(
            number=self.row.number,
            ref=self._take(Column.REF, values.ref, required=True),
            role=role,
            name=self._take(Column.NAME, values.name, required=True),
            called=self._take(Column.CALLED, values.name),
            sex=self._take(Column.SEX, values.sex),
            birth_year=self._take(Column.BIRTH_YEAR, lambda cell: values.birth_year(cell, self.by.today)),
            area=area,
            building=self._take(Column.BUILDING, values.name),
            address=self._take(Column.ADDRESS, values.words),
            phone=self._take(Column.PHONE, lambda cell: values.phone(cell, self.by.read_phone)),
            language=self._take(Column.LANGUAGE, values.language),
            telegram_id=self._take(Column.TELEGRAM_ID, values.telegram_id),
            consent=self._of_elder(role, Column.CONSENT, lambda cell: values.consent(cell, self.by.today)),
            mode=self._of_elder(role, Column.MODE, values.mode),
            prompt_at=self._of_elder(role, Column.PROMPT_AT, values.prompt_at),
            routine=self._of_elder(role, Column.ROUTINE, values.words),
            health=self._of_elder(role, Column.HEALTH, values.words),
            lives_with=self._of_elder(role, Column.LIVES_WITH, values.words),
            key_holder=self._of_elder(role, Column.KEY_HOLDER, values.words),
            contacts=self._of_elder(role, Column.CONTACTS, lambda cell: values.contacts(cell, self.by.read_phone)),
            elder_refs=self._of_elder(role, Column.ELDER_REF, values.refs),
        )

    def wrong(self, column: Column, problem: Problem, **args: str | int) -> None:
        """Note that this column's cell cannot stay so."""
        self.mistakes.append(self._note(column, problem, **args))

    def warn(self, column: Column, problem: Problem, **args: str | int) -> None:
        """Note that this column's cell is worth a word."""
        self.warnings.append(self._note(column, problem, **args))

    def _note(self, column: Column, problem: Problem, **args: str | int) -> Mistake:
        shown = self._cell(column) if column in SHOWN_WHOLE else masked(self._cell(column))
        return Mistake(self.row.number, self.header.name(column), shown, problem, args)

    def _cell(self, column: Column) -> str:
        return self.header.cell(self.row, column)

    def _take(self, column: Column, reader: Callable[[str], T], *, required: bool = False) -> T | None:
        cell = self._cell(column)
        if not cell:
            if required and column in self.header:  # a missing column is said once, not in every row
                self.wrong(column, Problem.EMPTY)
            return None
        try:
            return reader(cell)
        except Wrong as wrong:
            self.wrong(column, wrong.problem, **wrong.args_for_sentence)
            return None

    def _of_elder(self, role: Role | None, column: Column, reader: Callable[[str], T]) -> T | None:
        """A cell that means something in an elder's row (or, the elders' refs, in a family's) only."""
        owner = Role.FAMILY if column in OF_FAMILY else Role.ELDER
        if role is not None and role is not owner:
            if self._cell(column):
                self.warn(column, Problem.IGNORED_CELL, role=owner.value)
            return None
        return self._take(column, reader)

    def _area(self, role: Role | None) -> str | None:
        area = self._take(Column.AREA, lambda cell: values.area(cell, self.by.tree))
        if needs_area(role) and Column.AREA in self.header and not self._cell(Column.AREA):
            self.wrong(Column.AREA, Problem.EMPTY)
        return area

    def _check_width(self) -> None:
        extra = [cell.strip() for cell in self.row.cells[self.header.width :] if cell.strip()]
        if extra:
            self.mistakes.append(
                Mistake(self.row.number, "", masked(extra[0]), Problem.EXTRA_CELLS, {"width": self.header.width})
            )

"""From a sheet to people: rows of one `ref` are one person, and what they say must agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from care.domain.areas import Tree
from care.domain.elders import Mode
from care.domain.people import Post, Role
from care.domain.roster.columns import Column, missing, read_header
from care.domain.roster.mistakes import Mistake, Problem, masked
from care.domain.roster.records import Elder, Enrolled, OnFile, ReadPhone, Sheet
from care.domain.roster.rows import Row, RowReader, Yardstick, needs_area

# A person has one of each, whatever the role; a second row may leave it out but not say otherwise.
ONE_OF_EACH = (Column.NAME, Column.SEX, Column.BIRTH_YEAR, Column.PHONE, Column.LANGUAGE, Column.TELEGRAM_ID)
ONCE_ONLY = frozenset({Role.ELDER, Role.FAMILY})  # an elder lives in one place; a family's elders stand in one cell


@dataclass(frozen=True)
class Reading:
    """What became of a sheet: the people in it, in the file's order; with any mistake nothing may be imported."""

    people: tuple[Enrolled, ...]
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]
    columns: frozenset[Column]

    @property
    def refs(self) -> tuple[str, ...]:
        """The refs of all people in it."""
        return tuple(person.ref for person in self.people)


def read(sheet: Sheet, *, tree: Tree, today: date, read_phone: ReadPhone, on_file: OnFile) -> Reading:
    """The people of a roster, or every mistake in it at once, in the order of its rows.

    `today` is the community's date; `on_file` those who are known already. Rows with nothing in them are passed over.
    """
    header, mistakes, warnings = read_header(sheet)
    by = Yardstick(tree=tree, today=today, read_phone=read_phone)
    readers = [RowReader(header, row, by) for row in sheet.rows if any(cell.strip() for cell in row.cells)]
    rows = [(reader.read(), reader) for reader in readers]
    if Column.AREA not in header and any(needs_area(row.role) for row, _ in rows):
        mistakes.append(missing(Column.AREA))
    if not mistakes:  # without a sound header the comparisons below would only repeat what it lacks
        _compare(rows, on_file)
    if not rows:
        mistakes.append(Mistake(2, "", "", Problem.NO_ROWS))
    for reader in readers:
        mistakes += reader.mistakes
        warnings += reader.warnings
    people = _people(row for row, _ in rows) if not mistakes else ()
    mistakes.sort(key=lambda mistake: (mistake.row, header.order(mistake.column)))
    return Reading(tuple(people), tuple(mistakes), tuple(warnings), frozenset(header.position))


Rows = Sequence[tuple[Row, RowReader]]


def _compare(rows: Rows, on_file: OnFile) -> None:
    for same in _by_ref(rows).values():
        _check_agreement(same)
        _check_roles(same)
    _check_telegram(rows, on_file)
    _check_elders(rows, on_file)


def _by_ref(rows: Rows) -> Mapping[str, Rows]:
    groups: dict[str, list[tuple[Row, RowReader]]] = {}
    for row, reader in rows:
        if row.ref is not None:
            groups.setdefault(row.ref, []).append((row, reader))
    return groups


def _check_agreement(same: Rows) -> None:
    """Two rows of one person must not contradict each other; the mistake stands at the later row and names both."""
    for column in ONE_OF_EACH:
        said: Row | None = None
        for row, reader in same:
            value = getattr(row, column)
            if value is None:
                continue
            if said is None:
                said = row
            elif value != getattr(said, column):
                before = masked(_first_cell(same, said, column))
                reader.wrong(column, Problem.CONTRADICTS, other=said.number, before=before, ref=row.ref or "")


def _first_cell(same: Rows, row: Row, column: Column) -> str:
    reader = next(reader for other, reader in same if other is row)
    return reader.header.cell(reader.row, column)


def _check_roles(same: Rows) -> None:
    """The same role twice is a copy that was not finished, unless it is held in several areas."""
    seen: dict[tuple[Role, str | None], int] = {}
    for row, reader in same:
        if row.role is None:
            continue
        key = (row.role, None if row.role in ONCE_ONLY else row.area)
        if key in seen:
            reader.wrong(Column.ROLE, Problem.REPEATED, other=seen[key], ref=row.ref or "")
        else:
            seen[key] = row.number


def _check_telegram(rows: Rows, on_file: OnFile) -> None:
    owner: dict[int, Row] = {}
    gives = {row.ref: row.telegram_id for row, _ in rows if row.ref and row.telegram_id is not None}
    for row, reader in rows:
        if row.telegram_id is None or row.ref is None:
            continue
        first = owner.setdefault(row.telegram_id, row)
        if first.ref != row.ref:
            reader.wrong(Column.TELEGRAM_ID, Problem.TAKEN_IN_FILE, other=first.number, ref=first.ref or "")
            continue
        holder = on_file.telegram.get(row.telegram_id)
        # Whoever holds it on file may give it up by having another one in this very file.
        if holder not in (None, row.ref) and gives.get(holder) in (None, row.telegram_id):
            reader.wrong(Column.TELEGRAM_ID, Problem.TAKEN_ON_FILE, ref=str(holder))


def _check_elders(rows: Rows, on_file: OnFile) -> None:
    elders = {row.ref for row, _ in rows if row.role is Role.ELDER} | set(on_file.elders)
    for row, reader in rows:
        if row.role is not Role.FAMILY:
            continue
        if not row.elder_refs:
            if not reader.header.cell(reader.row, Column.ELDER_REF):
                reader.warn(Column.ELDER_REF, Problem.FAMILY_OF_NOBODY)
            continue
        unknown = [elder for elder in row.elder_refs if elder not in elders]
        if unknown:
            reader.wrong(Column.ELDER_REF, Problem.UNKNOWN_ELDER, refs="; ".join(unknown))
        if row.ref in row.elder_refs:
            reader.wrong(Column.ELDER_REF, Problem.OWN_ELDER)


def _people(rows: Iterable[Row]) -> Iterator[Enrolled]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.ref is not None:
            groups.setdefault(row.ref, []).append(row)
    for ref, same in groups.items():
        yield _person(ref, same)


def _person(ref: str, rows: Sequence[Row]) -> Enrolled:
    elder = next((row for row in rows if row.role is Role.ELDER), None)
    family = next((row for row in rows if row.role is Role.FAMILY), None)
    # Where somebody lives is what her row as an elder says; a liaison's building is the one he looks after.
    first = [elder, *rows] if elder else rows
    return Enrolled(
        ref=ref,
        rows=tuple(row.number for row in rows),
        name=next(row.name for row in rows if row.name),
        called=next((row.called for row in first if row.called), None),
        sex=next((row.sex for row in rows if row.sex), None),
        birth_year=next((row.birth_year for row in rows if row.birth_year), None),
        building=next((row.building for row in first if row.building), None),
        address=next((row.address for row in first if row.address), None),
        phone=next((row.phone for row in rows if row.phone), None),
        language=next((row.language for row in rows if row.language), None),
        telegram_id=next((row.telegram_id for row in rows if row.telegram_id), None),
        posts=frozenset(Post(row.role, row.area) for row in rows if row.role),
        elder=_elder(elder) if elder else None,
        elder_refs=tuple(sorted(family.elder_refs or ())) if family else None,
    )


def _elder(row: Row) -> Elder:
    return Elder(
        consent=row.consent,
        mode=row.mode or Mode.BUTTON,
        prompt_at=row.prompt_at or (),
        routine=row.routine,
        health=row.health,
        lives_with=row.lives_with,
        key_holder=row.key_holder,
        contacts=row.contacts or (),
    )

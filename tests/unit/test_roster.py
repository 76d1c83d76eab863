"""How a roster is understood: cells, rows, and people of several rows."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phones import phone_reader
from bot.roster_words import SENTENCES, say
from care.domain.areas import Area, Level, Tree
from care.domain.people import Post, Role
from care.domain.roster import (
    CHINESE,
    Column,
    Contact,
    Elder,
    ElderState,
    Enrolled,
    Mode,
    OnFile,
    Problem,
    Reading,
    Sex,
    Sheet,
    SheetRow,
    read,
    same,
    settle,
    state_of,
)
from care.domain.roster import values as cells
from care.domain.roster.mistakes import Wrong, masked
from care.domain.roster.values import MODES, ROLES, SEXES

TODAY = date(2026, 11, 22)
PHONE = phone_reader("CN")
TREE = Tree.of(
    [
        Area(id="haiguan", name="海关社区", level=Level.COMMUNITY),
        Area(id="g1", name="第一网格", level=Level.GRID, parent="haiguan"),
        Area(id="g1-b3", name="3号楼", level=Level.BUILDING, parent="g1"),
        Area(id="g2", name="第二网格", level=Level.GRID, parent="haiguan"),
        Area(id="g2-b3", name="3号楼", level=Level.BUILDING, parent="g2"),
    ]
)


def reading(*rows: dict[str, str], on_file: OnFile | None = None, header: tuple[str, ...] | None = None) -> Reading:
    """A sheet of these rows (columns by English name), read; each row is a worker of g1 where it does not say."""
    names = header or tuple(dict.fromkeys(["ref", "role", "name", "area", *(name for row in rows for name in row)]))
    usual = {"ref": "W1", "role": "worker", "name": "李娟", "area": "g1"}
    body = [SheetRow(n, tuple({**usual, **row}.get(name, "") for name in names)) for n, row in enumerate(rows, 2)]
    return read(Sheet(names, tuple(body)), tree=TREE, today=TODAY, read_phone=PHONE, on_file=on_file or OnFile())


def wrong_in(found: Reading) -> list[tuple[int, str, Problem]]:
    return [(mistake.row, mistake.column, mistake.problem) for mistake in found.mistakes]


def the_one(found: Reading) -> Enrolled:
    assert not found.mistakes, [say(mistake) for mistake in found.mistakes]
    [person] = found.people
    return person


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("ref", "", Problem.EMPTY),
        ("ref", "A 1", Problem.BAD_REF),  # a space: two numbers, or a name
        ("ref", "A1;A2", Problem.BAD_REF),  # `;` lies between the refs of a family's elders
        ("ref", "A" * 33, Problem.BAD_REF),
        ("ref", "tg-5", Problem.BAD_REF),  # what the ledger calls people without a ref
        ("role", "", Problem.EMPTY),
        ("role", "网格长", Problem.BAD_ROLE),
        ("name", " ", Problem.EMPTY),
        ("name", "李" * 65, Problem.TOO_LONG),
        ("area", "", Problem.EMPTY),
        ("area", "g9", Problem.BAD_AREA),
        ("area", "3号楼", Problem.AMBIGUOUS_AREA),
        ("sex", "不详", Problem.BAD_SEX),
        ("birth_year", "41", Problem.BAD_YEAR),
        ("birth_year", "1905", Problem.BAD_YEAR),  # 121 years old
        ("birth_year", "2027", Problem.BAD_YEAR),
        ("phone", "12345678901", Problem.BAD_PHONE),
        ("phone", "13900000001/13900000002", Problem.BAD_PHONE),  # one cell, one number
        ("phone", "5550100", Problem.BAD_PHONE),  # a landline without its area code
        ("language", "fr", Problem.BAD_LANGUAGE),
        ("telegram_id", "-5", Problem.BAD_TELEGRAM_ID),
        ("telegram_id", "0", Problem.BAD_TELEGRAM_ID),
        ("telegram_id", "@lijuan", Problem.BAD_TELEGRAM_ID),
        ("telegram_id", str(2**63), Problem.BAD_TELEGRAM_ID),
        ("address", "字" * 2001, Problem.TOO_LONG),
    ],
)
def test_a_cell_that_cannot_be_understood_is_a_mistake_in_its_place(column: str, text: str, problem: Problem) -> None:
    assert wrong_in(reading({column: text})) == [(2, column, problem)]


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("consent", "2026-02-30", Problem.BAD_DATE),
        ("consent", "去年", Problem.BAD_DATE),
        ("consent", "1026-11-01", Problem.BAD_DATE),
        ("consent", "2026-11-23", Problem.FUTURE_DATE),  # tomorrow
        ("mode", "微信", Problem.BAD_MODE),
        ("prompt_at", "25:00", Problem.BAD_TIMES),
        ("prompt_at", "20:00,08:00", Problem.BAD_TIMES),  # the earlier first
        ("prompt_at", "08:00,08:00", Problem.BAD_TIMES),
        ("prompt_at", "08:00,12:00,20:00", Problem.BAD_TIMES),
        ("contacts", "李强", Problem.BAD_CONTACTS),
        ("contacts", "13900000001", Problem.BAD_CONTACTS),
        ("contacts", "李强(儿子) 12345678901", Problem.BAD_PHONE),
        ("contacts", "李强(儿子) 13900000001; 李梅", Problem.BAD_CONTACTS),
    ],
)
def test_a_cell_about_an_elder_that_cannot_be_understood(column: str, text: str, problem: Problem) -> None:
    assert wrong_in(reading({"role": "elder", column: text})) == [(2, column, problem)]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("ref", "Ａ００１", "A001"),  # full-width letters and digits
        ("ref", "海关-17/2", "海关-17/2"),
        ("name", " 李\n娟\u200b ", "李 娟"),  # a line break and a sign that nobody sees
        ("sex", "女", Sex.FEMALE),
        ("birth_year", "1941年", 1941),
        ("birth_year", "1941-05-03", 1941),  # a spreadsheet's date
        ("phone", "１３９ ００００-０００１", "+8613900000001"),
        ("phone", "+86 139 0000 0001", "+8613900000001"),
        ("phone", "（0931）555-0100", "+869315550100"),
        ("language", "English", "en"),
        ("telegram_id", "５０００００００１", 500000001),
        ("building", "3号楼", "3号楼"),
    ],
)
def test_a_cell_is_understood_as_people_write_it(column: str, text: str, value: object) -> None:
    assert getattr(the_one(reading({column: text})), column) == value


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("consent", "2026-11-01", date(2026, 11, 1)),
        ("consent", "2026/11/1", date(2026, 11, 1)),
        ("consent", "2026年11月1日", date(2026, 11, 1)),
        ("consent", "20261101", date(2026, 11, 1)),
        ("consent", "2026-11-01 00:00:00", date(2026, 11, 1)),  # a date cell saved as text
        ("consent", "2026-11-22", TODAY),
        ("mode", "窗帘", Mode.CURTAIN),
        ("mode", "", Mode.BUTTON),
        ("prompt_at", "7:30", (time(7, 30),)),
        ("prompt_at", "08：00，20：00", (time(8), time(20))),
        ("prompt_at", "08:00;20:00:30", (time(8), time(20, 0, 30))),
        ("prompt_at", "", ()),
        ("contacts", "李强(儿子) 13900000001", (Contact("李强", "儿子", "+8613900000001"),)),
        ("contacts", "李强13900000001；", (Contact("李强", "", "+8613900000001"),)),
        (
            "contacts",
            "李强（儿子），139 0000 0001；社区医院 0931-5550100",
            (Contact("李强", "儿子", "+8613900000001"), Contact("社区医院", "", "+869315550100")),
        ),
    ],
)
def test_a_cell_about_an_elder_is_understood(column: str, text: str, value: object) -> None:
    elder = the_one(reading({"role": "elder", column: text})).elder
    assert getattr(elder, column) == value


@pytest.mark.parametrize(("word", "role"), ROLES.items())
def test_each_word_for_a_role(word: str, role: Role) -> None:
    assert cells.role(f" {word.upper()} ") is role


def test_english_and_chinese_words_are_all_there() -> None:
    assert {role for word, role in ROLES.items() if not word.isascii()} == set(Role)
    assert {mode for word, mode in MODES.items() if not word.isascii()} == set(Mode)
    assert set(SEXES.values()) == set(Sex)
    assert CHINESE.keys() == set(Column)
    assert SENTENCES.keys() == set(Problem)


def test_columns_may_stand_in_any_order_and_bear_chinese_names() -> None:
    sheet = Sheet(
        (" 姓名", "区域", "角色 ", "Birth Year", "编号"), (SheetRow(2, ("李娟", "第一网格", "网格员", "1980", "W1")),)
    )
    person = the_one(read(sheet, tree=TREE, today=TODAY, read_phone=PHONE, on_file=OnFile()))
    assert (person.ref, person.name, person.birth_year, person.posts) == (
        "W1",
        "李娟",
        1980,
        {Post(Role.WORKER, "g1")},
    )


def test_missing_and_doubled_columns_are_said_once_for_the_whole_file() -> None:
    found = reading({}, {"ref": "W2"}, header=("ref", "name", "姓名"))
    assert wrong_in(found) == [(1, "role", Problem.MISSING_COLUMN), (1, "姓名", Problem.DOUBLE_COLUMN)]
    assert wrong_in(reading({}, header=("ref", "role", "name"))) == [(1, "area", Problem.MISSING_COLUMN)]


def test_a_column_nobody_knows_is_a_warning() -> None:
    found = reading({"remarks": "x"})
    assert the_one(found).ref == "W1"
    assert [(w.row, w.column, w.problem) for w in found.warnings] == [(1, "remarks", Problem.UNKNOWN_COLUMN)]


def test_empty_rows_are_passed_over_and_keep_their_numbers() -> None:
    header = ("ref", "role", "name", "area")
    rows = (SheetRow(2, ("W1", "worker", "李娟", "g1")), SheetRow(3, ("", " ", "", "")), SheetRow(4, ("", "x")))
    found = read(Sheet(header, rows), tree=TREE, today=TODAY, read_phone=PHONE, on_file=OnFile())
    assert {mistake.row for mistake in found.mistakes} == {4}


def test_a_file_without_people_is_a_mistake() -> None:
    assert wrong_in(reading(header=("ref", "role", "name"))) == [(2, "", Problem.NO_ROWS)]


def test_a_row_with_more_cells_than_the_header_is_a_mistake() -> None:
    rows = (SheetRow(2, ("C1", "coordinator", "刘芳", "13900000001")),)
    found = read(Sheet(("ref", "role", "name"), rows), tree=TREE, today=TODAY, read_phone=PHONE, on_file=OnFile())
    assert [(m.problem, m.value) for m in found.mistakes] == [(Problem.EXTRA_CELLS, "*********01")]


def test_all_mistakes_come_at_once_in_the_order_of_rows_and_columns() -> None:
    found = reading(
        {"role": "", "phone": "1", "telegram_id": "x"},
        {"ref": "", "area": "g9", "sex": "?"},
        {"ref": "W3", "birth_year": "?"},
    )
    assert wrong_in(found) == [
        (2, "role", Problem.EMPTY),
        (2, "phone", Problem.BAD_PHONE),
        (2, "telegram_id", Problem.BAD_TELEGRAM_ID),
        (3, "ref", Problem.EMPTY),
        (3, "area", Problem.BAD_AREA),
        (3, "sex", Problem.BAD_SEX),
        (4, "birth_year", Problem.BAD_YEAR),
    ]
    assert not found.people


def test_a_mistake_names_row_column_value_and_what_is_expected() -> None:
    [mistake] = reading({"phone": "1390000000"}).mistakes
    assert say(mistake) == (
        'row 2, phone = "********00": expected one valid telephone number, a landline with its area code'
    )
    [mistake] = reading({"area": "g9"}).mistakes
    assert say(mistake).endswith("the ids are: haiguan, g1, g1-b3, g2, g2-b3")


def test_two_rows_of_one_ref_are_one_person_with_two_roles() -> None:
    person = the_one(
        reading(
            {"ref": "L2", "role": "liaison", "name": "吴建国", "building": "5号楼", "phone": "13900000022"},
            {"ref": "L2", "role": "elder", "name": "吴建国", "building": "3号楼", "area": "g2", "mode": "call"},
        )
    )
    assert person.posts == {Post(Role.LIAISON, "g1"), Post(Role.ELDER, "g2")}
    assert person.rows == (2, 3)
    assert person.building == "3号楼"  # where he lives, not the one he looks after
    assert (person.phone, person.elder) == ("+8613900000022", Elder(mode=Mode.CALL))


def test_one_role_in_two_areas_is_two_posts() -> None:
    person = the_one(reading({}, {"area": "g2"}))
    assert person.posts == {Post(Role.WORKER, "g1"), Post(Role.WORKER, "g2")}


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("name", "李娟", "李涓"),
        ("phone", "13900000001", "13900000002"),
        ("telegram_id", "5", "6"),
        ("sex", "f", "m"),
        ("birth_year", "1980", "1981"),
        ("language", "zh", "en"),
    ],
)
def test_rows_of_one_person_that_contradict_each_other_are_named_both(column: str, one: str, other: str) -> None:
    found = reading({column: one}, {"role": "courier", column: other})
    [mistake] = found.mistakes
    assert (mistake.row, mistake.column, mistake.problem, mistake.args["other"]) == (3, column, Problem.CONTRADICTS, 2)
    assert "row 2" in say(mistake)
    assert "13900000001" not in say(mistake)


@pytest.mark.parametrize("role", ["worker", "elder", "family"])
def test_the_same_role_twice_is_a_mistake(role: str) -> None:
    found = reading({"role": role, "elder_ref": ""}, {"role": role})
    assert [(m.row, m.problem, m.args["other"]) for m in found.mistakes] == [(3, Problem.REPEATED, 2)]


def test_an_elder_lives_in_one_place() -> None:
    assert wrong_in(reading({"role": "elder"}, {"role": "elder", "area": "g2"})) == [(3, "role", Problem.REPEATED)]


def test_a_telegram_id_belongs_to_one_person() -> None:
    found = reading({"telegram_id": "5"}, {"ref": "W2", "telegram_id": "5"})
    assert [(m.row, m.problem, m.args["other"]) for m in found.mistakes] == [(3, Problem.TAKEN_IN_FILE, 2)]
    taken = OnFile(telegram={5: "X9"})
    assert wrong_in(reading({"telegram_id": "5"}, on_file=taken)) == [(2, "telegram_id", Problem.TAKEN_ON_FILE)]
    assert not reading({"telegram_id": "5"}, on_file=OnFile(telegram={5: "W1"})).mistakes


def test_people_may_swap_their_ids_in_one_file() -> None:
    on_file = OnFile(telegram={5: "W1", 6: "W2"})
    assert not reading({"telegram_id": "6"}, {"ref": "W2", "telegram_id": "5"}, on_file=on_file).mistakes


def test_a_familys_elder_must_be_in_the_file_or_on_file() -> None:
    family = {"ref": "F1", "role": "family", "elder_ref": "E2；E1;E2"}
    granny = {"ref": "E1", "role": "elder"}
    assert wrong_in(reading(granny, family)) == [(3, "elder_ref", Problem.UNKNOWN_ELDER)]
    found = reading(granny, family, on_file=OnFile(elders={"E2"}))
    assert found.people[1].elder_refs == ("E1", "E2")
    own = reading({"ref": "F1", "role": "elder"}, {**family, "elder_ref": "F1"})
    assert wrong_in(own) == [(3, "elder_ref", Problem.OWN_ELDER)]


def test_cells_that_only_elders_have_are_left_out_of_other_rows_with_a_warning() -> None:
    found = reading({"health": "高血压", "elder_ref": "E1"})
    assert the_one(found).elder is None
    assert [w.problem for w in found.warnings] == [Problem.IGNORED_CELL, Problem.IGNORED_CELL]
    alone = reading({"role": "family"})
    assert [w.problem for w in alone.warnings] == [Problem.FAMILY_OF_NOBODY]


def test_only_a_coordinator_may_do_without_an_area() -> None:
    assert the_one(reading({"role": "coordinator", "area": ""})).posts == {Post(Role.COORDINATOR, None)}
    assert wrong_in(reading({"role": "mediator", "area": ""})) == [(2, "area", Problem.EMPTY)]


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        ("139 0000 0001", "*** **** **01"),
        ("李强(儿子) 13900000001; 李梅 13900000002", "李强(儿子) *********01; 李梅 *********02"),
        ("3号楼1201", "3号楼1201"),  # a door is no telephone
    ],
)
def test_telephones_are_masked_but_for_the_last_two_digits(shown: str, hidden: str) -> None:
    assert masked(shown) == hidden


@pytest.mark.parametrize(
    ("mode", "consent", "before", "telegram", "after"),
    [
        (Mode.BUTTON, TODAY, None, True, ElderState.JOINED),
        (Mode.BUTTON, TODAY, None, False, ElderState.INVITED),
        (Mode.CURTAIN, TODAY, None, False, ElderState.JOINED),
        (Mode.CURTAIN, None, None, False, ElderState.INVITED),
        (Mode.BUTTON, None, ElderState.JOINED, True, ElderState.JOINED),  # agreed in the chat
        (
            Mode.BUTTON,
            TODAY,
            ElderState.JOINED,
            False,
            ElderState.INVITED,
        ),  # had curtains, now an unknown phone
        (Mode.CURTAIN, TODAY, ElderState.LEFT, False, ElderState.LEFT),  # the paper she left in spite of
    ],
)
def test_when_an_elder_takes_part(
    mode: Mode, consent: date | None, before: ElderState | None, telegram: bool, after: ElderState
) -> None:
    elder = Elder(mode=mode, consent=consent)
    assert state_of(elder, before=before, consent_before=consent, has_telegram=telegram) is after


def test_a_newer_paper_brings_back_who_left() -> None:
    elder = Elder(mode=Mode.CALL, consent=TODAY)
    before = date(2026, 1, 1)
    assert state_of(elder, before=ElderState.LEFT, consent_before=before, has_telegram=False) is ElderState.JOINED


def test_what_is_on_file_already_settles_to_no_change() -> None:
    found = reading({"ref": "E1", "role": "elder", "health": "好", "phone": "13900000001"})
    [told] = found.people
    assert same(settle(None, told, found.columns), told)
    assert same(settle(told, told, found.columns), told)


WORDS = st.text(max_size=60)


@given(rows=st.lists(st.lists(WORDS, max_size=24), max_size=6), header=st.permutations(sorted(Column)))
def test_whatever_stands_in_a_file_is_answered_with_people_or_with_mistakes(
    rows: list[list[str]], header: list[str]
) -> None:
    sheet = Sheet(tuple(header), tuple(SheetRow(n, tuple(row)) for n, row in enumerate(rows, 2)))
    found = read(sheet, tree=TREE, today=TODAY, read_phone=PHONE, on_file=OnFile())
    assert bool(found.people) != bool(found.mistakes)
    for mistake in (*found.mistakes, *found.warnings):
        assert say(mistake)


@given(text=WORDS)
def test_no_cell_makes_a_reader_stumble(text: str) -> None:
    readers = [
        cells.ref,
        cells.role,
        cells.telegram_id,
        cells.prompt_at,
        cells.refs,
        lambda cell: cells.consent(cell, TODAY),
        lambda cell: cells.birth_year(cell, TODAY),
        lambda cell: cells.contacts(cell, PHONE),
        lambda cell: cells.area(cell, TREE),
    ]
    for reader in readers:
        with suppress(Wrong):  # and nothing else
            reader(text)


@given(times=st.lists(st.times().map(lambda t: t.replace(microsecond=0)), min_size=1, max_size=2, unique=True))
def test_times_of_day_are_read_as_they_are_written(times: list[time]) -> None:
    times.sort()
    assert cells.prompt_at(", ".join(t.isoformat() for t in times)) == tuple(times)


@given(day=st.dates(date(2000, 1, 1), TODAY))
def test_a_day_is_read_in_each_of_its_forms(day: date) -> None:
    forms = (day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日")
    assert {cells.consent(form, TODAY) for form in forms} == {day}

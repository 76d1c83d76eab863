"""Files as spreadsheets write them, read into a sheet of text."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from bot.phones import phone_reader
from bot.roster_file import LARGEST, BrokenFile, read_content, read_roster
from care.domain.areas import Area, Level, Tree
from care.domain.roster import OnFile, Sheet, read

ROOT = Path(__file__).parents[2]
A_DATE_CELL = datetime(2026, 11, 1)  # noqa: DTZ001 -- a workbook knows no zones
TEXT = "编号,角色,姓名\nW1,网格员,李娟\n"


def rows_of(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in sheet.rows]


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_is_recognised_in_each_encoding_that_spreadsheets_write(encoding: str) -> None:
    sheet = read_content("r.csv", TEXT.encode(encoding))
    assert sheet.header == ("编号", "角色", "姓名")
    assert rows_of(sheet) == [(2, ("W1", "网格员", "李娟"))]


def test_a_rare_name_survives_gb18030() -> None:
    sheet = read_content("r.csv", TEXT.replace("李娟", "㛃𬭚").encode("gb18030"))
    assert sheet.rows[0].cells[2] == "㛃𬭚"


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_comma_semicolon_and_tab_lie_between_cells(sign: str) -> None:
    sheet = read_content("r.csv", TEXT.replace(",", sign).encode())
    assert rows_of(sheet) == [(2, ("W1", "网格员", "李娟"))]


def test_rows_are_counted_as_the_spreadsheet_does() -> None:
    text = 'ref,role,name\r\nW1,worker,"Li\r\nJuan"\r\n\r\n,,\r\nW2,worker,"a, b"\r\n'
    assert rows_of(read_content("r.csv", text.encode())) == [
        (2, ("W1", "worker", "Li\r\nJuan")),
        (5, ("W2", "worker", "a, b")),
    ]


def test_a_workbook_is_read_as_it_looks() -> None:
    content = workbook(
        ("ref", "phone", "consent", "prompt_at", "telegram_id", "ok"),
        (1, 13900000001.0, A_DATE_CELL, time(7, 30), 500000001, True),
        (None, None, None, None, None, None),
        ("W2", "139 0000 0002", date(2026, 11, 2), time(7, 30, 15), 1.5, A_DATE_CELL.replace(hour=8)),
    )
    assert rows_of(read_content("r.XLSX", content)) == [
        (2, ("1", "13900000001", "2026-11-01", "07:30", "500000001", "TRUE")),
        (4, ("W2", "139 0000 0002", "2026-11-02", "07:30:15", "1.5", "2026-11-01 08:00:00")),
    ]


def test_rows_beyond_a_workbooks_own_idea_of_its_size_are_read() -> None:
    """Some programs write a wrong dimension into the sheet."""
    content = workbook(("ref",), ("W1",), ("W2",))
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'ref="A1:A3"', b'ref="A1"') if "sheet1" in name else data)
    assert [row.number for row in read_content("r.xlsx", out.getvalue()).rows] == [2, 3]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", b"", "the file is empty"),
        ("r.csv", b" \r\n", "the file is empty"),
        ("r.csv", b"\xef\xbb\xbf", "names of the columns"),
        ("r.csv", b",,\nW1,worker,x", "names of the columns"),
        ("r.csv", b"\xff\xfe\x00", "UTF-8 or GB18030"),
        ("r.csv", b"ref\x00role", "UTF-8 or GB18030"),
        ("r.csv", b"\x81\x20\xff\xff", "UTF-8 or GB18030"),
        ("r.csv", b'ref,role\nW1,"worker\n', "line 2"),  # a quote that nobody closes
        ("r.csv", workbook(("ref",)), "name it .xlsx"),
        ("r.xlsx", TEXT.encode(), "not a workbook"),
        ("r.xlsx", workbook(("ref",))[:-600], "not a workbook"),
        ("r.xlsx", workbook((None,)), "names of the columns"),
        ("r.xls", b"x", "expected a .csv or .xlsx file"),
        ("r.csv", b"x" * (LARGEST + 1), "larger than 20 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, words: str) -> None:
    with pytest.raises(BrokenFile, match=words):
        read_content(name, content)


def test_a_damaged_sheet_within_a_sound_archive_says_so() -> None:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook(("ref",), ("W1",)))) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<worksheet><sheetData><row" if "sheet1" in name else old.read(name))
    with pytest.raises(BrokenFile, match="not a workbook"):
        read_content("r.xlsx", out.getvalue())


def test_a_file_that_is_not_there_or_too_large_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="No such file"):
        read_roster(tmp_path / "r.csv")
    with pytest.raises(BrokenFile, match="Is a directory"):
        read_roster(tmp_path)
    (tmp_path / "r.csv").write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(BrokenFile, match="larger than 20 MB"):
        read_roster(tmp_path / "r.csv")


def test_the_sample_roster_is_sound() -> None:
    areas = [Area(id="haiguan", name="海关社区", level=Level.COMMUNITY)]
    for grid, name in (("g1", "第一网格"), ("g2", "第二网格"), ("g3", "第三网格")):
        areas.append(Area(id=grid, name=name, level=Level.GRID, parent="haiguan"))
    sheet = read_roster(ROOT / "examples" / "roster.csv")
    found = read(sheet, tree=Tree.of(areas), today=date(2026, 3, 2), read_phone=phone_reader("CN"), on_file=OnFile())
    assert (found.mistakes, found.warnings) == ((), ())
    assert len(found.people) >= 24

"""Roster files: CSV as spreadsheets write it, and XLSX, read into a sheet of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

from care.domain.roster import Sheet, SheetRow

LARGEST = 20 * 1024 * 1024  # bytes; the limit of a file that a bot can fetch, so that both ways take the same files
MOST_ROWS = 200_000
MOST_COLUMNS = 200  # a sheet with a stray mark in its last column claims 16,384
LONGEST_CELL = 32_768  # characters, a spreadsheet's own limit


class BrokenFile(Exception):
    """The file cannot be read at all; the text says why and what would do."""


def read_roster(path: Path) -> Sheet:
    """The sheet in a `.csv` or `.xlsx` file; raises BrokenFile.

    CSV may be UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030, with comma, semicolon or tab between cells.
    Of a workbook the first sheet counts.
    """
    return read_content(path.name, _content(path))


def read_content(name: str, content: bytes) -> Sheet:
    """The sheet in a file's content; its name tells the type. Raises BrokenFile."""
    if len(content) > LARGEST:
        raise BrokenFile(f"{name}: larger than {LARGEST // 2**20} MB")
    suffix = Path(name).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise BrokenFile(f"{name}: expected a .csv or .xlsx file")
    if not content.strip():
        raise BrokenFile(f"{name}: the file is empty")
    table = _xlsx(name, content) if suffix == ".xlsx" else _csv(name, content)
    return _sheet(name, table)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise BrokenFile(f"{path.name}: larger than {LARGEST // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise BrokenFile(f"{path}: {error.strerror or error}") from None


def _sheet(name: str, table: Iterable[tuple[str, ...]]) -> Sheet:
    rows = iter(table)
    header = next(rows, ())
    if not any(cell.strip() for cell in header):
        raise BrokenFile(f"{name}: expected the names of the columns (编号, 角色, 姓名, ...) in the first row")
    kept = []
    for number, cells in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise BrokenFile(f"{name}: more than {MOST_ROWS} rows")
        if any(cell.strip() for cell in cells):
            kept.append(SheetRow(number, cells))
    return Sheet(header, tuple(kept))


def _csv(name: str, content: bytes) -> Iterator[tuple[str, ...]]:
    if content.startswith(b"PK\x03\x04"):
        raise BrokenFile(f"{name}: this is a workbook, not CSV; name it .xlsx")
    text = _text(name, content)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            yield tuple(cells)
    except csv.Error as error:
        raise BrokenFile(f"{name}: line {reader.line_num}: {error}") from None


def _text(name: str, content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # a spreadsheet's "Unicode text"
    # GB18030 last: UTF-8 is strict, so what is no UTF-8 is told apart; the other way round it is not.
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise BrokenFile(f"{name}: expected text in UTF-8 or GB18030")


def _delimiter(text: str) -> str:
    """Whichever of comma, semicolon and tab stands most often in the header (outside quotes)."""
    header = next(iter(text.lstrip("\r\n").splitlines()), "")
    bare = "".join(part for i, part in enumerate(header.split('"')) if i % 2 == 0)
    return max(",;\t", key=bare.count)


def _xlsx(name: str, content: bytes) -> Iterator[tuple[str, ...]]:
    import openpyxl  # noqa: PLC0415 -- 30 MB that only a workbook needs
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    damaged = BrokenFile(f"{name}: not a workbook that can be read; save it again as .xlsx, without a password")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size, and rows past it would be lost
        for row in sheet.iter_rows(values_only=True):
            yield tuple(_cell(value) for value in row[:MOST_COLUMNS])
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, IndexError, OSError, SyntaxError):
        # What openpyxl lets through from zipfile and the XML parser (ParseError is a SyntaxError) for a damaged file.
        raise damaged from None


def _cell(value: object) -> str:
    """A workbook's cell as it would be typed: whole numbers without a point, dates and times in ISO form."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case _:
            return str(value)

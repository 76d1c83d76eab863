"""What can be wrong with a roster: by code, so that each face can word it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Problem(StrEnum):
    """What is wrong, or (the last ones) only worth a word."""

    MISSING_COLUMN = "missing_column"
    DOUBLE_COLUMN = "double_column"
    NO_ROWS = "no_rows"
    EXTRA_CELLS = "extra_cells"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_REF = "bad_ref"
    BAD_ROLE = "bad_role"
    BAD_AREA = "bad_area"
    AMBIGUOUS_AREA = "ambiguous_area"
    BAD_SEX = "bad_sex"
    BAD_YEAR = "bad_year"
    BAD_PHONE = "bad_phone"
    BAD_LANGUAGE = "bad_language"
    BAD_TELEGRAM_ID = "bad_telegram_id"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    BAD_MODE = "bad_mode"
    BAD_TIMES = "bad_times"
    BAD_CONTACTS = "bad_contacts"
    UNKNOWN_ELDER = "unknown_elder"
    OWN_ELDER = "own_elder"
    CONTRADICTS = "contradicts"
    REPEATED = "repeated"
    TAKEN_IN_FILE = "taken_in_file"
    TAKEN_ON_FILE = "taken_on_file"
    # Warnings: the import goes on.
    UNKNOWN_COLUMN = "unknown_column"
    IGNORED_CELL = "ignored_cell"
    FAMILY_OF_NOBODY = "family_of_nobody"


@dataclass(frozen=True)
class Mistake:
    """Something in the file that cannot stay so: where it stands, what stands there, what is wrong with it.

    `row` is the spreadsheet's (the header is 1), `column` the name as it stands in the file, `value` fit to be shown:
    telephone numbers are masked. `args` fill the blanks of the sentence that says what is expected.
    """

    row: int
    column: str
    value: str
    problem: Problem
    args: Mapping[str, str | int] = field(default_factory=dict)


class Wrong(ValueError):
    """A cell cannot be understood; raised by the readers of `values.py` and turned into a `Mistake` by the row."""

    def __init__(self, problem: Problem, **args: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.args_for_sentence = args


# A number with its spaces and dashes; four digits or fewer are a house number or a year.
_NUMBER = re.compile(r"\d(?:[\d\s\-－—]*\d){4,}")


def masked(value: str) -> str:
    """The value with all but the last two digits of every long number hidden."""

    def hide(number: re.Match[str]) -> str:
        text = number.group()
        kept = [i for i, char in enumerate(text) if char.isdigit()][-2:]
        return "".join(c if i in kept or not c.isdigit() else "*" for i, c in enumerate(text))

    return _NUMBER.sub(hide, value)

"""The operator's words for what is wrong with a roster: row, column, value, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping

from care.domain.roster import Mistake, Problem
from care.domain.roster.values import LANGUAGES, MODES, ROLES, SEXES


def _list(known: Mapping[str, object]) -> str:
    return " ".join(known)


SENTENCES: Mapping[Problem, str] = {
    Problem.MISSING_COLUMN: "this column is missing; expected a column named {column} or {chinese}",
    Problem.DOUBLE_COLUMN: "this column is there already, as {other}; expected each column once",
    Problem.NO_ROWS: "no people in this file; expected a row a person below the header",
    Problem.EXTRA_CELLS: "expected at most {width} cells, as in the header (a comma without quotes?)",
    Problem.EMPTY: "expected a value; this column is required",
    Problem.TOO_LONG: "expected at most {longest} characters",
    Problem.BAD_REF: "expected the person's number: up to 32 letters, digits and . / # _ - without spaces, not tg-...",
    Problem.BAD_ROLE: f"expected one of: {_list(ROLES)}",
    Problem.BAD_AREA: "expected an area's id or name; the ids are: {ids}",
    Problem.AMBIGUOUS_AREA: "several areas have this name; expected one of their ids: {ids}",
    Problem.BAD_SEX: f"expected one of: {_list(SEXES)}",
    Problem.BAD_YEAR: "expected a year from {earliest} to {latest}, such as 1941",
    Problem.BAD_PHONE: "expected one valid telephone number, a landline with its area code",
    Problem.BAD_LANGUAGE: f"expected one of: {_list(LANGUAGES)}",
    Problem.BAD_TELEGRAM_ID: "expected a positive whole number",
    Problem.BAD_DATE: "expected a date such as 2026-11-01, 2026/11/1 or 2026年11月1日",
    Problem.FUTURE_DATE: "expected a day that has come; today is {today}",
    Problem.BAD_MODE: f"expected one of: {_list(MODES)}",
    Problem.BAD_TIMES: "expected one or two times of day, the earlier first, such as 07:30 or 08:00,20:00",
    Problem.BAD_CONTACTS: "expected name, relation in brackets and number, such as 李强(儿子) 13900000001; ...",
    Problem.UNKNOWN_ELDER: "no elder in this file or on file: {refs}; expected elders' numbers (ref)",
    Problem.OWN_ELDER: "this is the person's own number; expected the elder's",
    Problem.CONTRADICTS: "row {other} says {before} of the same person {ref}; expected the same in both rows",
    Problem.REPEATED: "row {other} says the same of the same person {ref}; expected each role once",
    Problem.TAKEN_IN_FILE: "row {other} has it for another person, {ref}; expected one id a person",
    Problem.TAKEN_ON_FILE: "it belongs to another person on file, {ref}; expected one id a person",
    Problem.UNKNOWN_COLUMN: "nobody reads this column; it is left out",
    Problem.IGNORED_CELL: "only read for the role {role}; it is left out here",
    Problem.FAMILY_OF_NOBODY: "this family member belongs to no elder yet",
}


def say(mistake: Mistake) -> str:
    """One line: `row 7, 电话 = "*********78": expected one valid telephone number ...`."""
    where = f"row {mistake.row}"
    if mistake.column:
        where += f", {mistake.column}"
    if mistake.value or mistake.problem in (Problem.EMPTY,):
        where += f' = "{mistake.value}"'
    return f"{where}: {SENTENCES[mistake.problem].format(column=mistake.column, **mistake.args)}"

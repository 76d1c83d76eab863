"""What a roster changes about somebody who is on file already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from care.domain.people import Role
from care.domain.roster.columns import Column
from care.domain.roster.records import Elder, Enrolled

# Only leaving and erasing end these; a list that forgets an elder must not silence her.
OUTLIVING = frozenset({Role.ELDER, Role.FAMILY})
# An empty cell takes nothing back: the link was made by the person, the agreement too.
KEPT_WHEN_EMPTY = frozenset({Column.TELEGRAM_ID, Column.LANGUAGE, Column.CONSENT})

_OF_PERSONS = (
    Column.CALLED,
    Column.SEX,
    Column.BIRTH_YEAR,
    Column.BUILDING,
    Column.ADDRESS,
    Column.PHONE,
    Column.LANGUAGE,
    Column.TELEGRAM_ID,
)
_OF_ELDERS = (
    Column.CONSENT,
    Column.MODE,
    Column.PROMPT_AT,
    Column.ROUTINE,
    Column.HEALTH,
    Column.LIVES_WITH,
    Column.KEY_HOLDER,
    Column.CONTACTS,
)

T = TypeVar("T", Enrolled, Elder)


def settle(before: Enrolled | None, told: Enrolled, columns: Collection[Column]) -> Enrolled:
    """The person as he stands on file after the import: equal to `before` where the roster says nothing new.

    A column that the file has counts, an empty cell too; of a column that it has not, the file's older word stays.
    """
    if before is None:
        return told
    posts = told.posts | {
        post for post in before.posts if post.role in OUTLIVING and post.role not in {new.role for new in told.posts}
    }
    if before.elder and told.elder:
        elder: Elder | None = _overlaid(before.elder, told.elder, _OF_ELDERS, columns)
    else:
        elder = told.elder or before.elder
    family = told.elder_refs if told.elder_refs is not None and Column.ELDER_REF in columns else before.elder_refs
    person = _overlaid(before, told, _OF_PERSONS, columns)
    return replace(person, name=told.name, rows=told.rows, posts=posts, elder=elder, elder_refs=family)


def same(one: Enrolled, other: Enrolled) -> bool:
    """Whether nothing has changed; where it stood in a file does not matter."""
    return replace(one, rows=()) == replace(other, rows=())


def _overlaid(before: T, told: T, fields: Collection[Column], columns: Collection[Column]) -> T:
    said = {
        str(column): getattr(told, column)
        for column in fields
        if column in columns and not (column in KEPT_WHEN_EMPTY and getattr(told, column) is None)
    }
    return replace(before, **said)

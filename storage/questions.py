"""Questions we asked and wait for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, select, update

from care.services.ports import Asked, Question
from storage.link import Link, inserting
from storage.telling_tables import questions

_PENDING = (
    select(questions)
    .where(questions.c.chat == bindparam("in_chat"), questions.c.person == bindparam("whom"))
    .order_by(questions.c.asked_at.desc(), questions.c.id.desc())
)
_OF_ITEM = select(questions).where(questions.c.item == bindparam("of_item")).order_by(questions.c.id)
_OF_ITEM_ASKED = _OF_ITEM.where(questions.c.asked.in_(bindparam("sorts", expanding=True)))
_SENT_AS = (
    update(questions)
    .where(
        questions.c.chat == bindparam("in_chat"),
        questions.c.person == bindparam("whom"),
        questions.c.asked == bindparam("sort"),
        questions.c.item == bindparam("of_item"),
    )
    .values(message=bindparam("sent"))
)
_CLOSE = delete(questions).where(questions.c.id == bindparam("row"))
_FIND = select(questions).where(questions.c.id == bindparam("row"))
_DUE = (
    select(questions.c.id)
    .where(questions.c.due_at <= bindparam("now"))
    .order_by(questions.c.due_at, questions.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(questions.c.due_at)).where(questions.c.due_at.is_not(None))


@cache
def _ask(dialect: str) -> Any:
    new = inserting(questions, dialect)
    renewed = {name: new.excluded[name] for name in ("asked_at", "due_at")}
    return new.on_conflict_do_update(index_elements=["chat", "person", "asked", "item"], set_=renewed)


class QuestionTable:
    """The port `Questions` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def ask(
        self, chat: int, person: int, asked: Asked, item: int, now: datetime, due_at: datetime | None
    ) -> None:
        """Wait for an answer; asking again renews it (the message that asked stays until another is sent)."""
        row = {"chat": chat, "person": person, "asked": str(asked), "item": item, "asked_at": now, "due_at": due_at}
        await self._link.run(_ask(self._link.dialect), row)

    async def pending(self, chat: int, person: int) -> Sequence[Question]:
        """What this person owes an answer to in this chat, the latest first."""
        return await self._all(_PENDING, {"in_chat": chat, "whom": person})

    async def of_item(self, item: int, asked: Collection[Asked] | None = None) -> Sequence[Question]:
        """Open questions about an item."""
        if asked is None:
            return await self._all(_OF_ITEM, {"of_item": item})
        return await self._all(_OF_ITEM_ASKED, {"of_item": item, "sorts": [str(sort) for sort in asked]})

    async def sent_as(self, chat: int, person: int, asked: Asked, item: int, message: int) -> None:
        """The question went out as this message."""
        which = {"in_chat": chat, "whom": person, "sort": str(asked), "of_item": item}
        await self._link.run(_SENT_AS, {**which, "sent": message})

    async def close(self, question: int) -> None:
        """Answered, or given up."""
        await self._link.run(_CLOSE, {"row": question})

    async def find(self, question: int) -> Question | None:
        """The question, while it is open."""
        return next(iter(await self._all(_FIND, {"row": question})), None)

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of the questions whose time has run out, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def _all(self, statement: Any, params: dict[str, Any]) -> list[Question]:
        return [_question(row) for row in await self._link.run(statement, params)]


def _question(row: Row[Any]) -> Question:
    return Question(
        id=row.id,
        chat=row.chat,
        person=row.person,
        asked=Asked(row.asked),
        item=row.item,
        asked_at=row.asked_at,
        due_at=row.due_at,
        message=row.message,
    )

"""What we asked of an elder and wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, select, update

from care.services.ports import Inquired, Inquiry
from storage.care_tables import inquiries
from storage.link import Link, inserting

_GET = select(inquiries).where(inquiries.c.id == bindparam("row"))
_PENDING = (
    select(inquiries)
    .where(inquiries.c.chat == bindparam("in_chat"), inquiries.c.person == bindparam("whom"))
    .order_by(inquiries.c.asked_at.desc(), inquiries.c.id.desc())
)
_REWORD = update(inquiries).where(inquiries.c.id == bindparam("row")).values(words=bindparam("said"))
_CLOSE = delete(inquiries).where(inquiries.c.id == bindparam("row"))
_DUE = (
    select(inquiries.c.id)
    .where(inquiries.c.due_at <= bindparam("now"))
    .order_by(inquiries.c.due_at, inquiries.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(inquiries.c.due_at)).where(inquiries.c.due_at.is_not(None))


@cache
def _ask(dialect: str) -> Any:
    new = inserting(inquiries, dialect)
    renewed = {name: new.excluded[name] for name in ("words", "asked_at", "due_at")}
    once = ["chat", "person", "asked", "elder"]
    return new.on_conflict_do_update(index_elements=once, set_=renewed).returning(inquiries.c.id)


class InquiryTable:
    """The port `Inquiries` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def ask(
        self,
        chat: int,
        person: int,
        asked: Inquired,
        elder: int,
        now: datetime,
        due_at: datetime | None,
        words: str = "",
    ) -> int:
        """Wait for an answer; asking again renews it. Its id."""
        row = {"chat": chat, "person": person, "asked": str(asked), "elder": elder, "asked_at": now, "due_at": due_at}
        asking = await self._link.run(_ask(self._link.dialect), {**row, "words": words})
        return int(asking.scalar_one())

    async def add_words(self, inquiry: int, words: str) -> None:
        """More was said that it is about; its time stays."""
        kept = await self.get(inquiry)
        if kept is not None:
            said = "\n".join(part for part in (kept.words, words) if part)
            await self._link.run(_REWORD, {"row": inquiry, "said": said})

    async def get(self, inquiry: int) -> Inquiry | None:
        """The inquiry; None once it is closed."""
        row = (await self._link.run(_GET, {"row": inquiry})).one_or_none()
        return _inquiry(row) if row is not None else None

    async def pending(self, chat: int, person: int) -> Sequence[Inquiry]:
        """What this person owes an answer to in this chat, the latest first."""
        return [_inquiry(row) for row in await self._link.run(_PENDING, {"in_chat": chat, "whom": person})]

    async def close(self, inquiry: int) -> None:
        """Answered, or given up."""
        await self._link.run(_CLOSE, {"row": inquiry})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose time has run out, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())


def _inquiry(row: Row[Any]) -> Inquiry:
    return Inquiry(
        id=row.id,
        chat=row.chat,
        person=row.person,
        elder=row.elder,
        asked=Inquired(row.asked),
        words=row.words or "",
        asked_at=row.asked_at,
        due_at=row.due_at,
    )

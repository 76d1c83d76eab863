"""Our messages on file, and what shall become of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Row, bindparam, case, delete, exists, select, update

from care.services.ports import Posted
from storage.link import Link, inserting
from storage.telling_tables import messages, wishes

Wish = Literal["gone", "bare", "blank", "anew"]

_FIND = select(messages).where(messages.c.chat == bindparam("in_chat"), messages.c.message == bindparam("id"))
_STANDING = (
    select(messages)
    .where(
        messages.c.chat == bindparam("in_chat"),
        messages.c.subject.in_(bindparam("sorts", expanding=True)),
        messages.c.gone.is_(False),
    )
    .order_by(messages.c.posted_at, messages.c.message)
)
_GONE = update(messages).where(messages.c.chat == bindparam("in_chat"), messages.c.message == bindparam("id"))
_REACHED = select(messages.c.message).where(messages.c.chat == bindparam("in_chat")).limit(1)
_OF_ITEM = (
    select(messages)
    .where(messages.c.item == bindparam("of_item"), messages.c.gone.is_(False))
    .order_by(messages.c.posted_at)
)
_stronger = wishes.alias()
_OUTDONE = exists().where(
    _stronger.c.chat == wishes.c.chat, _stronger.c.message == wishes.c.message, _stronger.c.wish.in_(["gone", "blank"])
)
_WISHES = (
    select(wishes.c.chat, wishes.c.message, wishes.c.wish)
    .where(case((wishes.c.wish.in_(["bare", "anew"]), ~_OUTDONE), else_=True))
    .order_by(wishes.c.id)
    .limit(bindparam("at_most"))
)
_GRANTED = delete(wishes).where(wishes.c.chat == bindparam("in_chat"), wishes.c.message == bindparam("id"))
_ONE_GRANTED = _GRANTED.where(wishes.c.wish == bindparam("granted"))


@cache
def _record(dialect: str) -> Any:
    new = inserting(messages, dialect)
    told = {name: new.excluded[name] for name in ("subject", "item", "person", "posted_at")}
    return new.on_conflict_do_update(index_elements=["chat", "message"], set_=told)


@cache
def _wish(dialect: str) -> Any:
    return inserting(wishes, dialect).on_conflict_do_nothing(index_elements=["chat", "message", "wish"])


async def wish(link: Link, chat: int, message: int, what: Wish, now: datetime | None) -> None:
    """This shall become of the message; wished twice is wished once."""
    await link.run(_wish(link.dialect), {"chat": chat, "message": message, "wish": what, "wished_at": now})


class MessageTable:
    """The port `Messages` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def record(self, posted: Posted) -> None:
        """Keep it; what is told last of a message counts (ids of an upgraded group may come up again)."""
        kept = {name: getattr(posted, name) for name in ("chat", "message", "subject", "item", "person", "posted_at")}
        await self._link.run(_record(self._link.dialect), kept)

    async def find(self, chat: int, message: int) -> Posted | None:
        """What that message was about."""
        row = (await self._link.run(_FIND, {"in_chat": chat, "id": message})).one_or_none()
        return row and _posted(row)

    async def standing(self, chat: int, *subjects: str) -> Sequence[Posted]:
        """What of these sorts stands in the chat (in any topic) and has not been wished gone, oldest first."""
        rows = await self._link.run(_STANDING, {"in_chat": chat, "sorts": list(subjects)})
        return [_posted(row) for row in rows]

    async def reached(self, chat: int) -> bool:
        """Whether anything of ours has ever come there."""
        return (await self._link.run(_REACHED, {"in_chat": chat})).first() is not None

    async def of_item(self, item: int) -> Sequence[Posted]:
        """Every message of ours about the item that is on file and not wished gone, oldest first."""
        return [_posted(row) for row in await self._link.run(_OF_ITEM, {"of_item": item})]

    async def wish_gone(self, chat: int, message: int, now: datetime) -> None:
        """It shall be deleted; from now on it does not stand there."""
        await self._link.run(_GONE.values(gone=True), {"in_chat": chat, "id": message})
        await wish(self._link, chat, message, "gone", now)

    async def wish_bare(self, chat: int, message: int, now: datetime) -> None:
        """It shall lose its buttons."""
        await wish(self._link, chat, message, "bare", now)

    async def wish_blank(self, chat: int, message: int, now: datetime) -> None:
        """It cannot be deleted any more: other words shall stand in its place."""
        await wish(self._link, chat, message, "blank", now)

    async def wish_anew(self, chat: int, message: int, now: datetime) -> None:
        """It shall say what its notice says by now, or be deleted where that is nothing any more."""
        await wish(self._link, chat, message, "anew", now)

    async def wishes(self, limit: int) -> Sequence[tuple[int, int, str]]:
        """(chat, message, wish) not yet carried out, oldest first; who shall go, or be blanked, need not be bared."""
        return [(row.chat, row.message, row.wish) for row in await self._link.run(_WISHES, {"at_most": limit})]

    async def granted(self, chat: int, message: int, wish: str | None = None) -> None:
        """The wish (None: every wish) was carried out, or never can be."""
        which = {"in_chat": chat, "id": message}
        if wish is None:
            await self._link.run(_GRANTED, which)
        else:
            await self._link.run(_ONE_GRANTED, {**which, "granted": wish})


def _posted(row: Row[Any]) -> Posted:
    return Posted(**{name: value for name, value in row._mapping.items() if name != "gone"})

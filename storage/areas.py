"""Which area is told in which chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, Table, bindparam, delete, exists, select, update

from care.services.ports import Binding
from storage.link import Link
from storage.tables import NO_THREAD, bindings, cards, messages, outbox, questions, wishes

_ALL = select(bindings).order_by(bindings.c.area)
_OF_AREA = select(bindings).where(bindings.c.area == bindparam("area"))
_OF_CHAT = select(bindings).where(bindings.c.chat == bindparam("chat")).order_by(bindings.c.area)

# What can be there only once in a chat, and by what: where the new chat has it already, the old one's gives way.
_ONCE_PER_CHAT: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (messages, ("message",)),
    (wishes, ("message", "wish")),
    (questions, ("person", "asked", "item")),
)


class BindingTable:
    """The port `Bindings` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def all(self) -> Sequence[Binding]:
        """Every binding."""
        return [_binding(row) for row in await self._link.run(_ALL)]

    async def of_area(self, area: str) -> Binding | None:
        """The area's own chat."""
        row = (await self._link.run(_OF_AREA, {"area": area})).one_or_none()
        return row and _binding(row)

    async def of_chat(self, chat: int) -> Sequence[Binding]:
        """The bindings of one chat, topics included."""
        return [_binding(row) for row in await self._link.run(_OF_CHAT, {"chat": chat})]

    async def move_chat(self, old: int, new: int) -> None:
        """The group became a supergroup: all that belongs to the old id goes to the new one. Twice is once."""
        if old == new:
            return
        await self._drop_twin_cards(old, new)
        for table, key in _ONCE_PER_CHAT:
            twin = table.alias()
            same = exists().where(twin.c.chat == new, *(twin.c[name] == table.c[name] for name in key))
            await self._link.run(delete(table).where(table.c.chat == old, same))
        for table in (bindings, cards, messages, wishes, questions, outbox):
            await self._link.run(update(table).where(table.c.chat == old).values(chat=new))

    async def _drop_twin_cards(self, old: int, new: int) -> None:
        twin = cards.alias()
        same = exists().where(
            twin.c.chat == new,
            twin.c.dropped.is_(False),
            *(twin.c[name] == cards.c[name] for name in ("item", "thread", "face")),
        )
        await self._link.run(update(cards).where(cards.c.chat == old, same).values(dropped=True))


def _binding(row: Row[Any]) -> Binding:
    thread = None if row.thread == NO_THREAD else row.thread
    return Binding(area=row.area, chat=row.chat, thread=thread, audience=row.audience)

"""Which area is told in which chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, select, update

from care.services.ports import Binding
from storage.link import Link, inserting
from storage.moving import move_chat, now_known_as
from storage.tables import NO_THREAD, bindings

_STANDS = bindings.c.lost_at.is_(None)
_ALL = select(bindings).where(_STANDS).order_by(bindings.c.area)
_LOST = select(bindings).where(~_STANDS).order_by(bindings.c.area)
_OF_AREA = select(bindings).where(_STANDS, bindings.c.area == bindparam("area"))
_OF_CHAT = select(bindings).where(_STANDS, bindings.c.chat == bindparam("chat")).order_by(bindings.c.area)
_UNBIND = delete(bindings).where(bindings.c.area == bindparam("of_area"))
_LOSE = update(bindings).where(_STANDS, bindings.c.chat == bindparam("in_chat"))
_FIND_AGAIN = update(bindings).where(~_STANDS, bindings.c.chat == bindparam("in_chat")).values(lost_at=None)
_LEAVE_TOPIC = (
    update(bindings)
    .where(bindings.c.chat == bindparam("in_chat"), bindings.c.thread == bindparam("topic"))
    .values(thread=NO_THREAD)
)
_OF_ONE_AUDIENCE = update(bindings).where(bindings.c.chat == bindparam("in_chat"))


@cache
def _bind(dialect: str) -> Any:
    new = inserting(bindings, dialect).values(lost_at=None)
    told = {name: new.excluded[name] for name in ("chat", "thread", "audience", "lost_at")}
    return new.on_conflict_do_update(index_elements=["area"], set_=told)


class BindingTable:
    """The port `Bindings` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def all(self) -> Sequence[Binding]:
        """Every binding that holds."""
        return await self._all(_ALL, {})

    async def lost(self) -> Sequence[Binding]:
        """Bindings to chats that have put us out."""
        return await self._all(_LOST, {})

    async def of_area(self, area: str) -> Binding | None:
        """The area's own chat."""
        return next(iter(await self._all(_OF_AREA, {"area": area})), None)

    async def of_chat(self, chat: int) -> Sequence[Binding]:
        """The bindings of one chat, topics included."""
        return await self._all(_OF_CHAT, {"chat": chat})

    async def bind(self, binding: Binding) -> None:
        """The area is told there from now on; all areas of one chat have one audience."""
        row = {"area": binding.area, "chat": binding.chat, "thread": binding.thread or NO_THREAD}
        await self._link.run(_bind(self._link.dialect), {**row, "audience": binding.audience})
        await self._link.run(_OF_ONE_AUDIENCE.values(audience=binding.audience), {"in_chat": binding.chat})

    async def unbind(self, area: str) -> None:
        """The area has no chat of its own any more; the config does not bind it again."""
        await self._link.run(_UNBIND, {"of_area": area})

    async def lose(self, chat: int, now: datetime) -> Sequence[Binding]:
        """The chat has put us out: its bindings do not hold; those that did until now."""
        held = await self.of_chat(chat)
        await self._link.run(_LOSE.values(lost_at=now), {"in_chat": chat})
        return held

    async def find_again(self, chat: int) -> Sequence[Binding]:
        """The chat has let us in again: its bindings hold as before; those that did not until now."""
        gone = [binding for binding in await self.lost() if binding.chat == chat]
        await self._link.run(_FIND_AGAIN, {"in_chat": chat})
        return gone

    async def leave_topic(self, chat: int, thread: int) -> Sequence[Binding]:
        """The topic is gone: what was bound to it is bound to the chat itself; what that was."""
        held = [binding for binding in await self.of_chat(chat) if binding.thread == thread]
        await self._link.run(_LEAVE_TOPIC, {"in_chat": chat, "topic": thread})
        return held

    async def move_chat(self, old: int, new: int) -> None:
        """The group became a supergroup: all that goes on there goes to the new id. Twice is once."""
        await move_chat(self._link, old, new)

    async def now_known_as(self, chat: int) -> int:
        """The id that the chat has today: another one if it has become a supergroup."""
        return await now_known_as(self._link, chat)

    async def _all(self, statement: Any, params: dict[str, Any]) -> list[Binding]:
        return [_binding(row) for row in await self._link.run(statement, params)]


def _binding(row: Row[Any]) -> Binding:
    thread = None if row.thread == NO_THREAD else row.thread
    return Binding(area=row.area, chat=row.chat, thread=thread, audience=row.audience)

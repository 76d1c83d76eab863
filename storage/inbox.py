"""What reached us, kept before the network is told so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select, update

from care.domain.errors import StaleState
from care.domain.items import State
from care.services.ports import Received
from storage.link import Link, inserting
from storage.tables import UNREAD, inbox, items

_WAITING = (
    select(inbox.c.update_id, inbox.c.lane, inbox.c.body, inbox.c.attempts, inbox.c.received_at, inbox.c.backlog)
    .where(UNREAD, inbox.c.update_id.not_in(bindparam("exclude", expanding=True)))
    .order_by(inbox.c.id)
    .limit(bindparam("at_most"))
)
_UNREAD_SINCE = (
    select(inbox.c.lane, func.min(inbox.c.received_at).label("since"))
    .where(UNREAD, inbox.c.lane.in_(bindparam("lanes", expanding=True)))
    .group_by(inbox.c.lane)
)
_COUNT = select(func.count()).select_from(inbox).where(UNREAD)
_STILL = update(inbox).where(inbox.c.update_id == bindparam("which"), UNREAD)
_DONE = _STILL.values(state="done", body=None, error=None)
_PARK = _STILL.values(state="parked", item=bindparam("speaks"))
_FAILED = _STILL.values(attempts=inbox.c.attempts + 1, error=bindparam("why", type_=inbox.c.error.type)).returning(
    inbox.c.attempts
)
_SETTLED = select(items.c.number).where(items.c.state.in_([State.CLOSED.value, State.DISMISSED.value]))
_SPOKEN_FOR = (
    update(inbox)
    .where(inbox.c.state == "parked", inbox.c.item.in_(_SETTLED))
    .values(state="done", body=None, error=None)
)
_FORGET = delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < bindparam("before"))


@cache
def _add(dialect: str) -> Any:
    return inserting(inbox, dialect).on_conflict_do_nothing(index_elements=["update_id"]).returning(inbox.c.update_id)


class InboxTable:
    """The port `Inbox` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def add(
        self, updates: Sequence[tuple[int, int, str]], now: datetime, *, backlog: bool = False
    ) -> Sequence[int]:
        """Keep (update id, lane, raw JSON); the ids that were new. `backlog`: they had waited while we were away."""
        if not updates:
            return []
        rows = [
            {
                "update_id": update,
                "lane": lane,
                "body": body,
                "state": "waiting",
                "attempts": 0,
                "received_at": now,
                "backlog": backlog,
            }
            for update, lane, body in updates
        ]
        return list((await self._link.run(_add(self._link.dialect), rows)).scalars())

    async def waiting(self, limit: int, exclude: Collection[int] = ()) -> Sequence[Received]:
        """Not dealt with, oldest first; `exclude`: update ids that are in work."""
        rows = await self._link.run(_WAITING, {"exclude": list(exclude), "at_most": limit})
        return [Received(row.update_id, row.lane, row.body, row.attempts, row.received_at, row.backlog) for row in rows]

    async def waits(self) -> int:
        """How many are not dealt with."""
        return int((await self._link.run(_COUNT)).scalar_one())

    async def unread_since(self, lanes: Collection[int]) -> Mapping[int, datetime]:
        """Of these chats those from which something is not dealt with, and since when the oldest of it is here."""
        rows = await self._link.run(_UNREAD_SINCE, {"lanes": list(lanes)}) if lanes else ()
        return {row.lane: row.since for row in rows}

    async def done(self, update: int) -> None:
        """Dealt with, in this transaction: its body is wiped. Raises StaleState if it was dealt with before.

        That refusal is what makes an update's effect happen once, also where the answer to a commit was lost.
        """
        await self._once(_DONE, {"which": update})

    async def failed(self, update: int, error: str) -> int:
        """One more attempt failed; how many have by now. Raises StaleState if it was dealt with before."""
        row = (await self._link.run(_FAILED, {"which": update, "why": error})).one_or_none()
        if row is None:
            raise StaleState(f"update {update} does not wait any more")
        return int(row.attempts)

    async def park(self, update: int, item: int) -> None:
        """It cannot be dealt with; `item` speaks for it. Raises StaleState if it was dealt with before."""
        await self._once(_PARK, {"which": update, "speaks": item})

    async def forget(self, before: datetime) -> int:
        """Remove rows received before then and dealt with; how many. Wipes parked ones whose item is settled."""
        await self._link.run(_SPOKEN_FOR)
        return (await self._link.run(_FORGET, {"before": before})).rowcount

    async def _once(self, statement: Any, params: dict[str, Any]) -> None:
        if (await self._link.run(statement, params)).rowcount != 1:
            raise StaleState(f"update {params['which']} does not wait any more")

"""What is to be told, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import structlog
from pydantic import ValidationError
from sqlalchemy import Row, and_, bindparam, func, select, update

from care.domain.notices import Lane, Notice, from_json, to_json
from care.domain.states import State
from care.services.ports import ALARM, Address, Draft, Telling
from storage.link import Link, inserting
from storage.tables import NO_THREAD, items
from storage.telling_tables import WAITING, outbox

log = structlog.get_logger(__name__)

LANES: Final = tuple(Lane)

_TO_A_CHAT = outbox.c.chat != ALARM.chat
_DUE = and_(WAITING, outbox.c.not_before <= bindparam("now"), outbox.c.id.not_in(bindparam("exclude", expanding=True)))
_PENDING = select(outbox).where(_DUE, _TO_A_CHAT).order_by(outbox.c.lane, outbox.c.id).limit(bindparam("at_most"))
_LATER = and_(WAITING, outbox.c.not_before > bindparam("now"))
_NEXT = select(func.min(outbox.c.not_before)).where(_LATER, _TO_A_CHAT)
_NOBODYS_ALARM = and_(  # by the lane, which the index of what waits begins with
    outbox.c.lane == Lane.URGENT.rank, outbox.c.chat == ALARM.chat, items.c.state != State.CLAIMED.value
)
_ALARMS = (
    select(outbox)
    .join(items, items.c.number == outbox.c.item)
    .where(_DUE, _NOBODYS_ALARM)
    .order_by(outbox.c.id)
    .limit(bindparam("at_most"))
)
_NEXT_ALARM = (
    select(func.min(outbox.c.not_before))
    .join_from(outbox, items, items.c.number == outbox.c.item)
    .where(_LATER, _NOBODYS_ALARM)
)
_GET = select(outbox).where(outbox.c.id == bindparam("row"))
_SENT_AS = (
    select(outbox)
    .where(outbox.c.chat == bindparam("in_chat"), outbox.c.message == bindparam("posted_as"))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_TOLD = (
    select(outbox)
    .where(
        outbox.c.item == bindparam("of_item"),
        outbox.c.step.in_(bindparam("steps", expanding=True)),
        outbox.c.state.in_(["sent", "sending"]),
    )
    .order_by(outbox.c.id)
)
_FATES = (
    select(outbox.c.state)
    .where(
        outbox.c.item == bindparam("of_item"),
        outbox.c.step == bindparam("of_step"),
        outbox.c.person == bindparam("whom"),
    )
    .order_by(outbox.c.id)
)
_STILL = update(outbox).where(outbox.c.id == bindparam("row"), WAITING)
_SENDING = _STILL.values(state="sending", attempts=outbox.c.attempts + 1)
_RETRY = _STILL.values(
    state="pending", not_before=bindparam("again_at", type_=outbox.c.not_before.type), error=bindparam("why")
)
_NOT_WANTED = (
    update(outbox).where(outbox.c.item == bindparam("of_item"), outbox.c.state == "pending").values(state="superseded")
)
_SUPERSEDE = _NOT_WANTED.where(outbox.c.step.in_(bindparam("steps", expanding=True)))
_SUPERSEDE_IN = _NOT_WANTED.where(outbox.c.chat == bindparam("in_chat"))
_SUPERSEDE_CHECKIN = (
    update(outbox)
    .where(outbox.c.checkin == bindparam("silence"), outbox.c.state == "pending")
    .values(state="superseded")
)
_TAKE_BACK = (
    update(outbox)
    .where(
        outbox.c.chat == bindparam("in_chat"),
        outbox.c.step == bindparam("of_step"),
        outbox.c.state == "pending",
        WAITING,  # so that the index of what waits is used
    )
    .values(state="superseded")
)
_TAKE_BACK_IN = _TAKE_BACK.where(outbox.c.thread == bindparam("topic"))
_REVISE = update(outbox).where(outbox.c.id == bindparam("row"))
_SUPERSEDE_ONE = _SUPERSEDE.where(outbox.c.person == bindparam("whom"))


@cache
def _tell(dialect: str) -> Any:
    return inserting(outbox, dialect).on_conflict_do_nothing(index_elements=["key"])


class OutboxTable:
    """The port `Outbox` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def tell(
        self,
        notice: Notice,
        to: Address,
        *,
        lane: Lane,
        step: str,
        key: str,
        now: datetime,
        person: int | None = None,
        reply_to: int | None = None,
        not_before: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> bool:
        """Put a notice in the outbox; False if that key is there already (then nothing changes)."""
        draft = Draft(notice=notice, to=to, key=key, person=person, expires_at=expires_at)
        row = _row(draft, lane, step, now) | {"reply_to": reply_to, "not_before": not_before or now}
        return (await self._link.run(_tell(self._link.dialect), row)).rowcount == 1

    async def tell_many(self, tellings: Sequence[Draft], *, lane: Lane, step: str, now: datetime) -> None:
        """Put many notices of one sort in the outbox at once, each as `tell` would."""
        if tellings:
            await self._link.run(_tell(self._link.dialect), [_row(draft, lane, step, now) for draft in tellings])

    async def supersede_checkin(self, checkin: int) -> int:
        """No pending question of this check-in is wanted any more; how many there were."""
        return (await self._link.run(_SUPERSEDE_CHECKIN, {"silence": checkin})).rowcount

    async def supersede(self, item: int, steps: Collection[str], *, person: int | None = None) -> int:
        """Pending rows of these steps are not wanted any more; how many there were."""
        which: dict[str, Any] = {"of_item": item, "steps": [str(step) for step in steps]}
        if person is None:
            return (await self._link.run(_SUPERSEDE, which)).rowcount
        return (await self._link.run(_SUPERSEDE_ONE, {**which, "whom": person})).rowcount

    async def supersede_in(self, item: int, chat: int) -> int:
        """Nothing pending about the item is told in that chat any more; how many rows there were."""
        return (await self._link.run(_SUPERSEDE_IN, {"of_item": item, "in_chat": chat})).rowcount

    async def take_back(self, to: Address, step: str, *, any_topic: bool = False) -> int:
        """What of this step is pending in that chat and topic is not wanted any more; how many rows there were."""
        which = {"in_chat": to.chat, "of_step": str(step)}
        if any_topic:
            return (await self._link.run(_TAKE_BACK, which)).rowcount
        return (await self._link.run(_TAKE_BACK_IN, {**which, "topic": to.thread or NO_THREAD})).rowcount

    async def revise(self, row: int, notice: Notice) -> None:
        """The row says this from now on; what has been sent is changed by a wish (`messages.wish_anew`)."""
        await self._link.run(_REVISE.values(notice=to_json(notice)), {"row": row})

    async def pending(self, now: datetime, limit: int, exclude: Collection[int] = ()) -> Sequence[Telling]:
        """Rows whose time has come, by lane, then age; `sending` ones too, but for the row ids in `exclude`.

        A notice that only a newer version knows waits for that version. Alarms go to no chat and are not among them.
        """
        rows = await self._link.run(_PENDING, {"now": now, "exclude": list(exclude), "at_most": limit})
        return [telling for row in rows if (telling := _telling(row)) is not None]

    async def next_pending(self, now: datetime) -> datetime | None:
        """The earliest `not_before` after now among rows that wait."""
        return (await self._link.run(_NEXT, {"now": now})).scalar_one()  # type: ignore[no-any-return]  # min() of a Moment

    async def pending_alarms(self, now: datetime, limit: int, exclude: Collection[int] = ()) -> Sequence[Telling]:
        """Rows for the operator's own means whose time has come, oldest first; those of a claimed item wait."""
        rows = await self._link.run(_ALARMS, {"now": now, "exclude": list(exclude), "at_most": limit})
        return [telling for row in rows if (telling := _telling(row)) is not None]

    async def next_alarm(self, now: datetime) -> datetime | None:
        """The earliest `not_before` after now among those of no claimed item."""
        return (await self._link.run(_NEXT_ALARM, {"now": now})).scalar_one()  # type: ignore[no-any-return]  # as above

    async def get(self, row: int) -> Telling | None:
        """The row."""
        found = (await self._link.run(_GET, {"row": row})).one_or_none()
        return found and _telling(found)

    async def sent_as(self, chat: int, message: int) -> Telling | None:
        """The row that was sent as this message; of several (an upgraded group's ids may come up again) the latest."""
        found = (await self._link.run(_SENT_AS, {"in_chat": chat, "posted_as": message})).one_or_none()
        return found and _telling(found)

    async def told(self, item: int, steps: Collection[str]) -> Sequence[Telling]:
        """Rows of these steps about the item that were sent, or are on their way, oldest first."""
        rows = await self._link.run(_TOLD, {"of_item": item, "steps": [str(step) for step in steps]})
        return [telling for row in rows if (telling := _telling(row)) is not None]

    async def fates(self, item: int, step: str, person: int) -> Sequence[str]:
        """What became of every row of this step about the item for this person, oldest first."""
        which = {"of_item": item, "of_step": str(step), "whom": person}
        return list((await self._link.run(_FATES, which)).scalars())

    async def sending(self, row: int) -> bool:
        """Mark it as in flight, counting the attempt; False if it is no longer pending or sending."""
        return (await self._link.run(_SENDING, {"row": row})).rowcount == 1

    async def ended(
        self, row: int, state: str, *, message: int | None = None, error: str | None = None, now: datetime
    ) -> None:
        """What became of it; an end is for good, a second one changes nothing."""
        end = {"state": state, "message": message, "error": error, "ended_at": now}
        await self._link.run(_STILL, {"row": row, **end})

    async def retry(self, row: int, not_before: datetime, error: str) -> None:
        """Back to pending, not before then; one that has ended stays so."""
        await self._link.run(_RETRY, {"row": row, "again_at": not_before, "why": error})


def _row(draft: Draft, lane: Lane, step: str, now: datetime) -> dict[str, Any]:
    return {
        "key": draft.key,
        "lane": lane.rank,
        "chat": draft.to.chat,
        "thread": draft.to.thread or NO_THREAD,
        "person": draft.person,
        "notice": to_json(draft.notice),
        "item": draft.notice.about,
        "checkin": draft.notice.silence,
        "step": str(step),
        "reply_to": None,
        "not_before": now,
        "expires_at": draft.expires_at,
        "state": "pending",
        "attempts": 0,
        "created_at": now,
    }


def _telling(row: Row[Any]) -> Telling | None:
    try:
        notice = from_json(row.notice)
    except ValidationError:
        log.error("outbox.notice_unknown", row=row.id, step=row.step)
        return None
    return Telling(
        id=row.id,
        lane=LANES[row.lane],
        address=Address(row.chat, None if row.thread == NO_THREAD else row.thread),
        person=row.person,
        notice=notice,
        item=row.item,
        step=row.step,
        key=row.key,
        reply_to=row.reply_to,
        not_before=row.not_before,
        expires_at=row.expires_at,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        message=row.message,
        error=row.error,
    )

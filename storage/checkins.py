"""Elders' check-ins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, delete, func, or_, select, update

from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.elders import ElderState, Mode
from care.domain.errors import NotFound, StaleState
from care.domain.people import Role
from care.services.ports import Greeted
from storage.care_tables import checkins
from storage.link import Link, inserting
from storage.tables import elders, posts

_DAY = timedelta(days=1)
_NOT_ASKED = checkins.c.outcome == Outcome.NOT_ASKED.value
_UNTOUCHED = and_(_NOT_ASKED, checkins.c.why == Why.NOT_YET.value, checkins.c.told_at.is_(None))
_LATE_OR_NEVER = or_(checkins.c.late, and_(_NOT_ASKED, checkins.c.why == Why.OUTAGE.value))

_GREETED = (
    select(elders.c.person, elders.c.prompt_at, elders.c.state_since)
    .where(
        elders.c.person > bindparam("after"),
        elders.c.state == ElderState.JOINED.value,
        elders.c.mode == Mode.BUTTON.value,
    )
    .order_by(elders.c.person)
    .limit(bindparam("at_most"))
)
_IN_ORDER = select(checkins).order_by(checkins.c.due_at, checkins.c.id)
_SEVERAL = _IN_ORDER.where(checkins.c.id.in_(bindparam("ids", expanding=True)))
_OF_ELDER = _IN_ORDER.where(
    checkins.c.elder == bindparam("whose"),
    checkins.c.opens_at <= bindparam("moment", type_=checkins.c.opens_at.type),
    checkins.c.final_at > bindparam("moment", type_=checkins.c.final_at.type),
)
_SINCE = _IN_ORDER.where(
    checkins.c.elder.in_(bindparam("whose", expanding=True)), checkins.c.day >= bindparam("from_day")
)
_FOLLOWING = _IN_ORDER.where(
    checkins.c.elder == bindparam("whose"), checkins.c.due_at > bindparam("after", type_=checkins.c.due_at.type)
).limit(1)
_HOME = select(posts.c.person).where(
    posts.c.role == Role.ELDER.value, posts.c.area.in_(bindparam("areas", expanding=True))
)
_BY_ELDER = select(checkins).order_by(checkins.c.elder, checkins.c.due_at)
_OF_DAY = _BY_ELDER.where(checkins.c.day == bindparam("on_day"), checkins.c.elder.in_(_HOME))
_REFUSED = _BY_ELDER.where(checkins.c.day == bindparam("on_day"), checkins.c.why == Why.UNDELIVERABLE.value)
_OF_ITEM = _IN_ORDER.where(checkins.c.item == bindparam("number"))
_OF_OUTAGE = _BY_ELDER.where(checkins.c.outage == bindparam("which"))
_LAST_SIGN = (
    select(checkins.c.sign_at)
    .where(checkins.c.elder == bindparam("whose"), checkins.c.by == bindparam("whose"), checkins.c.sign_at.is_not(None))
    .order_by(checkins.c.due_at.desc())
    .limit(1)
)
_HIT = _BY_ELDER.where(
    checkins.c.day.between(bindparam("from_day"), bindparam("to_day")),  # by its index
    checkins.c.due_at >= bindparam("began", type_=checkins.c.due_at.type),
    checkins.c.due_at < bindparam("ended", type_=checkins.c.due_at.type),
    checkins.c.outage.is_(None),
    _LATE_OR_NEVER,
)
_UNDECIDED = (
    select(func.count())
    .select_from(checkins)
    .where(
        checkins.c.next_at.is_not(None),
        checkins.c.due_at < bindparam("before", type_=checkins.c.due_at.type),
        _NOT_ASKED,
    )
)
_DUE = (
    select(checkins.c.id)
    .where(checkins.c.next_at <= bindparam("now", type_=checkins.c.next_at.type))
    .order_by(checkins.c.next_at, checkins.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(checkins.c.next_at)).where(checkins.c.next_at.is_not(None))
_THIS = update(checkins).where(checkins.c.id == bindparam("row"))
_THESE = update(checkins).where(checkins.c.id.in_(bindparam("ids", expanding=True)))
_SAVE = _THIS.where(checkins.c.version == bindparam("seen"))
_ASKED = _THESE.where(_UNTOUCHED).values(
    why=Why.ON_ITS_WAY.value, next_at=checkins.c.final_at, version=checkins.c.version + 1
)
_UNPLAN = delete(checkins).where(checkins.c.id.in_(bindparam("ids", expanding=True)), _UNTOUCHED)


@cache
def _plan(dialect: str) -> Any:
    return inserting(checkins, dialect).on_conflict_do_nothing(index_elements=["elder", "due_at"])


class CheckInTable:
    """The port `CheckIns` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def greeted(self, after: int, limit: int) -> Sequence[Greeted]:
        """Elders who have joined and are greeted by phone, by person id, from the one after this on."""
        rows = await self._link.run(_GREETED, {"after": after, "at_most": limit})
        return [Greeted(row.person, times_of(row.prompt_at), row.state_since) for row in rows]

    async def plan(self, checkins: Sequence[CheckIn]) -> None:
        """Keep those that are not there yet (by elder and time)."""
        if checkins:
            rows = [_row(one) | {"version": 0, "next_at": one.due_at} for one in checkins]
            await self._link.run(_plan(self._link.dialect), rows)

    async def unplan(self, checkins: Collection[int]) -> None:
        """She is greeted at another time: these are not wanted, where nothing has come of them yet."""
        if checkins:
            await self._link.run(_UNPLAN, {"ids": list(checkins)})

    async def get(self, checkin: int) -> CheckIn:
        """The check-in; raises NotFound."""
        found = await self.several([checkin])
        if not found:
            raise NotFound(f"there is no check-in {checkin}")
        return found[0]

    async def several(self, checkins: Collection[int]) -> Sequence[CheckIn]:
        """Those of these that there are, by due time."""
        return await self._all(_SEVERAL, ids=list(checkins)) if checkins else []

    async def save(self, checkin: CheckIn, next_at: datetime | None) -> CheckIn:
        """Keep it as it is now, one version on; raises StaleState if somebody was faster."""
        values = _row(checkin) | {"version": checkin.version + 1, "next_at": next_at}
        done = await self._link.run(_SAVE.values(values), {"row": checkin.id, "seen": checkin.version})
        if done.rowcount != 1:
            raise StaleState(f"check-in {checkin.id} is not at version {checkin.version} any more")
        return replace(checkin, version=checkin.version + 1)

    async def asked_together(self, checkins: Sequence[CheckIn]) -> None:
        """Keep what `told` made of all of these at one moment; raises StaleState if somebody was faster with one."""
        for late in (False, True):
            some = [one for one in checkins if one.late is late]
            if not some:
                continue
            told = {"told_at": some[0].told_at, "late": late}
            done = await self._link.run(_ASKED.values(told), {"ids": [one.id for one in some]})
            if done.rowcount != len(some):
                raise StaleState("one of these check-ins is not to be asked any more")

    async def look_again(self, checkin: int, next_at: datetime) -> None:
        """Change only when it is looked at again."""
        await self._link.run(_THIS.values(next_at=next_at), {"row": checkin})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose time has come, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def of_elder(self, elder: int, moment: datetime) -> Sequence[CheckIn]:
        """Those of hers for which a sign of life of that moment counts, by due time: one, or two."""
        return await self._all(_OF_ELDER, whose=elder, moment=moment)

    async def since(self, elders: Collection[int], day: date) -> Sequence[CheckIn]:
        """All of these elders' from that day on, by due time."""
        return await self._all(_SINCE, whose=list(elders), from_day=day) if elders else []

    async def following(self, checkin: CheckIn) -> CheckIn | None:
        """Her next one after it, if it is planned."""
        return next(iter(await self._all(_FOLLOWING, whose=checkin.elder, after=checkin.due_at)), None)

    async def of_day(self, areas: Collection[str], day: date) -> Sequence[CheckIn]:
        """Those of a day of elders whose home is in one of these areas, by elder, then due time."""
        return await self._all(_OF_DAY, areas=list(areas), on_day=day)

    async def of_item(self, item: int) -> Sequence[CheckIn]:
        """The silences that have become this item, by due time."""
        return await self._all(_OF_ITEM, number=item)

    async def last_sign(self, elder: int) -> datetime | None:
        """When she herself was last heard of; None if never, by what is on file."""
        found: datetime | None = (await self._link.run(_LAST_SIGN, {"whose": elder})).scalar_one_or_none()
        return found

    async def hit(self, began_at: datetime, ended_at: datetime) -> Sequence[CheckIn]:
        """Those due in between of which the groups have not heard yet that they came late, or not at all."""
        days = {"from_day": (began_at - _DAY).date(), "to_day": (ended_at + _DAY).date()}
        return await self._all(_HIT, began=began_at, ended=ended_at, **days)

    async def undecided(self, before: datetime) -> int:
        """How many that were due before then are still to be asked, or are on their way."""
        return int((await self._link.run(_UNDECIDED, {"before": before})).scalar_one())

    async def told_of(self, checkins: Collection[int], outage: int) -> None:
        """The groups hear of these as part of this outage."""
        if checkins:
            await self._link.run(_THESE.values(outage=outage), {"ids": list(checkins)})

    async def of_outage(self, outage: int) -> Sequence[CheckIn]:
        """Those of which the groups hear as part of this outage."""
        return await self._all(_OF_OUTAGE, which=outage)

    async def refused(self, day: date) -> Sequence[CheckIn]:
        """Those of a day that could not be delivered, by elder."""
        return await self._all(_REFUSED, on_day=day)

    async def _all(self, statement: Select[Any], **params: Any) -> list[CheckIn]:
        return [_checkin(row) for row in (await self._link.run(statement, params)).all()]


def times_of(text: str | None) -> tuple[time, ...]:
    """`08:00,20:00` of the roster; none where it says nothing."""
    return tuple(time.fromisoformat(part) for part in text.split(",")) if text else ()


def _row(checkin: CheckIn) -> dict[str, Any]:
    """Its columns, but for what only storage keeps."""
    return {
        "elder": checkin.elder,
        "day": checkin.day,
        "due_at": checkin.due_at,
        "opens_at": checkin.opens_at,
        "final_at": checkin.final_at,
        "outcome": str(checkin.outcome),
        "why": str(checkin.why),
        "how": checkin.how and str(checkin.how),
        "by": checkin.by,
        "told_at": checkin.told_at,
        "asked_at": checkin.asked_at,
        "away": int(checkin.away.total_seconds()),
        "reminded": checkin.reminded,
        "family_at": checkin.family_at,
        "raised_at": checkin.raised_at,
        "sign_at": checkin.sign_at,
        "late": checkin.late,
        "maybe_answered": checkin.maybe_answered,
        "item": checkin.item,
    }


def _checkin(row: Row[Any]) -> CheckIn:
    return CheckIn(
        id=row.id,
        version=row.version,
        elder=row.elder,
        day=row.day,
        due_at=row.due_at,
        opens_at=row.opens_at,
        final_at=row.final_at,
        outcome=Outcome(row.outcome),
        why=Why(row.why),
        how=How(row.how) if row.how else None,
        by=row.by,
        told_at=row.told_at,
        asked_at=row.asked_at,
        away=timedelta(seconds=row.away),
        reminded=row.reminded,
        family_at=row.family_at,
        raised_at=row.raised_at,
        sign_at=row.sign_at,
        late=row.late,
        maybe_answered=row.maybe_answered,
        item=row.item,
    )

"""A group's lists of names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, update

from care.domain.errors import NotFound, StaleState
from care.domain.name_lists import Half, Sort
from care.domain.people import Role
from care.domain.tally import DayLine
from care.services.ports import Address, GroupList, Hearing, ListName, Member
from storage.care_tables import list_names, lists, recordings
from storage.day import day_lines, members
from storage.link import Link, inserting
from storage.list_moves import move_lists
from storage.tables import NO_THREAD, posts

_KEY = ("chat", "thread", "sort", "area", "day", "half")
_CHANGES = ("named_at", "called_at", "reminded", "climbed_at", "ended_at", "message", "on_its_way", "posts", "next_at")
_GET = select(lists).where(lists.c.id == bindparam("row"))
_OF_KEY = select(lists).where(*(lists.c[name] == bindparam(f"of_{name}") for name in _KEY))
_SAVE = update(lists).where(lists.c.id == bindparam("row"), lists.c.version == bindparam("seen"))
_WAKE = (
    update(lists)
    .where(lists.c.id.in_(bindparam("rows", expanding=True)))
    .values(next_at=bindparam("now", type_=lists.c.next_at.type), version=lists.c.version + 1)
)
_NAMES = (
    select(list_names, recordings.c.sent_at, recordings.c.state)
    .select_from(list_names.outerjoin(recordings, recordings.c.id == list_names.c.recording))
    .where(list_names.c.list == bindparam("row"))
    .order_by(list_names.c.id)
)
_CLIMBED = update(list_names).where(list_names.c.list == bindparam("row"), list_names.c.item == bindparam("of_item"))
_STRIKE = delete(list_names).where(list_names.c.list == bindparam("row"), list_names.c.item == bindparam("of_item"))
_NAMING = select(lists).join(list_names, list_names.c.list == lists.c.id).order_by(lists.c.id.desc())
_OF_ITEM = _NAMING.where(list_names.c.item == bindparam("of_item"))
_OF_ELDER = _NAMING.where(
    list_names.c.elder == bindparam("elder_id"),
    or_(lists.c.ended_at.is_(None), lists.c.opened_at >= bindparam("earliest", type_=lists.c.opened_at.type)),
).distinct()
_neighbour, _her = posts.alias(), posts.alias()
_OF_HER_AREA = (
    select(_neighbour.c.person)
    .join_from(_her, _neighbour, and_(_neighbour.c.area == _her.c.area, _neighbour.c.role == _her.c.role))
    .where(_her.c.person == bindparam("elder_id"), _her.c.role == Role.ELDER.value)
)
_COUNTING = (
    _NAMING.where(
        lists.c.day >= bindparam("since"), lists.c.sort == Sort.SILENT.value, list_names.c.elder.in_(_OF_HER_AREA)
    )
).distinct()
_STANDS = and_(lists.c.chat == bindparam("in_chat"), or_(lists.c.message.is_not(None), lists.c.on_its_way))
_IN_CHAT = select(lists).where(_STANDS).order_by(lists.c.id)
_POSTED_AS = select(lists).where(_STANDS, lists.c.message == bindparam("posted"))
_DUE = (
    select(lists.c.id)
    .where(lists.c.next_at <= bindparam("now"))
    .order_by(lists.c.next_at, lists.c.id)
    .limit(bindparam("at_most"))
)
_IS_DUE = select(lists.c.id).where(lists.c.id == bindparam("row"), lists.c.next_at <= bindparam("now"))
NEXT_DUE = select(func.min(lists.c.next_at)).where(lists.c.next_at.is_not(None))


@cache
def _open(dialect: str) -> Any:
    return inserting(lists, dialect).on_conflict_do_nothing(index_elements=list(_KEY))


class ListTable:
    """The port `Lists` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def open(
        self, address: Address, sort: Sort, area: str, day: date, half: Half, now: datetime
    ) -> tuple[GroupList, bool]:
        """The list of that chat and half-day, and whether it is new."""
        key = {"chat": address.chat, "thread": address.thread or NO_THREAD, "sort": str(sort), "area": area}
        key |= {"day": day, "half": str(half)}
        fresh = {"opened_at": now, "named_at": now, "called_at": now, "reminded": 0, "posts": 0, "version": 0}
        made = await self._link.run(_open(self._link.dialect), key | fresh)
        row = (await self._link.run(_OF_KEY, {f"of_{name}": value for name, value in key.items()})).one()
        return _list(row), made.rowcount == 1

    async def get(self, list_id: int) -> GroupList:
        """The list; raises NotFound."""
        row = (await self._link.run(_GET, {"row": list_id})).one_or_none()
        if row is None:
            raise NotFound(f"there is no list {list_id}")
        return _list(row)

    async def save(self, changed: GroupList) -> GroupList:
        """Keep what has changed of it; raises StaleState if it is not at this version on file."""
        now = {name: getattr(changed, name) for name in _CHANGES}
        saved = await self._link.run(
            _SAVE, {**now, "version": changed.version + 1, "row": changed.id, "seen": changed.version}
        )
        if saved.rowcount != 1:
            raise StaleState(f"list {changed.id} is not at version {changed.version} any more")
        return await self.get(changed.id)

    async def wake(self, lists: Collection[int], now: datetime) -> None:
        """They shall be looked at at once; who has read one of them before reads it again."""
        if lists:
            await self._link.run(_WAKE, {"rows": list(lists), "now": now})

    async def name(
        self,
        list_id: int,
        elder: int,
        now: datetime,
        *,
        item: int | None = None,
        recording: int | None = None,
        climbed: int = 0,
    ) -> bool:
        """Her name stands on it; False if it did already (then only `climbed` changes)."""
        new = inserting(list_names, self._link.dialect).on_conflict_do_nothing()
        row = {"list": list_id, "elder": elder, "item": item, "recording": recording}
        if (await self._link.run(new, row | {"climbed": climbed, "added_at": now})).rowcount == 1:
            return True
        if item is not None:
            await self._link.run(_CLIMBED.values(climbed=climbed), {"row": list_id, "of_item": item})
        return False

    async def strike(self, list_id: int, item: int) -> None:
        """The item's name does not belong on that list any more."""
        await self._link.run(_STRIKE, {"row": list_id, "of_item": item})

    async def names(self, list_id: int) -> Sequence[ListName]:
        """The names, in the order in which they came."""
        return [_name(row) for row in await self._link.run(_NAMES, {"row": list_id})]

    async def of_item(self, item: int) -> Sequence[GroupList]:
        """Every list that names the item, the latest first."""
        return await self._all(_OF_ITEM, of_item=item)

    async def of_elder(self, elder: int, since: datetime) -> Sequence[GroupList]:
        """Every list that names her and is not over, or was opened since then; the latest first."""
        return await self._all(_OF_ELDER, elder_id=elder, earliest=since)

    async def counting(self, elder: int, since: date) -> Sequence[GroupList]:
        """Lists of the silent of these days that count her, for they name somebody of her area."""
        return await self._all(_COUNTING, elder_id=elder, since=since)

    async def in_chat(self, chat: int) -> Sequence[GroupList]:
        """The lists that stand in that chat (in any topic), or are on their way there."""
        return await self._all(_IN_CHAT, in_chat=chat)

    async def posted_as(self, chat: int, message: int) -> GroupList | None:
        """The list that stands there as this message."""
        return next(iter(await self._all(_POSTED_AS, in_chat=chat, posted=message)), None)

    async def leave_topic(self, chat: int, thread: int) -> Sequence[GroupList]:
        """The topic is gone: its lists belong to the chat itself, and stand nowhere yet."""
        moved = await move_lists(self._link, (chat, thread), (chat, NO_THREAD))
        return [await self.get(one) for one in moved]

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of the lists whose time has come, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def is_due(self, list_id: int, now: datetime) -> bool:
        """Whether its time has come and nobody has looked at it since."""
        return (await self._link.run(_IS_DUE, {"row": list_id, "now": now})).one_or_none() is not None

    async def day_lines(self, areas: Collection[str], day: date) -> Sequence[DayLine]:
        """The check-ins of one local day of elders whose home is in one of these areas."""
        return await day_lines(self._link, areas, day)

    async def members(self, areas: Collection[str]) -> Sequence[Member]:
        """The elders whose home is in one of these areas: only what counting needs."""
        return await members(self._link, areas)

    async def _all(self, statement: Any, **params: Any) -> list[GroupList]:
        return [_list(row) for row in (await self._link.run(statement, params)).all()]


def _list(row: Row[Any]) -> GroupList:
    kept = dict(row._mapping)
    chat, thread = kept.pop("chat"), kept.pop("thread")
    kept["address"] = Address(chat, None if thread == NO_THREAD else thread)
    kept["sort"], kept["half"] = Sort(row.sort), Half(row.half)
    return GroupList(**kept)


def _name(row: Row[Any]) -> ListName:
    return ListName(
        list=row.list,
        elder=row.elder,
        item=row.item,
        recording=row.recording,
        climbed=row.climbed,
        added_at=row.added_at,
        sent_at=row.sent_at,
        hearing=Hearing(row.state) if row.state is not None else None,
    )

"""Items and their histories."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, exists, func, insert, or_, select, update

from care.domain.errors import NotFound, StaleState
from care.domain.items import (
    LIVE,
    Action,
    Category,
    Details,
    DismissReason,
    Ending,
    Event,
    Item,
    Kind,
    Place,
    Severity,
    State,
)
from care.domain.policy import Policy
from care.domain.progress import Progress
from care.services.ports import Face
from storage.link import Link, inserting
from storage.tables import counters, history, items
from storage.telling_tables import cards

_PROGRESS = TypeAdapter(Progress)
_REPORTS = [Kind.REPORT.value, Kind.DISPUTE.value]
_NO_REPORTS = [DismissReason.NOT_A_REPORT.value, DismissReason.SAME.value]  # their sender said so himself
_HELD_APART = (
    "reporter",
    "about",
    "offered_to",
)  # persons that an event names: columns, so that a merge of two persons reaches them
_NOT_OF_THE_ITEM = {"due_at"}

_ITEM = select(*(column for column in items.c if column.name not in _NOT_OF_THE_ITEM))
_GET = _ITEM.where(items.c.number == bindparam("row"))
_HISTORY = select(history).where(history.c.item == bindparam("row")).order_by(history.c.seq)
_SAVE = update(items).where(items.c.number == bindparam("row"), items.c.version == bindparam("seen"))
_SET_DUE = update(items).where(items.c.number == bindparam("row"))
_ADD = insert(items)
_ADD_EVENT = insert(history)
_DUE = (
    select(items.c.number)
    .where(items.c.due_at <= bindparam("now"))
    .order_by(items.c.due_at, items.c.number)
    .limit(bindparam("at_most"))
)
_IS_DUE = select(items.c.number).where(items.c.number == bindparam("row"), items.c.due_at <= bindparam("now"))
_DUE_IN = (
    _ITEM.where(
        items.c.due_at <= bindparam("now"),
        items.c.state == State.OPEN.value,
        exists().where(
            cards.c.item == items.c.number,
            cards.c.chat.in_(bindparam("chats", expanding=True)),
            cards.c.face == Face.CARD.value,
            cards.c.dropped.is_(False),
        ),
    )
    .order_by(items.c.due_at, items.c.number)
    .limit(bindparam("at_most"))
)
_SEVERAL = _ITEM.where(items.c.number.in_(bindparam("numbers", expanding=True)))
NEXT_DUE = select(func.min(items.c.due_at)).where(items.c.due_at.is_not(None))
_BY_REPORTER = (
    _ITEM.where(items.c.reporter == bindparam("person"), items.c.kind.in_(_REPORTS))
    .order_by(items.c.number.desc())
    .limit(bindparam("at_most"))
)
_IN_HAND = select(func.count()).where(items.c.claimed_by == bindparam("person"), items.c.state == State.CLAIMED.value)
_COUNT = select(func.count()).where(
    items.c.reporter == bindparam("person"),
    items.c.kind.in_(_REPORTS),
    items.c.created_at >= bindparam("earliest"),
    or_(items.c.dismiss_reason.is_(None), items.c.dismiss_reason.not_in(_NO_REPORTS)),
)
_PLACES = _ITEM.where(
    items.c.reporter == bindparam("person"),
    items.c.kind.in_(_REPORTS),
    items.c.created_at >= bindparam("earliest"),
    items.c.place.is_not(None),
).order_by(items.c.number.desc())
_ABOUT = _ITEM.where(items.c.about == bindparam("elder")).order_by(items.c.number)
_LATEST_ABOUT = (
    _ITEM.where(items.c.about == bindparam("elder"), items.c.kind == bindparam("sort"))
    .order_by(items.c.state.in_([state.value for state in sorted(LIVE)]).desc(), items.c.number.desc())
    .limit(1)
)
_LIVE_ABOUT = _ABOUT.where(items.c.state.in_([state.value for state in sorted(LIVE)]))
_SETTLED_AT = _ABOUT.where(
    items.c.state == State.RESOLVED.value,
    items.c.resolved_at == bindparam("moment", type_=items.c.resolved_at.type),
)
_PLEDGED_BY = _ITEM.where(items.c.pledged_by == bindparam("person")).order_by(items.c.number)
_IN_STATES = _ITEM.where(items.c.state.in_(bindparam("states", expanding=True))).order_by(items.c.number)
_IN_STATES_AND_AREAS = _IN_STATES.where(items.c.area.in_(bindparam("areas", expanding=True)))


class ItemTable:
    """The port `Items` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def next_number(self) -> int:
        """The next number of the one sequence; a transaction that is rolled back gives its number back."""
        first = inserting(counters, self._link.dialect).values(name="item", value=1)
        up = first.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
        return int((await self._link.run(up.returning(counters.c.value))).scalar_one())

    async def add(self, item: Item, event: Event, due_at: datetime | None) -> None:
        """Keep a new item with its first event."""
        await self._link.run(_ADD, {**_columns(item), "due_at": due_at})
        await self._link.run(_ADD_EVENT, _line(item, event))

    async def save(self, item: Item, event: Event, due_at: datetime | None) -> None:
        """Keep the item after one event; raises StaleState if it is not at `item.version - 1` on file."""
        now = {**_columns(item), "due_at": due_at, "row": item.number, "seen": item.version - 1}
        saved = await self._link.run(_SAVE, now)
        if saved.rowcount != 1:
            raise StaleState(f"item {item.number} is not at version {item.version - 1} any more")
        await self._link.run(_ADD_EVENT, _line(item, event))

    async def set_due(self, number: int, due_at: datetime | None) -> None:
        """Change only when it is looked at again; raises NotFound."""
        changed = await self._link.run(_SET_DUE, {"row": number, "due_at": due_at})
        if changed.rowcount != 1:
            raise NotFound(f"there is no item {number}")

    async def get(self, number: int) -> Item:
        """The item; raises NotFound."""
        row = (await self._link.run(_GET, {"row": number})).one_or_none()
        if row is None:
            raise NotFound(f"there is no item {number}")
        return _item(row)

    async def history(self, number: int) -> Sequence[Event]:
        """All its events, oldest first."""
        return [_event(row) for row in await self._link.run(_HISTORY, {"row": number})]

    async def by_reporter(self, person: int, limit: int) -> Sequence[Item]:
        """A person's latest reports, newest first."""
        return await self._items(_BY_REPORTER, {"person": person, "at_most": limit})

    async def in_hand(self, person: int) -> int:
        """How many items the person has claimed and not settled."""
        return int((await self._link.run(_IN_HAND, {"person": person})).scalar_one())

    async def count_reports(self, person: int, since: datetime) -> int:
        """How many reports the person has made since then; not those he took back himself."""
        return int((await self._link.run(_COUNT, {"person": person, "earliest": since})).scalar_one())

    async def latest_place(self, person: int, since: datetime) -> Item | None:
        """The person's latest report since then that has a place with words or a point."""
        placed = await self._items(_PLACES, {"person": person, "earliest": since})
        return next((item for item in placed if item.place and (item.place.words or item.place.has_point)), None)

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Numbers of the items whose due time has come, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def is_due(self, number: int, now: datetime) -> bool:
        """Whether its due time has come and nobody has acted on it since."""
        return (await self._link.run(_IS_DUE, {"row": number, "now": now})).one_or_none() is not None

    async def due_in(self, chats: Collection[int], now: datetime, limit: int) -> Sequence[Item]:
        """Open items whose due time has come and whose card is in one of these chats, earliest first."""
        return await self._items(_DUE_IN, {"chats": list(chats), "now": now, "at_most": limit})

    async def several(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Those of these that there are, by number."""
        return {item.number: item for item in await self._items(_SEVERAL, {"numbers": list(numbers)})}

    async def latest_about(self, elder: int, kind: Kind) -> Item | None:
        """The live item of this kind about her; where there is none, the youngest that there was."""
        return next(iter(await self._items(_LATEST_ABOUT, {"elder": elder, "sort": str(kind)})), None)

    async def live_about(self, elder: int, kinds: Collection[Kind] = tuple(Kind)) -> Sequence[Item]:
        """Live items about her of these kinds (default: all), oldest first."""
        return [item for item in await self._items(_LIVE_ABOUT, {"elder": elder}) if item.kind in kinds]

    async def settled_at(self, elder: int, moment: datetime) -> Sequence[Item]:
        """What about this elder was settled at that very moment, oldest first."""
        return await self._items(_SETTLED_AT, {"elder": elder, "moment": moment})

    async def pledged_by(self, person: int) -> Sequence[Item]:
        """What the person has said 🙋 to and does not have yet."""
        return await self._items(_PLEDGED_BY, {"person": person})

    async def in_states(self, states: Collection[str], areas: Collection[str] | None = None) -> Sequence[Item]:
        """Items in these states, oldest first; of these areas, or of all."""
        wanted: dict[str, Any] = {"states": [str(state) for state in states]}
        if areas is None:
            return await self._items(_IN_STATES, wanted)
        return await self._items(_IN_STATES_AND_AREAS, {**wanted, "areas": list(areas)})

    async def _items(self, statement: Any, params: Mapping[str, Any]) -> list[Item]:
        return [_item(row) for row in await self._link.run(statement, params)]


def _columns(item: Item) -> dict[str, Any]:
    """The item as its row: enums as their values, the place as JSON."""
    row = {name: getattr(item, name) for name in items.c.keys() if name not in _NOT_OF_THE_ITEM}  # noqa: SIM118 -- not a dict
    for name in ("state", "kind", "severity", "category", "dismiss_reason", "ending"):
        row[name] = row[name] and str(row[name])
    row["place"] = item.place and item.place.model_dump_json(exclude_unset=True)
    row["policy"] = item.policy and json.dumps(item.policy.as_record())
    row["progress"] = item.progress and _PROGRESS.dump_json(item.progress).decode()
    return row


def _item(row: Row[Any]) -> Item:
    kept = dict(row._mapping)
    kept["state"] = State(row.state)
    kept["kind"] = Kind(row.kind)
    kept["severity"] = Severity(row.severity)
    kept["category"] = row.category and Category(row.category)
    kept["dismiss_reason"] = row.dismiss_reason and DismissReason(row.dismiss_reason)
    kept["ending"] = row.ending and Ending(row.ending)
    kept["place"] = row.place and Place.model_validate_json(row.place)
    kept["policy"] = row.policy and Policy.from_record(json.loads(row.policy))
    kept["progress"] = row.progress and _PROGRESS.validate_json(row.progress)
    return Item(**kept)


def _line(item: Item, event: Event) -> dict[str, Any]:
    """One line of history. The JSON says that a person was named, the columns beside it say whom."""
    details = event.details.model_dump(mode="json", exclude_unset=True)
    named = {name: details[name] for name in _HELD_APART if name in details}
    return {
        "item": item.number,
        "seq": item.version,
        "at": event.at,
        "actor": event.actor,
        "action": str(event.action),
        "reason": event.reason,
        "note": event.note,
        "details": json.dumps(details | dict.fromkeys(named), ensure_ascii=False),
        "reporter": named.get("reporter"),
        "about": named.get("about"),
        "offered_to": named.get("offered_to"),
    }


def _event(row: Row[Any]) -> Event:
    details = json.loads(row.details)
    details |= {name: getattr(row, name) for name in _HELD_APART if name in details}
    return Event(
        at=row.at,
        actor=row.actor,
        action=Action(row.action),
        reason=row.reason,
        note=row.note,
        details=Details.model_validate(details),
    )

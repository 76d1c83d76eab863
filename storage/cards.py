"""The cards of items: what is wanted in which chat, and what is shown there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, case, exists, func, select, update

from care.domain.items import State
from care.domain.notices import Lane
from care.services.ports import Address, Card, Face
from storage.link import Link, inserting
from storage.messages import wish
from storage.tables import NO_THREAD, items
from storage.telling_tables import cards

LANES: Final = tuple(Lane)  # by rank, as they are stored

_HERE = cards.c.dropped.is_(False)
_LIVE = _HERE & (cards.c.face != Face.MOVED.value)
_LAGS = (cards.c.wanted > cards.c.shown) & cards.c.given_up.is_(None)
_twin = cards.alias()
_NEXT_WISH = select(func.coalesce(func.max(_twin.c.wish), 0) + 1).scalar_subquery()


def _wanting_more(lane: ColumnElement[Any]) -> dict[str, Any]:
    """One more change to be shown. What was not shown yet keeps its haste and its age."""
    return {
        "wanted": cards.c.wanted + 1,
        "lane": case((_LAGS & (cards.c.lane < lane), cards.c.lane), else_=lane),
        "wish": case((_LAGS, cards.c.wish), else_=_NEXT_WISH),
        "given_up": None,
    }


@cache
def _want(dialect: str) -> Any:
    new = inserting(cards, dialect).values(
        wanted=1, shown=0, posted=False, has_photo=False, dropped=False, wish=_NEXT_WISH
    )
    known_person = func.coalesce(new.excluded.person, cards.c.person)
    return new.on_conflict_do_update(
        index_elements=[cards.c.item, cards.c.chat, cards.c.thread, cards.c.face],
        index_where=_HERE,
        set_={**_wanting_more(new.excluded.lane), "person": known_person},
    )


_TOUCH = (
    update(cards)
    .where(cards.c.item == bindparam("of_item"), _LIVE)
    .values(_wanting_more(bindparam("haste", type_=cards.c.lane.type)))
)
_TOUCH_FACES = _TOUCH.where(cards.c.face.in_(bindparam("faces", expanding=True)))
_OF_ITEM = select(cards).where(cards.c.item == bindparam("of_item"), _LIVE).order_by(cards.c.id)
_RETIRED = select(cards).where(cards.c.item == bindparam("of_item"), _HERE, cards.c.face == Face.MOVED.value)
_RETIRE = (
    update(cards)
    .where(cards.c.id == bindparam("row"), _HERE)
    .values(face=Face.MOVED.value, **_wanting_more(bindparam("haste", type_=cards.c.lane.type)))
)
# An item that left a chat twice has two old cards there; the elder one says already where it went.
_RETIRED_BEFORE = (
    update(cards)
    .where(
        cards.c.item == bindparam("of_item"),
        cards.c.chat == bindparam("in_chat"),
        cards.c.thread == bindparam("in_thread"),
        cards.c.face == Face.MOVED.value,
        _HERE,
    )
    .values(dropped=True)
)
_GET = select(cards).where(cards.c.id == bindparam("row"), _HERE)
_DROP = (
    update(cards)
    .where(cards.c.id == bindparam("row"), _HERE)
    .values(dropped=True)
    .returning(cards.c.chat, cards.c.message)
)
_ADOPT = (
    update(cards)
    .where(
        cards.c.item == bindparam("of_item"),
        cards.c.chat == bindparam("in_chat"),
        cards.c.face == bindparam("as_face"),
        cards.c.message.is_(None),
        _HERE,
    )
    .values(message=bindparam("found"), posted=True)
)
_LAGGING = (
    select(cards)
    .where(_LAGS, _HERE, cards.c.id.not_in(bindparam("exclude", expanding=True)))
    .order_by(cards.c.lane, cards.c.wish, cards.c.id)
    .limit(bindparam("at_most"))
)
_SHOWED = (
    update(cards)
    .where(cards.c.id == bindparam("row"))
    .values(
        shown=case((cards.c.shown < bindparam("seen"), bindparam("seen")), else_=cards.c.shown),
        wish=case((cards.c.wanted > bindparam("seen"), _NEXT_WISH), else_=cards.c.wish),
        message=func.coalesce(bindparam("posted_as", type_=cards.c.message.type), cards.c.message),
        posted=True,
        given_up=None,
        has_photo=bindparam("photo"),
        media_key=bindparam("picture"),
        digest=bindparam("looks", type_=cards.c.digest.type),
        shown_at=bindparam("now", type_=cards.c.shown_at.type),
    )
    .returning(cards.c.chat, cards.c.message, cards.c.dropped)
)
# After a group's upgrade old message ids mean nothing in the new chat, where the same number may come up again.
_DISOWN = (
    update(cards)
    .where(
        cards.c.chat == bindparam("in_chat"), cards.c.message == bindparam("posted_as"), cards.c.id != bindparam("row")
    )
    .values(message=None, posted=False)
)
_LOST = (
    update(cards)
    .where(cards.c.id == bindparam("row"), _HERE)
    .values(
        message=None,
        posted=False,
        has_photo=False,
        media_key=None,
        digest=None,
        shown=0,
        wish=case((_LAGS, cards.c.wish), else_=_NEXT_WISH),
    )
)
_GOES_ON = (State.DRAFT, State.OPEN, State.CLAIMED)
_IN_CHAT = (
    select(cards)
    .join(items, items.c.number == cards.c.item)
    .where(cards.c.chat == bindparam("in_chat"), _LIVE, items.c.state.in_([*_GOES_ON, State.RESOLVED]))
    .order_by(cards.c.id)
)
_REVIVE = (
    update(cards)
    .where(
        cards.c.chat == bindparam("in_chat"),
        cards.c.given_up.is_not(None),
        _HERE,
        cards.c.posted | cards.c.item.in_(select(items.c.number).where(items.c.state.in_(_GOES_ON))),
    )
    .values(_wanting_more(cards.c.lane))
)
_IN_TOPIC = (cards.c.chat == bindparam("in_chat"), cards.c.thread == bindparam("topic"), _HERE)
_OUTSIDE = exists().where(
    _twin.c.item == cards.c.item,
    _twin.c.chat == cards.c.chat,
    _twin.c.face == cards.c.face,
    _twin.c.thread == NO_THREAD,
    _twin.c.dropped.is_(False),
)
_TWICE = update(cards).where(*_IN_TOPIC, _OUTSIDE).values(dropped=True).returning(cards.c.id, cards.c.message)
_UNPOSTED = (
    update(cards)
    .where(*_IN_TOPIC, cards.c.id != bindparam("stands"))
    .values(message=None, posted=False, has_photo=False, media_key=None, digest=None)
)
_WANTED_ANEW = (
    update(cards)
    .where(
        *_IN_TOPIC,
        cards.c.id != bindparam("stands"),
        cards.c.item.in_(select(items.c.number).where(items.c.state.in_(_GOES_ON))),
    )
    .values(_wanting_more(cards.c.lane))
)
_LEAVE_TOPIC = update(cards).where(*_IN_TOPIC).values(thread=NO_THREAD)
_GIVE_UP = update(cards).where(cards.c.id == bindparam("row")).values(given_up=bindparam("why"))


class CardTable:
    """The port `Cards` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def want(
        self, item: int, address: Address, face: Face, *, lane: Lane = Lane.ROUTINE, person: int | None = None
    ) -> None:
        """There shall be such a card; raises its `wanted` if it is there already."""
        place = {"item": item, "chat": address.chat, "thread": address.thread or NO_THREAD, "face": str(face)}
        await self._link.run(_want(self._link.dialect), {**place, "lane": lane.rank, "person": person})

    async def touch(self, item: int, faces: Collection[Face] | None = None, *, lane: Lane = Lane.ROUTINE) -> None:
        """What the item's cards show has changed; a card that was given up is tried again."""
        wanted: dict[str, Any] = {"of_item": item, "haste": lane.rank}
        if faces is None:
            await self._link.run(_TOUCH, wanted)
        else:
            await self._link.run(_TOUCH_FACES, {**wanted, "faces": [str(face) for face in faces]})

    async def of_item(self, item: int) -> Sequence[Card]:
        """All its live cards."""
        return [_card(row) for row in await self._link.run(_OF_ITEM, {"of_item": item})]

    async def drop(self, card: int) -> None:
        """Forget the card and wish its message gone; one that is just being posted goes as soon as it is there."""
        row = (await self._link.run(_DROP, {"row": card})).one_or_none()
        if row is not None and row.message is not None:
            await wish(self._link, row.chat, row.message, "gone", None)

    async def retire(self, card: int) -> None:
        """Its item has gone elsewhere: it says so once, and is nobody's to edit any more."""
        known = await self.get(card)
        if known is None:
            return
        if not known.posted:  # nobody has seen it: nothing to say
            await self.drop(card)
            return
        thread = known.address.thread or NO_THREAD
        place = {"of_item": known.item, "in_chat": known.address.chat, "in_thread": thread}
        await self._link.run(_RETIRED_BEFORE, place)
        await self._link.run(_RETIRE, {"row": card, "haste": Lane.ROUTINE.rank})

    async def retired(self, item: int) -> Sequence[Card]:
        """Where it has been: the cards that say where it went."""
        return [_card(row) for row in await self._link.run(_RETIRED, {"of_item": item})]

    async def adopt(self, item: int, chat: int, face: Face, message: int) -> None:
        """The card in that chat turns out to be this message."""
        await self._link.run(_ADOPT, {"of_item": item, "in_chat": chat, "as_face": str(face), "found": message})

    async def lagging(self, limit: int, exclude: Collection[int] = ()) -> Sequence[Card]:
        """Cards that do not show what is wanted, by lane, then oldest wish."""
        rows = await self._link.run(_LAGGING, {"exclude": list(exclude), "at_most": limit})
        return [_card(row) for row in rows]

    async def get(self, card: int) -> Card | None:
        """The card, if it still is."""
        row = (await self._link.run(_GET, {"row": card})).one_or_none()
        return row and _card(row)

    async def showed(
        self,
        card: int,
        wanted: int,
        message: int | None,
        *,
        has_photo: bool,
        media_key: str | None,
        now: datetime,
        digest: str | None = None,
    ) -> None:
        """The message shows what was wanted at `wanted`; first time: it was posted as `message`."""
        now_known = {"posted_as": message, "photo": has_photo, "picture": media_key, "looks": digest, "now": now}
        row = (await self._link.run(_SHOWED, {"row": card, "seen": wanted, **now_known})).one_or_none()
        if row is None or message is None:
            return
        if row.dropped:  # while it was on its way
            await wish(self._link, row.chat, message, "gone", now)
        await self._link.run(_DISOWN, {"row": card, "in_chat": row.chat, "posted_as": message})

    async def lost(self, card: int) -> None:
        """Its message is gone from the chat: it is posted anew."""
        await self._link.run(_LOST, {"row": card})

    async def give_up(self, card: int, error: str) -> None:
        """It can never be shown there: stop trying until it is wanted again."""
        await self._link.run(_GIVE_UP, {"row": card, "why": error})

    async def in_chat(self, chat: int) -> Sequence[Card]:
        """Its live cards, of items that are not closed or dismissed, oldest first."""
        return [_card(row) for row in await self._link.run(_IN_CHAT, {"in_chat": chat})]

    async def leave_topic(self, chat: int, thread: int, *, posted: int | None = None) -> None:
        """The topic is gone, with all that stood in it: its cards go to the chat itself and are posted anew there."""
        there = {"in_chat": chat, "topic": thread}
        for row in (await self._link.run(_TWICE, there)).all():
            if row.id == posted and row.message is not None:  # it stands in the chat itself twice now
                await wish(self._link, chat, row.message, "gone", None)
        for statement in (_UNPOSTED, _WANTED_ANEW):
            await self._link.run(statement, {**there, "stands": posted or 0})
        await self._link.run(_LEAVE_TOPIC, there)

    async def revive(self, chat: int) -> int:
        """Cards in this chat that were given up are wanted again; how many."""
        return (await self._link.run(_REVIVE, {"in_chat": chat})).rowcount


def _card(row: Row[Any]) -> Card:
    return Card(
        id=row.id,
        item=row.item,
        address=Address(row.chat, None if row.thread == NO_THREAD else row.thread),
        face=Face(row.face),
        message=row.message,
        has_photo=row.has_photo,
        lane=LANES[row.lane],
        wanted=row.wanted,
        shown=row.shown,
        posted=row.posted,
        person=row.person,
        media_key=row.media_key,
        digest=row.digest,
    )

"""Who wants to be forgotten: what stays are item numbers, states and times, of nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, bindparam, delete, func, or_, select, update

from care.domain.states import LIVE, State
from care.services.ports import Erasure
from storage.care_tables import doors, erasures, inquiries, list_names, pauses, recordings, shares
from storage.link import Link, inserting
from storage.messages import wish
from storage.tables import elders, history, inbox, invites, items, kin, media, people, posts
from storage.telling_tables import cards, messages, outbox, questions

NOBODY = "—"  # the name of who was forgotten, in every language
DELETABLE = timedelta(
    hours=47
)  # younger messages can be deleted (Bot API, deleteMessage: 48 h); older ones are blanked
_WORDS = ("text", "proof")
_UNDER_WAY = [state.value for state in sorted({*LIVE, State.DRAFT})]

# Rows that go with him.
FORGOTTEN: tuple[Column[Any], ...] = (
    recordings.c.elder,
    shares.c.elder,
    pauses.c.elder,
    inquiries.c.elder,
    inquiries.c.person,
    questions.c.person,
    invites.c.person,
    doors.c.person,
    kin.c.elder,
    kin.c.family,
    elders.c.person,
    posts.c.person,
    erasures.c.person,
    cards.c.person,
    messages.c.person,
)

_HIS = or_(items.c.reporter == bindparam("whom"), items.c.about == bindparam("whom"))
_WAITS_FOR = (
    select(items.c.number)
    .where(or_(_HIS, items.c.claimed_by == bindparam("whom")), items.c.state.in_(_UNDER_WAY))
    .order_by(items.c.number)
)
_SETTLED = select(items.c.number).where(_HIS, items.c.state == State.RESOLVED.value).order_by(items.c.number)
_TOUCHED = or_(
    _HIS,
    items.c.number.in_(select(history.c.item).where(history.c.actor == bindparam("whom"))),
    items.c.number.in_(select(media.c.item).where(media.c.by == bindparam("whom"))),
)
NEXT_DUE = select(func.min(erasures.c.due_at))
_NEXT_ITEMS = (
    select(items.c.number, items.c.state, items.c.reporter, items.c.about)
    .where(items.c.number > bindparam("after"), _TOUCHED)
    .order_by(items.c.number)
    .limit(bindparam("at_most"))
)
_DUE = (
    select(erasures.c.person)
    .where(erasures.c.due_at <= bindparam("now"))
    .order_by(erasures.c.due_at, erasures.c.person)
    .limit(bindparam("at_most"))
)
_THIS = update(erasures).where(erasures.c.person == bindparam("whom"))
_LINES = select(history.c.item, history.c.seq, history.c.details).where(history.c.item == bindparam("number"))
_LINE = update(history).where(history.c.item == bindparam("number"), history.c.seq == bindparam("line"))
_NOTES = update(history).where(history.c.item == bindparam("number"), history.c.actor == bindparam("whom"))
_MEDIA = select(media.c.id, media.c.sha256).where(media.c.item == bindparam("number"), media.c.by == bindparam("whom"))


class ErasureTable:
    """The port `Erasures` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def wish(self, person: int, now: datetime, due_at: datetime) -> None:
        """He wants it; wished twice is wished once."""
        new = inserting(erasures, self._link.dialect).values(person=person, wished_at=now, due_at=due_at)
        await self._link.run(new.on_conflict_do_nothing(index_elements=["person"]))

    async def unwish(self, person: int) -> bool:
        """He does not any more."""
        return (await self._link.run(delete(erasures).where(erasures.c.person == person))).rowcount > 0

    async def find(self, person: int) -> Erasure | None:
        """What he has wished."""
        row = (await self._link.run(select(erasures).where(erasures.c.person == person))).one_or_none()
        return row and Erasure(person=row.person, wished_at=row.wished_at, due_at=row.due_at)

    async def put_off(self, person: int, due_at: datetime) -> None:
        """It is looked at again then."""
        await self._link.run(_THIS, {"whom": person, "due_at": due_at})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Persons whose time has come, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def waits_for(self, person: int) -> Sequence[int]:
        """Items that must end first."""
        return list((await self._link.run(_WAITS_FOR, {"whom": person})).scalars())

    async def settled(self, person: int) -> Sequence[int]:
        """Items about him or from him that are settled and could still be reopened."""
        return list((await self._link.run(_SETTLED, {"whom": person})).scalars())

    async def blank_items(self, person: int, now: datetime, limit: int) -> bool:
        """Take his words, places and photos out of the next so many ended items; whether there may be more."""
        after = (await self._link.run(select(erasures.c.done_to).where(erasures.c.person == person))).scalar() or 0
        found = (await self._link.run(_NEXT_ITEMS, {"whom": person, "after": after, "at_most": limit})).all()
        for row in found:
            if person in (row.reporter, row.about):
                await self._blank(row.number, now)
            if row.state not in _UNDER_WAY:
                await self._link.run(_NOTES, {"number": row.number, "whom": person, "note": ""})
            await self._drop_media(row.number, person, now)
        if found:
            await self._link.run(_THIS, {"whom": person, "done_to": found[-1].number})
        return len(found) == limit

    async def erase(self, person: int, now: datetime) -> int | None:
        """Everything else that is kept of him goes; the chat he had with us, if there was one."""
        link, whom = self._link, {"whom": person}
        chat = (await link.run(select(people.c.telegram_id).where(people.c.id == person))).scalar()
        heard = select(recordings.c.id).where(recordings.c.elder == person)
        await link.run(update(list_names).where(list_names.c.recording.in_(heard)).values(recording=None))
        if chat is not None:
            await self._empty_chat(chat, now)
        for column in FORGOTTEN:
            await link.run(delete(column.table).where(column == bindparam("whom")), whom)
        await link.run(update(pauses).where(pauses.c.by == person).values(words=None))
        his_chat = [outbox.c.chat == chat] if chat is not None else []
        told = or_(outbox.c.person == person, *his_chat)
        await link.run(delete(outbox).where(told, outbox.c.state != "sending"))  # what is on its way arrives
        gone = dict.fromkeys(("ref", "telegram_id", "called", "sex", "birth_year", "building", "address", "phone"))
        await link.run(
            update(people).where(people.c.id == person).values(**gone, language=None, name=NOBODY, admin=False)
        )
        return chat

    async def forget_telling(self, row: int, chat: int, message: int | None) -> None:
        """The last word to him leaves no trace either."""
        await self._link.run(delete(outbox).where(outbox.c.id == row))
        if message is not None:
            await self._link.run(delete(messages).where(messages.c.chat == chat, messages.c.message == message))

    async def _blank(self, number: int, now: datetime) -> None:
        """The item and its history say the same again afterwards (invariant I3), and neither says a word of his."""
        await self._link.run(update(items).where(items.c.number == number).values(text="", place=None, proof=None))
        for row in (await self._link.run(_LINES, {"number": number})).all():
            details = json.loads(row.details)
            bare = (
                details | {name: "" for name in _WORDS if details.get(name)} | dict.fromkeys({"place"} & set(details))
            )
            if bare.get("proof") == "":
                bare["proof"] = None
            values = {"number": number, "line": row.seq, "note": "", "details": json.dumps(bare, ensure_ascii=False)}
            await self._link.run(_LINE, values)
        await self._take_down(number, now)

    async def _take_down(self, number: int, now: datetime) -> None:
        """Whatever stands of it in any chat: deleted, or where that is too late, `已删除`."""
        stood = (await self._link.run(select(messages).where(messages.c.item == number))).all()
        shown = (await self._link.run(select(cards).where(cards.c.item == number))).all()
        await self._link.run(update(cards).where(cards.c.item == number).values(dropped=True))
        await self._link.run(delete(messages).where(messages.c.item == number))
        places = {(row.chat, row.message): row.posted_at for row in stood}
        places |= {(row.chat, row.message): row.shown_at or now for row in shown if row.message is not None}
        for (chat, message), at in places.items():
            posted = next((row.posted_at for row in stood if (row.chat, row.message) == (chat, message)), at)
            await wish(self._link, chat, message, "gone" if now - posted < DELETABLE else "blank", now)

    async def _empty_chat(self, chat: int, now: datetime) -> None:
        """What we have ever said to him."""
        for row in (await self._link.run(select(messages).where(messages.c.chat == chat))).all():
            await wish(self._link, chat, row.message, "gone" if now - row.posted_at < DELETABLE else "blank", now)
        await self._link.run(delete(messages).where(messages.c.chat == chat))
        await self._link.run(delete(cards).where(cards.c.chat == chat))
        await self._link.run(
            update(inbox).where(inbox.c.lane == chat, inbox.c.state == "parked").values(body=None, error=None)
        )

    async def _drop_media(self, number: int, person: int, now: datetime) -> None:
        """The network's ids go now; the file itself goes when the downloader comes by."""
        for row in (await self._link.run(_MEDIA, {"number": number, "whom": person})).all():
            gone = {"state": "erased", "file": "", "unique_id": f"erased-{row.id}", "album": None, "size": None}
            due = {"due_at": now if row.sha256 else None}
            await self._link.run(update(media).where(media.c.id == row.id).values(**gone, **due))

"""A group becomes a supergroup: a new id, and message ids that begin anew."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update

from storage.care_tables import lists
from storage.link import Link, inserting
from storage.list_moves import move_lists
from storage.tables import bindings, moved_chats
from storage.telling_tables import WAITING, cards, messages, outbox, questions, wishes

_NOW_KNOWN_AS = select(moved_chats.c.new).where(moved_chats.c.old == bindparam("chat"))


@cache
def _moved(dialect: str) -> Any:
    new = inserting(moved_chats, dialect)
    return new.on_conflict_do_update(index_elements=["old"], set_={"new": new.excluded.new})


async def now_known_as(link: Link, chat: int) -> int:
    """The id that the chat has today."""
    moved = (await link.run(_NOW_KNOWN_AS, {"chat": chat})).scalar_one_or_none()
    return chat if moved is None else int(moved)


async def move_chat(link: Link, old: int, new: int) -> None:
    """Bindings, cards, questions and what is still to be told go to the new id. Twice is once.

    What stands in the old group stays there as it is: its ids mean nothing in the new one, where the same numbers
    belong to other messages, and nobody can change it any more. Its buttons still work, so a card is posted in the new
    group only when there is something new to show. Whoever tells of the move is in the group: no binding is lost.
    """
    if old == new:
        return
    await link.run(update(moved_chats).where(moved_chats.c.new == old).values(new=new))
    await link.run(_moved(link.dialect), {"old": old, "new": new})
    await _drop_twin_cards(link, old, new)
    await _drop_twin_questions(link, old, new)
    await link.run(delete(wishes).where(wishes.c.chat == old))
    await link.run(update(messages).where(messages.c.chat == old).values(gone=True))
    await link.run(update(bindings).where(bindings.c.chat == old).values(chat=new, lost_at=None))
    unposted = {"message": None, "posted": False, "has_photo": False, "media_key": None, "digest": None}
    await link.run(update(cards).where(cards.c.chat == old).values(chat=new, **unposted))
    await link.run(update(questions).where(questions.c.chat == old).values(chat=new, message=None))
    await link.run(update(outbox).where(outbox.c.chat == old, WAITING).values(chat=new, reply_to=None))
    for thread in (await link.run(select(lists.c.thread).where(lists.c.chat == old).distinct())).scalars().all():
        await move_lists(link, (old, thread), (new, thread))


async def _drop_twin_cards(link: Link, old: int, new: int) -> None:
    """Where the new chat has such a card already, the old one's gives way."""
    twin = cards.alias()
    same = exists().where(
        twin.c.chat == new,
        twin.c.dropped.is_(False),
        *(twin.c[name] == cards.c[name] for name in ("item", "thread", "face")),
    )
    await link.run(update(cards).where(cards.c.chat == old, same).values(dropped=True))


async def _drop_twin_questions(link: Link, old: int, new: int) -> None:
    twin = questions.alias()
    same = exists().where(
        twin.c.chat == new, *(twin.c[name] == questions.c[name] for name in ("person", "asked", "item"))
    )
    await link.run(delete(questions).where(questions.c.chat == old, same))

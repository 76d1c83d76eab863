"""What the config says once: who is admin, and which area begins in which chat."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select, update

from storage.link import inserting
from storage.tables import NO_THREAD, bindings, people, seeded
from storage.unit import Unit


async def seed_admins(uow: Unit, telegram_ids: Collection[int]) -> None:
    """Exactly these network ids are admins; one that nobody has met yet is kept without a name until he writes."""
    link = uow.link
    await link.run(
        update(people).where(people.c.admin.is_(True), people.c.telegram_id.not_in(telegram_ids)).values(admin=False)
    )
    for user in telegram_ids:
        new = inserting(people, link.dialect).values(telegram_id=user, name="", admin=True)
        await link.run(new.on_conflict_do_update(index_elements=["telegram_id"], set_={"admin": True}))


async def seed_bindings(uow: Unit, chats: Iterable[tuple[str, int, int | None, str]]) -> None:
    """Bind each (area, chat, topic, audience) of the config, once for ever.

    Afterwards the database wins: an area that was bound elsewhere, or unbound, is not bound again by a restart.
    Where one area's entry says that neighbours are in a chat, they are there for all its areas.
    """
    link = uow.link
    for area, chat, thread, audience in chats:
        first = inserting(seeded, link.dialect).values(area=area).on_conflict_do_nothing(index_elements=["area"])
        if (await link.run(first)).rowcount == 1:
            bind = inserting(bindings, link.dialect).values(
                area=area, chat=chat, thread=thread or NO_THREAD, audience=audience
            )
            await link.run(bind.on_conflict_do_nothing(index_elements=["area"]))
    shared = select(bindings.c.chat).where(bindings.c.audience == "residents")
    await link.run(update(bindings).where(bindings.c.chat.in_(shared)).values(audience="residents"))

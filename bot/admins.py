"""What the machinery itself has to tell the admins: seldom, in private, through the same outbox as everything."""

from __future__ import annotations

from datetime import datetime

from care.domain.notices import Lane, Sentence
from care.services.ports import Address, Database, Step


async def tell_admins(db: Database, key: str, occasion: str, now: datetime, **args: str | int) -> None:
    """A sentence of the catalogue to every admin who can be reached, once for each `occasion`."""
    async with db.write() as uow:
        for admin in await uow.people.admins():
            if admin.telegram_id is None:
                continue
            await uow.outbox.tell(
                Sentence(key=key, args=args),
                Address(admin.telegram_id),
                lane=Lane.ROUTINE,
                step=Step.ANSWER,
                key=f"{key}:{occasion}:{admin.id}",
                now=now,
                person=admin.id,
            )

"""Invitations on file: who can be invited, and the hashes of the links that were given out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from care.domain.people import Role
from storage.database import Database
from storage.tables import invites, people, posts

STEP = 500  # invites written in one transaction: a few milliseconds

_HOLDERS = (
    select(
        people.c.id,
        people.c.ref,
        people.c.name,
        people.c.building,
        people.c.language,
        people.c.telegram_id,
        posts.c.area,
    )
    .join_from(people, posts)
    .where(posts.c.role == bindparam("role"), people.c.ref.is_not(None))
    .order_by(people.c.id, posts.c.area)
)
_REPLACED = delete(invites).where(
    invites.c.role == bindparam("of_role"),
    invites.c.used_at.is_(None),
    invites.c.person.in_(bindparam("persons", expanding=True)),
)


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody on the roster in one role; `areas` holds where (empty: the whole tree)."""

    person: int
    ref: str
    name: str
    building: str | None
    language: str | None
    linked: bool
    areas: tuple[str, ...]


async def invitees(db: Database, role: Role) -> list[Invitee]:
    """Everybody on the roster who has this role, linked to a chat already or not."""
    found: dict[int, Invitee] = {}
    async with db.read() as uow:
        for row in await uow.link.run(_HOLDERS, {"role": str(role)}):
            before = found[row.id].areas if row.id in found else ()
            found[row.id] = Invitee(
                person=row.id,
                ref=row.ref,
                name=row.name,
                building=row.building,
                language=row.language,
                linked=row.telegram_id is not None,
                areas=(*before, row.area) if row.area else before,
            )
    return list(found.values())


async def is_on_file(db: Database, ref: str) -> bool:
    """Whether somebody has this ref."""
    async with db.read() as uow:
        return (await uow.link.run(select(people.c.id).where(people.c.ref == ref))).one_or_none() is not None


async def give_out(
    db: Database, role: Role, hashes: Sequence[tuple[int, str]], *, now: datetime, expires_at: datetime
) -> int:
    """Keep (person, hash of the link's token) in place of older unused ones of this role; how many those were."""
    replaced = 0
    for start in range(0, len(hashes), STEP):
        some = hashes[start : start + STEP]
        rows = [
            {"token_hash": token, "person": person, "role": str(role), "created_at": now, "expires_at": expires_at}
            for person, token in some
        ]
        async with db.write() as uow:
            older = {"of_role": str(role), "persons": _ids(some)}
            replaced += (await uow.link.run(_REPLACED, older)).rowcount
            await uow.link.run(invites.insert(), rows)
    return replaced


def _ids(hashes: Collection[tuple[int, str]]) -> list[int]:
    return [person for person, _ in hashes]

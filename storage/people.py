"""Who is known, and what their roles are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, select, update

from care.domain.errors import NotFound
from care.domain.items import Action
from care.domain.people import PROVISIONAL, Person, Post, Role
from care.services.ports import LinkProblem
from storage.link import Link, inserting
from storage.redeem import problem_of, redeem
from storage.tables import WHOLE_TREE, history, items, people, posts

_PERSON: Select[Any] = (
    select(
        people.c.id,
        people.c.ref,
        people.c.name,
        people.c.called,
        people.c.telegram_id,
        people.c.language,
        people.c.admin,
        posts.c.role,
        posts.c.area,
    )
    .select_from(people.outerjoin(posts, posts.c.person == people.c.id))
    .order_by(people.c.id)
)
_GET = _PERSON.where(people.c.id == bindparam("row"))
_BY_TELEGRAM = _PERSON.where(people.c.telegram_id == bindparam("user"))
_ADMINS = _PERSON.where(people.c.admin.is_(True))
_HOLDING = _PERSON.where(
    people.c.id.in_(
        select(posts.c.person).where(
            posts.c.role.in_(bindparam("roles", expanding=True)), posts.c.area.in_(bindparam("areas", expanding=True))
        )
    )
)
_ACTING = (
    select(history.c.actor)
    .select_from(history.join(items, items.c.number == history.c.item))
    .join(people, people.c.id == history.c.actor)
    .where(
        items.c.area.in_(bindparam("areas", expanding=True)),
        history.c.at >= bindparam("earliest", type_=history.c.at.type),
        history.c.action.in_([Action.CLAIM, Action.TAKE_OVER, Action.RESOLVE, Action.HEARD, Action.CONFIRM]),
        history.c.actor.is_distinct_from(items.c.reporter),
        people.c.telegram_id.is_not(None),
    )
    .group_by(history.c.actor)
    .order_by(func.max(history.c.at).desc())
    .limit(bindparam("at_most"))
)
_BUILDING = select(people.c.building).where(people.c.id == bindparam("row"))
_NAME_PROVISIONALLY = update(people).where(people.c.id == bindparam("row"), people.c.ref.is_(None))
_CHANGE = update(people).where(people.c.id == bindparam("row"))


class PeopleTable:
    """The port `People` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def get(self, person: int) -> Person:
        """The person; raises NotFound."""
        found = await self._all(_GET, {"row": person})
        if not found:
            raise NotFound(f"there is no person {person}")
        return found[0]

    async def by_telegram(self, user: int) -> Person | None:
        """The person with this network id, if known."""
        found = await self._all(_BY_TELEGRAM, {"user": user})
        return found[0] if found else None

    async def meet(self, user: int, name: str, language: str | None) -> Person:
        """The person with this network id; kept as a new, unenrolled one if unknown.

        An admin whom so far only the config knew gets the name from here.
        """
        known = await self.by_telegram(user)
        if known is None:
            new = inserting(people, self._link.dialect).values(
                telegram_id=user, name=name, language=language, admin=False
            )
            await self._link.run(new.on_conflict_do_nothing(index_elements=["telegram_id"]))
            known = await self.by_telegram(user)
            if known is None:
                raise NotFound("a person who was just met is gone again")
        if name and not known.name:
            await self._link.run(_CHANGE, {"row": known.id, "name": name})
            return await self.get(known.id)
        return known

    async def set_language(self, person: int, language: str) -> None:
        """Remember the language the person chose; raises NotFound."""
        changed = await self._link.run(_CHANGE, {"row": person, "language": language})
        if changed.rowcount != 1:
            raise NotFound(f"there is no person {person}")

    async def enrol(self, person: int, role: Role, area: str) -> None:
        """Somebody met in a chat holds this post from now on; one without a ref gets a provisional one."""
        await self._link.run(_NAME_PROVISIONALLY.values(ref=f"{PROVISIONAL}{person}"), {"row": person})
        post = inserting(posts, self._link.dialect).values(person=person, role=str(role), area=area)
        await self._link.run(post.on_conflict_do_nothing(index_elements=["person", "role", "area"]))

    async def building_of(self, person: int) -> str | None:
        """The building the roster says somebody lives in."""
        found: str | None = (await self._link.run(_BUILDING, {"row": person})).scalar_one_or_none()
        return found

    async def holding(self, roles: Collection[Role], areas: Collection[str | None]) -> Sequence[Person]:
        """Everybody with one of these roles in one of these areas (None: posts that cover the whole tree)."""
        wanted = [WHOLE_TREE if area is None else area for area in areas]
        return await self._all(_HOLDING, {"roles": [str(role) for role in roles], "areas": wanted})

    async def seen_acting(self, areas: Collection[str], since: datetime, limit: int) -> Sequence[Person]:
        """Who has taken, settled or answered for items of these areas since then, the latest first; the reachable."""
        which = {"areas": list(areas), "earliest": since, "at_most": limit}
        return [await self.get(actor) for actor in (await self._link.run(_ACTING, which)).scalars().all()]

    async def admins(self) -> Sequence[Person]:
        """Everybody the config names as admin."""
        return await self._all(_ADMINS, {})

    async def redeem(self, token_hash: str, user: int, name: str, language: str | None, now: datetime) -> Person | None:
        """Link the network id to the person an invite was made for; see `storage.redeem`."""
        person = await redeem(self._link, token_hash, user, now)
        if person is None:
            return None
        invited = await self.get(person)
        if invited.language is None and language is not None:
            await self._link.run(_CHANGE, {"row": person, "language": language})
        if name and not invited.name:
            await self._link.run(_CHANGE, {"row": person, "name": name})
        return await self.get(person)

    async def problem_of(self, token_hash: str, now: datetime) -> LinkProblem:
        """Why `redeem` gives nobody for this invite."""
        return await problem_of(self._link, token_hash, now)

    async def _all(self, statement: Select[Any], params: dict[str, Any]) -> list[Person]:
        rows = (await self._link.run(statement, params)).all()
        return [_person(row) for _, row in groupby(rows, key=lambda row: row.id)]


def _person(rows: Iterable[Row[Any]]) -> Person:
    """One person from the rows of his posts (one row without a post, where he has none)."""
    held = list(rows)
    first = held[0]
    return Person(
        id=first.id,
        ref=first.ref,
        name=first.name,
        called=first.called,
        telegram_id=first.telegram_id,
        language=first.language,
        admin=first.admin,
        posts=frozenset(Post(Role(row.role), row.area or None) for row in held if row.role is not None),
    )

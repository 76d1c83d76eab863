"""Elders, their families and pauses, and what only a claimer may read."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, select, update

from care.domain.elders import ElderRecord, ElderState, GoodNews, Mode, Pause, PauseWhy, Sex
from care.domain.errors import NotFound
from care.domain.people import Person, Post, Role
from care.services.ports import Private, Reach, Relative
from storage.care_tables import pauses
from storage.link import Link
from storage.people import PeopleTable
from storage.tables import elders, kin, people, posts

_HOLDS = and_(pauses.c.elder == elders.c.person, pauses.c.ended_at.is_(None))
_ELDER: Select[Any] = (
    select(
        elders.c.person,
        elders.c.state,
        elders.c.state_since,
        elders.c.mode,
        elders.c.prompt_at,
        elders.c.keyboard_at,
        elders.c.greeted_at,
        people.c.ref,
        people.c.name,
        people.c.called,
        people.c.telegram_id,
        people.c.language,
        people.c.admin,
        people.c.sex,
        people.c.birth_year,
        people.c.building,
        pauses.c.since,
        pauses.c.until,
        pauses.c.why,
        pauses.c.by,
    )
    .select_from(elders.join(people, people.c.id == elders.c.person).outerjoin(pauses, _HOLDS))
    .order_by(elders.c.person)
)
_SEVERAL = _ELDER.where(elders.c.person.in_(bindparam("persons", expanding=True)))
_HOME = select(posts.c.person).where(
    posts.c.role == Role.ELDER.value, posts.c.area.in_(bindparam("areas", expanding=True))
)
_IN_AREAS = _ELDER.where(elders.c.person.in_(_HOME), elders.c.state.in_(bindparam("states", expanding=True)))
_WATCHED = _ELDER.where(
    elders.c.person.in_(select(kin.c.elder).where(kin.c.family == bindparam("family_id"), kin.c.ended_at.is_(None)))
)
_POSTS = select(posts).where(posts.c.person.in_(bindparam("persons", expanding=True)))
_FAMILY = (
    select(kin.c.family, kin.c.good_news)
    .where(kin.c.elder == bindparam("elder_id"), kin.c.ended_at.is_(None))
    .order_by(kin.c.family)
)
_PRIVATE = (
    select(people.c.name, people.c.address, people.c.phone, elders)
    .join_from(elders, people, people.c.id == elders.c.person)
    .where(elders.c.person == bindparam("elder_id"))
)
_FAMILY_PHONES = (
    select(people.c.name, people.c.phone)
    .join_from(kin, people, people.c.id == kin.c.family)
    .where(kin.c.elder == bindparam("elder_id"), kin.c.ended_at.is_(None))
    .order_by(people.c.id)
)
_THIS = update(elders).where(elders.c.person == bindparam("elder_id"))
_THIS_KIN = update(kin).where(kin.c.elder == bindparam("elder_id"), kin.c.family == bindparam("family_id"))
_PAUSE_BEFORE = (
    select(pauses)
    .where(
        pauses.c.elder == bindparam("elder_id"),
        pauses.c.ended_at == bindparam("moment", type_=pauses.c.ended_at.type),
        pauses.c.since < bindparam("moment", type_=pauses.c.since.type),
    )
    .order_by(pauses.c.id.desc())
)
_THIS_PAUSE = update(pauses).where(pauses.c.elder == bindparam("elder_id"), pauses.c.ended_at.is_(None))


class ElderTable:
    """The port `Elders` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def find(self, person: int) -> ElderRecord | None:
        """The elder; None if this person is none."""
        return next(iter(await self.several([person])), None)

    async def several(self, persons: Collection[int]) -> Sequence[ElderRecord]:
        """Those of these who are elders, by person id."""
        return await self._all(_SEVERAL, {"persons": list(persons)}) if persons else []

    async def in_areas(self, areas: Collection[str], states: Collection[ElderState] = ()) -> Sequence[ElderRecord]:
        """Elders whose home is in one of these areas (states: default all), by person id."""
        wanted = [str(state) for state in states or ElderState]
        return await self._all(_IN_AREAS, {"areas": list(areas), "states": wanted})

    async def set_state(self, person: int, state: ElderState, now: datetime) -> None:
        """She joined, left, or is invited again."""
        await self._link.run(_THIS.values(state=str(state), state_since=now), {"elder_id": person})

    async def sent_keyboard(self, person: int, now: datetime) -> None:
        """The two tall keys went out."""
        await self._link.run(_THIS.values(keyboard_at=now), {"elder_id": person})

    async def greeted(self, person: int, now: datetime) -> None:
        """The network accepted a greeting to her; only the first is kept."""
        await self._link.run(_THIS.where(elders.c.greeted_at.is_(None)).values(greeted_at=now), {"elder_id": person})

    async def family_of(self, elder: int) -> Sequence[Relative]:
        """Who watches over her, whether we can reach them or not."""
        rows = (await self._link.run(_FAMILY, {"elder_id": elder})).all()
        everybody = PeopleTable(self._link)
        return [Relative(await everybody.get(row.family), GoodNews(row.good_news)) for row in rows]

    async def watched_by(self, family: int) -> Sequence[ElderRecord]:
        """Whose family this person is."""
        return await self._all(_WATCHED, {"family_id": family})

    async def set_good_news(self, family: int, elder: int, choice: GoodNews, next_at: datetime | None = None) -> None:
        """What good news a relative wants of this elder, and when he hears it next."""
        chosen = _THIS_KIN.values(good_news=str(choice), news_at=next_at)
        await self._link.run(chosen, {"elder_id": elder, "family_id": family})

    async def end_watch(self, family: int, elder: int, now: datetime) -> None:
        """The elder does not want this person to watch over her any more."""
        still = _THIS_KIN.where(kin.c.ended_at.is_(None))
        await self._link.run(still.values(ended_at=now), {"elder_id": elder, "family_id": family})

    async def pause(self, elder: int, pause: Pause, words: str = "", next_at: datetime | None = None) -> None:
        """She is not greeted from now on; a pause that holds already is replaced."""
        await self.resume(elder, pause.since)
        new = {"elder": elder, "since": pause.since, "until": pause.until, "why": str(pause.why), "by": pause.by}
        await self._link.run(pauses.insert(), new | {"words": words or None, "next_at": next_at})

    async def resume(self, elder: int, now: datetime) -> bool:
        """She is greeted again; False if she was not paused."""
        return (await self._link.run(_THIS_PAUSE.values(ended_at=now), {"elder_id": elder})).rowcount > 0

    async def pause_before(self, elder: int, ended_at: datetime) -> tuple[Pause, str] | None:
        """The pause that a later one took the place of at that moment, and its words."""
        row = (await self._link.run(_PAUSE_BEFORE, {"elder_id": elder, "moment": ended_at})).first()
        if row is None:
            return None
        return Pause(since=row.since, until=row.until, why=PauseWhy(row.why), by=row.by), row.words or ""

    async def private(self, elder: int) -> Private:
        """What only a claimer may read; raises NotFound."""
        row = (await self._link.run(_PRIVATE, {"elder_id": elder})).one_or_none()
        if row is None:
            raise NotFound(f"person {elder} is no elder")
        named = [Reach(**{"name": c["name"], "relation": c["relation"], "phone": c["phone"]}) for c in _contacts(row)]
        phones = {reach.phone for reach in named}
        family = (await self._link.run(_FAMILY_PHONES, {"elder_id": elder})).all()
        kinfolk = [Reach(one.name, "", one.phone) for one in family if one.phone not in phones or one.phone is None]
        return Private(
            name=row.name,
            address=row.address,
            phone=row.phone,
            health=row.health,
            routine=row.routine,
            lives_with=row.lives_with,
            key_holder=row.key_holder,
            contacts=(*named, *kinfolk),
        )

    async def _all(self, statement: Select[Any], params: dict[str, Any]) -> list[ElderRecord]:
        rows = (await self._link.run(statement, params)).all()
        held: dict[int, set[Post]] = {row.person: set() for row in rows}
        for post in await self._link.run(_POSTS, {"persons": list(held)}) if held else ():
            held[post.person].add(Post(Role(post.role), post.area or None))
        return [_record(row, frozenset(held[row.person])) for row in rows]


def _contacts(row: Row[Any]) -> list[dict[str, str]]:
    return list(json.loads(row.contacts)) if row.contacts else []


def _record(row: Row[Any], held: frozenset[Post]) -> ElderRecord:
    person = Person(
        id=row.person,
        ref=row.ref,
        name=row.name,
        called=row.called,
        telegram_id=row.telegram_id,
        language=row.language,
        admin=row.admin,
        posts=held,
    )
    home = min((post.area for post in held if post.role is Role.ELDER and post.area), default=None)
    return ElderRecord(
        person=person,
        state=ElderState(row.state),
        state_since=row.state_since,
        mode=Mode(row.mode),
        times=tuple(time.fromisoformat(part) for part in row.prompt_at.split(",")) if row.prompt_at else (),
        sex=Sex(row.sex) if row.sex else None,
        birth_year=row.birth_year,
        building=row.building,
        area=home,
        pause=Pause(since=row.since, until=row.until, why=PauseWhy(row.why), by=row.by) if row.since else None,
        keyboard_at=row.keyboard_at,
        greeted_at=row.greeted_at,
    )

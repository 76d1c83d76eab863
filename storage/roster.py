"""Importing a roster: compared and encrypted outside, staged in small steps, applied in one short transaction.

Nothing here holds the lock that an urgent message needs for longer than applying takes: under a second for 10,000
people on SQLite. Give it a `Database` of its own (`connections=1`): the stage belongs to one connection.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby, islice
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import structlog
from sqlalchemy import Row, bindparam, delete, or_, select, update
from sqlalchemy.schema import CreateIndex, CreateTable

from care.domain.errors import StaleState
from care.domain.people import Post, Role
from care.domain.roster import (
    Contact,
    Elder,
    ElderState,
    Enrolled,
    Mode,
    OnFile,
    Reading,
    Sex,
    same,
    settle,
    state_of,
)
from storage.crypto import Cipher
from storage.database import Database
from storage.link import Link
from storage.redeem import merge, on_the_roster
from storage.roster_staging import (
    FIND_BY_REF,
    FIND_BY_TELEGRAM,
    LET_TELEGRAM_GO,
    PERSONAL,
    TAKEN,
    TWICE_ON_FILE,
    stage,
    staged,
    staged_kin,
    staged_posts,
    writing,
)
from storage.tables import WHOLE_TREE, elders, kin, people, posts
from storage.unit import Unit

log = structlog.get_logger(__name__)

LOOK_UP = 400  # refs asked for at once; databases limit the parameters of a statement
STEP = 250  # people staged in one transaction: a few milliseconds
TRIES = 5
ROSTER_AT = "roster"  # the name of what is another word after each import: whoever goes by the roster looks again

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True)
class Known:
    """Somebody on file, as the roster would say it; `state` only of elders."""

    person: Enrolled
    state: ElderState | None


@dataclass(frozen=True)
class Change:
    """What an import makes of one person; `before` is None for somebody new."""

    before: Known | None
    after: Enrolled
    told: Enrolled

    @property
    def state(self) -> ElderState | None:
        """Whether an elder takes part from now on."""
        if self.after.elder is None:
            return None
        seen = self.before
        return state_of(
            self.after.elder,
            before=seen.state if seen else None,
            consent_before=seen.person.elder.consent if seen and seen.person.elder else None,
            has_telegram=self.after.telegram_id is not None,
        )

    @property
    def is_new(self) -> bool:
        """Whether this ref was not on file."""
        return self.before is None

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return self.before is None or not same(self.before.person, self.after) or self.before.state is not self.state


class RosterMoved(Exception):
    """While the file was read, somebody on file took a telegram id that it gives to another: read it again."""


async def on_file(db: Database) -> OnFile:
    """Who is known already, as far as reading a roster needs it."""
    async with db.read() as uow:
        linked = select(people.c.telegram_id, people.c.ref).where(
            people.c.telegram_id.is_not(None), people.c.ref.is_not(None)
        )  # whom we enrolled in a chat the roster may name as it likes
        aged = select(people.c.ref).join_from(people, elders).where(people.c.ref.is_not(None))
        telegram = {row.telegram_id: row.ref for row in await uow.link.run(linked) if on_the_roster(row.ref)}
        return OnFile(telegram=telegram, elders=frozenset((await uow.link.run(aged)).scalars()))


async def compare(db: Database, reading: Reading, progress: Callable[[int], None] | None = None) -> list[Change]:
    """What the roster would change, person by person, in the file's order. `progress` hears how many more are done."""
    changes = []
    for some in _batches(reading.people, LOOK_UP):
        known = await _known(db, [person.ref for person in some])
        for told in some:
            before = known.get(told.ref)
            after = settle(before.person if before else None, told, reading.columns)
            changes.append(Change(before, after, told))
        if progress:
            progress(len(some))
    return changes


async def apply(
    db: Database, changes: Sequence[Change], now: datetime, progress: Callable[[int], None] | None = None
) -> int:
    """Write what has changed, all of it or nothing; how many people that were.

    Raises RosterMoved where the file has to be read again, StaleState if the database stays locked by another process.
    """
    changed = [change for change in changes if change.changes]
    if not changed:
        return 0
    await _again(_clear_stage, db)
    numbered = list(enumerate(changed))
    for some in _batches(numbered, STEP):
        rows = await asyncio.to_thread(_encrypted, some, db.cipher)
        await _again(_stage, db, rows, some)
        if progress:
            progress(len(some))
    await _again(_apply, db, now)
    log.info("roster.imported", changed=len(changed), new=sum(change.is_new for change in changed))
    return len(changed)


async def _again(act: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do it; while another process holds the write lock too long, a few times."""
    for attempt in range(TRIES):
        try:
            await act(*args, **kwargs)
        except StaleState:
            if attempt == TRIES - 1:
                raise
        else:
            return


async def _clear_stage(db: Database) -> None:
    async with db.write() as uow:
        for table in stage.sorted_tables:
            await uow.link.run(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                await uow.link.run(CreateIndex(index, if_not_exists=True))
            await uow.link.run(delete(table))


async def _stage(db: Database, rows: list[dict[str, Any]], changes: Iterable[tuple[int, Change]]) -> None:
    held = [
        {"n": n, "role": str(post.role), "area": post.area or WHOLE_TREE}
        for n, change in changes
        for post in change.after.posts
    ]
    ties = [{"n": n, "elder_ref": ref} for n, change in changes for ref in change.after.elder_refs or ()]
    async with db.write() as uow:
        await uow.link.run(staged.insert(), rows)
        await uow.link.run(staged_posts.insert(), held)
        if ties:
            await uow.link.run(staged_kin.insert(), ties)


async def _apply(db: Database, now: datetime) -> None:
    async with db.write() as uow:
        link = uow.link
        await link.run(FIND_BY_REF)
        await link.run(FIND_BY_TELEGRAM)
        await _join_doubles(link)
        await link.run(LET_TELEGRAM_GO)
        taken = (await link.run(TAKEN)).scalars().all()
        if taken:
            raise RosterMoved(
                f"the telegram id of {', '.join(taken)} was taken by somebody else while the file was read"
            )
        for statement in writing(now):
            await link.run(statement)
        await uow.meta.put(ROSTER_AT, uuid4().hex)


async def _join_doubles(link: Link) -> None:
    """Who is on file by ref and was met in a chat beside it becomes one person, with all that either has done."""
    for row in (await link.run(TWICE_ON_FILE)).all():
        await link.run(update(people).where(people.c.id == row.id).values(telegram_id=None))
        await link.run(
            update(people)
            .where(people.c.id == row.person)
            .values(telegram_id=row.telegram_id, admin=or_(people.c.admin, row.admin))
        )
        await merge(link, row.id, row.person)


def _encrypted(changes: Sequence[tuple[int, Change]], cipher: Cipher) -> list[dict[str, Any]]:
    return [_row(n, change, cipher) for n, change in changes]


def _row(n: int, change: Change, cipher: Cipher) -> dict[str, Any]:
    """One row of the stage: what is personal encrypted; what only the person himself decides as the file has it."""
    person, elder = change.after, change.after.elder
    row: dict[str, Any] = {
        "n": n,
        "ref": person.ref,
        "telegram_id": change.told.telegram_id,
        "language": change.told.language,
        "is_elder": elder is not None,
        "is_family": person.elder_refs is not None,
        "state": change.state,
        "state_seen": change.before.state if change.before else None,
        "consent": elder.consent if elder else None,
        "mode": elder.mode if elder else None,
        "prompt_at": _times(elder.prompt_at) if elder else None,
        "contacts": _contacts(elder.contacts) if elder else None,
    }
    for name in ("name", "called", "sex", "birth_year", "building", "address", "phone"):
        row[name] = getattr(person, name)
    for name in ("routine", "health", "lives_with", "key_holder"):
        row[name] = getattr(elder, name) if elder else None
    return row | {name: cipher.encrypt(row[name]) for name in PERSONAL if row[name] is not None}


async def _known(db: Database, refs: Sequence[str]) -> Mapping[str, Known]:
    """Those of these refs who are on file."""
    wanted = {"refs": list(refs)}
    async with db.read() as uow:
        held = await _grouped(uow, _POSTS, wanted, lambda row: Post(Role(row.role), row.area or None))
        ties = await _grouped(uow, _KIN, wanted, lambda row: row.elder_ref)
        rows = (await uow.link.run(_KNOWN, wanted)).all()
    return {row.ref: _known_one(row, frozenset(held.get(row.id, ())), ties.get(row.id, [])) for row in rows}


async def _grouped(uow: Unit, query: Any, params: dict[str, Any], value: Callable[[Row[Any]], T]) -> dict[int, list[T]]:
    rows = (await uow.link.run(query, params)).all()
    return {person: [value(row) for row in some] for person, some in groupby(rows, key=lambda row: row.person)}


def _known_one(row: Row[Any], held: frozenset[Post], ties: list[str]) -> Known:
    is_family = bool(ties) or any(post.role is Role.FAMILY for post in held)
    person = Enrolled(
        ref=row.ref,
        rows=(),
        name=row.name,
        called=row.called,
        sex=Sex(row.sex) if row.sex else None,
        birth_year=row.birth_year,
        building=row.building,
        address=row.address,
        phone=row.phone,
        language=row.language,
        telegram_id=row.telegram_id,
        posts=held,
        elder=_elder(row) if row.state is not None else None,
        elder_refs=tuple(sorted(ties)) if is_family else None,
    )
    return Known(person, ElderState(row.state) if row.state is not None else None)


def _elder(row: Row[Any]) -> Elder:
    return Elder(
        consent=row.consent,
        mode=Mode(row.mode),
        prompt_at=tuple(time.fromisoformat(part) for part in row.prompt_at.split(",")) if row.prompt_at else (),
        routine=row.routine,
        health=row.health,
        lives_with=row.lives_with,
        key_holder=row.key_holder,
        contacts=tuple(Contact(**contact) for contact in json.loads(row.contacts)) if row.contacts else (),
    )


def _times(times: Sequence[time]) -> str | None:
    return ",".join(at.isoformat("seconds" if at.second else "minutes") for at in times) or None


def _contacts(contacts: Sequence[Contact]) -> str | None:
    return json.dumps([vars(contact) for contact in contacts], ensure_ascii=False) if contacts else None


def _batches(things: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    source = iter(things)
    while batch := list(islice(source, size)):
        yield batch


_REFS = people.c.ref.in_(bindparam("refs", expanding=True))
_KNOWN = (
    select(people, *(column for column in elders.c if column.name != "person"))
    .select_from(people.outerjoin(elders))
    .where(_REFS)
)
_POSTS = select(posts).join_from(posts, people, posts.c.person == people.c.id).where(_REFS).order_by(posts.c.person)
_elder_person = people.alias()
_KIN = (
    select(kin.c.family.label("person"), _elder_person.c.ref.label("elder_ref"))
    .select_from(kin.join(people, kin.c.family == people.c.id).join(_elder_person, kin.c.elder == _elder_person.c.id))
    .where(_REFS, _elder_person.c.ref.is_not(None))
    .order_by(kin.c.family)
)

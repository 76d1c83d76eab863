"""Where an import waits until all of it is ready, and the few statements that then apply it at once.

The stage is a set of temporary tables of one connection: nobody else sees it, and it is gone with the connection,
however that ends. What is personal lies in it encrypted already, so that applying it costs no arithmetic.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Executable,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from care.domain.people import PROVISIONAL
from care.domain.roster.changes import OUTLIVING
from storage.tables import elders, kin, people, posts
from storage.types import Moment, RowId

stage = MetaData()

# One row a person who is new or has changed. `person` is found when the import is applied.
staged = Table(
    "staged_people",
    stage,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("person", RowId, index=True),
    Column("ref", Text, nullable=False, index=True),
    Column("telegram_id", BigInteger),  # None: as it is
    Column("name", Text, nullable=False),
    Column("called", Text),
    Column("sex", Text),
    Column("birth_year", Integer),
    Column("building", Text),
    Column("address", Text),
    Column("phone", Text),
    Column("language", Text),  # None: as it is
    Column("is_elder", Boolean, nullable=False),
    Column("state", Text),
    Column("state_seen", Text),  # what it was when we looked; somebody may have joined or left in the chat since
    Column("consent", Date),
    Column("mode", Text),
    Column("prompt_at", Text),
    Column("routine", Text),
    Column("health", Text),
    Column("lives_with", Text),
    Column("key_holder", Text),
    Column("contacts", Text),
    Column("is_family", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
staged_posts = Table(
    "staged_posts",
    stage,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, primary_key=True),
    Column("area", Text, primary_key=True),
    prefixes=["TEMPORARY"],
)
staged_kin = Table(
    "staged_kin",
    stage,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("elder_ref", Text, primary_key=True),
    prefixes=["TEMPORARY"],
)

PERSONAL = ("name", "called", "address", "phone", "routine", "health", "lives_with", "key_holder", "contacts")
_OF_PEOPLE = ("name", "called", "sex", "birth_year", "building", "address", "phone")
_OF_ELDERS = ("consent", "mode", "prompt_at", "routine", "health", "lives_with", "key_holder", "contacts")

# Nobody of the community's roster: met in a chat, and enrolled there at most.
_MET = or_(people.c.ref.is_(None), people.c.ref.startswith(PROVISIONAL, autoescape=True))

FIND_BY_REF = update(staged).values(
    person=select(people.c.id).where(people.c.ref == staged.c.ref).correlate(staged).scalar_subquery()
)

# Somebody met in a chat before he was enrolled: he keeps his id, and everything he has said.
FIND_BY_TELEGRAM = (
    update(staged)
    .where(staged.c.person.is_(None), staged.c.telegram_id.is_not(None))
    .values(
        person=select(people.c.id)
        .where(people.c.telegram_id == staged.c.telegram_id, _MET)
        .correlate(staged)
        .scalar_subquery()
    )
)

# (met, enrolled): two rows of one person, known by ref and, apart from it, by a chat.
TWICE_ON_FILE = (
    select(people.c.id, staged.c.person, staged.c.telegram_id, people.c.admin)
    .select_from(staged.join(people, people.c.telegram_id == staged.c.telegram_id))
    .where(_MET, people.c.id != staged.c.person)
)

# Refs whose telegram id belongs to somebody on the roster who does not give it up here.
TAKEN = (
    select(staged.c.ref)
    .select_from(staged.join(people, people.c.telegram_id == staged.c.telegram_id))
    .where(~_MET, or_(staged.c.person.is_(None), people.c.id != staged.c.person))
)

# Ids that move between people: first all of them are let go, then each is given.
LET_TELEGRAM_GO = (
    update(people)
    .where(
        people.c.id == staged.c.person,
        staged.c.telegram_id.is_not(None),
        people.c.telegram_id != staged.c.telegram_id,
    )
    .values(telegram_id=None)
)


def writing(now: datetime) -> list[Executable]:
    """The statements that make the file's word the database's, in their order."""
    return [_change_people(), _add_people(), FIND_BY_REF, _drop_posts(), _add_posts(), *_elders(now), *_kin()]


def _change_people() -> Executable:
    told = {name: staged.c[name] for name in _OF_PEOPLE}
    kept = {name: func.coalesce(staged.c[name], people.c[name]) for name in ("telegram_id", "language")}
    return update(people).where(people.c.id == staged.c.person).values(ref=staged.c.ref, **told, **kept)


def _add_people() -> Executable:
    names = ["ref", *_OF_PEOPLE, "telegram_id", "language", "admin"]
    rows = select(*(staged.c[name] for name in names[:-1]), literal(False, Boolean()))
    return insert(people).from_select(names, rows.where(staged.c.person.is_(None)).order_by(staged.c.n))


def _drop_posts() -> Executable:
    """Roles that the file no longer names, and the old areas of those it names."""
    of_one = select(staged.c.n).where(staged.c.person == posts.c.person).correlate(posts)
    named = exists().where(staged_posts.c.n.in_(of_one), staged_posts.c.role == posts.c.role)
    outlives = posts.c.role.in_([str(role) for role in OUTLIVING])
    return delete(posts).where(posts.c.person.in_(select(staged.c.person)), or_(~outlives, named))


def _add_posts() -> Executable:
    rows = select(staged.c.person, staged_posts.c.role, staged_posts.c.area).join_from(
        staged, staged_posts, staged.c.n == staged_posts.c.n
    )
    there = exists().where(
        posts.c.person == staged.c.person, posts.c.role == staged_posts.c.role, posts.c.area == staged_posts.c.area
    )
    return insert(posts).from_select(["person", "role", "area"], rows.where(~there))


def _elders(now: datetime) -> list[Executable]:
    as_seen = elders.c.state == staged.c.state_seen
    state = case((as_seen, staged.c.state), else_=elders.c.state)
    moved = and_(as_seen, elders.c.state != staged.c.state)
    # `else_` reads the same column: its type would be applied twice on the way out of a CASE.
    since = case((moved, literal(now, Moment())), else_=type_coerce(elders.c.state_since, Moment()))
    told = {name: staged.c[name] for name in _OF_ELDERS}
    change = (
        update(elders)
        .where(elders.c.person == staged.c.person, staged.c.is_elder.is_(True))
        .values(state=state, state_since=since, **told)
    )
    known = exists().where(elders.c.person == staged.c.person)
    new = select(
        staged.c.person, staged.c.state, literal(now, Moment()), *(staged.c[name] for name in _OF_ELDERS)
    ).where(staged.c.is_elder.is_(True), ~known)
    return [change, insert(elders).from_select(["person", "state", "state_since", *_OF_ELDERS], new)]


def _kin() -> list[Executable]:
    """Ties as the file has them. What a relative chose, and what the elder ended, stays as it is."""
    family = select(staged.c.person).where(staged.c.is_family.is_(True))
    elder = people.alias()
    rows = select(staged.c.person, elder.c.id).select_from(
        staged_kin.join(staged, staged.c.n == staged_kin.c.n).join(elder, elder.c.ref == staged_kin.c.elder_ref)
    )
    told = rows.where(staged.c.person == kin.c.family, elder.c.id == kin.c.elder).correlate(kin)
    known = select(kin.c.family).where(kin.c.family == staged.c.person, kin.c.elder == elder.c.id)
    new = rows.where(~known.correlate(staged, elder).exists())
    return [
        delete(kin).where(kin.c.family.in_(family), ~told.exists()),
        insert(kin).from_select(["family", "elder"], new),
    ]

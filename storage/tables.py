"""Every table. A change here needs a revision in `migrations/`; a contract test holds the two together.

Columns that hold personal data or people's own words are `Encrypted`; ids of persons, items and chats are not, so that
they can be searched and constrained. Moments are UTC. A topic or an area that is "none" is stored as 0 or "", since
unique keys and NULL do not go together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    false,
    literal,
)
from sqlalchemy.sql.elements import ColumnElement

from care.domain.items import LIVE, Kind
from storage.types import Encrypted, Moment, RowId

NO_THREAD = 0
WHOLE_TREE = ""

# Of these a person has one live item at a time; a new press or miss is added to it.
ALARMS = (Kind.SOS, Kind.MISSED_CHECKIN, Kind.UNREACHABLE)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> Column[Any]:
    """A number that the database gives out."""
    return Column("id", RowId, primary_key=True, autoincrement=True)


def person_ref(name: str, *, nullable: bool = True, **more: Any) -> Column[Any]:
    """Somebody."""
    return Column(name, RowId, ForeignKey("people.id"), nullable=nullable, **more)


def item_ref(name: str = "item", *, nullable: bool = False, **more: Any) -> Column[Any]:
    """An item."""
    return Column(name, BigInteger, ForeignKey("items.number"), nullable=nullable, **more)


def word(value: str) -> ColumnElement[str]:
    """A value that is written into the statement: only so can a database see that a partial index fits."""
    return literal(value, Text(), literal_execute=True)


def partial(name: str, *columns: ColumnElement[Any], where: ColumnElement[bool], unique: bool = False) -> Index:
    """An index over part of a table, on either database."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


people = Table(
    "people",
    metadata,
    row_id(),
    Column("ref", Text, unique=True),  # the community's own number; None: only met in a chat
    Column("telegram_id", BigInteger, unique=True),
    Column("name", Encrypted, nullable=False),
    Column("called", Encrypted),
    Column("sex", Text),  # f | m
    Column("birth_year", Integer),
    Column("building", Text),
    Column("address", Encrypted),
    Column("phone", Encrypted),
    Column("language", Text),
    Column("admin", Boolean, nullable=False),
    sqlite_autoincrement=True,  # a person's id is never given to another
)

posts = Table(
    "posts",
    metadata,
    person_ref("person", nullable=False, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("area", Text, primary_key=True),  # WHOLE_TREE: everywhere
)
Index("ix_posts_role_area", posts.c.role, posts.c.area)

elders = Table(
    "elders",
    metadata,
    person_ref("person", nullable=False, primary_key=True),
    Column("state", Text, nullable=False),  # invited | joined | left
    Column("state_since", Moment),
    Column("consent", Date),  # of the paper agreement
    Column("mode", Text, nullable=False),  # button | curtain | call | visit
    Column("prompt_at", Text),  # "08:00,20:00"; None: the config's
    Column("routine", Encrypted),
    Column("health", Encrypted),
    Column("lives_with", Encrypted),
    Column("key_holder", Encrypted),
    Column("contacts", Encrypted),
    Column("keyboard_at", Moment),  # when the two tall keys were last sent
    Column("greeted_at", Moment),  # when the network first accepted a greeting
)

kin = Table(
    "kin",
    metadata,
    person_ref("family", nullable=False, primary_key=True),
    person_ref("elder", nullable=False, primary_key=True, index=True),
    Column("good_news", Text, nullable=False, server_default="never"),  # never | daily | weekly
    Column("ended_at", Moment),  # the elder does not want it any more; the roster does not bring it back
    Column("news_at", Moment),  # when the relative hears good news next; None: only alarms and their ends
)
partial("ix_kin_news_at", kin.c.news_at, where=and_(kin.c.ended_at.is_(None), kin.c.news_at.is_not(None)))

invites = Table(
    "invites",
    metadata,
    row_id(),
    Column("token_hash", Text, nullable=False, unique=True),
    person_ref("person", nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", BigInteger),  # the network's user id
    sqlite_autoincrement=True,
)

bindings = Table(
    "bindings",
    metadata,
    Column("area", Text, primary_key=True),
    Column("chat", BigInteger, nullable=False, index=True),
    Column("thread", BigInteger, nullable=False),
    Column("audience", Text, nullable=False),  # staff | residents
    Column("lost_at", Moment),  # since when the chat has put us out; its area is told elsewhere meanwhile
)

# Groups that became supergroups: presses on what was posted before still come from the old id.
moved_chats = Table(
    "moved_chats",
    metadata,
    Column("old", BigInteger, primary_key=True, autoincrement=False),
    Column("new", BigInteger, nullable=False),
)

seeded = Table("seeded", metadata, Column("area", Text, primary_key=True))  # bound once by the config: never again

items = Table(
    "items",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("category", Text),
    Column("area", Text),
    Column("place", Encrypted),  # JSON: words and a point; where an elder lives is nobody's to read
    Column("text", Encrypted, nullable=False),
    person_ref("reporter"),
    Column("reporter_known", Boolean, nullable=False),
    person_ref("about"),
    item_ref("linked_to", nullable=True),
    Column("held", Boolean, nullable=False),
    Column("self_settled", Boolean, nullable=False),
    Column("proof", Encrypted),
    Column("dismiss_reason", Text),
    Column("created_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("opened_at", Moment),
    Column("since", Moment),
    person_ref("claimed_by"),
    Column("claimed_at", Moment),
    person_ref("said_done_by"),
    person_ref("resolved_by"),
    Column("resolved_at", Moment),
    Column("reopened", Integer, nullable=False),
    Column("policy", Text),  # JSON, copied when it opened
    Column("progress", Text),  # JSON: how loud we are about it
    Column("due_at", Moment),  # when somebody should look again
    Column("claimed_from", Text),  # the area whose group the claim was pressed in; None: in private
    person_ref("offered_to"),
    person_ref("pledged_by"),  # has said 🙋, and the sheet has not reached him yet
    Column("pledged_at", Moment),
    Column("pledged_from", Text),
    Column("ending", Text),  # the outcome of an elder's matter
)
partial("ix_items_about", items.c.about, where=items.c.about.is_not(None))
partial("ix_items_pledged_by", items.c.pledged_by, where=items.c.pledged_by.is_not(None))
Index("ix_items_reporter_number", items.c.reporter, items.c.number)
Index("ix_items_state_number", items.c.state, items.c.number)
partial("ix_items_due_at", items.c.due_at, where=items.c.due_at.is_not(None))
partial(
    "uq_items_one_live_alarm",
    items.c.about,
    items.c.kind,
    where=and_(items.c.kind.in_([word(k) for k in ALARMS]), items.c.state.in_([word(s) for s in sorted(LIVE)])),
    unique=True,
)

history = Table(
    "history",
    metadata,
    item_ref(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the item's version after it
    Column("at", Moment, nullable=False),
    person_ref("actor"),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Encrypted, nullable=False),
    Column("details", Encrypted, nullable=False),  # JSON of what it changed, but for the persons beside it
    person_ref("reporter"),
    person_ref("about"),
    person_ref("offered_to"),
)
Index("ix_history_at", history.c.at)

media = Table(
    "media",
    metadata,
    row_id(),
    item_ref(),
    Column("purpose", Text, nullable=False),  # report | proof
    Column("kind", Text, nullable=False),
    Column("file", Text, nullable=False),  # the network's id: by it the file can be sent again
    Column("unique_id", Text, nullable=False),
    Column("size", BigInteger),
    person_ref("by"),
    Column("at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # wanted | kept | failed | too_big
    Column("album", Text),  # the network's id of the album it came in
    Column("sha256", Text),
    Column("phash", Text),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment),
    sqlite_autoincrement=True,
)
Index("uq_media_once", media.c.item, media.c.purpose, media.c.unique_id, unique=True)
partial("ix_media_album", media.c.album, where=media.c.album.is_not(None))
partial("ix_media_due_at", media.c.due_at, where=media.c.due_at.is_not(None))

inbox = Table(
    "inbox",
    metadata,
    row_id(),  # the order of arrival; the network's update id is a key and no order
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("lane", BigInteger, nullable=False),
    Column("body", Encrypted),
    Column("state", Text, nullable=False),  # waiting | done | parked
    Column("attempts", Integer, nullable=False),
    Column("error", Encrypted),
    Column("received_at", Moment, nullable=False),
    item_ref(nullable=True),
    Column("backlog", Boolean, nullable=False, server_default=false()),  # had waited while we were away
    sqlite_autoincrement=True,
)
UNREAD = inbox.c.state == word("waiting")
partial("ix_inbox_waiting", inbox.c.id, where=UNREAD)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

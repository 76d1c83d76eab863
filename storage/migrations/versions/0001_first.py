"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A revision says what was, for ever: it uses nothing of `storage.tables`, which says what is.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def row_id() -> sa.Column[Any]:
    """A number that the database gives out."""
    return sa.Column("id", ROW_ID, autoincrement=True, nullable=False)


def text(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Text, encrypted or not."""
    return sa.Column(name, sa.Text(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A point in time, UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A chat, a message, an item's number."""
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def ref(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A person's row id."""
    return sa.Column(name, ROW_ID, autoincrement=False, nullable=null)


def count(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A small number."""
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=null)


def flag(name: str) -> sa.Column[Any]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(table: str, column: str) -> sa.UniqueConstraint:
    """No two rows alike in this."""
    return sa.UniqueConstraint(column, name=f"uq_{table}_{column}")


def to_people(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    """These name people on file."""
    return [sa.ForeignKeyConstraint([c], ["people.id"], name=f"fk_{table}_{c}") for c in columns]


def to_item(table: str, column: str = "item") -> sa.ForeignKeyConstraint:
    """This names an item on file."""
    return sa.ForeignKeyConstraint([column], ["items.number"], name=f"fk_{table}_{column}")


def index(name: str, table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    """An index, of some rows only where `where` is given; `false` is the one word that each database spells its way."""
    only: dict[str, Any] = (
        {"sqlite_where": sa.text(where.replace("false", "0")), "postgresql_where": sa.text(where)} if where else {}
    )
    op.create_index(name, table, list(columns), unique=unique, **only)


def upgrade() -> None:
    """Every table of the first release."""
    _people()
    _areas()
    _items()
    _telling()
    _dialogue()
    _installation()


def _people() -> None:
    """Who is known."""
    op.create_table(
        "people",
        row_id(),
        text("ref", null=True),
        big("telegram_id", null=True),
        text("name"),
        text("called", null=True),
        text("sex", null=True),
        count("birth_year", null=True),
        text("building", null=True),
        text("address", null=True),
        text("phone", null=True),
        text("language", null=True),
        flag("admin"),
        key("people", "id"),
        unique("people", "ref"),
        unique("people", "telegram_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "posts",
        ref("person"),
        text("role"),
        text("area"),
        key("posts", "person", "role", "area"),
        *to_people("posts", "person"),
    )
    index("ix_posts_role_area", "posts", "role", "area")
    op.create_table(
        "elders",
        ref("person"),
        text("state"),
        moment("state_since", null=True),
        sa.Column("consent", sa.Date(), nullable=True),
        text("mode"),
        text("prompt_at", null=True),
        text("routine", null=True),
        text("health", null=True),
        text("lives_with", null=True),
        text("key_holder", null=True),
        text("contacts", null=True),
        key("elders", "person"),
        *to_people("elders", "person"),
    )
    op.create_table(
        "kin",
        ref("family"),
        ref("elder"),
        key("kin", "family", "elder"),
        *to_people("kin", "family", "elder"),
    )
    index("ix_kin_elder", "kin", "elder")
    op.create_table(
        "invites",
        row_id(),
        text("token_hash"),
        ref("person"),
        text("role"),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", null=True),
        big("used_by", null=True),
        key("invites", "id"),
        unique("invites", "token_hash"),
        *to_people("invites", "person"),
        sqlite_autoincrement=True,
    )
    index("ix_invites_person", "invites", "person")


def _areas() -> None:
    """Which area is told where."""
    op.create_table(
        "bindings",
        text("area"),
        big("chat"),
        big("thread"),
        text("audience"),
        key("bindings", "area"),
    )
    index("ix_bindings_chat", "bindings", "chat")
    op.create_table(
        "seeded",
        text("area"),
        key("seeded", "area"),
    )


def _items() -> None:
    """What needs a person, and how it went."""
    op.create_table(
        "items",
        big("number"),
        count("version"),
        text("state"),
        text("kind"),
        text("severity"),
        text("category", null=True),
        text("area", null=True),
        text("place", null=True),
        text("text"),
        ref("reporter", null=True),
        flag("reporter_known"),
        ref("about", null=True),
        big("linked_to", null=True),
        flag("held"),
        flag("self_settled"),
        text("proof", null=True),
        text("dismiss_reason", null=True),
        moment("created_at"),
        moment("answered_at", null=True),
        moment("opened_at", null=True),
        moment("since", null=True),
        ref("claimed_by", null=True),
        moment("claimed_at", null=True),
        ref("said_done_by", null=True),
        ref("resolved_by", null=True),
        moment("resolved_at", null=True),
        count("reopened"),
        sa.Column("policy", sa.Text),
        sa.Column("progress", sa.Text),
        moment("due_at", null=True),
        key("items", "number"),
        *to_people("items", "reporter", "about", "claimed_by", "said_done_by", "resolved_by"),
        to_item("items", "linked_to"),
    )
    index("ix_items_due_at", "items", "due_at", where="due_at IS NOT NULL")
    index("ix_items_reporter_number", "items", "reporter", "number")
    index("ix_items_state_number", "items", "state", "number")
    index(
        "uq_items_one_live_alarm",
        "items",
        "about",
        "kind",
        where="kind IN ('sos', 'missed_checkin', 'unreachable') AND state IN ('claimed', 'open')",
        unique=True,
    )
    op.create_table(
        "history",
        big("item"),
        count("seq"),
        moment("at"),
        ref("actor", null=True),
        text("action"),
        text("reason"),
        text("note"),
        text("details"),
        ref("reporter", null=True),
        ref("about", null=True),
        key("history", "item", "seq"),
        *to_people("history", "actor", "reporter", "about"),
        to_item("history"),
    )


def _telling() -> None:
    """What is shown and told."""
    op.create_table(
        "cards",
        row_id(),
        big("item"),
        big("chat"),
        big("thread"),
        text("face"),
        big("message", null=True),
        ref("person", null=True),
        flag("has_photo"),
        text("media_key", null=True),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        count("wanted"),
        count("shown"),
        flag("posted"),
        big("wish"),
        text("given_up", null=True),
        flag("dropped"),
        moment("shown_at", null=True),
        key("cards", "id"),
        *to_people("cards", "person"),
        to_item("cards"),
        sqlite_autoincrement=True,
    )
    index("ix_cards_chat_message", "cards", "chat", "message")
    index("ix_cards_lagging", "cards", "lane", "wish", where="wanted > shown")
    index("ix_cards_wish", "cards", "wish")
    index("uq_cards_place", "cards", "item", "chat", "thread", "face", where="dropped IS false", unique=True)
    op.create_table(
        "outbox",
        row_id(),
        text("key"),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        big("chat"),
        big("thread"),
        ref("person", null=True),
        text("notice"),
        big("item", null=True),
        text("step"),
        big("reply_to", null=True),
        moment("not_before"),
        moment("expires_at", null=True),
        text("state"),
        count("attempts"),
        moment("created_at"),
        moment("ended_at", null=True),
        big("message", null=True),
        text("error", null=True),
        key("outbox", "id"),
        unique("outbox", "key"),
        *to_people("outbox", "person"),
        to_item("outbox"),
        sqlite_autoincrement=True,
    )
    index("ix_outbox_item", "outbox", "item")
    index("ix_outbox_not_before", "outbox", "not_before", where="state IN ('pending', 'sending')")
    index("ix_outbox_waiting", "outbox", "lane", "id", "not_before", where="state IN ('pending', 'sending')")
    op.create_table(
        "messages",
        big("chat"),
        big("message"),
        text("subject"),
        big("item", null=True),
        ref("person", null=True),
        moment("posted_at"),
        key("messages", "chat", "message"),
        *to_people("messages", "person"),
        to_item("messages"),
    )
    index("ix_messages_item", "messages", "item")
    op.create_table(
        "wishes",
        row_id(),
        big("chat"),
        big("message"),
        text("wish"),
        moment("wished_at", null=True),
        key("wishes", "id"),
        sqlite_autoincrement=True,
    )
    index("uq_wishes_message_wish", "wishes", "chat", "message", "wish", unique=True)


def _dialogue() -> None:
    """What people send us."""
    op.create_table(
        "questions",
        row_id(),
        big("chat"),
        ref("person"),
        text("asked"),
        big("item"),
        moment("asked_at"),
        moment("due_at", null=True),
        big("message", null=True),
        key("questions", "id"),
        *to_people("questions", "person"),
        to_item("questions"),
        sqlite_autoincrement=True,
    )
    index("ix_questions_due_at", "questions", "due_at", where="due_at IS NOT NULL")
    index("ix_questions_item", "questions", "item")
    index("uq_questions_once", "questions", "chat", "person", "asked", "item", unique=True)
    op.create_table(
        "media",
        row_id(),
        big("item"),
        text("purpose"),
        text("kind"),
        text("file"),
        text("unique_id"),
        big("size", null=True),
        ref("by", null=True),
        moment("at"),
        text("state"),
        text("album", null=True),
        text("sha256", null=True),
        text("phash", null=True),
        count("attempts"),
        moment("due_at", null=True),
        key("media", "id"),
        *to_people("media", "by"),
        to_item("media"),
        sqlite_autoincrement=True,
    )
    index("ix_media_album", "media", "album", where="album IS NOT NULL")
    index("ix_media_due_at", "media", "due_at", where="due_at IS NOT NULL")
    index("uq_media_once", "media", "item", "purpose", "unique_id", unique=True)
    op.create_table(
        "inbox",
        row_id(),
        big("update_id"),
        big("lane"),
        text("body", null=True),
        text("state"),
        count("attempts"),
        text("error", null=True),
        moment("received_at"),
        big("item", null=True),
        key("inbox", "id"),
        unique("inbox", "update_id"),
        to_item("inbox"),
        sqlite_autoincrement=True,
    )
    index("ix_inbox_waiting", "inbox", "id", where="state = 'waiting'")


def _installation() -> None:
    """What is kept of the installation itself."""
    op.create_table(
        "counters",
        text("name"),
        big("value"),
        key("counters", "name"),
    )
    op.create_table(
        "meta",
        text("name"),
        text("value"),
        key("meta", "name"),
    )

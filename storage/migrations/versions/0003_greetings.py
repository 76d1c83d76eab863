"""The daily greeting: check-ins, pauses, who was told and who has looked, recordings, lists, inquiries, outages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From the schema of the ladder."""
    _new_tables()
    _columns_of_items()
    _columns_elsewhere()


def _new_tables() -> None:
    op.create_table(
        "lists",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("climbed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.BigInteger()),
        sa.Column("on_its_way", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("posts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_lists_next_at",
        "lists",
        ["next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("uq_lists_once", "lists", ["chat", "thread", "sort", "area", "day", "half"], unique=True)
    op.create_index("ix_lists_day", "lists", ["day"])
    op.create_table(
        "appointments",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.UniqueConstraint("name", name="uq_appointments_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appointments_next_at", "appointments", ["next_at"])
    op.create_table(
        "outages",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deaf", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_outages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outages_ended_at", "outages", ["ended_at"])
    op.create_index(
        "ix_outages_next_at",
        "outages",
        ["next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("person", ROW_ID, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.BigInteger()),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_inquiries_elder"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_inquiries_person"),
        sa.PrimaryKeyConstraint("id", name="pk_inquiries"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inquiries_due_at",
        "inquiries",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("uq_inquiries_once", "inquiries", ["chat", "person", "asked", "elder"], unique=True)
    op.create_table(
        "pauses",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("by", ROW_ID),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name="fk_pauses_by"),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_pauses_elder"),
        sa.PrimaryKeyConstraint("id", name="pk_pauses"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_pauses_next_at",
        "pauses",
        ["next_at"],
        sqlite_where=sa.text("ended_at IS NULL AND next_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND next_at IS NOT NULL"),
    )
    op.create_index(
        "uq_pauses_elder",
        "pauses",
        ["elder"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "checkins",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("how", sa.Text()),
        sa.Column("by", ROW_ID),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("away", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reminded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("family_at", sa.DateTime(timezone=True)),
        sa.Column("raised_at", sa.DateTime(timezone=True)),
        sa.Column("sign_at", sa.DateTime(timezone=True)),
        sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("maybe_answered", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("item", sa.BigInteger()),
        sa.Column("outage", ROW_ID),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name="fk_checkins_by"),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_checkins_elder"),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_checkins_item"),
        sa.ForeignKeyConstraint(["outage"], ["outages.id"], name="fk_checkins_outage"),
        sa.PrimaryKeyConstraint("id", name="pk_checkins"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checkins_day", "checkins", ["day"])
    op.create_index("ix_checkins_item", "checkins", ["item"])
    op.create_index("ix_checkins_outage", "checkins", ["outage"])
    op.create_index(
        "ix_checkins_next_at",
        "checkins",
        ["next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("uq_checkins_elder_due_at", "checkins", ["elder", "due_at"], unique=True)
    op.create_table(
        "looks",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("who", ROW_ID, nullable=False),
        sa.Column("whom", ROW_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("item", sa.BigInteger()),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_looks_item"),
        sa.ForeignKeyConstraint(["who"], ["people.id"], name="fk_looks_who"),
        sa.ForeignKeyConstraint(["whom"], ["people.id"], name="fk_looks_whom"),
        sa.PrimaryKeyConstraint("id", name="pk_looks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_looks_at", "looks", ["at"])
    op.create_index("ix_looks_item", "looks", ["item"])
    op.create_table(
        "doors",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person", ROW_ID, nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_doors_item"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_doors_person"),
        sa.PrimaryKeyConstraint("id", name="pk_doors"),
        sa.UniqueConstraint("token_hash", name="uq_doors_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_doors_person", "doors", ["person"])
    op.create_table(
        "recordings",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("heard_by", ROW_ID),
        sa.Column("heard_at", sa.DateTime(timezone=True)),
        sa.Column("item", sa.BigInteger()),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_recordings_elder"),
        sa.ForeignKeyConstraint(["heard_by"], ["people.id"], name="fk_recordings_heard_by"),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_recordings_item"),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_recordings_due_at",
        "recordings",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_recordings_item", "recordings", ["item"])
    op.create_index(
        "ix_recordings_unheard",
        "recordings",
        ["elder"],
        sqlite_where=sa.text("heard_at IS NULL"),
        postgresql_where=sa.text("heard_at IS NULL"),
    )
    op.create_index("uq_recordings_message", "recordings", ["chat", "message"], unique=True)
    op.create_table(
        "shares",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("file", sa.Text()),
        sa.Column("unique_id", sa.Text()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("album", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("root", ROW_ID),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_shares_elder"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shares_elder", "shares", ["elder"])
    op.create_index("uq_shares_message", "shares", ["chat", "message"], unique=True)
    op.create_table(
        "erasures",
        sa.Column("person", ROW_ID, nullable=False),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_erasures_person"),
        sa.PrimaryKeyConstraint("person", name="pk_erasures"),
    )
    op.create_index("ix_erasures_due_at", "erasures", ["due_at"])
    op.create_table(
        "alerts",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("person", ROW_ID, nullable=False),
        sa.Column("checkin", ROW_ID),
        sa.Column("item", sa.BigInteger()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_as", sa.Text()),
        sa.ForeignKeyConstraint(["checkin"], ["checkins.id"], name="fk_alerts_checkin"),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_alerts_elder"),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_alerts_item"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_alerts_person"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_checkin", "alerts", ["checkin"])
    op.create_index("ix_alerts_item", "alerts", ["item"])
    op.create_index(
        "ix_alerts_unended",
        "alerts",
        ["elder", "person"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_alerts_checkin",
        "alerts",
        ["person", "checkin"],
        unique=True,
        sqlite_where=sa.text("checkin IS NOT NULL"),
        postgresql_where=sa.text("checkin IS NOT NULL"),
    )
    op.create_index(
        "uq_alerts_item",
        "alerts",
        ["person", "item"],
        unique=True,
        sqlite_where=sa.text("item IS NOT NULL AND checkin IS NULL"),
        postgresql_where=sa.text("item IS NOT NULL AND checkin IS NULL"),
    )
    op.create_table(
        "list_names",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("list", ROW_ID, nullable=False),
        sa.Column("elder", ROW_ID, nullable=False),
        sa.Column("item", sa.BigInteger()),
        sa.Column("recording", ROW_ID),
        sa.Column("climbed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["elder"], ["people.id"], name="fk_list_names_elder"),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_list_names_item"),
        sa.ForeignKeyConstraint(["list"], ["lists.id"], name="fk_list_names_list"),
        sa.ForeignKeyConstraint(["recording"], ["recordings.id"], name="fk_list_names_recording"),
        sa.PrimaryKeyConstraint("id", name="pk_list_names"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_list_names_elder", "list_names", ["elder"])
    op.create_index("ix_list_names_item", "list_names", ["item"])
    op.create_index("ix_list_names_list", "list_names", ["list"])
    for name in ("item", "recording"):
        op.create_index(
            f"uq_list_names_{name}",
            "list_names",
            ["list", name],
            unique=True,
            sqlite_where=sa.text(f"{name} IS NOT NULL"),
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )


def _columns_of_items() -> None:
    # As in 0002: a column that refers to another table is added by hand, for SQLite's sake.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE items ADD COLUMN pledged_by {number} CONSTRAINT fk_items_pledged_by REFERENCES people (id)"
    )
    op.add_column("items", sa.Column("pledged_at", sa.DateTime(timezone=True)))
    op.add_column("items", sa.Column("pledged_from", sa.Text()))
    op.add_column("items", sa.Column("ending", sa.Text()))
    op.create_index(
        "ix_items_about",
        "items",
        ["about"],
        sqlite_where=sa.text("about IS NOT NULL"),
        postgresql_where=sa.text("about IS NOT NULL"),
    )
    op.create_index(
        "ix_items_pledged_by",
        "items",
        ["pledged_by"],
        sqlite_where=sa.text("pledged_by IS NOT NULL"),
        postgresql_where=sa.text("pledged_by IS NOT NULL"),
    )


def _columns_elsewhere() -> None:
    op.add_column("elders", sa.Column("keyboard_at", sa.DateTime(timezone=True)))
    op.add_column("elders", sa.Column("greeted_at", sa.DateTime(timezone=True)))
    op.add_column("inbox", sa.Column("backlog", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("kin", sa.Column("good_news", sa.Text(), server_default="never", nullable=False))
    op.add_column("kin", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.add_column("kin", sa.Column("news_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_kin_news_at",
        "kin",
        ["news_at"],
        sqlite_where=sa.text("ended_at IS NULL AND news_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND news_at IS NOT NULL"),
    )
    op.add_column("outbox", sa.Column("checkin", ROW_ID))
    op.create_index(
        "ix_outbox_checkin",
        "outbox",
        ["checkin"],
        sqlite_where=sa.text("checkin IS NOT NULL"),
        postgresql_where=sa.text("checkin IS NOT NULL"),
    )

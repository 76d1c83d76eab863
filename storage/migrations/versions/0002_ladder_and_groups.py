"""What the ladder and the groups need: who was offered an item, which messages are gone, which chats moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SENT = sa.text("message IS NOT NULL")


def upgrade() -> None:
    """From the first schema."""
    op.add_column("bindings", sa.Column("lost_at", sa.DateTime(timezone=True)))
    op.create_table(
        "moved_chats",
        sa.Column("old", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("new", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("old", name="pk_moved_chats"),
    )
    op.add_column("items", sa.Column("claimed_from", sa.Text()))
    # A column that refers to another table is added by hand: Alembic would make two steps of it, which SQLite lacks.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in ("items", "history"):
        whom = f"offered_to {number} CONSTRAINT fk_{table}_offered_to REFERENCES people (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {whom}")
    # What waits for a person was looked at by nobody until now: the ladder finds its rung at its first look.
    op.execute(
        "UPDATE items SET due_at = COALESCE(since, created_at) WHERE due_at IS NULL"
        " AND (state IN ('open', 'claimed') OR (state = 'draft' AND held))"
    )
    op.add_column("cards", sa.Column("digest", sa.Text()))
    op.add_column("messages", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_history_at", "history", ["at"])
    op.create_index("ix_messages_chat_subject", "messages", ["chat", "subject"])
    op.create_index("ix_outbox_sent_as", "outbox", ["chat", "message"], sqlite_where=SENT, postgresql_where=SENT)

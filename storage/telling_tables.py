"""Tables of what is shown, told and asked: cards, the outbox, our messages and what shall become of them, questions.

As in `storage.tables`; a change here needs a revision in `migrations/`, too.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text, false

from storage.tables import item_ref, metadata, partial, person_ref, row_id, word
from storage.types import Moment, RowId

cards = Table(
    "cards",
    metadata,
    row_id(),
    item_ref(),
    Column("chat", BigInteger, nullable=False),
    Column("thread", BigInteger, nullable=False),
    Column("face", Text, nullable=False),
    Column("message", BigInteger),
    person_ref("person"),
    Column("has_photo", Boolean, nullable=False),
    Column("media_key", Text),
    Column("lane", SmallInteger, nullable=False),  # rank of the haste of what is not shown yet
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("posted", Boolean, nullable=False),
    Column("wish", BigInteger, nullable=False),  # counts up with each new wish: the age of what is not shown yet
    Column("given_up", Text),  # why it can never be shown
    Column("dropped", Boolean, nullable=False),
    Column("shown_at", Moment),
    Column("digest", Text),  # of what it shows, so that what would look the same is not edited
    sqlite_autoincrement=True,
)
partial(
    "uq_cards_place",
    cards.c.item,
    cards.c.chat,
    cards.c.thread,
    cards.c.face,
    where=cards.c.dropped.is_(False),
    unique=True,
)
partial("ix_cards_lagging", cards.c.lane, cards.c.wish, where=cards.c.wanted > cards.c.shown)
Index("ix_cards_wish", cards.c.wish)
Index("ix_cards_chat_message", cards.c.chat, cards.c.message)

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    Column("key", Text, nullable=False, unique=True),
    Column("lane", SmallInteger, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("thread", BigInteger, nullable=False),
    person_ref("person"),
    Column("notice", Text, nullable=False),  # JSON that holds ids only
    item_ref(nullable=True, index=True),
    Column("step", Text, nullable=False),
    Column("reply_to", BigInteger),
    Column("not_before", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("state", Text, nullable=False),  # pending | sending | sent | failed | expired | superseded
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("message", BigInteger),
    Column("error", Text),
    Column("checkin", RowId),  # the check-in that the notice speaks of
    sqlite_autoincrement=True,
)
WAITING = outbox.c.state.in_([word("pending"), word("sending")])
partial("ix_outbox_waiting", outbox.c.lane, outbox.c.id, outbox.c.not_before, where=WAITING)
partial("ix_outbox_not_before", outbox.c.not_before, where=WAITING)
partial("ix_outbox_checkin", outbox.c.checkin, where=outbox.c.checkin.is_not(None))
partial("ix_outbox_sent_as", outbox.c.chat, outbox.c.message, where=outbox.c.message.is_not(None))

messages = Table(
    "messages",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    item_ref(nullable=True, index=True),
    person_ref("person"),
    Column("posted_at", Moment, nullable=False),
    Column("gone", Boolean, nullable=False, server_default=false()),  # deleted, or about to be
)
Index("ix_messages_chat_subject", messages.c.chat, messages.c.subject)

wishes = Table(
    "wishes",
    metadata,
    row_id(),
    Column("chat", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("wish", Text, nullable=False),  # gone | bare | blank | anew
    Column("wished_at", Moment),
    sqlite_autoincrement=True,
)
Index("uq_wishes_message_wish", wishes.c.chat, wishes.c.message, wishes.c.wish, unique=True)

questions = Table(
    "questions",
    metadata,
    row_id(),
    Column("chat", BigInteger, nullable=False),
    person_ref("person", nullable=False),
    Column("asked", Text, nullable=False),
    item_ref(index=True),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("message", BigInteger),
    sqlite_autoincrement=True,
)
Index("uq_questions_once", questions.c.chat, questions.c.person, questions.c.asked, questions.c.item, unique=True)
partial("ix_questions_due_at", questions.c.due_at, where=questions.c.due_at.is_not(None))

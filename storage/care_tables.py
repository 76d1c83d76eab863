"""Tables of the daily greeting: check-ins, pauses, who was told, who has looked, what waits to be heard, the lists.

As in `storage.tables`; a change here needs a revision in `migrations/`, too.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, and_, false

from storage.tables import item_ref, metadata, partial, person_ref, row_id
from storage.types import Encrypted, Moment, RowId

__all__ = [
    "alerts",
    "appointments",
    "checkins",
    "doors",
    "erasures",
    "inquiries",
    "list_names",
    "lists",
    "looks",
    "metadata",
    "outages",
    "pauses",
    "recordings",
    "shares",
]

checkins = Table(
    "checkins",
    metadata,
    row_id(),
    person_ref("elder", nullable=False),
    Column("day", Date, nullable=False),  # the community's own
    Column("due_at", Moment, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("final_at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),  # ok | missed | paused | not_asked
    Column("why", Text, nullable=False),  # the evidence
    Column("how", Text),  # by what she showed it: key | text | voice | photo | ...
    person_ref("by"),
    Column("told_at", Moment),
    Column("asked_at", Moment),  # accepted by the network: the clock of silence starts
    Column("away", Integer, nullable=False, server_default="0"),  # seconds since then in which we could not hear
    Column("reminded", Integer, nullable=False, server_default="0"),
    Column("family_at", Moment),
    Column("raised_at", Moment),
    Column("sign_at", Moment),
    Column("late", Boolean, nullable=False, server_default=false()),  # asked late, after an outage
    Column("maybe_answered", Boolean, nullable=False, server_default=false()),  # something of hers was still unread
    item_ref(nullable=True, index=True),
    Column("outage", RowId, ForeignKey("outages.id"), index=True),  # as part of which her group has heard of it
    Column("next_at", Moment),  # when somebody should look again
    Column("version", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
Index("uq_checkins_elder_due_at", checkins.c.elder, checkins.c.due_at, unique=True)
Index("ix_checkins_day", checkins.c.day)
partial("ix_checkins_next_at", checkins.c.next_at, where=checkins.c.next_at.is_not(None))

pauses = Table(
    "pauses",
    metadata,
    row_id(),
    person_ref("elder", nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Date),  # the first day greeted again; None: open
    Column("why", Text, nullable=False),
    Column("words", Encrypted),
    person_ref("by"),
    Column("ended_at", Moment),
    Column("asked_at", Moment),  # the weekly question, until it is answered
    Column("next_at", Moment),  # when it is looked at: the evening before it ends, or for the weekly question
    sqlite_autoincrement=True,
)
partial("ix_pauses_next_at", pauses.c.next_at, where=and_(pauses.c.ended_at.is_(None), pauses.c.next_at.is_not(None)))
partial("uq_pauses_elder", pauses.c.elder, where=pauses.c.ended_at.is_(None), unique=True)

alerts = Table(
    "alerts",
    metadata,
    row_id(),
    person_ref("elder", nullable=False),
    person_ref("person", nullable=False),
    Column("checkin", RowId, ForeignKey("checkins.id"), index=True),
    item_ref(nullable=True, index=True),
    Column("told_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("failed_at", Moment),
    Column("answered_at", Moment),
    Column("answer", Text),
    Column("ended_at", Moment),
    Column("ended_as", Text),
    sqlite_autoincrement=True,
)
partial("uq_alerts_checkin", alerts.c.person, alerts.c.checkin, where=alerts.c.checkin.is_not(None), unique=True)
partial(
    "uq_alerts_item",
    alerts.c.person,
    alerts.c.item,
    where=and_(alerts.c.item.is_not(None), alerts.c.checkin.is_(None)),
    unique=True,
)
partial("ix_alerts_unended", alerts.c.elder, alerts.c.person, where=alerts.c.ended_at.is_(None))

looks = Table(
    "looks",
    metadata,
    row_id(),
    person_ref("who", nullable=False),
    person_ref("whom", nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("what", Text, nullable=False),  # sheet | recording
    item_ref(nullable=True, index=True),
    sqlite_autoincrement=True,
)

# One-time links by which somebody who never started the bot gets at the sheet of what he claims.
doors = Table(
    "doors",
    metadata,
    row_id(),
    Column("token_hash", Text, nullable=False, unique=True),
    person_ref("person", nullable=False, index=True),
    item_ref(),
    Column("to", Text, nullable=False),  # claim | settle
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    sqlite_autoincrement=True,
)

# Voices and videos of elders, which a person must hear.
recordings = Table(
    "recordings",
    metadata,
    row_id(),
    person_ref("elder", nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),  # hers
    Column("kind", Text, nullable=False),  # voice | video | video_note | audio
    Column("file", Text, nullable=False),  # the network's id
    Column("sent_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # waiting | heard | raised
    person_ref("heard_by"),
    Column("heard_at", Moment),
    item_ref(nullable=True),  # what it became where nobody listened
    Column("due_at", Moment),
    sqlite_autoincrement=True,
)
Index("uq_recordings_message", recordings.c.chat, recordings.c.message, unique=True)
Index("ix_recordings_item", recordings.c.item)
partial("ix_recordings_unheard", recordings.c.elder, where=recordings.c.heard_at.is_(None))
partial("ix_recordings_due_at", recordings.c.due_at, where=recordings.c.due_at.is_not(None))

# One message of names per group, sort and half-day; where names have climbed to, one for each grid.
# Photos and sentences of elders about which they were asked whether somebody is to see to it.
shares = Table(
    "shares",
    metadata,
    row_id(),
    person_ref("elder", nullable=False, index=True),
    Column("chat", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),  # hers
    Column("kind", Text),  # of the file; None: words only
    Column("file", Text),
    Column("unique_id", Text),
    Column("size", BigInteger),
    Column("album", Text),
    Column("words", Encrypted, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("root", RowId),  # the first one that the same question is about
    sqlite_autoincrement=True,
)
Index("uq_shares_message", shares.c.chat, shares.c.message, unique=True)

# One message of names per group, sort and half-day.
lists = Table(
    "lists",
    metadata,
    row_id(),
    Column("chat", BigInteger, nullable=False),
    Column("thread", BigInteger, nullable=False),
    Column("sort", Text, nullable=False),  # silent | support | voices
    Column("area", Text, nullable=False),  # of what has climbed its grid, else ""
    Column("day", Date, nullable=False),
    Column("half", Text, nullable=False),  # morning | afternoon | evening
    Column("opened_at", Moment, nullable=False),
    Column("named_at", Moment, nullable=False),  # the last new name
    Column("called_at", Moment, nullable=False),  # it rang last: posted, reminded, a new name
    Column("reminded", Integer, nullable=False, server_default="0"),  # since the last new name
    Column("climbed_at", Moment),  # ⬆️ was said last
    Column("ended_at", Moment),  # nobody on it is missing
    Column("message", BigInteger),  # None: not posted yet, or not any more
    Column("on_its_way", Boolean, nullable=False, server_default=false()),  # it is being posted
    Column("posts", Integer, nullable=False, server_default="0"),  # how often it was to be posted
    Column("next_at", Moment),
    Column("version", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
Index(
    "uq_lists_once",
    lists.c.chat,
    lists.c.thread,
    lists.c.sort,
    lists.c.area,
    lists.c.day,
    lists.c.half,
    unique=True,
)
Index("ix_lists_day", lists.c.day)
partial("ix_lists_next_at", lists.c.next_at, where=lists.c.next_at.is_not(None))

list_names = Table(
    "list_names",
    metadata,
    row_id(),
    Column("list", RowId, ForeignKey("lists.id"), nullable=False),
    person_ref("elder", nullable=False, index=True),
    item_ref(nullable=True, index=True),
    Column("recording", RowId, ForeignKey("recordings.id")),
    Column("climbed", Integer, nullable=False, server_default="0"),  # of how many climbs the item had taken then
    Column("added_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_list_names_list", list_names.c.list)
partial("uq_list_names_item", list_names.c.list, list_names.c.item, where=list_names.c.item.is_not(None), unique=True)
partial(
    "uq_list_names_recording",
    list_names.c.list,
    list_names.c.recording,
    where=list_names.c.recording.is_not(None),
    unique=True,
)

# What we asked an elder, or somebody about an elder, and wait for; `questions` are about items.
inquiries = Table(
    "inquiries",
    metadata,
    row_id(),
    Column("chat", BigInteger, nullable=False),
    person_ref("person", nullable=False),  # who is asked
    person_ref("elder", nullable=False),
    Column("asked", Text, nullable=False),
    Column("words", Encrypted),  # what it was asked about
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("message", BigInteger),
    sqlite_autoincrement=True,
)
Index("uq_inquiries_once", inquiries.c.chat, inquiries.c.person, inquiries.c.asked, inquiries.c.elder, unique=True)
partial("ix_inquiries_due_at", inquiries.c.due_at, where=inquiries.c.due_at.is_not(None))

# When we could not hear what people sent, or could not send.
# Who wants all that is kept of him to go; it is looked at again when it is due.
erasures = Table(
    "erasures",
    metadata,
    person_ref("person", nullable=False, primary_key=True),
    Column("wished_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("done_to", BigInteger, nullable=False, server_default="0"),  # items up to this number hold nothing of his
)

# When we could not hear what people sent.
outages = Table(
    "outages",
    metadata,
    row_id(),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False, index=True),
    Column("deaf", Boolean, nullable=False),  # we could not hear: it counts as nobody's silence
    Column("next_at", Moment),  # when the groups are told who was greeted late, or not at all
    sqlite_autoincrement=True,
)
partial("ix_outages_next_at", outages.c.next_at, where=outages.c.next_at.is_not(None))

# What is done at fixed hours of the day or week, and when it is the next time.
appointments = Table(
    "appointments",
    metadata,
    row_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("next_at", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,
)

"""What a restored database must not do: give a number out twice, or hold against an elder what it has not heard.

What was numbered after the backup still stands in chats, with its buttons. So item numbers go on a good thousand on,
and rows' ids at the moment's own number, in milliseconds: past all that was given out, after an earlier restore, too.

Who had been asked at the moment of the backup may have answered since. Nobody can know: her check-in counts as one that
an outage has spoilt, and her group hears so. Plain SQL, within the step that puts the database in place; it may be an
older one, in which nobody is greeted yet.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

COUNTED = "SELECT value FROM counters WHERE name = 'item'"

_UNHEARD = """
UPDATE checkins SET outcome = 'not_asked', why = 'outage', next_at = NULL, version = version + 1
WHERE outcome = 'missed' AND raised_at IS NULL AND item IS NULL AND next_at IS NOT NULL AND final_at > {made};
INSERT INTO outages (began_at, ended_at, deaf, next_at) SELECT {made}, {now}, {false}, {now}
WHERE EXISTS (SELECT 1 FROM checkins WHERE why = 'outage' AND asked_at IS NOT NULL AND final_at > {made})
"""

_ON_SQLITE = """
INSERT INTO counters (name, value) VALUES ('item', (:counted / 1000 + 2) * 1000)
ON CONFLICT (name) DO UPDATE SET value = max(excluded.value, (value / 1000 + 2) * 1000);
INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master
WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence);
UPDATE sqlite_sequence SET seq = max(seq + 1000, :moment)
"""
_GREETS = "SELECT count(*) FROM sqlite_master WHERE name IN ('checkins', 'outages')"

# For psql. `pg_restore` leaves the search path empty behind it.
_UNHEARD_THERE = _UNHEARD.format(made=":'made'::timestamptz", now=":'now'::timestamptz", false="false")
ON_POSTGRESQL = rf"""
RESET search_path;
INSERT INTO counters (name, value) VALUES ('item', (:counted / 1000 + 2) * 1000)
ON CONFLICT (name) DO UPDATE SET value = greatest(excluded.value, (counters.value / 1000 + 2) * 1000);
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, greatest(coalesce(last_value, 0) + 1000, :moment))
FROM pg_sequences WHERE schemaname = current_schema();
SELECT to_regclass('checkins') IS NOT NULL AND to_regclass('outages') IS NOT NULL AS greets \gset
\if :greets
{_UNHEARD_THERE};
\endif
"""  # noqa: S608 -- both are constants


@dataclass(frozen=True, kw_only=True)
class Onward:
    """`made` and `now`: the moments of the backup and of the restore; `counted`: numbers given out here, as known."""

    made: datetime
    now: datetime
    counted: int

    @property
    def moment(self) -> int:
        """Now, as a number that no row has had."""
        return int(self.now.timestamp() * 1000)


def go_onward(draft: sqlite3.Connection, onward: Onward) -> None:
    """All of it, in a SQLite database that nobody works with yet; its caller commits."""
    values = {"counted": onward.counted, "moment": onward.moment}
    for statement in _ON_SQLITE.split(";"):
        draft.execute(statement, values)
    if draft.execute(_GREETS).fetchone() == (2,):
        moments = {"made": _text(onward.made), "now": _text(onward.now)}
        for statement in _UNHEARD.format(made=":made", now=":now", false="0").split(";"):
            draft.execute(statement, moments)


def _text(moment: datetime) -> str:
    """As SQLAlchemy keeps it there."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"

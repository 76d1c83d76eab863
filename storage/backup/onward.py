"""What a restored database must not do: give a number out twice.

What was numbered after the backup still stands in chats, with its buttons. So item numbers go on a good thousand on,
and rows' ids at the moment's own number, in milliseconds: past all that was given out, after an earlier restore, too.
Plain SQL, within the step that puts the database in place. All else is left as it was: a silence, too, goes on.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

COUNTED = "SELECT value FROM counters WHERE name = 'item'"

_ON_SQLITE = """
INSERT INTO counters (name, value) VALUES ('item', (:counted / 1000 + 2) * 1000)
ON CONFLICT (name) DO UPDATE SET value = max(excluded.value, (value / 1000 + 2) * 1000);
INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master
WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence);
UPDATE sqlite_sequence SET seq = max(seq + 1000, :moment)
"""
# For psql. `pg_restore` leaves the search path empty behind it.
ON_POSTGRESQL = """
RESET search_path;
INSERT INTO counters (name, value) VALUES ('item', (:counted / 1000 + 2) * 1000)
ON CONFLICT (name) DO UPDATE SET value = greatest(excluded.value, (counters.value / 1000 + 2) * 1000);
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, greatest(coalesce(last_value, 0) + 1000, :moment))
FROM pg_sequences WHERE schemaname = current_schema();
"""


@dataclass(frozen=True, kw_only=True)
class Onward:
    """`now`: the moment of the restore; `counted`: numbers given out here, as known."""

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

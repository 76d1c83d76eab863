"""What was sent, what of it was in flight when the bot was killed, and what its database says in the end."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.journal import Call, CallbackQuery
from bot.sandbox.world import World

_TAGS = re.compile(r"<[^>]+>")
# What a message of ours is, by its words; the number is the item's.
SUBJECTS = {
    "card": re.compile(r"^[🟢🟠🔴] #(\d+) "),
    "proof question": re.compile(r"，#(\d+) 请发处理后的照片或说明"),
    "receipt": re.compile(r"^已收到 .*?#(\d+)。|^#(\d+) 已收到"),
    "place question": re.compile(r"^#(\d+) 在哪里？"),
    "end": re.compile(r"^#(\d+) 已办结 ✅"),
}
Sent = tuple[int, int]  # chat, message


@dataclass
class Tally:
    """Fed at each kill; asked at the end."""

    world: World
    database: Path
    in_flight: set[Sent] = field(default_factory=set)
    unanswered: set[CallbackQuery] = field(default_factory=set)
    _read: int = 0

    def presses_at_the_kill(self) -> None:
        """Call it at the very moment of a kill: whose spinners turn."""
        self.unanswered |= set(self.world.spinning())

    def sends_at_the_kill(self) -> int:
        """Call it before the next start: what was performed since the last time, but is not on file. How many."""
        new = {sent for call in self.world.calls[self._read :] if (sent := _sent(call)) is not None}
        self._read = len(self.world.calls)
        lost = new - self._on_file()
        self.in_flight |= lost
        return len(lost)

    def _on_file(self) -> set[Sent]:
        if not self.database.exists():
            return set()
        places = ("messages", "outbox", "cards")
        return {row for table in places for row in self.rows(f"SELECT chat, message FROM {table}")}

    def rows(self, query: str) -> list[tuple[int, ...]]:
        """Plain rows of the database, as whoever opens the file sees it."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def copies(self) -> dict[tuple[int, str, int], list[Sent]]:
        """All that was ever sent."""
        return copies(self.world.calls)

    def waiting(self) -> dict[str, int]:
        """What the bot has still to do, by sort; empty once it is at rest."""
        queries = {
            "inbox": "SELECT count(*) FROM inbox WHERE state = 'waiting'",
            "outbox": "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')",
            "cards": "SELECT count(*) FROM cards WHERE wanted > shown AND NOT dropped",
            "wishes": "SELECT count(*) FROM wishes",
            "downloads": "SELECT count(*) FROM media WHERE due_at IS NOT NULL",
        }
        counts = {name: self.rows(query)[0][0] for name, query in queries.items()}
        counts["unread"] = self.world.pending_updates()
        return {name: count for name, count in counts.items() if count}


def copies(calls: Iterable[Call]) -> dict[tuple[int, str, int], list[Sent]]:
    """What was sent, by chat, subject and item. AssertionError for what is none of what we expect."""
    found: dict[tuple[int, str, int], list[Sent]] = defaultdict(list)
    for call in calls:
        sent = _sent(call)
        if sent is not None:
            found[sent[0], *_subject(call)].append(sent)
    return found


def _sent(call: Call) -> Sent | None:
    if not call.method.startswith("send") or call.result is None:  # an answer that was lost has a result too
        return None
    result = call.result[0] if isinstance(call.result, list) else call.result
    return (result["chat"]["id"], result["message_id"]) if isinstance(result, dict) else None


def _subject(call: Call) -> tuple[str, int]:
    words = _TAGS.sub("", str(call.params.get("text") or call.params.get("caption") or ""))
    for subject, pattern in SUBJECTS.items():
        if (found := pattern.search(words)) is not None:
            return subject, int(next(group for group in found.groups() if group))
    raise AssertionError(f"the bot has sent what nobody asked for: {words!r}")

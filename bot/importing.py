"""A roster file brought into the database: read, compared, and applied unless it is only a rehearsal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.phones import phone_reader
from bot.rules import tree_of
from care.domain.people import Role
from care.domain.roster import Mistake, Sheet, read
from storage import roster
from storage.database import Database
from storage.roster import Change, RosterMoved

READ_AGAIN = 3  # times, where somebody linked himself while the file was compared

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how many more are done, and of how many."""


@dataclass(frozen=True)
class Count:
    """How many people an import finds new, changed and as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did, or would do; with mistakes it did nothing."""

    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    people: Count = Count()
    by_role: Mapping[Role, Count] | None = None


async def bring_in(
    db: Database, sheet: Sheet, config: Config, *, now: datetime, dry_run: bool, progress: Progress | None = None
) -> Imported:
    """Import the sheet, all of it or nothing. `db` must be of its own, with one connection (see `storage.roster`).

    Raises StaleState where another process holds the database too long, RosterMoved where people link themselves
    faster than the file is read.
    """
    tree, read_phone = tree_of(config), phone_reader(config.community.region)
    today = now.astimezone(config.community.timezone).date()
    for attempt in range(1, READ_AGAIN + 1):
        reading = read(sheet, tree=tree, today=today, read_phone=read_phone, on_file=await roster.on_file(db))
        if reading.mistakes:
            return Imported(mistakes=reading.mistakes, warnings=reading.warnings)
        changes = await roster.compare(db, reading, _heard(progress, "comparing", len(reading.people)))
        if not dry_run:
            writes = sum(change.changes for change in changes)
            try:
                await roster.apply(db, changes, now, _heard(progress, "writing", writes))
            except RosterMoved:
                if attempt == READ_AGAIN:
                    raise
                continue
        return Imported(warnings=reading.warnings, people=_count(changes), by_role=_by_role(changes))
    raise AssertionError("the last attempt returns or raises")


def _heard(progress: Progress | None, what: str, total: int) -> Callable[[int], None] | None:
    return (lambda more: progress(what, more, total)) if progress else None


def _count(changes: Sequence[Change]) -> Count:
    kinds = Counter("new" if change.is_new else "changed" if change.changes else "unchanged" for change in changes)
    return Count(**kinds)


def _by_role(changes: Sequence[Change]) -> Mapping[Role, Count]:
    """A person with two roles counts in both."""
    counts = {role: _count([c for c in changes if role in {post.role for post in c.told.posts}]) for role in Role}
    return {role: count for role, count in counts.items() if count.all}

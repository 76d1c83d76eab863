"""Lists whose chat has another id by now, or whose topic is gone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, exists, or_, select, update

from storage.care_tables import list_names, lists
from storage.link import Link

Place = tuple[int, int]  # chat and thread as they are stored

_KEY = ("sort", "area", "day", "half")


async def move_lists(link: Link, old: Place, new: Place) -> Sequence[int]:
    """All lists of one place belong to another, where nothing of theirs stands yet; their ids there. They come due.

    Where the other place has such a list already, that one takes over the names it has not.
    """
    here = and_(lists.c.chat == old[0], lists.c.thread == old[1])
    moved = []
    for row in (await link.run(select(lists).where(here).order_by(lists.c.id))).all():
        there = and_(lists.c.chat == new[0], lists.c.thread == new[1], *(lists.c[k] == getattr(row, k) for k in _KEY))
        twin: int | None = (await link.run(select(lists.c.id).where(there))).scalar_one_or_none()
        if twin is None:
            place = {"chat": new[0], "thread": new[1], "message": None}
            await link.run(update(lists).where(lists.c.id == row.id).values(place))
        else:
            await _take_over(link, row.id, twin)
        due = {"next_at": lists.c.called_at, "version": lists.c.version + 1}
        await link.run(update(lists).where(lists.c.id == (twin or row.id)).values(due))
        moved.append(twin or row.id)
    return moved


async def _take_over(link: Link, row: int, twin: int) -> None:
    other = list_names.alias()
    double = or_(other.c.item == list_names.c.item, other.c.recording == list_names.c.recording)
    is_there = exists().where(other.c.list == twin, double)
    await link.run(delete(list_names).where(list_names.c.list == row, is_there))
    await link.run(update(list_names).where(list_names.c.list == row).values(list=twin))
    await link.run(delete(lists).where(lists.c.id == row))

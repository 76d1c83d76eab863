"""A few facts about the installation itself, by name."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, select

from storage.link import Link, inserting
from storage.tables import meta

_GET = select(meta.c.value).where(meta.c.name == bindparam("which"))


@cache
def _put(dialect: str) -> Any:
    new = inserting(meta, dialect)
    return new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})


class MetaTable:
    """Short texts by name, in clear: nothing personal belongs here."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def get(self, name: str) -> str | None:
        """What was put under this name."""
        return (await self._link.run(_GET, {"which": name})).scalar_one_or_none()

    async def put(self, name: str, value: str) -> None:
        """Keep it under this name, in place of what was there."""
        await self._link.run(_put(self._link.dialect), {"name": name, "value": value})

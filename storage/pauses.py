"""Pauses and when they are looked at; relatives and when they hear good news."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, func, select, update

from care.domain.elders import GoodNews, Pause, PauseWhy
from care.domain.pauses import PauseOnFile
from care.services.ports import NewsWish
from storage.care_tables import pauses
from storage.link import Link
from storage.tables import kin

_HOLDING = select(pauses).where(pauses.c.ended_at.is_(None))
_GET = _HOLDING.where(pauses.c.id == bindparam("row"))
_OF_ELDER = _HOLDING.where(pauses.c.elder == bindparam("elder_id"))
_WAITING = and_(pauses.c.ended_at.is_(None), pauses.c.next_at.is_not(None))  # so that its index is used
_ENDING = _HOLDING.where(pauses.c.until == bindparam("on"), pauses.c.next_at <= bindparam("now")).order_by(pauses.c.id)
_UNANSWERED = _HOLDING.where(pauses.c.asked_at.is_not(None)).order_by(pauses.c.since, pauses.c.id)
_DUE = (
    select(pauses.c.id)
    .where(_WAITING, pauses.c.next_at <= bindparam("now"))
    .order_by(pauses.c.next_at, pauses.c.id)
    .limit(bindparam("at_most"))
)
NEXT_DUE = select(func.min(pauses.c.next_at)).where(_WAITING)
_THESE = update(pauses).where(pauses.c.id.in_(bindparam("rows", expanding=True)), pauses.c.ended_at.is_(None))

_WISHED = and_(kin.c.ended_at.is_(None), kin.c.news_at.is_not(None))
_WISHES = (
    select(kin.c.family, kin.c.elder, kin.c.good_news, kin.c.news_at)
    .where(kin.c.family == bindparam("family_id"), _WISHED)
    .order_by(kin.c.elder)
)
_NEWS_DUE = (
    select(kin.c.family)
    .where(_WISHED, kin.c.news_at <= bindparam("now"))
    .group_by(kin.c.family)
    .order_by(func.min(kin.c.news_at), kin.c.family)
    .limit(bindparam("at_most"))
)
NEXT_NEWS = select(func.min(kin.c.news_at)).where(_WISHED)
_THIS_KIN = update(kin).where(kin.c.family == bindparam("family_id"), kin.c.elder == bindparam("elder_id"))


class PauseTable:
    """The port `Pauses` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def get(self, pause: int) -> PauseOnFile | None:
        """The pause, while it holds."""
        return next(iter(await self._all(_GET, {"row": pause})), None)

    async def of_elder(self, elder: int) -> PauseOnFile | None:
        """Hers, if she is away."""
        return next(iter(await self._all(_OF_ELDER, {"elder_id": elder})), None)

    async def ending(self, day: date, now: datetime) -> Sequence[PauseOnFile]:
        """Those after which somebody is greeted again on that day, and of which the group is to be told by now."""
        return await self._all(_ENDING, {"on": day, "now": now})

    async def unanswered(self) -> Sequence[PauseOnFile]:
        """Those that were asked about, and nobody has answered, the longest first."""
        return await self._all(_UNANSWERED, {})

    async def asked(self, pause: int, now: datetime, next_at: datetime | None) -> None:
        """The question was put."""
        await self._link.run(_THESE.values(asked_at=now, next_at=next_at), {"rows": [pause]})

    async def heard(self, pause: int, next_at: datetime | None) -> None:
        """It was answered: she is still away."""
        await self._link.run(_THESE.values(asked_at=None, next_at=next_at), {"rows": [pause]})

    async def look_again(self, pauses: Collection[int], next_at: datetime | None) -> None:
        """Change only when these are looked at."""
        await self._link.run(_THESE.values(next_at=next_at), {"rows": list(pauses)})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those to be looked at by now, earliest first."""
        return list((await self._link.run(_DUE, {"now": now, "at_most": limit})).scalars())

    async def _all(self, statement: Select[Any], params: dict[str, Any]) -> list[PauseOnFile]:
        return [_pause(row) for row in (await self._link.run(statement, params)).all()]


class NewsTable:
    """The port `News` on SQL."""

    __slots__ = ("_link",)

    def __init__(self, link: Link) -> None:
        self._link: Final = link

    async def wishes_of(self, family: int) -> Sequence[NewsWish]:
        """What a relative wants to hear, by elder."""
        rows = await self._link.run(_WISHES, {"family_id": family})
        return [
            NewsWish(family=row.family, elder=row.elder, choice=GoodNews(row.good_news), next_at=row.news_at)
            for row in rows
        ]

    async def told(self, family: int, elder: int, next_at: datetime) -> None:
        """Its time has passed; when it comes next."""
        await self._link.run(_THIS_KIN.values(news_at=next_at), {"family_id": family, "elder_id": elder})

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of the relatives who are to hear something by now, earliest first."""
        return list((await self._link.run(_NEWS_DUE, {"now": now, "at_most": limit})).scalars())


def _pause(row: Row[Any]) -> PauseOnFile:
    return PauseOnFile(
        id=row.id,
        elder=row.elder,
        pause=Pause(since=row.since, until=row.until, why=PauseWhy(row.why), by=row.by),
        words=row.words or "",
        asked_at=row.asked_at,
        next_at=row.next_at,
    )

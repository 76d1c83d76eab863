"""Elders' check-ins, and when we could not hear what they sent, or could not send.

Times are aware UTC; persons are person ids; days are the community's own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from care.domain.checkins import CheckIn


@dataclass(frozen=True)
class Greeted:
    """An elder whom we are to greet: at which local times (none: the default), and since when she takes part."""

    elder: int
    times: tuple[time, ...]
    since: datetime | None


class CheckIns(Protocol):
    """One row for each elder, day and time."""

    async def greeted(self, after: int, limit: int) -> Sequence[Greeted]:
        """Elders who have joined and are greeted by phone, by person id, from the one after this on."""

    async def plan(self, checkins: Sequence[CheckIn]) -> None:
        """Keep those that are not there yet (by elder and time)."""

    async def unplan(self, checkins: Collection[int]) -> None:
        """She is greeted at another time: these are not wanted, where nothing has come of them yet."""

    async def get(self, checkin: int) -> CheckIn:
        """The check-in; raises NotFound."""

    async def several(self, checkins: Collection[int]) -> Sequence[CheckIn]:
        """Those of these that there are, by due time."""

    async def save(self, checkin: CheckIn, next_at: datetime | None) -> CheckIn:
        """Keep it as it is now, one version on; raises StaleState if somebody was faster."""

    async def asked_together(self, checkins: Sequence[CheckIn]) -> None:
        """Keep what `told` made of all of these at one moment; raises StaleState if somebody was faster with one."""

    async def look_again(self, checkin: int, next_at: datetime) -> None:
        """Change only when it is looked at again."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those whose time has come, earliest first."""

    async def of_elder(self, elder: int, moment: datetime) -> Sequence[CheckIn]:
        """Those of hers for which a sign of life of that moment counts, by due time: one, or two."""

    async def since(self, elders: Collection[int], day: date) -> Sequence[CheckIn]:
        """All of these elders' from that day on, by due time."""

    async def following(self, checkin: CheckIn) -> CheckIn | None:
        """Her next one after it, if it is planned."""

    async def of_day(self, areas: Collection[str], day: date) -> Sequence[CheckIn]:
        """Those of a day of elders whose home is in one of these areas, by elder, then due time."""

    async def of_item(self, item: int) -> Sequence[CheckIn]:
        """The silences that have become this item, by due time."""

    async def last_sign(self, elder: int) -> datetime | None:
        """When she herself was last heard of; None if never, by what is on file."""

    async def hit(self, began_at: datetime, ended_at: datetime) -> Sequence[CheckIn]:
        """Those due in between of which the groups have not heard yet that they came late, or not at all."""

    async def undecided(self, before: datetime) -> int:
        """How many that were due before then are still to be asked, or are on their way."""

    async def told_of(self, checkins: Collection[int], outage: int) -> None:
        """The groups hear of these as part of this outage."""

    async def of_outage(self, outage: int) -> Sequence[CheckIn]:
        """Those of which the groups hear as part of this outage."""

    async def refused(self, day: date) -> Sequence[CheckIn]:
        """Those of a day that could not be delivered, by elder."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """For so long we could not hear what people sent (`deaf`), or could only not send."""

    id: int
    began_at: datetime
    ended_at: datetime
    deaf: bool


class Outages(Protocol):
    """When silence was ours."""

    async def add(self, began_at: datetime, ended_at: datetime, next_at: datetime | None, *, deaf: bool = True) -> int:
        """Keep one that is over; its id. One in which we could not hear takes in what it says of sending alone."""

    async def deaf_since(self, moment: datetime) -> Sequence[tuple[datetime, datetime]]:
        """(began, ended) of those in which we could not hear and that ended after then, in order."""

    async def mute(self, began_at: datetime, now: datetime, next_at: datetime) -> None:
        """Something could not be sent from then to now; what is known of such a time already is made longer."""

    async def get(self, outage: int) -> Outage:
        """The outage; raises NotFound."""

    async def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of those of which the groups are to be told by now."""

    async def set_next(self, outage: int, next_at: datetime | None) -> None:
        """When the groups are told, or told more; None: all is told."""

    async def unread(self) -> bool:
        """Whether our patience was over before we had read all that people sent meanwhile."""

    async def set_unread(self, unread: bool) -> None:
        """From now on it is so, or is not so any more."""

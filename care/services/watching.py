"""Who watches over an elder is hers to end."""

from __future__ import annotations

from datetime import datetime

import structlog

from care.domain.elders import ElderRecord
from care.domain.notices import Lane, WatchEnded
from care.services.acts import tell_person
from care.services.ports import Relative, Step, UnitOfWork

log = structlog.get_logger(__name__)


async def watcher(uow: UnitOfWork, elder: ElderRecord, family: int) -> Relative | None:
    """The relative of that id, if he watches over her now."""
    return next((one for one in await uow.elders.family_of(elder.id) if one.person.id == family), None)


async def end_watch(uow: UnitOfWork, elder: ElderRecord, family: int, now: datetime) -> bool:
    """不用他看着了: he hears nothing new of her any more, and is told so; False if he did not watch over her.

    Of an alarm that he was told before he still hears the end.
    """
    relative = await watcher(uow, elder, family)
    if relative is None:
        return False
    await uow.elders.end_watch(family, elder.id, now)
    notice = WatchEnded(elder=elder.id, family=family)
    key = f"watch_ended:{elder.id}:{family}:{now.isoformat(timespec='seconds')}"
    await tell_person(uow, relative.person, notice, step=Step.NEWS, key=key, now=now, lane=Lane.ROUTINE)
    log.info("elder.watch_ended", elder=elder.id, family=family)
    return True

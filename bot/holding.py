"""Something urgent waits too long for a group that takes nothing: meanwhile the coordinators are called in private."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.jobs import Desk, Job
from care.domain.notices import Lane
from care.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

HELD_TOO_LONG = timedelta(seconds=10)
CALLED_FOR = timedelta(minutes=10)  # beyond the wait: who was called just now need not be called again


class Holding:
    """Remembers for which items it has called, for a while."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: dict[tuple[int, int], datetime] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def waits(self, job: Job, until: datetime, now: datetime) -> None:
        """This job does not go before then: by the network's pause, the group's limit, or after many failures."""
        if job.chat >= 0 or job.item is None or job.lane is not Lane.URGENT or until - now <= HELD_TOO_LONG:
            return
        self._told = {what: end for what, end in self._told.items() if end > now}
        if (job.chat, job.item) in self._told:
            return
        self._told[job.chat, job.item] = until + CALLED_FOR
        task = asyncio.get_running_loop().create_task(self._call(job.item, job.chat, until - now))
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def forget(self) -> None:
        """The clock was set back: what was noted for a moment of the old time says nothing any more."""
        self._told.clear()

    async def _call(self, item: int, chat: int, wait: timedelta) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await self._desk.acts.held(uow, item, now, self._desk.rules)

        await self._desk.record(write)
        log.warning("group.held", item=item, chat=chat, seconds=wait.total_seconds())

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("held.not_told", error=type(error).__name__)

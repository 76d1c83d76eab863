"""For the operator: whether all is well (/healthz), figures (/metrics), and a heartbeat while it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.config.models import Web as WebSection
from bot.serving import serving
from storage.health import Figures, figures

if TYPE_CHECKING:
    from bot.gridcare import Gridcare

log = structlog.get_logger(__name__)

OLDEST_INBOX = 120.0  # seconds of the clock that an update may wait to be dealt with
OLDEST_POLL = 120.0  # seconds of real time without an answer to a poll
ALARM_FAILURES = 3  # of the alarm in a row: the operator's means do not work
BEAT_EVERY = 60.0


@dataclass(frozen=True)
class Health:
    """`reasons` is empty while all is well."""

    figures: Figures
    poll_age: float | None
    inbox_age: float
    reasons: list[str] = field(default_factory=list)


class Web:
    """Answers what the operator's machines ask."""

    def __init__(self, app: Gridcare, section: WebSection) -> None:
        self._app = app
        self._section = section
        self._registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"gridcare_{name}", words, registry=self._registry)
            for name, words in {
                "inbox_waiting": "Updates not dealt with",
                "inbox_oldest_seconds": "Age of the oldest of them",
                "inbox_parked": "Updates that could not be dealt with and wait for a person",
                "outbox_waiting": "Messages to be sent",
                "outbox_failed_urgent": "Urgent messages that failed within a day",
                "alarm_failed": "Failed tries of alarms that have told nobody",
                "cards_lagging": "Cards that do not show the present state",
                "in_flight": "Calls under way",
                "poll_age_seconds": "Since the last answer to a poll",
                "healthy": "1 while /healthz is green",
            }.items()
        }
        self.starlette = Starlette(routes=[Route("/healthz", self._healthz), Route("/metrics", self._metrics)])

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve it; a taken port raises OSError."""
        async with serving(self.starlette, self._section.listen.host, self._section.listen.port) as root:
            log.info("web.listening", root=root)
            yield root

    async def run(self) -> None:
        """Send the heartbeat each minute while all is well, until cancelled."""
        while True:
            await asyncio.sleep(BEAT_EVERY)
            if self._section.heartbeat_url:
                await self.beat_if_well()

    async def beat_if_well(self) -> None:
        """One heartbeat, if nothing is wrong."""
        try:
            if not (await self.health()).reasons:
                await self._beat()
        except Exception as error:  # whoever waits for the beat notices that it stays away
            log.exception("heartbeat.failed", error=type(error).__name__)

    async def _beat(self) -> None:
        timeout = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(trust_env=True, timeout=timeout) as session,
            session.get(self._section.heartbeat_url) as answer,
        ):
            if answer.status >= 400:
                log.warning("heartbeat.refused", status=answer.status)

    async def health(self) -> Health:
        """Look at everything that says whether people are heard and told."""
        app, clock = self._app, self._app.parts.clock
        now = clock.now()
        async with app.parts.db.read() as uow:
            found = await figures(uow, now)
        polls = app.parts.config.telegram.mode == "polling"
        poll_age = time.monotonic() - app.poller.answered_at if polls else None
        inbox_age = (now - found.oldest_waiting).total_seconds() if found.oldest_waiting else 0.0
        reasons = []
        if not app.ready.is_set():
            reasons.append("not ready: Telegram has not answered yet")
        if found.parked:
            reasons.append(f"{found.parked} updates could not be dealt with and wait for a person")
        if inbox_age > OLDEST_INBOX:
            reasons.append(f"an update has waited for {inbox_age:.0f} s")
        if found.failed_urgent:
            reasons.append(f"{found.failed_urgent} urgent messages failed within a day")
        if found.alarm_failed >= ALARM_FAILURES:
            reasons.append(f"[alarm] has failed {found.alarm_failed} times and has told nobody")
        if poll_age is not None and poll_age > OLDEST_POLL:
            reasons.append(f"no poll was answered for {poll_age:.0f} s")
        return Health(found, poll_age, inbox_age, reasons)

    async def _healthz(self, _request: Request) -> Response:
        try:
            health = await self.health()
        except Exception as error:  # the storage does not answer: as red as it gets
            log.exception("health.failed", error=type(error).__name__)
            return JSONResponse({"status": "red", "reasons": ["the storage does not answer"]}, 503)
        if health.reasons:
            return JSONResponse({"status": "red", "reasons": health.reasons}, 503)
        return JSONResponse({"status": "ok"})

    async def _metrics(self, _request: Request) -> Response:
        health = await self.health()
        found = health.figures
        values = {
            "inbox_waiting": found.waiting,
            "inbox_oldest_seconds": health.inbox_age,
            "inbox_parked": found.parked,
            "outbox_waiting": found.outbox,
            "outbox_failed_urgent": found.failed_urgent,
            "alarm_failed": found.alarm_failed,
            "cards_lagging": found.lagging,
            "in_flight": self._app.dispatcher.in_flight,
            "poll_age_seconds": health.poll_age or 0.0,
            "healthy": 0 if health.reasons else 1,
        }
        for name, value in values.items():
            self._gauges[name].set(value)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

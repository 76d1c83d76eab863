"""The whole, put together: who is told what the machinery has to tell, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from spine_rig import until
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import run
from bot.build import build
from bot.clock import ManualClock
from bot.config import Config
from bot.config.models import Web as Section
from bot.gridcare import BadToken, Gridcare, LockLost
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.serving import serving
from bot.watchdog import Stalled
from bot.web import Web
from care.domain.notices import Lane, Sentence
from care.services.ports import Address
from storage import locks
from storage.errors import InUse

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
AREAS = [{"id": "haiguan", "name": "海关社区", "level": "community"}]


class House:
    """The bot with one admin, on a clock that stands."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(START)
        self.world = World(self.clock)
        self.wang = self.world.add_user(90, "王主任")
        self.wang.start()
        self.folder = folder
        self.root = ""

    def config(self, **telegram: Any) -> Config:
        sections = {
            "telegram": {"token": self.world.token, "base_url": self.root} | telegram,
            "community": {"admins": [90]},
            "areas": AREAS,
        }
        return Config.of(sections, self.folder)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[tuple[Gridcare, asyncio.Task[None]]]:
        stop = asyncio.Event()
        async with build(self.config(), clock=self.clock) as app:
            running = asyncio.create_task(app.run(stop))
            await app.ready.wait()
            try:
                yield app, running
            finally:
                stop.set()
                await asyncio.gather(running, return_exceptions=True)

    async def rest(self, app: Gridcare) -> None:
        for _ in range(50):
            await app.settled()
            wakes = app.dispatcher.bell.until
            if wakes is None or wakes - self.clock.now() > timedelta(seconds=3):
                return
            self.clock.move_to(wakes)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    async with serve(made.world) as made.root:
        yield made


async def test_away_for_more_than_a_day_the_admins_hear_what_is_lost(house: House):
    async with house.bot() as (app, _):
        await house.rest(app)
        await until(lambda: not house.world.updates.pending())
    house.clock.move_to(START + timedelta(hours=30))
    async with house.bot() as (app, _):
        await until(lambda: any("30" in message.text for message in house.wang.messages()), 10)
        await house.rest(app)
    assert sum("24" in message.text for message in house.wang.messages() if message.from_bot) == 1


async def test_somebody_else_who_polls_is_told_to_the_admins(house: House):
    async with house.bot() as (app, _):
        await house.rest(app)
        await app.poller.on_conflict()
        await app.poller.on_conflict()  # once an hour is enough
        await house.rest(app)
    assert sum("账号" in message.text for message in house.wang.messages()) == 1


async def test_a_lost_lock_ends_it(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "CHECK_EVERY", 0.05)
    async with house.bot() as (_, running):
        (house.folder / "data" / "gridcare.db.lock").unlink()  # somebody thought it was rubbish
        with pytest.raises(LockLost):
            await asyncio.wait_for(running, 10)


async def test_a_token_refused_in_the_middle_ends_it(house: House):
    async with house.bot() as (app, running):
        await house.rest(app)
        house.world.faults.token_revoked = True
        house.wang.send_text("hello")
        with pytest.raises(BadToken):
            await asyncio.wait_for(running, 10)


async def test_health_names_every_reason_and_figures_follow(house: House):
    async with house.bot() as (app, _):
        await house.rest(app)
        web = Web(app, Section())
        assert (await web.health()).reasons == []
        async with app.parts.db.write() as uow:
            await uow.outbox.tell(
                Sentence(key="watch.conflict"), Address(4242), lane=Lane.URGENT, step="answer", key="k",
                now=house.clock.now(),
            )  # fmt: skip
        await house.rest(app)
        async with app.parts.db.write() as uow:
            await uow.inbox.add([(1, 11, "{}")], house.clock.now())  # nobody rings: it waits
        house.clock.move_to(house.clock.now() + timedelta(minutes=5))
        reasons = (await web.health()).reasons
        assert any("waited for 300 s" in reason for reason in reasons)
        assert any("1 urgent messages failed" in reason for reason in reasons)
        async with web_on(web) as root, aiohttp.ClientSession() as operator:
            async with operator.get(f"{root}/healthz") as answer:
                assert answer.status == 503
                assert (await answer.json())["reasons"] == reasons
            async with operator.get(f"{root}/metrics") as answer:
                figures = await answer.text()
        assert "gridcare_inbox_waiting 1.0" in figures
        assert "gridcare_outbox_failed_urgent 1.0" in figures
        assert "gridcare_healthy 0.0" in figures


@asynccontextmanager
async def web_on(web: Web) -> AsyncIterator[str]:
    async with serving(web.starlette, "127.0.0.1", 0) as root:
        yield root


async def test_the_heartbeat_beats_only_while_all_is_well(house: House):
    beats: list[str] = []

    async def note(request: Any) -> Any:
        beats.append(request.url.path)
        return PlainTextResponse("ok", status_code=500 if len(beats) > 1 else 200)

    async with house.bot() as (app, _), serving(Starlette(routes=[Route("/beat", note)]), "127.0.0.1", 0) as root:
        await house.rest(app)
        web = Web(app, Section(heartbeat_url=f"{root}/beat"))
        await web.beat_if_well()
        await web.beat_if_well()  # refused: a warning, no end
        app.ready.clear()
        await web.beat_if_well()
    assert beats == ["/beat", "/beat"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadToken("x"), 3),
        (InUse("x"), 4),
        (LockLost("x"), 4),
        (Stalled("x"), 5),
        (OSError("address in use"), 2),
        (None, 0),
    ],
)
async def test_every_end_has_its_exit_code(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception | None, code: int
):
    class App:
        async def run(self, _stop: asyncio.Event) -> None:
            if error is not None:
                raise error

    @asynccontextmanager
    async def built(_config: Config) -> AsyncIterator[App]:
        yield App()

    monkeypatch.setattr(run, "build", built)
    assert await run.serve(house.config()) == code

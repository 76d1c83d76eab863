"""The bot from a config: its storage opened and seeded, its line to the network made, nothing started yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.clock import RealClock
from bot.config import Config
from bot.gridcare import Gridcare, Parts
from bot.rules import rules_of
from bot.transport import AiohttpRequest
from care.domain.rules import Rules
from care.services import appointments
from care.services.ports import Clock
from handlers.messenger import Line
from storage.database import Database
from storage.media import MediaFolder
from storage.seeds import seed_admins, seed_bindings


@asynccontextmanager
async def build(config: Config, *, clock: Clock | None = None, db: Database | None = None) -> AsyncIterator[Gridcare]:
    """The bot, its storage open and seeded, nothing started; closed at the end.

    `db`: an open database, which stays open. Raises storage's CannotOpen (InUse among them).
    """
    storage = config.storage
    async with AsyncExitStack() as stack:
        if db is None:
            db = await stack.enter_async_context(Database(storage.url, key_file=storage.key_file, lock=True))
        await _seed(db, config)
        await _make_appointments(db, clock or RealClock(), rules_of(config))
        polling, calling = AiohttpRequest(connections=4), AiohttpRequest()
        for request in (polling, calling):
            await request.initialize()
            stack.push_async_callback(request.shutdown)
        root = config.telegram.base_url
        line = Line(
            config.telegram.token.get_secret_value(),
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=calling,
            get_updates_request=polling,
            local_mode=config.telegram.local_files,
        )
        store = MediaFolder(storage.media_dir)
        yield Gridcare(Parts(config, clock or RealClock(), db, rules_of(config), store, line, polling, calling))


async def _seed(db: Database, config: Config) -> None:
    """What the config says once."""
    bound = (area for area in config.areas if area.chat_id is not None)
    chats = [(area.id, area.chat_id, area.thread_id, area.audience) for area in bound if area.chat_id is not None]
    async with db.write() as uow:
        await seed_admins(uow, config.community.admins)
        await seed_bindings(uow, chats)


async def _make_appointments(db: Database, clock: Clock, rules: Rules) -> None:
    """What is done at fixed hours, by today's config."""
    async with db.write() as uow:
        await appointments.make(uow, clock.now(), rules)

"""The spine on the sandbox's HTTP and a real database, with a face and acts of a few lines."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import ManualClock
from bot.dispatcher import Dispatcher
from bot.jobs import Desk
from bot.limits import Limits
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.transport import AiohttpRequest
from care.domain.areas import Area, Level, Tree
from care.domain.items import Action, Details, Kind, begin
from care.domain.notices import Lane, Notice, Sentence
from care.domain.quiet import QuietHours
from care.domain.rules import Rules
from care.services.due_things import DUE_THINGS, DueThing
from care.services.ports import Address, Card, Received, Telling, UnitOfWork
from care.services.results import SendResult
from handlers import face
from handlers.content import After, Answer, Content
from handlers.messenger import Line, Messenger
from handlers.turn import Turn
from storage.database import Database
from storage.media import MediaFolder

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
GRID = -1001234567890

RULES = Rules(
    community="海关社区",
    zone=SHANGHAI,
    language="zh",
    tree=Tree.of([Area(id="haiguan", name="海关社区", level=Level.COMMUNITY)]),
    quiet=QuietHours(start=time(21), end=time(8), zone=SHANGHAI),
)

Handle = Callable[[Any, Turn], Awaitable[After]]


class PlainFace:
    """Says what the notice's key says; shows a card as its item's text; handles as the test tells it."""

    parse = staticmethod(face.parse)
    actor_of = staticmethod(face.actor_of)
    park = staticmethod(face.park)

    def __init__(self) -> None:
        self.handle: Handle = self._nothing
        self.content: Callable[[str], Content | None] = lambda text: Content(text=text)
        self.rendered: list[str] = []

    async def _nothing(self, _incoming: Any, _turn: Turn) -> After:
        return After()

    def sorry(self, _language: str | None) -> Answer:
        return Answer("sorry")

    async def present_card(self, uow: UnitOfWork, card: Card, _rules: Rules, _now: datetime) -> Content | None:
        text = (await uow.items.get(card.item)).text
        self.rendered.append(text)
        return self.content(text)

    async def present_telling(
        self, _uow: UnitOfWork, telling: Telling, _rules: Rules, _now: datetime
    ) -> Content | None:
        notice = telling.notice
        text = notice.key if isinstance(notice, Sentence) else notice.kind
        self.rendered.append(text)
        return self.content(text)


@dataclass
class PlainActs:
    """Notes what followed from what."""

    recorded: list[tuple[Telling, SendResult]] = field(default_factory=list)
    cards: list[tuple[Card, SendResult]] = field(default_factory=list)
    due: list[tuple[str, int, datetime]] = field(default_factory=list)
    held_items: list[int] = field(default_factory=list)
    lost_messages: list[tuple[int, int]] = field(default_factory=list)
    on_item: Callable[[UnitOfWork, int, datetime], Awaitable[None]] | None = None

    async def record(
        self, _uow: UnitOfWork, telling: Telling, result: SendResult, _now: datetime, _rules: Rules
    ) -> None:
        self.recorded.append((telling, result))

    async def shown(self, _uow: UnitOfWork, card: Card, result: SendResult, _now: datetime, _rules: Rules) -> None:
        self.cards.append((card, result))

    async def lost(self, _uow: UnitOfWork, chat: int, message: int, _now: datetime, _rules: Rules) -> None:
        self.lost_messages.append((chat, message))

    async def held(self, _uow: UnitOfWork, number: int, _now: datetime, _rules: Rules) -> None:
        self.held_items.append(number)

    async def item_due(self, uow: UnitOfWork, number: int, now: datetime, _rules: Rules) -> None:
        if not await uow.items.is_due(number, now):
            return
        self.due.append(("item", number, now))
        if self.on_item is not None:
            await self.on_item(uow, number, now)
        else:
            await uow.items.set_due(number, None)

    async def question_due(self, uow: UnitOfWork, number: int, now: datetime, _rules: Rules) -> None:
        self.due.append(("question", number, now))
        await uow.questions.close(number)

    @property
    def things(self) -> list[DueThing]:
        """The house's own sorts of due things, with these acts behind them."""
        acts = {"item": self.item_due, "question": self.question_due}
        return [replace(thing, act=acts[thing.name]) for thing in DUE_THINGS if thing.name in acts]


@dataclass
class Rig:
    """Everything a test of one part needs."""

    clock: ManualClock
    world: World
    url: str
    db: Database
    messenger: Messenger
    face: PlainFace
    acts: PlainActs
    request: AiohttpRequest
    numbers: int = 0

    @property
    def desk(self) -> Desk:
        return Desk(self.db, self.messenger, self.face, self.acts, self.clock, RULES)

    @property
    def line(self) -> Line:
        return self.messenger.line

    async def tell(
        self, text: str, chat: int, lane: Lane = Lane.ROUTINE, *, notice: Notice | None = None, **more: Any
    ) -> int:
        """Put a row in the outbox; its id."""
        self.numbers += 1
        now = self.clock.now()
        async with self.db.write() as uow:
            await uow.outbox.tell(
                notice or Sentence(key=text), Address(chat), lane=lane, step="answer", key=str(self.numbers), now=now,
                **more,
            )  # fmt: skip
            rows = await uow.outbox.pending(now + timedelta(days=400), 1000)
        return max(row.id for row in rows)

    async def item(self, text: str, *, due_at: datetime | None = None, kind: Kind = Kind.REPORT) -> int:
        """An open item."""
        async with self.db.write() as uow:
            number = await uow.items.next_number()
            details = Details(kind=kind, text=text)
            item, event = begin(number, Action.RAISE, at=self.clock.now(), actor=None, details=details)
            await uow.items.add(item, event, due_at)
        return number

    async def amend(self, number: int, text: str) -> None:
        """Its text changes, and with it its cards."""
        async with self.db.write() as uow:
            item = await uow.items.get(number)
            item, event = item.apply(Action.AMEND, at=self.clock.now(), actor=None, details=Details(text=text))
            await uow.items.save(item, event, None)
            await uow.cards.touch(number)

    async def row(self, row: int) -> Telling:
        async with self.db.read() as uow:
            found = await uow.outbox.get(row)
        assert found is not None
        return found

    async def cards(self, number: int) -> list[Card]:
        async with self.db.read() as uow:
            return list(await uow.cards.of_item(number))

    def sent(self, *methods: str) -> list[tuple[int, str]]:
        """(chat, text) of the calls of these methods that were carried out, in order."""
        wanted = methods or ("sendMessage",)
        done = [call for call in self.world.calls if call.method in wanted and call.code == 200]
        return [(int(call.params["chat_id"]), str(call.params.get("text", ""))) for call in done]

    def refused(self, code: int) -> int:
        return sum(1 for call in self.world.calls if call.code == code)

    @asynccontextmanager
    async def dispatching(self, limits: Limits | None = None) -> AsyncIterator[Dispatcher]:
        """The dispatcher at work."""
        dispatcher = Dispatcher(self.desk, limits or Limits())
        forget = self.db.on_commit(dispatcher.bell.ring, dispatcher.READS)
        task = asyncio.create_task(dispatcher.run())
        try:
            yield dispatcher
        finally:
            forget()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await dispatcher.finish(1.0)

    async def rest(self, dispatcher: Dispatcher, wait: timedelta = timedelta(seconds=3)) -> None:
        """Until nothing can be sent; sending limits up to `wait` away are waited out by moving the clock."""
        for _ in range(2000):
            await until(lambda: dispatcher.idle)
            wakes = dispatcher.bell.until
            if wakes is None or wakes - self.clock.now() > wait:
                return
            self.clock.move_to(wakes)
        raise AssertionError("it does not come to rest")

    async def forward(self, dispatcher: Dispatcher, seconds: float) -> None:
        """Let time pass, stopping wherever the dispatcher has something to do."""
        target = self.clock.now() + timedelta(seconds=seconds)
        while True:
            await until(lambda: dispatcher.idle)
            wakes = dispatcher.bell.until
            if wakes is None or wakes > target:
                break
            self.clock.move_to(wakes)
        self.clock.move_to(max(target, self.clock.now()))
        await until(lambda: dispatcher.idle)


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait, in real time and boundedly, until it holds three times in a row: a commit rings a moment later."""
    async with asyncio.timeout(seconds):
        calm = 0
        while calm < 3:
            calm = calm + 1 if condition() else 0
            await asyncio.sleep(0 if calm else 0.002)


def raw_text(update: int, text: str, chat: int = 11, **more: Any) -> dict[str, Any]:
    """A private text message as Telegram sends it."""
    user = {"id": chat, "is_bot": False, "first_name": "小马"}
    message = {
        "message_id": update, "date": int(START.timestamp()), "chat": {"id": chat, "type": "private"}, "from": user,
        "text": text,
    }  # fmt: skip
    return {"update_id": update, "message": message | more}


def raw_press(update: int, data: str, chat: int = 11) -> dict[str, Any]:
    """A press on an inline button in a private chat."""
    user = {"id": chat, "is_bot": False, "first_name": "小马"}
    message = {"message_id": 1, "date": int(START.timestamp()), "chat": {"id": chat, "type": "private"}, "text": "?"}
    query = {"id": f"q{update}", "from": user, "chat_instance": "1", "data": data, "message": message}
    return {"update_id": update, "callback_query": query}


async def put(rig: Rig, *updates: dict[str, Any]) -> None:
    """Into the inbox, as the intake does."""
    rows = [(raw["update_id"], face.lane_of(raw), json.dumps(raw)) for raw in updates]
    async with rig.db.write() as uow:
        await uow.inbox.add(rows, rig.clock.now())


async def waits(rig: Rig) -> list[Received]:
    async with rig.db.read() as uow:
        return list(await uow.inbox.waiting(1000))


@asynccontextmanager
async def rig_on(folder: Path, template: Path, key_file: Path) -> AsyncIterator[Rig]:
    """A rig with a fresh database, copied from a migrated one."""
    file = folder / "spine.db"
    shutil.copyfile(template, file)
    clock = ManualClock(START)
    world = World(clock)
    for user in range(11, 16):
        world.add_user(user, f"user {user}").start()
    world.add_group(GRID, "第三网格", [world.phones[11], world.phones[12]])
    world.updates.clear()
    async with (
        serve(world) as url,
        Database(f"sqlite:///{file}", key_file=key_file) as db,
        AiohttpRequest(read_timeout=2.0) as request,
        AiohttpRequest() as polls,
    ):
        line = Line(
            world.token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=request,
            get_updates_request=polls,
        )
        messenger = Messenger(line, MediaFolder(folder / "media"), clock)
        yield Rig(clock, world, url, db, messenger, PlainFace(), PlainActs(), request)

"""A small town with the real bot in it: HTTP to the sandbox, a database on disk, a clock that the test moves.

async def test_...(town):
    card = await town.grid_hears("#1")
    await town.li.press(card, "🙋 我来处理")
    await town.forward(hours=2)
"""

from __future__ import annotations

import asyncio
import atexit
import io
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import insert, update

from bot.build import build
from bot.clock import ManualClock
from bot.config import Config
from bot.gridcare import Gridcare
from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.serve import serve
from bot.sandbox.views import CallbackAnswer, MessageView
from bot.sandbox.world import World
from care.domain.items import Item
from handlers.render.card import MARKS
from storage.migrate import upgrade
from storage.tables import people as people_table
from storage.tables import posts as posts_table
from storage.unit import Unit
from tests.planted import betrayed, overheard

MONDAY_TEN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # 10:00 in Lanzhou
GRID, SECOND_GRID, COMMUNITY = -1003000000001, -1003000000002, -1003000000009
LANZHOU = ZoneInfo("Asia/Shanghai")
PACE = timedelta(seconds=3)  # sending limits that a story waits out by itself
TOKEN = "4711:SANDBOX"


def square(west: float, south: float) -> dict[str, Any]:
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "id": "g3", "properties": {}, "geometry": square(103.80, 36.00)},
        {"type": "Feature", "id": "g2", "properties": {}, "geometry": square(103.82, 36.00)},
    ],
}
IN_GRID_3, IN_GRID_2, FAR_AWAY = (36.005, 103.805), (36.005, 103.825), (30.0, 100.0)


def photo(colour: str = "gray", size: int = 64) -> bytes:
    """A small JPEG; another colour is another photo."""
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def config_for(base_url: str, folder: Path, **sections: dict[str, Any]) -> dict[str, Any]:
    """A config of one community and two grids; `sections` are laid over it key by key."""
    plain: dict[str, Any] = {
        "telegram": {"token": TOKEN, "base_url": base_url},
        "storage": {"url": f"sqlite:///{folder}/town.db", "media_dir": str(folder / "media")},
        "community": {"name": "海关社区", "admins": [90]},
        "areas": [
            {"id": "haiguan", "name": "海关社区", "level": "community", "chat_id": COMMUNITY, "audience": "staff"},
            {"id": "g3", "name": "第三网格", "level": "grid", "parent": "haiguan", "chat_id": GRID, "audience": "staff",
             "boundary": "grids.geojson#g3"},
            {"id": "g2", "name": "第二网格", "level": "grid", "parent": "haiguan", "chat_id": SECOND_GRID,
             "audience": "staff", "boundary": "grids.geojson#g2"},
            {"id": "b3", "name": "3号楼", "level": "building", "parent": "g3"},
            {"id": "g9", "name": "第九网格", "level": "grid", "parent": "haiguan"},
        ],
    }  # fmt: skip
    for name, keys in sections.items():
        plain[name] = plain.get(name, {}) | keys if isinstance(keys, dict) else keys
    return plain


class Town:
    """The people, their phones and groups, the bot, and the clock."""

    def __init__(self, world: World, clock: ManualClock, folder: Path, base_url: str, **sections: Any) -> None:
        self.world, self.clock, self.folder, self.base_url = world, clock, folder, base_url
        self.sections = sections
        self.app: Gridcare
        self.ma = self._person(11, "小马")
        self.li = self._person(21, "李娟")
        self.zhao = self._person(22, "赵敏")
        self.sun = self._person(23, "孙强")
        self.qian = self._person(24, "钱芳")
        self.guest = self._person(31, "路人")
        self.wang = self._person(90, "王主任")
        staff = [self.wang, self.li, self.zhao, self.sun]
        self.grid = world.add_group(GRID, "第三网格工作群", staff)
        self.second_grid = world.add_group(SECOND_GRID, "第二网格工作群", [self.wang, self.qian])
        self.community = world.add_group(COMMUNITY, "海关社区工作群", [self.wang, self.li])

    def _person(self, user: int, name: str) -> Phone:
        return self.world.add_user(user, name)

    # ------------------------------------------------------------ the bot's life

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Gridcare]:
        """The bot runs while the block does."""
        config = Config.of(config_for(self.base_url, self.folder, **self.sections), self.folder)
        stop = asyncio.Event()
        async with build(config, clock=self.clock) as app:
            self.app = app
            running = asyncio.create_task(app.run(stop))
            ready = asyncio.create_task(app.ready.wait())
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            await self._hears(app)
            try:
                yield app
            finally:
                stop.set()
                await running

    async def _hears(self, app: Gridcare) -> None:
        """Until its first poll is answered, and what waited at the network is in its inbox."""
        async with asyncio.timeout(20):
            while not (app.catch_up.read_all or self.world.faults.network_down):  # noqa: ASYNC110 -- it tells nobody
                await asyncio.sleep(0.002)

    async def settle(self) -> None:
        """Until the bot has nothing to do now; sending limits are waited out by moving the clock a little."""
        for _ in range(200):
            await self._calm()
            until = self._next()
            if until is None or until - self.clock.now() > PACE or self.app.dispatcher.bell.until != until:
                return
            self.clock.move_to(max(until, self.clock.now()))
        raise AssertionError("the bot does not come to rest")

    async def _calm(self) -> None:
        async with asyncio.timeout(20):
            while True:
                await self.app.settled()
                if not self.world.updates.pending():
                    return
                await asyncio.sleep(0.002)

    def _next(self) -> datetime | None:
        app = self.app
        bells = (app.dispatcher.bell, app.sweeper.bell, app.downloader.bell, app.alarmer.bell)
        return min((bell.until for bell in bells if bell.until is not None), default=None)

    async def forward(self, **span: float) -> None:
        """Let time pass, stopping wherever the bot has something to do."""
        target = self.clock.now() + timedelta(**span)
        await self.settle()
        for _ in range(100_000):
            until = self._next()
            if until is None or until > target:
                break
            self.clock.move_to(max(until, self.clock.now()))
            await self._calm()
        if target > self.clock.now():
            self.clock.move_to(target)
        await self.settle()

    # ------------------------------------------------------------ who is who

    async def enrol(self, phone: Phone, role: str, area: str | None, ref: str, name: str | None = None) -> int:
        """Put somebody on the roster; his person id."""
        async with self.app.parts.db.write() as uow:
            return await _enrol(uow, phone, role, area, ref, name)

    async def enrol_everybody(self) -> None:
        async with self.app.parts.db.write() as uow:
            await _enrol(uow, self.ma, "courier", "g3", "C1")
            await _enrol(uow, self.li, "worker", "g3", "W1")
            await _enrol(uow, self.zhao, "worker", "g3", "W2")
            await _enrol(uow, self.qian, "worker", "g2", "W3")
        for phone in (self.ma, self.li, self.zhao, self.sun, self.qian, self.guest):
            phone.started = True  # long ago
        self.wang.start()  # until he has written the bot knows his number only
        await self.settle()

    # ------------------------------------------------------------ what people do and see

    async def press(self, phone: Phone, message: MessageView, label: str) -> CallbackAnswer:
        """Press and look at what pops up."""
        query = phone.press_nowait(message, label)
        assert query is not None, f"{label} is a link"
        await self.settle()
        return await phone.answer_to(query, 1.0)

    def said_in(self, group: Group) -> list[MessageView]:
        """What the bot has said in a group and still stands."""
        return [message for message in group.messages() if message.from_bot]

    def heard(self, where: Group | Phone, *, only: str = "") -> list[str]:
        """Every message of the bot that came there, deleted ones too: day, time, 🔇 where it was silent, first line."""
        lines = []
        for call in self.world.calls:
            sent = call.method.startswith("send") and call.code == 200 and int(call.params["chat_id"]) == where.id
            text = str(call.params.get("text") or call.params.get("caption") or "")
            if sent and only in text:
                at = call.at.astimezone(LANZHOU)
                silent = "🔇" if call.params.get("disable_notification") else ""
                lines.append(f"{at:%d %H:%M}{silent} {text.splitlines()[0] if text else call.method}")
        return lines

    def times(self, where: Group | Phone, only: str) -> list[str]:
        """`02 12:00`, when each message with these words came there."""
        return [line[:8] for line in self.heard(where, only=only)]

    def card(self, group: Group, number: int) -> MessageView:
        """The item's card in that group."""
        marks = (*MARKS.values(), "🤝")
        named = [m for m in self.said_in(group) if m.text.startswith(marks) and f"#{number}" in m.text]
        found = [m for m in named if "\n📍" in m.text or m.text.startswith("🤝")]  # a reminder names it too
        assert len(found) == 1, f"{len(found)} cards of #{number}: {[m.text for m in self.said_in(group)]}"
        return found[0]

    def told(self, phone: Phone) -> list[MessageView]:
        """What the bot has said to somebody in private and still stands."""
        return [message for message in phone.messages() if message.from_bot]

    def receipt(self, phone: Phone, number: int) -> MessageView:
        """The reporter's own message."""
        return next(m for m in self.told(phone) if f"#{number}" in m.text)

    async def item(self, number: int) -> Item:
        async with self.app.parts.db.read() as uow:
            return await uow.items.get(number)

    async def reports(
        self, phone: Phone, text: str = "井盖坏了", category: str = "公共设施", place: str = "第三网格"
    ) -> int:
        """Somebody reports in words and answers everything; the item's number."""
        before = len(self.told(phone))
        phone.send_text(text)
        await self.settle()
        receipt = self.told(phone)[before]
        await self.press(phone, receipt, category)
        phone.tap_reply_key(place)
        await self.settle()
        return int(receipt.text.split("#")[1].split("。")[0])


async def _enrol(uow: Unit, phone: Phone, role: str, area: str | None, ref: str, name: str | None = None) -> int:
    person = await uow.people.meet(phone.id, phone.user.name, None)
    known = update(people_table).where(people_table.c.id == person.id)
    await uow.link.run(known.values(ref=ref, name=name or phone.user.name))
    await uow.link.run(insert(posts_table).values(person=person.id, role=role, area=area or ""))
    return person.id


_template: list[Path] = []


async def _lay_database(folder: Path) -> None:
    """An empty, migrated database: migrating anew for each story would take longer than the story."""
    if not _template:
        file = Path(tempfile.mkdtemp()) / "template.db"
        await upgrade(f"sqlite:///{file}")
        _template.append(file)
        atexit.register(shutil.rmtree, file.parent, ignore_errors=True)
    shutil.copy(_template[0], folder / "town.db")


@asynccontextmanager
async def again(place: Town) -> AsyncIterator[Town]:
    """The same town, its bot started anew on the same database."""
    async with serve(place.world) as base_url:
        place.base_url = base_url
        async with place.bot():
            yield place


@asynccontextmanager
async def town(folder: Path, *, enrolled: bool = True, **sections: Any) -> AsyncIterator[Town]:
    """A town with a running bot."""
    await _lay_database(folder)
    (folder / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    clock = ManualClock(MONDAY_TEN)
    world = World(clock, token=TOKEN)
    with overheard() as logged:
        async with serve(world) as base_url:
            place = Town(world, clock, folder, base_url, **sections)
            async with place.bot():
                if enrolled:
                    await place.enrol_everybody()
                yield place
    assert betrayed(world, logged) == []  # no group has read, and no log holds, what only a claimer may know

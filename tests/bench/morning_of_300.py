"""A morning of 300 elders in 12 grids, by the stepped clock: what became of each, and how much each group heard.

The script says what each elder does; the ledger must say the same. Telegram's limits are on. Run it
(`python -m tests.bench.morning_of_300`) for the table; the test beside it holds the table to the product.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import insert

from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.elders import Pause, PauseWhy
from storage import tables
from storage.ledger import Span
from storage.ledger_care import checkin_records
from storage.unit import Unit
from tests.harness import LANZHOU, Town
from tests.harness import town as make_town

GRIDS, HOUSEHOLDS = 12, 25
DAY = datetime(2026, 11, 3, tzinfo=LANZHOU)  # the town begins on the 2nd, at ten
# By her place in the grid; all others press ✅. What the ledger must say of each: (outcome, why).
SCRIPT = {
    0: ("ok", "seen"),  # silent; a worker takes her name, goes and sees her
    1: ("ok", "answered"),  # silent until 09:40: then she answers after all
    2: ("ok", "family"),  # silent; her son reaches her
    3: ("paused", "paused"),
    4: ("ok", "early"),  # she sent something at 06:30
    5: ("ok", "answered"),  # by voice, and a worker listens
    6: ("missed", "silent"),  # nobody has found her by noon
}
ANSWERED = ("ok", "answered")
AT_MOST = 5  # new messages in a group until noon (PRODUCT, "How much it speaks")


@dataclass
class Morning:
    """Who lives where."""

    elders: list[list[Phone]] = field(default_factory=list)
    sons: list[Phone] = field(default_factory=list)
    workers: list[Phone] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


def areas() -> list[dict[str, object]]:
    grids = [
        {"id": f"n{n}", "name": f"第{n + 1}网格", "level": "grid", "parent": "haiguan", "chat_id": chat_of(n),
         "audience": "staff"}
        for n in range(GRIDS)
    ]  # fmt: skip
    return [{"id": "haiguan", "name": "海关社区", "level": "community"}, *grids]


def chat_of(grid: int) -> int:
    return -1004000000000 - grid


async def settle_in(town: Town) -> Morning:
    """Everybody is on the roster and has met the bot; the paused have said that they are away."""
    morning = Morning()
    async with town.app.parts.db.write() as uow:
        for grid in range(GRIDS):
            worker = town.world.add_user(10_000 + grid, f"网格员{grid}")
            son = town.world.add_user(20_000 + grid, f"儿子{grid}")
            morning.workers.append(worker)
            morning.sons.append(son)
            morning.groups.append(town.world.add_group(chat_of(grid), f"第{grid + 1}网格", [worker, town.wang]))
            phones = [town.world.add_user(30_000 + grid * 100 + n, "奶奶") for n in range(HOUSEHOLDS)]
            morning.elders.append(phones)
            for phone, role, ref in [(worker, "worker", f"W{grid}"), (son, "family", f"F{grid}")]:
                await _enrol(uow, phone, role, ref, f"n{grid}", phone.user.name)
            for n, phone in enumerate(phones):
                name = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔"[n] + "秀英"
                person = await _enrol(
                    uow, phone, "elder", f"E{grid}-{n}", f"n{grid}", name, building=f"{n % 5 + 1}号楼"
                )
                row = {"person": person, "state": "joined", "mode": "button", "state_since": town.clock.now()}
                await uow.link.run(insert(tables.elders), row)
                if n == 2:
                    family = await uow.people.by_telegram(son.id)
                    assert family is not None
                    await uow.link.run(insert(tables.kin), {"family": family.id, "elder": person})
                if n == 3:
                    pause = Pause(since=town.clock.now(), until=None, why=PauseWhy.AWAY, by=person)
                    await uow.elders.pause(person, pause)
            for phone in (worker, son, *phones):
                phone.started = True
    await town.settle()
    return morning


async def _enrol(uow: Unit, phone: Phone, role: str, ref: str, area: str, name: str, **more: object) -> int:
    row = {"ref": ref, "name": name, "telegram_id": phone.id, "admin": False, "sex": "f", "birth_year": 1945} | more
    made = await uow.link.run(insert(tables.people).returning(tables.people.c.id), row)
    person = int(made.scalar_one())
    await uow.link.run(insert(tables.posts), {"person": person, "role": role, "area": area})
    return person


async def live(town: Town, morning: Morning) -> None:
    """The script, from before dawn until noon."""
    await town.forward(seconds=(DAY.replace(hour=6, minute=30) - town.clock.now()).total_seconds())
    for phones in morning.elders:
        phones[4].send_text("早")
    await _at(town, 8, 5)
    for phones in morning.elders:
        phones[5].send_voice()
        for n, phone in enumerate(phones):
            if n not in SCRIPT:
                phone.press_nowait(_latest(phone, "✅ 我很好"), "✅ 我很好")
        await town.settle()  # grid by grid, which is how a slow machine takes 228 presses
    await _at(town, 8, 10)
    for worker, group in zip(morning.workers, morning.groups, strict=True):
        voices = next(m for m in reversed(group.messages()) if m.from_bot and "待听" in m.text)
        worker.press_nowait(voices, voices.labels[0])
    await town.settle()
    for worker in morning.workers:
        worker.press_nowait(_latest(worker, "👂 听了，没事"), "👂 听了，没事")
    await _at(town, 8, 50)
    for son in morning.sons:
        son.press_nowait(_latest(son, "✅ 联系上了，平安"), "✅ 联系上了，平安")
    await _at(town, 9, 33)
    for worker, group in zip(morning.workers, morning.groups, strict=True):
        listed = next(m for m in reversed(group.messages()) if m.from_bot and "没报平安" in m.text)
        worker.press_nowait(listed, next(label for label in listed.labels if "赵奶奶" in label))
    await _at(town, 9, 40)
    for phones in morning.elders:
        phones[1].send_text("刚看见，我好着呢")
    for worker in morning.workers:
        worker.press_nowait(_latest(worker, "🚪 上门已见平安"), "🚪 上门已见平安")
    await _at(town, 12, 0)


async def _at(town: Town, hour: int, minute: int) -> None:
    await town.forward(seconds=(DAY.replace(hour=hour, minute=minute) - town.clock.now()).total_seconds())


def _latest(phone: Phone, label: str) -> MessageView:
    return next(m for m in reversed(phone.messages()) if m.from_bot and label in m.labels)


@dataclass(frozen=True)
class Came:
    """What came of it: outcomes by the ledger and by the script; new messages by group; calls refused with 429."""

    told: Counter[tuple[str, str]]
    script: Counter[tuple[str, str]]
    heard: Sequence[int]
    refused: int


async def spend(folder: Path) -> Came:
    """The whole morning, in a town of its own."""
    async with make_town(folder, enrolled=False, areas=areas()) as town:
        town.wang.start()
        morning = await settle_in(town)
        before = len(town.world.calls)
        await live(town, morning)
        calls = town.world.calls[before:]
        span = Span(start=DAY.astimezone(UTC), end=(DAY + timedelta(days=1)).astimezone(UTC))
        told = Counter(
            [(row["outcome"], row["evidence"]["why"]) async for row in checkin_records(town.app.parts.db, span)]
        )
    script = Counter(SCRIPT.get(n, ANSWERED) for _ in range(GRIDS) for n in range(HOUSEHOLDS))
    sent = Counter(int(call.params["chat_id"]) for call in calls if call.method.startswith("send") and call.code == 200)
    heard = [sent[chat_of(n)] for n in range(GRIDS)]
    return Came(told, script, heard, sum(call.code == 429 for call in calls))


def table(came: Came) -> str:
    lines = [f"{'outcome':10} {'why':10} {'script':>6} {'ledger':>6}"]
    for outcome, why in sorted({*came.told, *came.script}):
        lines.append(f"{outcome:10} {why:10} {came.script[outcome, why]:>6} {came.told[outcome, why]:>6}")
    lines.append(f"new messages in a group until noon: at most {max(came.heard)}, by group {list(came.heard)}")
    lines.append(f"calls refused with 429: {came.refused}")
    return "\n".join(lines)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(table(await spend(Path(folder))))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(main())

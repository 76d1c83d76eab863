"""A street full of people who report, claim and prove, each at what he sees on his own screen.

They neither know nor mind that the bot dies now and then: what stands in the chat stands there, and they go on from it.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from bot.clock import RealClock
from bot.sandbox.groups import Group
from bot.sandbox.journal import CallbackQuery
from bot.sandbox.people import Phone
from bot.sandbox.records import Chat
from bot.sandbox.views import MessageView, view_of
from bot.sandbox.world import World
from tests.harness import COMMUNITY, GRID, IN_GRID_2, IN_GRID_3, SECOND_GRID, TOKEN, photo

CATEGORIES = ("环境卫生", "公共设施", "占道经营", "安全隐患", "小广告", "居民求助", "其他")
COURIERS, WORKERS = 57, 5  # one a second is what a private chat bears, so there are many
GRIDS = {"第三网格": GRID, "第二网格": SECOND_GRID}
_NUMBER = re.compile(r"#(\d+)")


class Stage(IntEnum):
    """How far a matter has come, by what people have done about it."""

    UNSEEN = 0
    SENT = 1
    SORTED = 2  # the category is pressed, the place not yet given
    PLACED = 3
    CLAIMED = 4
    SAID_DONE = 5  # 办结 is pressed, the proof not yet given
    PROVED = 6
    FINISHED = 7


HALF_GIVEN = (Stage.SORTED, Stage.SAID_DONE)


@dataclass(eq=False)
class Matter:
    """Something that a courier sees, and all that people will do about it."""

    words: str
    courier: Phone
    grid: str
    category: str
    medium: str  # photo | text
    place: str  # caption | key | point | words | skip
    claimers: list[Phone]
    proof: str  # reply | bare | words | press
    content: bool
    stage: Stage = Stage.UNSEEN
    number: int = 0
    pressed: dict[str, CallbackQuery] = field(default_factory=dict)

    @property
    def proof_words(self) -> str:
        """What the worker will say beside his proof."""
        return f"办好了，{self.words}"


class Street:
    """The people, their groups, and the stream of what they do. `allowed`: how many matters may have begun."""

    def __init__(self, rng: random.Random, matters: int) -> None:
        self.rng = rng
        self.world = World(RealClock(), token=TOKEN)
        self.world.limits.per_second = self.world.limits.group_per_minute = 1_000_000
        self.world.limits.private_per_second = self.world.limits.private_burst = 1_000.0
        self.couriers = [self.world.add_user(100 + i, f"骑手{i}") for i in range(COURIERS)]
        self.workers: dict[int, list[Phone]] = {}
        self.groups: dict[int, Group] = {}
        everybody: list[Phone] = []
        for start, (name, chat) in zip((200, 300), GRIDS.items(), strict=True):
            self.workers[chat] = [self.world.add_user(start + i, f"{name}网格员{i}") for i in range(WORKERS)]
            self.groups[chat] = self.world.add_group(chat, f"{name}工作群", self.workers[chat])
            everybody += self.workers[chat]
        self.groups[COMMUNITY] = self.world.add_group(COMMUNITY, "海关社区工作群", everybody)
        self.photos = [photo(f"#{i:02x}8040") for i in range(8)]
        self.matters = [self._matter(i) for i in range(matters)]
        self.by_number: dict[int, Matter] = {}
        self.allowed = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.errors: list[BaseException] = []

    def _matter(self, index: int) -> Matter:
        rng, courier = self.rng, self.couriers[index % COURIERS]
        grid = rng.choice(list(GRIDS))
        place = rng.choices(("caption", "key", "point", "words", "skip"), (2, 4, 3, 1, 1))[0]
        if place in ("words", "skip"):  # then it goes to his home grid
            grid = "第三网格"
        at = "，在第二网格" if grid == "第二网格" else "，在3号楼"
        return Matter(
            words=f"第{index:03}件坏了{at if place == 'caption' else ''}",
            courier=courier,
            grid=grid,
            category=rng.choice(CATEGORIES),
            medium=rng.choices(("photo", "text"), (4, 1))[0],
            place=place,
            claimers=rng.sample(self.workers[GRIDS[grid]], rng.choices((1, 2, 3), (6, 3, 1))[0]),
            proof=rng.choices(("reply", "bare", "words", "press"), (4, 3, 1, 3))[0],
            content=rng.random() < 0.4,
        )

    # ------------------------------------------------------------ the stream

    async def live(self) -> None:
        """Go on for ever; each screen is looked at when something changes on it."""
        seen = 0
        while True:
            self._begin()
            for event in self.world.events[seen:]:
                seen = event.seq
                if event.kind in ("message", "edit") and event.chat_id is not None and event.message_id is not None:
                    self._look(self.world.chats[event.chat_id], event.message_id)
            try:
                await asyncio.wait_for(self.world.wait_change(seen), 0.1)  # `allowed` may have grown
            except TimeoutError:
                continue

    @property
    def finished(self) -> bool:
        return all(matter.stage is Stage.FINISHED for matter in self.matters) and not self._tasks

    def unfinished(self) -> list[str]:
        return [f"#{m.number} {m.stage.name} {m.proof} {m.words}" for m in self.matters if m.stage < Stage.FINISHED]

    def half_given(self) -> list[Matter]:
        """What people have begun to answer and not ended."""
        return [matter for matter in self.matters if matter.stage in HALF_GIVEN]

    def _begin(self) -> None:
        busy = {matter.courier for matter in self.matters if Stage.UNSEEN < matter.stage < Stage.FINISHED}
        for matter in self.matters[: self.allowed]:
            if matter.stage is Stage.UNSEEN and matter.courier not in busy:
                busy.add(matter.courier)
                matter.stage = Stage.SENT
                self._soon(lambda m=matter: self._report(m))

    def _soon(self, act: Callable[[], None]) -> None:
        """People take a moment."""

        async def after_a_moment() -> None:
            await asyncio.sleep(self.rng.uniform(0.0, 0.25))
            act()

        task = asyncio.create_task(after_a_moment())
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(error)

    def _look(self, chat: Chat, message: int) -> None:
        live = chat.live(message)
        if live is None or live.sender is not self.world.bot:
            return
        view = view_of(self.world, live)
        if chat.is_private:
            matter = next(m for m in reversed(self.matters) if m.courier.id == chat.id and m.stage > Stage.UNSEEN
                          and (m.stage < Stage.FINISHED or m.number in _numbers(view)))  # fmt: skip
            self._on_private(matter, view)
        else:
            for number in _numbers(view)[:1]:
                self._on_group(self.by_number[number], view)

    # ------------------------------------------------------------ the courier

    def _report(self, matter: Matter) -> None:
        if matter.medium == "photo":
            matter.courier.send_photo(self.rng.choice(self.photos), caption=matter.words)
        else:
            matter.courier.send_text(matter.words)

    def _on_private(self, matter: Matter, view: MessageView) -> None:
        number = next(iter(_numbers(view)), 0)
        if matter.stage is Stage.SENT and "这是什么问题" in view.text and number not in self.by_number:
            matter.number, matter.stage = number, Stage.SORTED
            self.by_number[number] = matter
            self._soon(lambda: self._press(matter, "category", matter.courier, view, matter.category))
        elif number != matter.number:
            return
        elif matter.stage is Stage.SORTED and "在哪里？" in view.text:
            matter.stage = Stage.PLACED
            self._soon(lambda: self._give_place(matter))
        elif matter.stage is Stage.PROVED and "已办结 ✅" in view.text:
            matter.stage = Stage.FINISHED
            if matter.content:
                self._soon(lambda: self._press(matter, "content", matter.courier, view, "👍 满意"))

    def _give_place(self, matter: Matter) -> None:
        spot = IN_GRID_2 if matter.grid == "第二网格" else IN_GRID_3
        match matter.place:
            case "key":
                matter.courier.tap_reply_key(matter.grid)
            case "point":
                matter.courier.send_location(*spot)
            case "words":
                matter.courier.send_text("菜市场后门")
            case "skip":
                matter.courier.tap_reply_key("跳过")
            case _:
                raise AssertionError(f"asked where although the caption says it: {matter.words}")

    # ------------------------------------------------------------ the workers

    def _on_group(self, matter: Matter, view: MessageView) -> None:
        if matter.stage in (Stage.SORTED, Stage.PLACED) and view.has_button("🙋 我来处理"):
            matter.stage = Stage.CLAIMED
            self._soon(lambda: self._claim(matter, view))
        elif matter.stage is Stage.CLAIMED and view.has_button("✅ 办结"):
            matter.stage = Stage.SAID_DONE
            self._soon(lambda: self._press(matter, "done", matter.claimers[0], view, "✅ 办结"))
        elif matter.stage is Stage.SAID_DONE and "请发处理后的照片或说明" in view.text:
            self._soon(lambda: self._prove(matter, view))

    def _claim(self, matter: Matter, view: MessageView) -> None:
        """The first of them must win: their presses arrive in this order."""
        for number, worker in enumerate(matter.claimers):
            self._press(matter, f"claim{number}", worker, view, "🙋 我来处理")

    def _prove(self, matter: Matter, question: MessageView) -> None:
        if matter.stage is not Stage.SAID_DONE:
            return
        matter.stage = Stage.PROVED
        worker, group = matter.claimers[0], self.groups[question.chat_id]
        others = [m for m in self.half_given() if m.stage is Stage.SAID_DONE and m.claimers[0] is worker]
        match matter.proof:
            case "press":
                self._press(matter, "no_proof", worker, question, "无需照片，直接办结")
            case "words":
                worker.send_text(matter.proof_words, chat=group, reply_to=question)
            case "bare" if not others:  # a bare photo proves his latest 办结
                worker.send_photo(self.rng.choice(self.photos), caption=matter.proof_words, chat=group)
            case _:
                pictures = self.rng.choice(self.photos)
                worker.send_photo(pictures, caption=matter.proof_words, chat=group, reply_to=question)

    def _press(self, matter: Matter, what: str, who: Phone, view: MessageView, label: str) -> None:
        query = who.press_nowait(view, label)
        assert query is not None
        matter.pressed[what] = query


def _numbers(view: MessageView) -> list[int]:
    return [int(number) for number in _NUMBER.findall(view.text)]

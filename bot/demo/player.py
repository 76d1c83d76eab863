"""▶ 看一天: plays the script of a day on the demo's clock, with the phones of its people and the real bot.

It does what a visitor could do, only by itself: it finds buttons by their labels and moves the clock as `⏭` does.
Between two scenes it stops wherever the bot has something to tell. What it does not find it leaves out, and says so.
Whoever cannot wait names a scene: until then everything is done as ever, only nobody is given time to read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog

from bot.demo.board import Board, Showing
from bot.demo.day import Scene
from bot.demo.deeds import Deed, NotThere
from bot.demo.neighbours import LI
from bot.demo.timekeeper import BotDied, NoBot
from bot.demo.town import GRID_CHAT
from bot.sandbox.records import Json

log = structlog.get_logger(__name__)

T = TypeVar("T")

AHEAD = 1.4  # seconds (all of these real, at pace 1) between the sentence and what it tells of
AT_HAND = 0.7  # between seeing the hand and the press
AFTER_DEED = 1.0
AFTER_TIME = 1.0  # after something that time has brought on the way
MOST_LOOKS = 4  # of such in one scene: what a visitor has begun and left may bring many
TO_READ = 1.6  # at the least; and for each character
A_CHARACTER = 0.11
FRESH = timedelta(seconds=100)  # so long after its beginning a town is good enough for the day to begin in it
TRIES = 3  # for a button that is not there yet
TRY_AGAIN = 0.4  # seconds, real at any pace


class State(StrEnum):
    """What the player does."""

    IDLE = "idle"
    SETTING = "setting"  # the town is being set anew, so that the day begins in the morning
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class LeftOut:
    """What the script wanted and did not find; `why` names the label."""

    scene: int
    why: str


class Player:
    """Plays one day at a time. `anew` sets the town anew; `pace` 0: as fast as the bot can."""

    def __init__(
        self,
        board: Board,
        anew: Callable[[], Awaitable[None]],
        scenes: Sequence[Scene],
        zone: ZoneInfo,
        pace: float = 1.0,
    ) -> None:
        self.scenes, self.pace = tuple(scenes), pace
        self.state = State.IDLE
        self.scene = 0
        self.left_out: list[LeftOut] = []
        self.pressed: set[str] = set()
        self.joined = False  # a visitor has done something himself: what is told need not be true any more
        self._board, self._anew, self.zone = board, anew, zone
        self._going = asyncio.Event()
        self._goal = 0  # the scene to whose moment it hurries
        self._come = False  # the moment of the present scene
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._played: str | None = None  # the run that has seen a day, or a part of one
        self.began = 0  # the event with which the day began
        self._day: date | None = None  # on the town's calendar

    # --- what a visitor asks of it -----------------------------------------------------------------------------------

    def play(self, until: int = 0) -> None:
        """Begin, or go on after a pause; quickly up to the moment of the scene `until`, if that is still to come."""
        begins = self.state in (State.IDLE, State.ENDED)
        if until > 0 and (begins or until > self.scene or (until == self.scene and not self._come)):
            self._goal = min(until, len(self.scenes) - 1)
            self._hurry.set()
        if self.state is State.PLAYING:
            self._tell()
        elif self.state is State.PAUSED:
            self._become(State.PLAYING)
            self._board.now.time.set_speed(1.0)
            self._going.set()
        elif begins:
            self._task = asyncio.create_task(self._play())
            self._task.add_done_callback(self._over)

    def pause(self) -> None:
        """Stand still before the next thing; the clock is the visitor's meanwhile."""
        if self.state is State.PLAYING:
            self._hurry.clear()
            self._going.clear()
            self._become(State.PAUSED)

    def join(self) -> None:
        """A visitor does something himself while the day is played, and the page says so."""
        if self.state in (State.PLAYING, State.PAUSED) and not self.joined:
            self.joined = True
            self._tell()

    async def stop(self) -> None:
        """No more of it; the town goes on from here by itself."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._hurry.clear()
        if self.state is not State.IDLE:
            self._become(State.IDLE)

    async def finished(self) -> None:
        """Return once the day has been played to its end, or was stopped; raises what went wrong."""
        if self._task is not None:
            await self._task

    def view(self) -> Json:
        """What the page shows of it now."""
        return {
            "state": self.state,
            "scene": self.scene,
            "began": self._at(self.scenes[0], self._day).isoformat() if self._day is not None else None,
            "hurriesTo": self._goal if self._hurry.is_set() else None,
            "now": _scene_view(self.scenes[self.scene], self._rings()),
            "joined": self.joined,
            "leftOut": [{"scene": one.scene, "why": one.why} for one in self.left_out],
        }

    def timeline(self) -> list[Json]:
        """When each scene plays, in order, and the chapter that begins with it, if one does."""
        return [{"at": scene.at.isoformat("minutes"), "chapter": scene.chapter} for scene in self.scenes]

    def played(self) -> list[Json]:
        """Each scene until now, as `now` shows it."""
        return [_scene_view(scene, self._rings()) for scene in self.scenes[: self.scene + 1]]

    # --- the day -----------------------------------------------------------------------------------------------------

    async def _play(self) -> None:
        self.scene, self.left_out, self.joined = 0, [], False
        self._going.set()
        try:
            showing = await self._morning()
            self._played, self.began = showing.run, showing.town.world.version
            self._day = day = showing.clock.now().astimezone(self.zone).date()
            self._become(State.PLAYING)
            showing.time.set_speed(1.0)
            for number, scene in enumerate(self.scenes):
                self.scene, self._come = number, False
                self._tell()
                await self._show(showing, scene, self._at(scene, day))
            self._become(State.ENDED)
            log.info("demo.day_played", left_out=len(self.left_out))
        except NoBot:  # it has ended, and with it the day
            self._become(State.IDLE)

    def _over(self, task: asyncio.Task[None]) -> None:
        """It ended by itself: an error of the script shall be seen, and stops nothing else."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("demo.day_broken", scene=self.scene, error=repr(error))
            self._become(State.IDLE)

    async def _morning(self) -> Showing:
        """The showing to play in: this one if its day is still fresh, else a new one."""
        showing = self._board.now
        now = showing.clock.now().astimezone(self.zone)
        opened = datetime.combine(now.date(), self.scenes[0].at, self.zone)
        if showing.run == self._played or not timedelta(0) <= now - opened <= FRESH:
            self._become(State.SETTING)
            await self._anew()
        return self._board.now

    async def _show(self, showing: Showing, scene: Scene, at: datetime) -> None:
        """One scene: its sentence stands already; time comes to it, then people do what they do."""
        began = asyncio.get_running_loop().time()
        await self._stay(AHEAD)
        looks = 0
        while showing.clock.now() < at:
            leap = await self._with_bot(lambda: showing.time.forward(at))
            looks += bool(leap.chats)
            await self._stay(AFTER_TIME if leap.chats and looks <= MOST_LOOKS else 0)
        self._arrive()
        for deed in scene.deeds:
            await self._do(showing, deed)
            await self._stay(AFTER_DEED)
        spent = asyncio.get_running_loop().time() - began
        await self._stay(reading_time(scene) - (spent / self.pace if self.pace else 0))

    def _arrive(self) -> None:
        """The moment of this scene has come; if it was hurried to, one may read again."""
        self._come = True
        if self._hurry.is_set() and self.scene >= self._goal:
            self._hurry.clear()
            self._tell()

    async def _do(self, showing: Showing, deed: Deed) -> None:
        """Done as soon as it can be found; left out if it cannot."""
        for attempt in range(TRIES):
            try:
                if (aimed := deed.aim(showing.town.world)) is not None:
                    showing.town.world.record("hand", **aimed)
                    await self._stay(AT_HAND)
                query = await deed.do(showing.town.world)
            except NotThere as missing:
                if attempt + 1 == TRIES:
                    log.warning("demo.left_out", scene=self.scene, deed=type(deed).__name__, why=str(missing))
                    self.left_out.append(LeftOut(self.scene, deed.sought))
                    self._tell()
                    return
                await asyncio.sleep(TRY_AGAIN)
                await self._with_bot(showing.time.settle)
                continue
            if query is not None:
                self.pressed.add(query.id)
            await self._with_bot(showing.time.settle)
            return

    def _at(self, scene: Scene, day: date) -> datetime:
        return datetime.combine(day, scene.at, self.zone)

    async def _with_bot(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do what needs the bot; while somebody has killed it the day pauses, and goes on when it is played again."""
        while True:
            try:
                return await act()
            except BotDied:
                self.pause()
                await self._going.wait()

    async def _stay(self, seconds: float) -> None:
        """Let it be looked at; and wait out a pause."""
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds * self.pace):
                    await self._hurry.wait()
        await self._going.wait()

    # --- telling the pages -------------------------------------------------------------------------------------------

    def _become(self, state: State) -> None:
        self.state = state
        self._tell()

    def _tell(self) -> None:
        self._board.now.town.world.record("day", scene=self.scene)

    def _rings(self) -> int:
        """How often the grid's group has rung since the day began."""
        showing = self._board.now
        if showing.run != self._played:
            return 0
        return showing.town.world.phones[LI.id].sounding(GRID_CHAT, self.began)


def reading_time(scene: Scene) -> float:
    """Seconds for which its sentence stands at the least."""
    return TO_READ + A_CHARACTER * len(scene.zh)


def _scene_view(scene: Scene, rings: int) -> Json:
    words = {language: text.format(rings=rings) for language, text in (("zh", scene.zh), ("en", scene.en))}
    whose = scene.as_.user_id if scene.as_ is not None else None
    return {"at": scene.at.isoformat("minutes"), "panes": list(scene.panes), "person": whose, **words}

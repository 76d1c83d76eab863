"""A backup put in place on another machine, on the clock of a story: what was due goes on, and nobody is told twice."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import timedelta
from pathlib import Path

from care.domain.checkins import Outcome, Why
from storage.backup.installation import Installation
from storage.backup.making import back_up
from storage.backup.restoring import restore
from tests.grannies import a_relative, an_elder
from tests.greeted import greeting, local, outcome, until
from tests.harness import GEOJSON, Town, again
from tests.harness import town as make_town
from tests.story.test_sheet import CLAIM, known


def silent(_what: str, _more: int, _total: int) -> None:
    """Nobody looks."""


def installed(folder: Path) -> Installation:
    return Installation(url=f"sqlite:///{folder}/town.db", media_dir=folder / "media", key_file=folder / "gridcare.key")


async def backed_up(town: Town, out: Path) -> None:
    """In a thread, as beside a running bot."""
    home, now = installed(town.folder), town.clock.now()
    making = back_up(home, out, community="海关社区", program="gridcare", now=now, progress=silent)
    await asyncio.to_thread(asyncio.run, making)


async def moved(town: Town, folder: Path, backup: Path) -> None:
    """The machine is dead; another one gets the key, the config and the backup."""
    folder.mkdir()  # noqa: ASYNC240 -- a test
    (folder / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    shutil.copy(town.folder / "gridcare.key", folder)
    await restore(installed(folder), backup, replace=False, now=town.clock.now(), progress=silent)
    town.folder = folder


async def test_what_was_due_comes_due_on_the_other_machine(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    async with make_town(first) as place:
        await place.reports(place.ma)
        await place.forward(hours=1)
        await backed_up(place, tmp_path / "b.backup")
    await moved(place, tmp_path / "second", tmp_path / "b.backup")
    async with again(place):
        await place.forward(hours=7)
        assert place.times(place.grid, "起还没人接") == ["02 12:00", "02 16:00"]
        assert len(place.times(place.grid, "🟢 <b>#1</b>")) == 1
        answer = await place.press(place.li, place.card(place.grid, 1), "🙋 我来处理")
        assert "#1 归您了" in answer.text


async def test_what_came_due_while_the_machine_was_dead_is_done_once(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    async with make_town(first) as place:
        place.ma.send_text("天然气漏了，快来人")
        await place.settle()
        await backed_up(place, tmp_path / "b.backup")
    cards = len(place.heard(place.grid, only="#1"))
    assert cards > 0
    place.clock.move_to(place.clock.now() + timedelta(hours=2))
    await moved(place, tmp_path / "second", tmp_path / "b.backup")
    async with again(place):
        await place.settle()
        told = place.heard(place.grid, only="#1")[cards:]
        assert len(told) == len(set(told)) <= 2, told
        assert len(place.heard(place.community, only="#1")) == 1


async def test_what_was_done_after_the_backup_is_not_known_and_can_be_done_again(tmp_path: Path) -> None:
    """The bot of an older backup offers what somebody has claimed since; his press, or another's, takes it anew."""
    first = tmp_path / "first"
    first.mkdir()
    async with make_town(first) as place:
        await place.reports(place.ma)
        await backed_up(place, tmp_path / "b.backup")
        await place.press(place.li, place.card(place.grid, 1), "🙋 我来处理")
    await moved(place, tmp_path / "second", tmp_path / "b.backup")
    async with again(place):
        await place.forward(hours=2, minutes=1)
        reminder = next(m for m in place.said_in(place.grid) if "起还没人接" in m.text)
        answer = await place.press(place.zhao, reminder, "🙋 我来处理")
        assert "#1 归您了" in answer.text


async def test_an_old_sheet_does_not_end_another_womans_cry(tmp_path: Path) -> None:
    """Numbered after the backup, its buttons still stand in the chats; its number is nobody else's."""
    first = tmp_path / "first"
    first.mkdir()
    async with make_town(first) as place:
        wang = await an_elder(place)
        li = await an_elder(place, 52, "李桂芳", ref="E2", building="5号楼")
        await known(place, place.li)
        await backed_up(place, tmp_path / "b.backup")
        wang.send_text("🆘 需要帮助")
        await place.settle()
        await place.press(place.li, place.card(place.grid, 1), CLAIM)
        sheet = place.told(place.li)[-1]
    place.clock.move_to(place.clock.now() + timedelta(minutes=30))
    await moved(place, tmp_path / "second", tmp_path / "b.backup")
    async with again(place):
        li.send_text("🆘 需要帮助")
        await place.settle()
        await place.press(place.li, place.card(place.grid, 2001), CLAIM)
        await place.press(place.li, sheet, "🚪 上门已见平安")
        await place.forward(minutes=2)
        assert (await place.item(2001)).live


async def test_a_second_restore_gives_no_number_of_the_first_ones_time_again(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    async with make_town(first) as place:
        await place.reports(place.ma)
        await backed_up(place, tmp_path / "b.backup")
    await moved(place, tmp_path / "second", tmp_path / "b.backup")
    async with again(place):
        assert await place.reports(place.ma) == 2001
    place.clock.move_to(place.clock.now() + timedelta(minutes=1))
    now = place.clock.now()
    await restore(installed(place.folder), tmp_path / "b.backup", replace=True, now=now, progress=silent)
    async with again(place):
        assert await place.reports(place.ma) == 4001


async def test_a_silence_goes_on_and_who_has_answered_since_is_asked_again_first(tmp_path: Path) -> None:
    """Nobody can know that she has answered after the backup; no silence is forgotten, and she has time to say so."""
    first = tmp_path / "first"
    first.mkdir()
    async with make_town(first) as place:
        wang = await an_elder(place)
        son = await a_relative(place, wang)
        await until(place, 3, 8, 20)
        await backed_up(place, tmp_path / "b.backup")
        wang.send_text("我很好")
        await place.settle()
    place.clock.move_to(local(3, 10, 0))
    before = len(place.heard(son))
    await moved(place, tmp_path / "second", tmp_path / "b.backup")
    async with again(place):
        assert await outcome(place, wang, 3) == (Outcome.MISSED, Why.SILENT)
        await until(place, 3, 10, 15)
        assert place.times(wang, "早饭吃了吗") == ["03 10:10"]
        await place.press(wang, greeting(place, wang), "✅ 我很好")
        await until(place, 3, 12, 30)
        assert await outcome(place, wang, 3) == (Outcome.OK, Why.ANSWERED)
        assert place.heard(son)[before:] == []

"""The script of the day: it reads as it should, and whatever it names is there."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.demo import player as players
from bot.demo.day import DAY, OPENS, WARM_UP, Scene
from bot.demo.neighbours import PEOPLE
from bot.demo.samples import names
from bot.demo.town import settle
from bot.sandbox.world import World
from tests.demo.conftest import TEN
from tests.sandbox.sandbox_town import ManualClock

each = pytest.mark.parametrize("scene", DAY, ids=lambda scene: scene.at.isoformat("minutes"))


def test_the_scenes_follow_each_other_and_the_first_is_where_the_clock_begins() -> None:
    times = [scene.at for scene in DAY]
    assert times[0] == OPENS
    assert all(before < after for before, after in itertools.pairwise(times))
    assert WARM_UP[0].at < OPENS < WARM_UP[-1].at


def test_it_takes_two_to_three_minutes_to_watch() -> None:
    """Reading, and the looks that a scene asks for whatever its sentence."""
    deeds = sum(len(scene.deeds) for scene in DAY)
    shortest = sum(map(players.reading_time, DAY))
    longest = shortest + deeds * (players.AT_HAND + players.AFTER_DEED) + len(DAY) * players.AHEAD
    assert 105 <= shortest <= longest <= 200, (shortest, longest)


@each
def test_its_sentence_is_short_and_in_both_languages(scene: Scene) -> None:
    assert 8 <= len(scene.zh) <= 40
    assert 20 <= len(scene.en) <= 120
    assert scene.zh.endswith(("。", "？", "！"))
    assert scene.en.endswith(".")
    assert not re.search(r"[,;:?!](?!\d)", scene.zh), "full-width punctuation"
    assert re.findall(r"{\w*}", scene.zh) == re.findall(r"{\w*}", scene.en)
    scene.zh.format(rings=1)


@each
def test_whom_and_where_it_names_is_on_the_page(scene: Scene) -> None:
    panes = {pane.id: pane for pane in settle(World(ManualClock(TEN))).panes}
    assert set(scene.panes) <= set(panes)
    if scene.as_ is not None:
        assert any(desk.phone.id == scene.as_.id for name in scene.panes for desk in panes[name].desks)
    for deed in scene.deeds:
        assert deed.who in PEOPLE
        assert getattr(deed, "sample", "lamp") in names()


def test_its_chapters_have_short_names_and_the_first_begins_with_the_day() -> None:
    chapters = [scene.chapter for scene in DAY if scene.chapter is not None]
    assert DAY[0].chapter is not None
    assert 5 <= len(chapters) <= 9
    for chapter in chapters:
        assert len(chapter["zh"]) <= 5
        assert len(chapter["en"]) <= 14

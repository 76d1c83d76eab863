"""The bot speaks seldom: a change that makes it speak more must say why, here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.messages_per_event import STORIES, Heard, Story, listen, table


@pytest.mark.parametrize(("name", "story", "rider", "group", "left"), STORIES, ids=[name for name, *_ in STORIES])
async def test_nobody_hears_more_than_needed(
    tmp_path: Path, name: str, story: Story, rider: int, group: int, left: int
) -> None:
    heard = await listen(name, story, tmp_path)
    print(f"\n{table([heard])}")
    assert heard == Heard(name, rider, group, left, 0)

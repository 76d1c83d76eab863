"""Three hundred elders of a morning: what became of each is what the script says, and no group hears too much."""

from __future__ import annotations

from pathlib import Path

from tests.bench.morning_of_300 import AT_MOST, spend, table


async def test_each_outcome_is_the_scripts_and_no_group_hears_too_much(tmp_path: Path) -> None:
    came = await spend(tmp_path)
    print(f"\n{table(came)}")
    assert came.told == came.script
    assert max(came.heard) <= AT_MOST
    assert came.refused == 0

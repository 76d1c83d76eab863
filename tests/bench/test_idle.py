"""The bot is small and soon there. Time is asserted generously, since tests share the machine; it is printed."""

from __future__ import annotations

from pathlib import Path

from tests.bench.bench_idle import measure


async def test_it_is_small_and_soon_ready(tmp_path: Path) -> None:
    idle = await measure(tmp_path, idle_seconds=1.0)
    print(f"\n{idle}")
    assert idle.memory < 120
    assert idle.ready < 6

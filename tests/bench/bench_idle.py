"""What `gridcare run` costs while nothing happens: time to ready, resident memory, processor time.

`python -m tests.bench.bench_idle` prints the figures of several starts; a quiet machine gives the true ones.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.clock import RealClock
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from tests.harness import TOKEN, config_for, photo
from tests.processes import Home


@dataclass(frozen=True)
class Idle:
    """Seconds from the start to `ready`; MB at rest, at first and after a report with a photo; share of a core."""

    ready: float
    memory: float
    memory_later: float
    cpu: float

    def __str__(self) -> str:
        return (
            f"ready after {self.ready:.2f} s, {self.memory:.0f} MB, "
            f"{self.memory_later:.0f} MB after a report with a photo, {self.cpu:.1%} of a core"
        )


async def measure(folder: Path, *, idle_seconds: float = 3.0) -> Idle:
    """One start on a database that exists already, as all but the first are."""
    world = World(RealClock(), token=TOKEN)
    courier = world.add_user(11, "小马")
    async with serve(world) as url:
        config = config_for(url, folder)
        for area in config["areas"]:
            area.pop("boundary", None)
        home = Home(folder, config)
        async with home.living():
            pass
        life = await home.start()
        try:
            ready = await life.until("ready")
            await world.quiet(0.5, 20.0)
            memory, began = life.rss, life.cpu
            await asyncio.sleep(idle_seconds)
            cpu = (life.cpu - began) / idle_seconds
            courier.send_photo(photo())
            await life.until("download.kept")
            await world.quiet(0.5, 20.0)
            return Idle(ready, memory, life.rss, cpu)
        finally:
            await life.end()


async def main(starts: int) -> None:
    found = []
    for _ in range(starts):
        with tempfile.TemporaryDirectory() as folder:
            found.append(await measure(Path(folder)))
            print(found[-1], flush=True)
    print(f"median: ready after {statistics.median(one.ready for one in found):.2f} s (target 2)")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

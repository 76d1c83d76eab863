"""How full the dispatcher keeps the pipe where a call takes 300 ms and Telegram takes 30 a second.

`python -m tests.bench.bench_pipe [MESSAGES]` sends so many messages to as many people through the outbox, then as many
bare calls at the same pace to the same server, and prints the ratio. One call at a time would take 300 ms each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.clock import RealClock
from bot.limits import Limits
from care.domain.notices import Lane
from storage.migrate import upgrade
from tests.spine.spine_rig import Rig, rig_on, until

LATENCY = 0.3
A_SECOND = 30  # calls, as Telegram has it
FIRST = 100


@asynccontextmanager
async def rig_for(people: int) -> AsyncIterator[Rig]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await upgrade(f"sqlite:///{folder}/template.db")
        async with rig_on(folder, folder / "template.db", folder / "gridcare.key") as rig:
            for user in range(FIRST, FIRST + people):
                rig.world.add_user(user, str(user)).start()
            rig.world.updates.clear()
            rig.world.faults.latency = LATENCY
            yield rig


async def dispatched(rig: Rig, messages: int) -> float:
    """Seconds until the last has been sent by the dispatcher, on the real clock."""
    for user in range(FIRST, FIRST + messages):
        await rig.tell("hello", user, Lane.BULK)
    clock = RealClock()
    rig.world.clock = clock
    rig.clock = clock  # type: ignore[assignment]
    object.__setattr__(rig.messenger, "_clock", clock)
    began = time.monotonic()
    async with rig.dispatching(Limits(per_second=A_SECOND)) as dispatcher:
        await until(lambda: len(rig.sent()) == messages, messages * LATENCY + 10)
        took = time.monotonic() - began
        await until(lambda: dispatcher.in_flight == 0)
    assert rig.refused(429) == 0, "Telegram would have refused some"
    return took


async def bare(rig: Rig, messages: int) -> float:
    """Seconds that the calls alone take, evenly, a tenth slower than Telegram allows: they know no limits."""

    async def call(number: int) -> None:
        await asyncio.sleep(number * 1.1 / A_SECOND)
        await rig.line.call("sendMessage", {"chat_id": FIRST + number, "text": "hello"})

    rig.world.clock = RealClock()
    began = time.monotonic()
    await asyncio.gather(*(call(number) for number in range(messages)))
    return time.monotonic() - began


async def main(messages: int) -> None:
    async with rig_for(messages) as rig:
        ours = await dispatched(rig, messages)
    async with rig_for(messages) as rig:
        alone = await bare(rig, messages)
    figures = {
        "messages": messages,
        "latency": LATENCY,
        "gridcare seconds": round(ours, 2),
        "bare calls seconds": round(alone, 2),
        "ratio": round(ours / alone, 2),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 90))

"""How much the bot speaks: new messages per report, for the rider and for the group. A deleted one has rung, too.

Run it (`python -m tests.bench.messages_per_event`) for the table; the test beside it holds the table to the product.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from tests.harness import Town, photo
from tests.harness import town as make_town

Story = Callable[[Town], Awaitable[None]]


@dataclass(frozen=True)
class Heard:
    """New messages of the bot, by who got them; edits are not among them. `left`: what still stands in the group."""

    story: str
    rider: int
    group: int
    left: int
    others: int


async def settled_with_proof(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    town.li.send_photo(photo("green"), chat=town.grid, reply_to=town.said_in(town.grid)[-1])
    await town.forward(minutes=1)


async def settled_without_proof(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(minutes=1)


async def place_in_the_caption(town: Town) -> None:
    town.ma.send_photo(photo(), caption="3号楼门口井盖坏了")
    await town.settle()
    await town.press(town.ma, town.told(town.ma)[-1], "公共设施")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(minutes=1)


async def nothing_answered(town: Town) -> None:
    town.ma.send_photo([photo("red"), photo("blue"), photo("green")])
    await town.forward(minutes=5)


async def dismissed(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🚫 不用处理")
    await town.press(town.li, town.said_in(town.grid)[-1], "已经没了")
    await town.forward(minutes=1)


async def twelve_photos(town: Town) -> None:
    for number in range(12):
        town.ma.send_photo(photo(f"#{number:02x}0000"))
        await town.forward(seconds=10)
    await town.press(town.ma, town.told(town.ma)[-1], "环境卫生")
    town.ma.tap_reply_key("第三网格")
    await town.forward(minutes=1)


# A story, and the most that rider and group may hear of it, by the product: receipt, place, end; one card, and what is
# asked of a worker on it, which goes again.
STORIES: tuple[tuple[str, Story, int, int, int], ...] = (
    ("settled with a photo as proof", settled_with_proof, 3, 2, 1),
    ("settled without a proof", settled_without_proof, 3, 2, 1),
    ("the caption says where", place_in_the_caption, 2, 2, 1),
    ("an album, and no answer to anything", nothing_answered, 1, 1, 1),
    ("dismissed", dismissed, 3, 2, 1),
    ("twelve photos one by one", twelve_photos, 2, 1, 1),
)


async def listen(name: str, story: Story, folder: Path) -> Heard:
    """Live through a story in a town of its own, and count."""
    async with make_town(folder) as town:
        before = len(town.world.events)
        await story(town)
        new = [
            e for e in town.world.events[before:] if e.kind == "message" and e.details["sender"] == town.world.bot.id
        ]
        rider = sum(event.chat_id == town.ma.id for event in new)
        group = sum(event.chat_id == town.grid.id for event in new)
        return Heard(name, rider, group, len(town.said_in(town.grid)), len(new) - rider - group)


def table(rows: list[Heard]) -> str:
    lines = [f"{'messages per report':38} {'rider':>5} {'group':>5} {'left there':>10} {'others':>6}"]
    lines += [f"{r.story:38} {r.rider:>5} {r.group:>5} {r.left:>10} {r.others:>6}" for r in rows]
    return "\n".join(lines)


async def main() -> None:
    rows = []
    for name, story, *_ in STORIES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(await listen(name, story, Path(folder)))
    print(table(rows))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(main())

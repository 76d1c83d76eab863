"""What `gridcare backup` and `gridcare restore` say alike."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.progress import Progress, TaskID

from storage.backup.installation import Installation

if TYPE_CHECKING:
    from bot.config import Config
    from storage.backup.installation import Progress as Told

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Like `asyncio.run`, but Ctrl-C and SIGTERM end it in the middle of a copy, too: what was begun is taken away."""
    if threading.current_thread() is not threading.main_thread():  # signals are not for us
        return asyncio.run(work)
    both = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in both]

    async def within() -> T:
        for number in both:  # asyncio's own handler would wait for the next `await`
            signal.signal(number, signal.default_int_handler)
        return await work

    try:
        return asyncio.run(within())
    finally:
        for number, handler in zip(both, before, strict=True):
            signal.signal(number, handler)


def installation_of(config: Config) -> Installation:
    """Where this config keeps its things."""
    storage = config.storage
    return Installation(url=storage.url, media_dir=storage.media_dir, key_file=storage.key_file)


@contextmanager
def showing() -> Iterator[Told]:
    """A bar for each thing that is done, on a terminal; else nothing."""
    console = Console(stderr=True)
    bars: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:

        def progress(what: str, more: int, total: int) -> None:
            if what not in bars:
                bars[what] = shown.add_task(what, total=total)
            shown.advance(bars[what], more)

        yield progress


def counted(count: int, one: str, many: str) -> str:
    """`1 photo`, `2 photos`."""
    return f"{count} {one if count == 1 else many}"


def size(octets: int) -> str:
    """`340 kB`, `12.5 MB`."""
    return f"{octets / 1e3:.0f} kB" if octets < 1e6 else f"{octets / 1e6:.1f} MB"

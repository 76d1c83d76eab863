"""What `gridcare backup` and `gridcare restore` say alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, TaskID

from storage.backup.installation import Installation

if TYPE_CHECKING:
    from bot.config import Config
    from storage.backup.installation import Progress as Told


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

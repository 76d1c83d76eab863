"""What coverage follows, and where: following everything doubles a story's processor time.

SQLAlchemy's asyncio runs its inside in greenlets, and storage's columns, driver and key run in there with it. To follow
it there, coverage's tracer asks at each call and line of the whole process which greenlet it is in, and sees every line
of SQLAlchemy besides. The tests of storage need that. In the others tracing stops at a greenlet's door and goes on
behind it. The heavy ones are not measured at all: what they run other tests say more about.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import greenlet


@contextmanager
def outside_greenlets() -> Iterator[None]:
    """What runs in this thread's greenlets is not measured while the block lasts. Without coverage: nothing."""
    tracer: Any = sys.gettrace()
    which_greenlet = getattr(tracer, "concur_id_func", None)  # of coverage's tracer in C: what it asks
    if which_greenlet is None:
        yield
        return
    before = greenlet.settrace(_Door(greenlet.getcurrent()).passed)
    tracer.concur_id_func = None
    try:
        yield
    finally:
        tracer.concur_id_func = which_greenlet
        greenlet.settrace(before)


@contextmanager
def not_at_all() -> Iterator[None]:
    """Nothing that runs in this thread is measured while the block lasts."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def measuring(test: Path, name: str) -> AbstractContextManager[None]:
    """How the test of this name in this file is measured."""
    match test.relative_to(Path(__file__).parent).parts[0]:
        case "contract" | "unit":
            return nullcontext()
        case "bench" | "browser" | "chaos" | "smoke":
            return not_at_all()
        case _:
            return outside_greenlets()


class _Door:
    """Between the thread's own greenlet and all others."""

    def __init__(self, outside: greenlet.greenlet) -> None:
        self._outside = outside
        self._tracer: Any = None

    def passed(self, _event: str, between: tuple[greenlet.greenlet, greenlet.greenlet]) -> None:
        """A switch from the first to the second: called by greenlet, in the second."""
        if between[1] is not self._outside:
            self._tracer = self._tracer or sys.gettrace()
            sys.settrace(None)
        elif self._tracer is not None:
            sys.settrace(self._tracer)
            self._tracer = None

"""What every test may ask for, and what none leaves to the next."""

from __future__ import annotations

import gc
import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
import structlog
from hypothesis import settings

from tests.compiled_once import compile_once

pytest_plugins = ["tests.postgres"]

# How long an example takes says nothing on a machine that several test runs share.
settings.register_profile("gridcare", deadline=None)
settings.load_profile("gridcare")

compile_once()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What has been imported and collected lives to the end: going through it again and again finds no garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    with logs_as_they_were():
        return (yield)


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """A command that sets up its log for a stream of the test's leaves the next test none that is closed by then."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**before)
        root.handlers[:] = handlers
        root.setLevel(level)

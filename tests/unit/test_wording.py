"""docs/wording.md, and how we speak to a grandmother: short, in her punctuation, and never cold."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wording() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wording", ROOT / "scripts/wording.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["wording"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(wording: ModuleType) -> None:
    assert (ROOT / "docs/wording.md").read_text("utf-8") == wording.document(), "run scripts/wording.py"


def test_what_is_long_has_its_reason(wording: ModuleType) -> None:
    assert {one.key for one in wording.too_long()} == set(wording.LONG_BECAUSE)


def test_chinese_is_written_as_chinese(wording: ModuleType) -> None:
    """Full-width punctuation after a Chinese character; straight quotes and three dots are a typist's."""
    halves = [
        one.key
        for _, some in wording.sentences()
        for one in some
        if re.search(r"[\u4e00-\u9fff][,.!?;:](?!\S*/)|\"|\.\.\.", one.zh)
    ]
    assert halves == []


def test_nothing_frightens_and_nothing_is_said_as_an_order(wording: ModuleType) -> None:
    cold = re.compile("必须|不得|严禁|死|失踪|异常|警告|错误|失败|用户|系统|提交|操作")
    found = {one.key: one.zh for _, some in wording.sentences() for one in some if cold.search(one.zh)}
    assert found == {}


def test_she_is_addressed_politely(wording: ModuleType) -> None:
    """您, never 你; but for what she herself says on a button."""
    assert [one.key for _, some in wording.sentences() for one in some if "你" in one.zh] == []

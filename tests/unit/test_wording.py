"""docs/wording.md, and how we speak to a grandmother: short, in her punctuation, and never cold."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from care.locale import LANGUAGES, sentences

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_she_is_told_to_press_is_what_stands_on_the_key(wording: ModuleType, language: str) -> None:
    """Word by word: who looks for “I am well” does not find “I am fine”."""
    catalogue = sentences(language)
    labels = [text for key, text in catalogue.items() if re.match(r"key\.|.*button[._]", key)]
    keys = {*labels, *(label.lstrip("✅🆘🏠 ") for label in labels), "开始", "Start"}  # those two are Telegram's own
    pressed = re.compile("(?:按|按一下|press) ?“([^”{}]+)”")
    told = {one.key: pressed.findall(catalogue[one.key]) for _, some in wording.sentences() for one in some}
    assert sum(len(words) for words in told.values()) >= 12
    assert {key: words for key, words in told.items() if not set(words) <= keys} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_keys_by_which_she_says_that_she_is_fine_say_it_in_the_same_words(language: str) -> None:
    says = sentences(language)
    assert says["sos.button_well"] == says["key.well"]
    assert says["key.well"].removeprefix("✅ ") in says["sos.button_no_need"]

"""docs/developing.md and docs/architecture.md: what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("docs/developing.md", "docs/architecture.md")
TESTS = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
SOURCE = "".join(
    path.read_text("utf-8")
    for folder in ("bot", "care", "handlers", "storage", "tests")
    for path in (ROOT / folder).rglob("*.py")
)


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_is_there(page: str) -> None:
    named = set(re.findall(r"`((?:bot|care|docs|handlers|scripts|storage|tests)/[\w./-]+)", text_of(page)))
    assert named
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_is_there(page: str) -> None:
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"\b(test_\w+)(\.py)?", prose))
    files = {f"{name}.py" for name, suffix in named if suffix}
    functions = {name for name, suffix in named if not suffix}
    assert files - TESTS.keys() == set()
    assert {name for name in functions if not any(f"def {name}" in text for text in TESTS.values())} == set()


def test_every_name_in_developing_is_in_the_code() -> None:
    """`HASTE_OF`, `PolicySection`, `Action.CLAIM`; each of its parts."""
    named = set(re.findall(r"`([A-Z]\w+(?:\.[A-Z]\w+)?)`", text_of("docs/developing.md")))
    assert (
        sorted(name for name in named if not all(re.search(rf"\b{part}\b", SOURCE) for part in name.split("."))) == []
    )

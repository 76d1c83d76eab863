"""The guides as they come out of a printer: one sheet each, or nobody hangs them up."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.browser.visitor import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium fonts-noto-cjk)"),
]
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "pages.py"


def test_each_guide_is_one_sheet_of_a4_in_either_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("pages", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    monkeypatch.setattr(pages, "TO", tmp_path)
    pages.write_html()
    assert CHROMIUM is not None
    assert set(pages.write_pdfs(CHROMIUM).values()) == {1}

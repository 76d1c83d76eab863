"""The sandbox is a Telegram for any bot: it imports nothing of the product that is tried out on it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import bot.sandbox

ALLOWED = {"starlette", "uvicorn", "multipart", "PIL", "bot.sandbox"} | sys.stdlib_module_names


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    return {name if name.startswith("bot") else name.partition(".")[0] for name in names}


def test_it_imports_only_the_standard_library_and_the_web_server() -> None:
    here = Path(bot.sandbox.__file__).parent
    files = [*here.glob("*.py"), *(here / "methods").glob("*.py")]
    assert len(files) > 20
    foreign = {
        (path.name, name)
        for path in files
        for name in imported(path)
        if name not in ALLOWED and not name.startswith("bot.sandbox.")
    }
    assert foreign == set()

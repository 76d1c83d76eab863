"""The README in both languages: what it has people copy works, what it names is there, and neither says less."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import Config
from bot.importing import bring_in
from bot.roster_file import read_roster
from storage.database import Database

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")


def words_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", READMES)
async def test_its_config_and_its_ten_people_go_together(name: str, tmp_path: Path) -> None:
    [block] = re.findall(r"```toml\n(.*?)```", words_of(name), re.DOTALL)
    config = Config.of(tomllib.loads(block), tmp_path)
    storage = config.storage
    storage.media_dir.mkdir(parents=True)
    async with Database(storage.url, key_file=storage.key_file, connections=1) as db:
        roster = read_roster(ROOT / "examples" / "ten.csv")
        imported = await bring_in(db, roster, config, now=datetime.now(UTC), dry_run=False)
    assert (imported.mistakes, imported.warnings) == ((), ())
    assert imported.people.new == 10


@pytest.mark.parametrize("name", [*READMES, "docs/index.md"])
def test_every_file_and_test_that_is_named_is_there(name: str) -> None:
    words, here = words_of(name), (ROOT / name).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", words) if "://" not in link]
    assert links
    assert [link for link in links if not (here / link).exists()] == []
    paths = re.findall(r"`((?:tests|docs|scripts|examples|care|handlers)/[\w./-]*)`", words)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_neither_language_says_less() -> None:
    marks = [re.findall(r"^(?:#+ |\| |```\w*|!\[|- |\*\*\d\.)", words_of(name), re.MULTILINE) for name in READMES]
    assert marks[0] == marks[1]
    code = [
        [line for block in re.findall(r"```sh\n(.*?)```", words_of(name), re.DOTALL) for line in block.splitlines()]
        for name in READMES
    ]
    assert [line.split("#")[0] for line in code[0]] == [line.split("#")[0] for line in code[1]]

"""The guides for people: each label in them is one the bot has, each picture is there, both languages say as much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from care.locale import LANGUAGES, say, sentences
from handlers.commands import MENUS

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROLES = ("courier", "elder", "family", "worker", "coordinator")
COMMANDS = {f"/{command}" for menu in MENUS for command in menu.commands} | {"/help"}
HER = {"zh": "王奶奶 3号楼", "en": "Granny 王 3号楼"}
LARGEST = 150_000  # bytes of a picture: a page is opened on a phone


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_each_label_and_picture_of_a_guide_is_there(language: str, role: str) -> None:
    words = (DOCS / language / f"{role}.md").read_text("utf-8")
    labels = re.findall(r"`([^`]+)`", words)
    assert [one for one in labels if one.startswith("/") and one.split()[0] not in COMMANDS] == []
    said = [one for one in labels if not one.startswith("/")]
    known = {*sentences(language).values(), say(language, "button.claim_name", name=HER[language])}
    assert [one for one in said if one not in known] == [], "the bot has no such words"
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", words)
    assert pictures
    for picture in pictures:
        file = DOCS / language / picture
        assert 0 < file.stat().st_size <= LARGEST, picture


@pytest.mark.parametrize("role", ROLES)
def test_a_guide_is_built_alike_in_both_languages(role: str) -> None:
    built = [
        [line.split()[0] for line in (DOCS / language / f"{role}.md").read_text("utf-8").splitlines() if line]
        for language in ("zh", "en")
    ]
    zh, en = ([mark for mark in marks if mark in ("#", "##", ">", "|", "-")] for marks in built)
    assert zh == en

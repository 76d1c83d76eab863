"""The example is the operator's manual: it loads as it is, leaves no key out, and shows the true defaults."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.config import Config
from bot.config.models import Alarm, Section, Settings, Telegram, Web
from bot.config.schema import fields_at
from care.domain.states import Severity

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"

SECTIONS = [name for name in Settings.model_fields if name not in ("policy", "areas")]
ALL_SECTIONS = [*SECTIONS, *(f"policy.{severity}" for severity in Severity)]


def written_keys() -> Iterator[tuple[str, str]]:
    """(section, key) of every key in the text, those commented out too."""
    section = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if header := re.fullmatch(r"#? ?\[\[?([a-z_.]+)\]?\]", line):
            section = header[1]
        elif pair := re.match(r"(?:# )?([a-z_]+) = \S", line):
            yield section, pair[1]


@pytest.fixture(scope="module")
def example() -> Config:
    return Config.load(EXAMPLE, environ={})


def test_the_example_loads_as_it_is(example: Config) -> None:
    assert example.telegram.token.get_secret_value() == "123456:ABC"
    assert example.storage.sqlite_file == ROOT / "data/gridcare.db"


@pytest.mark.parametrize("section", [*ALL_SECTIONS, "areas"])
def test_no_key_is_left_out_of_the_example(section: str) -> None:
    path = ("areas", 0) if section == "areas" else tuple(section.split("."))
    written = {key for where, key in written_keys() if where == section}
    assert set(fields_at(path)) == written


def plain(model: BaseModel) -> dict[str, Any]:
    return dict(model)


@pytest.mark.parametrize("section", [s for s in SECTIONS if s not in ("telegram", "alarm")])
def test_the_example_shows_the_true_defaults(example: Config, section: str) -> None:
    shown: Section = getattr(example, section)
    absent = Config.of({"telegram": {"token": "1:a"}, "web": {}}, ROOT)
    assert plain(shown) == plain(getattr(absent, section))  # a stranger's number copied along would make him an admin


def test_the_examples_telegram_section_differs_from_the_defaults_in_the_token_only(example: Config) -> None:
    assert example.telegram == Telegram(token=example.telegram.token)
    assert example.alarm is None


@pytest.mark.parametrize("severity", Severity)
def test_the_examples_policies_are_written_out(severity: str) -> None:
    written = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["policy"][severity]
    assert set(written) == set(fields_at(("policy", severity)))


def test_what_the_example_only_comments_would_load_too() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    commented = r"^# (?=(?:webhook_url|webhook_secret|listen|phone|chat_id|thread_id|command|\[alarm\]))"
    text = re.sub(commented, "", text, flags=re.MULTILINE).replace('mode = "polling"', 'mode = "webhook"')
    config = Config.of(tomllib.loads(text), ROOT)
    assert config.alarm == Alarm(command=("notify-sms", "{area}", "{text}"))
    assert config.web == Web()
    assert str(config.telegram.listen) == "0.0.0.0:8443"
    assert config.areas[4].chat_id == -1001234567890


def test_the_examples_tree_has_every_level_and_three_drawn_grids(example: Config) -> None:
    assert {area.level for area in example.areas} == {"subdistrict", "community", "grid", "building"}
    drawn = [area for area in example.areas if area.boundary]
    assert [area.id for area in drawn] == ["g1", "g2", "g3"]
    assert not example.areas[4].audience_is_assumed
    assert example.areas[2].audience_is_assumed

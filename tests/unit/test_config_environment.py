"""The environment wins over the file, key by key."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, ConfigErrors

FILE: dict[str, Any] = {
    "telegram": {"token": "1:file"},
    "checkin": {"remind_after": ["30m"]},
    "areas": [{"id": "a", "name": "A", "level": "community"}, {"id": "b", "name": "B", "level": "grid", "parent": "a"}],
}


def config(**environ: str) -> Config:
    return Config.of(FILE, Path("/srv"), {f"GRIDCARE_{name}": value for name, value in environ.items()})


def test_a_variable_wins_over_the_file() -> None:
    assert config(TELEGRAM__TOKEN="2:env").telegram.token.get_secret_value() == "2:env"


def test_every_kind_of_value_can_be_set() -> None:
    made = config(
        TELEGRAM__MESSAGES_PER_SECOND="7",
        TELEGRAM__LOCAL_FILES="true",
        CHECKIN__FAMILY_AFTER="50s",
        CHECKIN__PROMPT_AT='"07:00"',  # quoted as in TOML: the quotes are no part of it
        COMMUNITY__NAME="12",  # text stays text, though it looks like a number
        STORAGE__MEDIA_DIR="photos",
        POLICY__URGENT__REMIND_UNCLAIMED="5s",
    )
    assert (made.telegram.messages_per_second, made.telegram.local_files) == (7, True)
    assert made.checkin.family_after == timedelta(seconds=50)
    assert made.checkin.prompt_at.hour == 7
    assert made.community.name == "12"
    assert made.storage.media_dir == Path("/srv/photos")
    assert made.policies["urgent"].remind_unclaimed == (timedelta(seconds=5),)


@pytest.mark.parametrize("text", ['["1m", "2m"]', "['1m', '2m']"])
def test_a_list_is_json_or_toml(text: str) -> None:
    minutes = (timedelta(minutes=1), timedelta(minutes=2))
    assert config(CHECKIN__REMIND_AFTER=text).checkin.remind_after == minutes
    assert config(POLICY__HIGH__CLIMB_UNCLAIMED=text).policies["high"].climb_unclaimed == minutes


def test_numbers_in_lists_are_numbers() -> None:
    assert config(COMMUNITY__ADMINS="[1, 2]").community.admins == (1, 2)


def test_one_area_can_be_changed_and_one_more_added() -> None:
    made = config(AREAS__1__CHAT_ID="-1005", AREAS__2__ID="c", AREAS__2__NAME="C", AREAS__2__LEVEL="grid")
    assert [(area.id, area.chat_id) for area in made.areas] == [("a", None), ("b", -1005), ("c", None)]


def test_a_whole_section_comes_before_its_keys() -> None:
    made = config(AREAS='[{"id": "x", "name": "X", "level": "grid"}]', AREAS__0__NAME="Y", WEB="{}")
    assert [(area.id, area.name) for area in made.areas] == [("x", "Y")]
    assert made.web is not None


def test_other_peoples_variables_are_left_alone() -> None:
    environ = {"GRIDCARE_PORT": "tcp://10.0.0.1", "GRIDCARE_SERVICE_HOST": "10.0.0.1", "HOME": "/root", "__": "x"}
    assert Config.of(FILE, Path("/srv"), environ) == Config.of(FILE, Path("/srv"))


# Variables that reach nothing: the variable, a part of what is told.
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("CHECKIN__PROMT_AT", "did you mean prompt_at?"),
        ("CHEKIN__PROMPT_AT", "did you mean checkin?"),
        ("AREAS__9__NAME", "no such place"),  # there are two
        ("AREAS__HAIGUAN__NAME", "no such place"),  # areas go by number
        ("TELEGRAM__TOKEN__DEEP", "no such place"),  # the token is no section
        ("TELEGRAM__MODE__0", "polling"),  # a list where one word belongs
        ("TELEGRAM__0", "no such place"),
        ("CHECKIN__", "a known key"),
    ],
)
def test_a_variable_that_reaches_nothing_is_a_mistake(name: str, told: str) -> None:
    with pytest.raises(ConfigErrors) as caught:
        config(**{name: "value"})
    (mistake,) = caught.value.mistakes
    assert mistake.file == f"GRIDCARE_{name}"
    assert told in mistake.expected


def test_the_process_environment_is_what_counts_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDCARE_TELEGRAM__TOKEN", "3:process")
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    assert Config.load(tmp_path / "config.toml").telegram.token.get_secret_value() == "3:process"

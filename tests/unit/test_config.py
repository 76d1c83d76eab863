"""What a config means, and how its mistakes are told."""

from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.config import Config, ConfigErrors, Listen, Mistake
from care.domain.policy import DEFAULT_POLICIES

TOKEN = "123456:ABC-secret"
MINUTE = timedelta(minutes=1)


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return Config.load(file, environ or {})


def mistakes_in(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[Mistake]:
    """The mistakes of a config that has a token."""
    head = "" if "[telegram]" in text else f'[telegram]\ntoken = "{TOKEN}"\n'
    with pytest.raises(ConfigErrors) as caught:
        load(folder, head + text, environ)
    return list(caught.value.mistakes)


def only(mistakes: list[Mistake]) -> Mistake:
    assert len(mistakes) == 1, "\n".join(map(str, mistakes))
    return mistakes[0]


def test_a_token_is_enough_and_the_rest_is_the_products_own(tmp_path: Path) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"')
    assert config.telegram.token.get_secret_value() == TOKEN
    assert config.community.timezone == ZoneInfo("Asia/Shanghai")
    assert config.checkin.prompt_at == time(8)
    assert config.reports.draft_timeout == 3 * MINUTE
    assert dict(config.policies) == dict(DEFAULT_POLICIES)
    assert [area.id for area in config.areas] == ["haiguan", "g3"]
    assert (config.alarm, config.web) == (None, None)


def test_a_config_cannot_be_changed_after_it_was_checked(tmp_path: Path) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"')
    with pytest.raises(ValidationError, match="frozen"):
        config.reports.draft_timeout = MINUTE  # type: ignore[misc]  # what the test is about


def test_paths_start_from_the_configs_folder_also_where_nobody_wrote_them(tmp_path: Path) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n[storage]\nmedia_dir = "/srv/media"')
    assert config.storage.media_dir == Path("/srv/media")
    assert config.storage.key_file == tmp_path / "gridcare.key"
    assert config.storage.url == f"sqlite:///{tmp_path}/data/gridcare.db"
    bare = Config.of({"telegram": {"token": TOKEN}}, tmp_path)
    assert bare.storage.sqlite_file == tmp_path / "data/gridcare.db"


def test_a_relative_config_path_still_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(f'[telegram]\ntoken = "{TOKEN}"', encoding="utf-8")
    assert Config.load(Path("config.toml"), {}).storage.media_dir == tmp_path / "data/media"


def test_a_postgresql_address_is_left_as_it_is(tmp_path: Path) -> None:
    for url in ("postgresql://user:pass@host/db", "postgresql:///db?host=/run/postgresql"):
        config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n[storage]\nurl = "{url}"')
        assert (config.storage.url, config.storage.sqlite_file) == (url, None)


def test_the_token_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    assert load(tmp_path, '[telegram]\ntoken_file = "token"').telegram.token.get_secret_value() == TOKEN


def test_the_environments_token_wins_over_the_files_token_file(tmp_path: Path) -> None:
    config = load(tmp_path, '[telegram]\ntoken_file = "missing"', {"GRIDCARE_TELEGRAM__TOKEN": "1:other"})
    assert config.telegram.token.get_secret_value() == "1:other"


def test_no_printed_config_shows_the_token_or_the_databases_password(tmp_path: Path) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n[storage]\nurl = "postgresql://u:hunter2@h/d"')
    assert TOKEN not in f"{config!r} {config}"
    assert "hunter2" not in f"{config!r} {config}"


def test_a_webhooks_word_is_never_absent_and_never_the_token(tmp_path: Path) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"')
    assert len(config.telegram.webhook_word) == 64
    assert TOKEN not in config.telegram.webhook_word
    named = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\nwebhook_secret = "knock"')
    assert named.telegram.webhook_word == "knock"


def test_one_interval_or_a_list_reminds(tmp_path: Path) -> None:
    text = f'[telegram]\ntoken = "{TOKEN}"\n[policy.high]\nremind_unclaimed = "5s"\n[policy.urgent]\n'
    config = load(tmp_path, text + 'remind_unclaimed = ["3s", "1s"]\n[items]\nremind_max_urgent = "20s"')
    assert config.policies["high"].remind_unclaimed == (timedelta(seconds=5),)
    assert config.policies["high"].climb_unclaimed == (30 * MINUTE,)  # the keys beside it keep their own defaults
    assert config.policies["urgent"].remind_unclaimed == (timedelta(seconds=3), timedelta(seconds=1))
    assert config.policies["urgent"].remind_max == timedelta(seconds=20)
    assert config.policies["normal"].remind_max == timedelta(hours=2)


def test_a_time_that_toml_itself_knows_is_a_time_too(tmp_path: Path) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n[checkin]\nprompt_at = 07:30:00')
    assert config.checkin.prompt_at == time(7, 30)


@pytest.mark.parametrize(
    ("written", "listen"),
    [
        ("127.0.0.1:8081", Listen("127.0.0.1", 8081)),
        ("localhost:0", Listen("localhost", 0)),
        ("[::1]:80", Listen("::1", 80)),
    ],
)
def test_a_listening_address_is_taken_apart_and_put_together(tmp_path: Path, written: str, listen: Listen) -> None:
    config = load(tmp_path, f'[telegram]\ntoken = "{TOKEN}"\n[web]\nlisten = "{written}"')
    assert config.web is not None
    assert (config.web.listen, str(config.web.listen)) == (listen, written)


SIX = f"""\
[telegram]
token = "{TOKEN}"
mode = "webhok"

[checkin]
prompt_at = "25:00"
remind_after = [
    "30m",   # fine
    "5x",
]

[policy.high]
climb_unclaimd = ["30m"]

[[areas]]
id = "haiguan"
name = "海关社区"
level = "community"

[[areas]]
id = "g3"
name = "第三网格"
level = "grid"
parent = "nowhere"
chat_id = "-100"
"""


def test_six_mistakes_are_all_named_with_file_line_key_value_and_what_is_expected(tmp_path: Path) -> None:
    file = str(tmp_path / "config.toml")
    assert mistakes_in(tmp_path, SIX) == [
        Mistake(file, 3, "telegram.mode", '"webhok"', 'one of "polling", "webhook"'),
        Mistake(file, 6, "checkin.prompt_at", '"25:00"', 'a time of day such as "08:00"'),
        Mistake(file, 7, "checkin.remind_after[1]", '"5x"', 'a duration such as "45s", "2m" or "1h30m"'),
        Mistake(file, 13, "policy.high.climb_unclaimd", '["30m"]', "a known key (did you mean climb_unclaimed?)"),
        Mistake(file, 24, "areas[1].parent", '"nowhere"', "the id of an area (there are: haiguan, g3)"),
        Mistake(file, 25, "areas[1].chat_id", '"-100"', "a whole number, without quotes"),
    ]


def test_a_mistake_is_one_line_that_an_editor_can_follow() -> None:
    mistake = Mistake("config.toml", 12, "checkin.prompt_at", '"25:00"', 'a time of day such as "08:00"')
    assert str(mistake) == 'config.toml:12  checkin.prompt_at = "25:00": expected a time of day such as "08:00"'
    assert str(Mistake("c.toml", 1, "telegram.token", None, "a token")) == (
        "c.toml:1  telegram.token is missing: expected a token"
    )


# One mistake each: the text, the key it is told of, a part of what is expected.
SINGLE: list[tuple[str, str, str]] = [
    ('[checkin]\nfamily_after = "soon"', "checkin.family_after", "a duration"),
    ("[checkin]\nfamily_after = 45", "checkin.family_after", "a duration"),
    ('[checkin]\nfamily_after = "0s"', "checkin.family_after", "longer than zero"),
    ('[checkin]\nremind_after = ["20m", "10m"]', "checkin.remind_after", "longer than the one before"),
    ('[checkin]\nremind_after = "10m"', "checkin.remind_after", "a list"),
    ("[checkin]\nprompt_at = 8", "checkin.prompt_at", "a time of day"),
    ("[checkin]\nalarm_words = [1]", "checkin.alarm_words[0]", "text in quotes"),
    ('[reports]\nprompt_at = "08:00"', "reports.prompt_at", "belongs under [checkin]"),
    ("[reports]\ndaily_limit_unknown = -1", "reports.daily_limit_unknown", "at least 0"),
    ("[reports]\ncolour = 1", "reports.colour", "draft_timeout, draft_max"),  # nothing like it: all that there are
    ("[reprots]", "reprots", "did you mean reports?"),
    ('reports = "fast"', "reports", "a section"),
    ("[policy.urgent]\nremind_unclaimed = []", "policy.urgent.remind_unclaimed", "at least one"),
    ("[policy.urgent]\nclimb_unclaimed = []", "policy.urgent.climb_unclaimed", "at least one"),
    ('[policy.high]\nremind_unclaimed = "0m"', "policy.high.remind_unclaimed[0]", "longer than zero"),
    ('[policy.normal]\nclimb_unclaimed = ["2h", "2h"]', "policy.normal.climb_unclaimed", "longer than the one before"),
    ("[policy.medium]", "policy.medium", "a known key"),
    ('[community]\nname = " "', "community.name", "some text"),
    ('[community]\ntimezone = "Mars/Base"', "community.timezone", "Asia/Shanghai"),
    ('[community]\ntimezone = "../etc/passwd"', "community.timezone", "Asia/Shanghai"),
    ('[community]\nlanguage = "de"', "community.language", '"zh", "en"'),
    ('[community]\nregion = "China"', "community.region", "two capital letters"),
    ('[community]\nadmins = ["me"]', "community.admins[0]", "a whole number"),
    ("[community]\nadmins = [true]", "community.admins[0]", "a whole number"),
    ("[community]\nadmins = [0]", "community.admins[0]", "at least 1"),
    ("[community]\nadmins = 5", "community.admins", "a list"),
    ('[groups]\nworkers = "all"', "groups.workers", '"members", "enrolled"'),
    ('[digest]\nweekday = "Montag"', "digest.weekday", '"monday"'),
    ('[storage]\nurl = "mysql://h/d"', "storage.url", "sqlite:///"),
    ('[storage]\nurl = "sqlite:///:memory:"', "storage.url", "sqlite:///"),
    ('[storage]\nurl = "postgresql://host"', "storage.url", "postgresql://"),
    ('[storage]\nurl = "postgresql://h:x/d"', "storage.url", "postgresql://"),
    ("[storage]\nurl = 5", "storage.url", "sqlite:///"),
    ('[storage]\nmedia_dir = ""', "storage.media_dir", "a path"),
    ('[web]\nlisten = "8081"', "web.listen", "127.0.0.1:8081"),
    ('[web]\nlisten = "host:99999"', "web.listen", "127.0.0.1:8081"),
    ('[web]\nheartbeat_url = "ping me"', "web.heartbeat_url", "an address"),
    ("[alarm]", "alarm.command", "command or webhook"),
    ("[alarm]\ncommand = []", "alarm.command", "at least one entry"),
    ('[alarm]\ncommand = ["sms", "{phone}"]', "alarm.command[1]", "{area}, {text}"),
    ('[alarm]\ncommand = ["sms", "{area"]', "alarm.command[1]", "{area}, {text}"),
    ('[alarm]\ncommand = ["sms", "{area:d}"]', "alarm.command[1]", "{area}, {text}"),
    ('[alarm]\ncommand = ["sms", "{area!r}"]', "alarm.command[1]", "{area}, {text}"),
    ('[alarm]\nwebhook = "no address"', "alarm.webhook", "an address"),
    ('[alarm]\ncommand = ["sms"]\nwebhook = "https://a.b"', "alarm.webhook", "not both"),
    ('[alarm]\nwebhook = "ftp://a.b"', "alarm.webhook", "an address"),
]


@pytest.mark.parametrize(("text", "key", "expected"), SINGLE)
def test_each_mistake_is_told_once_with_what_is_expected(tmp_path: Path, text: str, key: str, expected: str) -> None:
    head = "" if text.startswith("[") else text + "\n"
    body = f'{head}[telegram]\ntoken = "{TOKEN}"\n' + (text if not head else "")
    mistake = only(mistakes_in(tmp_path, body))
    assert mistake.key == key
    assert expected in mistake.expected
    assert mistake.line is not None


# The same for the [telegram] section itself.
TELEGRAM: list[tuple[str, str, str]] = [
    ("", "telegram.token", "@BotFather"),
    ('token = "abc"', "telegram.token", "@BotFather"),
    ('token_file = "nowhere"', "telegram.token_file", "can be read"),
    ('token_file = "config.toml"', "telegram.token_file", "a file that holds the token"),  # any file that holds none
    (f'token = "{TOKEN}"\ntoken_file = "t"', "telegram.token_file", "not both"),
    (f'token = "{TOKEN}"\nbase_url = "api.telegram.org"', "telegram.base_url", "an address"),
    (f'token = "{TOKEN}"\nbase_url = "https://a b"', "telegram.base_url", "an address"),
    (f'token = "{TOKEN}"\nbase_url = "https://a.b/?x"', "telegram.base_url", "without ?"),
    (f'token = "{TOKEN}"\nmessages_per_second = "30"', "telegram.messages_per_second", "a whole number"),
    (f'token = "{TOKEN}"\nmessages_per_second = 0', "telegram.messages_per_second", "at least 1"),
    (f'token = "{TOKEN}"\nlocal_files = 1', "telegram.local_files", "true or false"),
    (f'token = "{TOKEN}"\nwebhook_secret = "a b"', "telegram.webhook_secret", "letters"),
    (f'token = "{TOKEN}"\nmode = "webhook"\nlisten = "a:1"', "telegram.webhook_url", "https"),
    (f'token = "{TOKEN}"\nmode = "webhook"\nwebhook_url = "https://a.b"', "telegram.listen", "0.0.0.0:8443"),
    (
        f'token = "{TOKEN}"\nmode = "webhook"\nlisten = "a:1"\nwebhook_url = "http://a.b"',
        "telegram.webhook_url",
        "an https address",
    ),
]


@pytest.mark.parametrize(("text", "key", "expected"), TELEGRAM)
def test_mistakes_in_reaching_telegram_are_told(tmp_path: Path, text: str, key: str, expected: str) -> None:
    mistake = only(mistakes_in(tmp_path, f"[telegram]\n{text}\n"))
    assert mistake.key == key
    assert expected in mistake.expected
    assert TOKEN not in str(mistake)


def test_a_bot_api_server_on_this_machine_may_call_without_https(tmp_path: Path) -> None:
    head = f'[telegram]\ntoken = "{TOKEN}"\nmode = "webhook"\nlisten = "127.0.0.1:9000"\n'
    config = load(tmp_path, head + 'webhook_url = "http://127.0.0.1:9000/hook"')
    assert config.telegram.webhook_url == "http://127.0.0.1:9000/hook"


def test_a_secret_is_masked_wherever_the_mistake_stands(tmp_path: Path) -> None:
    text = f"""\
tokn = "{TOKEN}-0123456789"
[telegram]
token = "hunter2 "
webhook_secret = "hunter 2"
[telegram.deep]
password = "hunter2"
[storage]
url = "mysql://grid:hunter2@h/d"
"""
    told = "\n".join(map(str, mistakes_in(tmp_path, text)))
    assert "hunter" not in told
    assert TOKEN not in told
    assert told.count("***") == 5


def test_what_the_environment_says_wrong_is_told_by_its_variable(tmp_path: Path) -> None:
    mistake = only(mistakes_in(tmp_path, "", {"GRIDCARE_CHECKIN__PROMPT_AT": "25:00"}))
    assert str(mistake) == (
        'GRIDCARE_CHECKIN__PROMPT_AT  checkin.prompt_at = "25:00": expected a time of day such as "08:00"'
    )


@pytest.mark.parametrize("file", ["missing.toml", "."])
def test_a_config_that_cannot_be_read_is_one_clear_mistake(tmp_path: Path, file: str) -> None:
    with pytest.raises(ConfigErrors, match="expected a file that can be read"):
        Config.load(tmp_path / file, {})


def test_a_config_that_is_not_utf8_is_told_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes('[community]\nname = "海关社区"'.encode("gb18030"))
    with pytest.raises(ConfigErrors, match=r"config\.toml:2: expected text in UTF-8"):
        Config.load(tmp_path / "config.toml", {})


def test_a_config_that_windows_marked_as_utf8_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[telegram]\ntoken = "{TOKEN}"', encoding="utf-8-sig")
    assert Config.load(tmp_path / "config.toml", {}).telegram.mode == "polling"


def test_unsound_toml_is_told_with_its_line_and_without_the_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"config\.toml:2: expected sound TOML") as caught:
        load(tmp_path, "[telegram]\ntoken = 123456:ABC-secret")
    assert "secret" not in str(caught.value)


def test_a_config_made_in_code_is_checked_like_a_file(tmp_path: Path) -> None:
    data: dict[str, Any] = {"telegram": {"token": TOKEN}, "checkin": {"prompt_at": "x"}}
    with pytest.raises(ConfigErrors, match=r"config  checkin\.prompt_at"):
        Config.of(data, tmp_path)
    assert data == {"telegram": {"token": TOKEN}, "checkin": {"prompt_at": "x"}}  # and left as it was

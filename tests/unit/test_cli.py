"""What the operator meets at the command line before any command runs."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app
from bot.cli_options import load_config_or_exit
from bot.commands import COMMANDS, Commands

ROOT = Path(__file__).parents[2]


def test_the_version_is_the_packages_own() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"gridcare {version('gridcare')}\n")


def test_every_command_of_the_table_can_be_imported_and_explains_itself() -> None:
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0
    for name in COMMANDS:
        result = CliRunner().invoke(app, [name, "--help"])
        assert result.exit_code == 0, result.output


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(app, ["dance"]).exit_code == 2


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, bot.cli; print([m for m in ('pydantic', 'telegram', 'sqlalchemy', 'aiohttp') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    assert run.stdout.strip() == "[]"


def test_checking_and_inviting_do_not_load_what_only_a_running_bot_needs() -> None:
    code = "import sys, bot.check, bot.inviting; print([m for m in ('handlers.router', 'alembic') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    assert run.stdout.strip() == "[]"


def test_a_sound_config_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDCARE_TELEGRAM__TOKEN", raising=False)
    assert load_config_or_exit(ROOT / "config.example.toml").community.name == "海关社区"


def test_every_mistake_is_printed_to_stderr_whole_and_the_exit_code_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[checkin]\nprompt_at = "25:00"\n[telegram]\ntoken = "x"\n[web]\nlisten = "[red]x[/red]"', encoding="utf-8"
    )
    with pytest.raises(typer.Exit) as left:
        load_config_or_exit(file)
    told = capsys.readouterr()
    assert left.value.exit_code == 2
    assert told.out == ""
    assert told.err.splitlines() == [
        f'{file}:2  checkin.prompt_at = "25:00": expected a time of day such as "08:00"',
        f"{file}:4  telegram.token = ***: expected the token that @BotFather gave, such as 123456:ABC-DEF",
        f'{file}:6  web.listen = "[red]x[/red]": expected an address such as "127.0.0.1:8081"',
        "3 mistakes in the configuration; nothing was started.",
        f"Next: correct what is named above in the file, then look again: gridcare check -c {file}",
    ]


def test_a_command_of_the_table_is_imported_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "def command(times: int = 1) -> None:\n    'Greet.'\n    print('hello ' * times)\n"
    (tmp_path / "greeting_for_test.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(Commands, "table", {"greet": "greeting_for_test"})
    result = CliRunner().invoke(app, ["greet", "--times", "2"])
    assert (result.exit_code, result.output) == (0, "hello hello \n")
    assert "Greet." in CliRunner().invoke(app, ["--help"]).output

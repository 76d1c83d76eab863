"""What the operator's papers say is true: each log event has its line, the units are sound, the examples are named."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.config import Config
from tests.processes import ROOT

DOCS, EXAMPLES = ROOT / "docs", ROOT / "examples"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
NOT_AN_OPERATORS = {"sandbox", "demo"}  # what only the demo says


def test_every_event_of_the_log_has_its_line_and_every_line_its_event() -> None:
    said = {name for file in sources() for name in events(file)}
    named = named_in(DOCS / "log.md")
    assert len(said) > 100
    assert said - named == set(), "events without a line in docs/log.md"
    assert named - said == set(), "lines in docs/log.md about events that there are not"


def test_events_that_other_papers_name_exist() -> None:
    said = {name for file in sources() for name in events(file)}
    for paper in ("operations.md", "operations.zh.md"):
        rows = [line.split("|")[1] for line in (DOCS / paper).read_text("utf-8").splitlines() if line.startswith("| `")]
        found = {name for row in rows for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", row)}
        assert found - said == set()


def sources() -> Iterator[Path]:
    for package in ("bot", "care", "handlers", "storage"):
        for file in (ROOT / package).rglob("*.py"):
            if not NOT_AN_OPERATORS & set(file.parts):
                yield file


def events(file: Path) -> Iterator[str]:
    """The names of what a module logs; one made up at run time (`item.{act}`) as `item.ACT`."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _logs(node.func):
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
                elif isinstance(argument, ast.JoinedStr):
                    yield "".join(p.value if isinstance(p, ast.Constant) else "ACT" for p in argument.values)


def _logs(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id == "emit"
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id == "log"
    )


def named_in(paper: Path) -> set[str]:
    """The events in the first column of its tables; what stands in brackets there is an example."""
    rows = [line.split("|")[1] for line in paper.read_text("utf-8").splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.partition("(")[0])}


@pytest.mark.parametrize("unit", sorted(file.name for file in EXAMPLES.glob("gridcare*")))
def test_the_units_are_sound(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for file in EXAMPLES.glob("gridcare*"):
        text = file.read_text("utf-8").replace("/opt/gridcare/.venv/bin/gridcare", "/bin/true")
        (tmp_path / file.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", tmp_path / unit],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_nginx_understands_its_example(tmp_path: Path) -> None:
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        pytest.skip("nginx is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "2"]
    subprocess.run([*new, "-keyout", key, "-out", certificate], capture_output=True, check=True, timeout=60)
    text = (EXAMPLES / "nginx.conf").read_text("utf-8")
    text = re.sub(r"\S+/privkey\.pem", str(key), re.sub(r"\S+/fullchain\.pem", str(certificate), text))
    temporary = "".join(
        f"{of}_temp_path {tmp_path / of};" for of in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {temporary}\n{text}\n}}"
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_nginx_passes_on_what_the_config_beside_it_listens_to(tmp_path: Path) -> None:
    text = (EXAMPLES / "nginx.conf").read_text("utf-8")
    beside = "\n".join(line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   "))
    (tmp_path / "config.toml").write_text(beside.replace("[telegram]", '[telegram]\ntoken = "1:AB"'), "utf-8")
    telegram = Config.load(tmp_path / "config.toml", {}).telegram
    assert f"proxy_pass           http://{telegram.listen};" in text
    assert f"location = /{str(telegram.webhook_url).rpartition('/')[2]} {{" in text


def test_the_operators_paper_names_every_command_and_example() -> None:
    paper = (DOCS / "operations.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"`gridcare {name}" not in paper] == []
    ours = [file.name for file in EXAMPLES.iterdir() if file.suffix in (".service", ".timer", ".conf")]
    assert [name for name in ours if f"examples/{name}" not in paper] == []

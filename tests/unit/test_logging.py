import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from bot.logging import configure, masked

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_01234"


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    configure(stream=stream)
    return stream


def last(stream: io.StringIO) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return event


def test_an_event_is_one_json_line_with_level_and_utc_time(lines: io.StringIO) -> None:
    structlog.get_logger("bot.worker").info("item.claimed", item=128, area="第三网格")
    event = last(lines)
    assert (event["event"], event["item"], event["area"], event["level"]) == ("item.claimed", 128, "第三网格", "info")
    assert datetime.fromisoformat(event["timestamp"]).tzinfo == UTC
    assert "第三网格" in lines.getvalue()  # readable, not escaped


@pytest.mark.parametrize(
    "secret",
    [
        {"text": f"sent with {TOKEN}"},
        {"url": f"https://api.example.org/bot{TOKEN}/getMe"},
        {"url": "http://127.0.0.1:8081/bot123456:ABC/getMe"},  # a short one in an address is one too
        {"url": "http://127.0.0.1:8081/file/bot123456%3AABC/photos/1.jpg"},
        {"deep": {"list": [f"x {TOKEN}"]}},
        {"token": "ABC"},
        {"error": RuntimeError(f"no {TOKEN}")},
        {"url": "postgresql://grid:ABC@db/gridcare"},
    ],
)
def test_no_secret_reaches_the_log_however_it_is_wrapped(lines: io.StringIO, secret: dict[str, Any]) -> None:
    structlog.get_logger("t").warning("call.failed", **secret)
    said = lines.getvalue()
    assert "***" in said
    assert TOKEN not in said
    assert "ABC" not in said


def test_a_librarys_own_log_comes_through_the_same_pipe_masked(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("GET /bot%s/getMe failed", TOKEN)
    event = last(lines)
    assert event["event"] == "GET /bot***/getMe failed"
    assert event["logger"] == "some.library"


@pytest.mark.parametrize("library", ["httpx", "aiohttp.access", "uvicorn.access", "telegram.ext"])
def test_what_libraries_say_of_each_request_is_not_heard(
    lines: io.StringIO, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(library), "propagate", True)  # a server started earlier may have cut it off
    logging.getLogger(library).info("HTTP Request: POST")
    assert lines.getvalue() == ""
    logging.getLogger(library).warning("but this is")
    assert last(lines)["event"] == "but this is"


def test_a_traceback_shows_code_but_no_local_variables_and_no_token(lines: io.StringIO) -> None:
    def handle(words: str) -> None:
        raise RuntimeError(f"refused {TOKEN}")

    try:
        handle("王奶奶住在3号楼")
    except RuntimeError:
        structlog.get_logger("t").exception("update.failed", update=7)
    event = last(lines)
    assert "RuntimeError: refused ***" in event["exception"]
    assert "in handle" in event["exception"]
    assert "王奶奶" not in event["exception"].replace('handle("王奶奶住在3号楼")', "")
    assert TOKEN not in lines.getvalue()


def test_a_warning_of_python_is_an_event_too(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old thing", UserWarning, stacklevel=1)
    assert "old thing" in last(lines)["event"]


def test_a_person_at_a_terminal_reads_words_not_json() -> None:
    stream = io.StringIO()
    configure(stream=stream, plain=True)
    structlog.get_logger("t").info("item.claimed", item=128)
    assert "item.claimed" in stream.getvalue()
    assert "item=128" in stream.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())


def test_plain_words_are_left_as_they_are() -> None:
    assert masked("08:00 王奶奶 3号楼 http://example.org/bots") == "08:00 王奶奶 3号楼 http://example.org/bots"

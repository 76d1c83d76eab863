"""The kinds of value that the configuration knows, each with the words for what is expected of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StrictBool, StrictInt, ValidationInfo
from pydantic_core import PydanticCustomError

from care.domain.durations import parse_duration, parse_time_of_day
from care.domain.policy import ascending

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+", re.ASCII)
BOTFATHERS_WORD = "the token that @BotFather gave, such as 123456:ABC-DEF"


def expected(what: str) -> PydanticCustomError:
    """The error that a value is not `what` it should be; `what` ends the sentence "expected ..."."""
    return PydanticCustomError("expected", "{what}", {"what": what})


def folder_of(info: ValidationInfo) -> Path | None:
    """The folder that relative paths start from; None where a config is built without a file."""
    return info.context.get("folder") if isinstance(info.context, dict) else None


def _duration(value: object) -> timedelta:
    try:
        return value if isinstance(value, timedelta) else parse_duration(_text(value))
    except ValueError:
        raise expected('a duration such as "45s", "2m" or "1h30m"') from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise expected('a duration longer than zero such as "30s"')
    return value


def _time_of_day(value: object) -> time:
    try:
        return value if isinstance(value, time) else parse_time_of_day(_text(value))
    except ValueError:
        raise expected('a time of day such as "08:00"') from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")
    return value


def _ascend(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if not ascending(value):
        raise expected("a list in which each duration is longer than the one before")
    return value


def _some(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if not value:
        raise expected("at least one duration")
    return value


def _one_or_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _not_blank(value: str) -> str:
    if not value.strip():
        raise expected("some text")
    return value.strip()


def _path(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, str | Path) or not str(value).strip():
        raise expected("a path")
    folder = folder_of(info)
    path = Path(value).expanduser()
    return folder / path if folder else path


def split_url(value: str) -> SplitResult:
    """The parts of a URL with a host and a sound port; ValueError if it is none."""
    parts = urlsplit(value)
    if not parts.hostname or any(c.isspace() for c in value) or parts.port == 0:
        raise ValueError("not a URL")
    return parts


def _web_url(what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        try:
            sound = split_url(value).scheme in ("http", "https")
        except ValueError:
            sound = False
        if not sound:
            raise expected(what)
        return value

    return check


def _bare_root(value: str) -> str:
    parts = urlsplit(value)
    if parts.query or parts.fragment:
        raise expected("an address without ? and #")
    return value.rstrip("/")


def _maybe(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: check(value) if value else value


def _zone(value: object) -> ZoneInfo:
    try:
        return value if isinstance(value, ZoneInfo) else ZoneInfo(_text(value))
    except (ValueError, OSError, KeyError):  # an unknown name, a folder's name, a name that is no key
        raise expected('a time zone such as "Asia/Shanghai"') from None


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server listens. Port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        """As it is written in the config."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _listen(value: object) -> Listen:
    if isinstance(value, Listen):
        return value
    try:
        host, _, port = _text(value).rpartition(":")
        if host.startswith("["):
            host = str(ip_address(host.removeprefix("[").removesuffix("]")))
        if not re.fullmatch(r"[0-9A-Za-z.:_-]+", host) or not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
            raise ValueError("not host:port")
    except ValueError:
        raise expected('an address such as "127.0.0.1:8081"') from None
    return Listen(host, int(port))


def _token(value: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(value.get_secret_value()):
        raise expected(BOTFATHERS_WORD)
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise expected("1 to 256 letters, digits, _ and - (Telegram takes no others)")
    return value


def _matching(pattern: str, what: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise expected(what)
        return value

    return check


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Positive = Annotated[Duration, AfterValidator(_positive)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Steps = Annotated[tuple[Positive, ...], AfterValidator(_ascend)]
SomeSteps = Annotated[Steps, AfterValidator(_some)]
Intervals = Annotated[tuple[Positive, ...], BeforeValidator(_one_or_list), AfterValidator(_some)]
Text = Annotated[str, AfterValidator(_not_blank)]
ConfigPath = Annotated[Path, BeforeValidator(_path)]
WebUrl = Annotated[str, AfterValidator(_web_url('an address such as "https://example.org"'))]
ServerRoot = Annotated[WebUrl, AfterValidator(_bare_root)]
MaybeWebUrl = Annotated[str, AfterValidator(_maybe(_web_url('an address such as "https://example.org/ping", or ""')))]
Timezone = Annotated[ZoneInfo, BeforeValidator(_zone)]
ListenAt = Annotated[Listen, BeforeValidator(_listen)]
Token = Annotated[SecretStr, AfterValidator(_token)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
Count = Annotated[StrictInt, Field(ge=1)]
CountOrNone = Annotated[StrictInt, Field(ge=0)]
UserId = Annotated[StrictInt, Field(ge=1)]
ChatId = Annotated[StrictInt, Field(ge=-(2**63), le=2**63 - 1)]
Flag = StrictBool
Region = Annotated[str, AfterValidator(_matching(r"[A-Z]{2}", 'two capital letters of a country such as "CN"'))]
AreaId = Annotated[str, AfterValidator(_matching(r"[A-Za-z0-9_-]{1,32}", "1 to 32 letters, digits, _ and -"))]
Language = Literal["zh", "en"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

"""A call's parameters as Telegram takes them: query string, form, JSON or multipart, numbers also as words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sandbox.errors import bad_request
from bot.sandbox.records import Json

_JSON_FIELDS = frozenset(
    {
        "reply_markup",
        "reply_parameters",
        "media",
        "entities",
        "caption_entities",
        "allowed_updates",
        "commands",
        "scope",
        "link_preview_options",
        "reaction",
        "message_ids",
        "menu_button",
        "rights",
    }
)
_NUMBERS = frozenset({"chat_id", "from_chat_id", "message_id", "message_thread_id", "user_id", "offset", "limit"})


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    data: bytes


class Params:
    """One call's parameters, read once; `shown` is what `world.calls` keeps of them."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> None:
        self._values = {name: _decoded(name, value) for name, value in values.items() if value is not None}
        self.uploads = dict(uploads or {})

    @property
    def shown(self) -> Json:
        """The parameters with objects decoded and files by their size."""
        files = {name: f"<{len(upload.data)} bytes>" for name, upload in self.uploads.items()}
        return {**self._values, **files}

    def __contains__(self, name: str) -> bool:
        """Was it given."""
        return name in self._values or name in self.uploads

    def get(self, name: str) -> Any:
        """The value as it came (objects decoded), None if absent."""
        return self._values.get(name)

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        value = self._values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as absent, as with Telegram."""
        return whole_number(self._values.get(name), default)

    def number(self, name: str) -> float:
        """A decimal number that must be there."""
        try:
            return float(self._values[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"{name} is empty") from None

    def flag(self, name: str) -> bool:
        """True for true, "true", "True", 1."""
        return str(self._values.get(name, "")).lower() in ("true", "1", "yes")

    def object(self, name: str) -> Json:
        """A JSON object; empty if absent."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name} JSON object")
        return value

    def array(self, name: str) -> list[Any] | None:
        """A JSON array; None if absent."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name} JSON object: Expected an Array")
        return value

    def integer_required(self, name: str, wording: str) -> int:
        """A positive whole number, or 400 with `wording`."""
        if (value := self.integer(name)) <= 0:
            raise bad_request(wording)
        return value


def whole_number(value: Any, default: int = 0) -> int:
    """The number a JSON value or a word stands for, else `default`."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _NUMBERS and value.lstrip("-").isascii() and value.lstrip("-").isdigit():
        return int(value)
    if name in _JSON_FIELDS and value:
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    return value


async def read_params(request: Request) -> Params:
    """Everything the call brought, whichever way; later ways win over the query string."""
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        values |= await _json_body(request)
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        async with request.form(max_part_size=64 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = Upload(value.filename or name, await value.read())
                else:
                    values[name] = value
    return Params(values, uploads)


async def _json_body(request: Request) -> dict[str, Any]:
    body = await request.body()
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise bad_request("can't parse request body JSON object")
    return parsed

"""A poor Bot API server: a handful of methods, null results, no waiting, gaps wherever a gap is possible.

It does what the small test servers do that bots are tried out with. What such a server leaves out, ours leaves out too:
`getUpdates` answers at once, ignores every parameter and tells each update once; a sent message's date is in
milliseconds; an edit's result is null; what cannot be deleted is an `ok: false` with HTTP 200; a callback query has no
`chat_instance`, and its message neither id nor date; any other method is an error in words.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
_NO_SUCH_METHOD = "API method '{}' is not supported. Are you sure you're using Telegram Bot API correctly?"


@dataclass
class Said:
    """A message of the bot as it stands now."""

    id: int
    chat: int
    text: str
    markup: Json | None
    edits: int = 0

    @property
    def labels(self) -> list[str]:
        """Labels of its inline buttons."""
        return [key["text"] for key in self._keys]

    @property
    def _keys(self) -> list[Json]:
        return [key for row in (self.markup or {}).get("inline_keyboard", ()) for key in row]

    def data(self, label: str) -> str:
        """What the button with this label carries."""
        return next(str(key["callback_data"]) for key in self._keys if key["text"] == label)


@dataclass
class PoorServer:
    """`tells_ids`: whether sendMessage's result holds the message, or is null. `status`: of unknown methods."""

    tells_ids: bool = True
    status: int = 500
    said: list[Said] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    _updates: list[Json] = field(default_factory=list)
    _next_update: int = 1
    _next_message: int = 1
    _next_callback: int = 1
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    # ------------------------------------------------------------ what the person does

    def send(self, text: str, user: int = 1) -> int:
        """Somebody writes in his private chat; the message's id."""
        message = self._next_message
        self._next_message += 1
        body = self._common(user) | {"text": text, "message_id": message}
        if text.startswith("/"):
            body["entities"] = [{"offset": 0, "length": len(text.split(maxsplit=1)[0]), "type": "bot_command"}]
        self._add({"message": body | {"date": int(time.time())}})
        return message

    def press(self, said: Said, label: str, *, with_id: bool = True, user: int = 1) -> str:
        """Somebody presses a button; the query's id. Without its id the message holds next to nothing."""
        query = str(self._next_callback)
        self._next_callback += 1
        person = self._common(user)
        message = person | ({"message_id": said.id} if with_id else {})
        self._add(
            {"callback_query": {"id": query, "from": person["from"], "message": message, "data": said.data(label)}}
        )
        return query

    @staticmethod
    def _common(user: int) -> Json:
        person = {"id": user, "first_name": "TestName", "username": "testUserName", "is_bot": False}
        chat = {"id": user, "title": "TestName", "first_name": "TestName", "username": "testUserName"}
        return {"from": person, "chat": chat | {"type": "private"}}

    def _add(self, update: Json) -> None:
        self._updates.append({"update_id": self._next_update} | update)
        self._next_update += 1

    async def until(self, seen: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait until `seen()` is true of what the bot has done; its value."""
        async with asyncio.timeout(seconds):
            while not (value := seen()):
                self._changed.clear()
                await self._changed.wait()
            return value

    def find(self, words: str) -> Said | None:
        """The newest message of the bot that contains these words."""
        return next((said for said in reversed(self.said) if words in said.text), None)

    # ------------------------------------------------------------ what the bot asks

    async def serve(self, request: web.Request) -> web.Response:
        """Any method, GET or POST."""
        name = request.match_info["method"]
        form = await request.post()
        params: Json = {**request.query, **{key: value for key, value in form.items() if isinstance(value, str)}}
        self.calls.append((name, params))
        method: Callable[[Json], Any] | None = getattr(self, f"_{name}", None)
        if name.startswith("_") or method is None or name not in METHODS:
            return web.json_response({"message": _NO_SUCH_METHOD.format(name)}, status=self.status)
        body = method(params)
        self._changed.set()
        return web.json_response(body)

    def _getMe(self, _params: Json) -> Json:
        return _ok({"username": "TestNameBot", "first_name": "Test First name", "id": 666})

    def _getUpdates(self, _params: Json) -> Json:
        waiting, self._updates = self._updates, []
        return _ok(waiting)

    def _sendMessage(self, params: Json) -> Json:
        said = Said(self._next_message, int(params["chat_id"]), params["text"], _markup(params))
        self._next_message += 1
        self.said.append(said)
        if not self.tells_ids:
            return _ok(None)
        chat = {"id": said.chat, "first_name": "Bot", "type": "private"}
        inline = said.markup if "inline_keyboard" in (said.markup or {}) else None
        told = {"message_id": said.id, "date": int(time.time() * 1000), "chat": chat, "text": said.text}
        return _ok(params | told | ({"reply_markup": inline} if inline else {}))

    def _editMessageText(self, params: Json) -> Json:
        for said in self._of(params):
            said.text, said.edits = params["text"], said.edits + 1
            said.markup = _markup(params) or said.markup
        return _ok(None)

    def _editMessageReplyMarkup(self, params: Json) -> Json:
        for said in self._of(params):
            said.markup, said.edits = _markup(params), said.edits + 1
        return _ok(None)

    def _deleteMessage(self, params: Json) -> Json:
        found = self._of(params)
        if not found:
            words = f"Bad Request: chat {params.get('chat_id')} with message {params.get('message_id')} wasn't found"
            return {"ok": False, "error_code": 400, "description": words}
        self.said.remove(found[0])
        return _ok(None)

    def _answerCallbackQuery(self, params: Json) -> Json:
        self.answered.append(params["callback_query_id"])
        return _ok(None)

    def _setWebhook(self, _params: Json) -> Json:
        return _ok(None)

    def _deleteWebhook(self, _params: Json) -> Json:
        return _ok(True) | {"description": "Webhook was deleted"}

    def _of(self, params: Json) -> list[Said]:
        who = (str(params.get("chat_id")), str(params.get("message_id")))
        return [said for said in self.said if (str(said.chat), str(said.id)) == who]


METHODS = frozenset(
    {"getMe", "getUpdates", "sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage"}
    | {"answerCallbackQuery", "setWebhook", "deleteWebhook"}
)


def _ok(result: Any) -> Json:
    return {"ok": True, "result": result}


def _markup(params: Json) -> Json | None:
    return json.loads(params["reply_markup"]) if "reply_markup" in params else None


@asynccontextmanager
async def poor_server(server: PoorServer) -> AsyncIterator[str]:
    """The server on a free port; yields its root."""
    app = web.Application()
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]] = server.serve
    app.router.add_route("GET", "/bot{token}/{method}", handler)
    app.router.add_route("POST", "/bot{token}/{method}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

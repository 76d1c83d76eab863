"""HTTP as it really is: null results, pages of proxies, cut connections, silence."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, TimedOut

from bot.transport import AiohttpRequest
from care.services.results import Outcome
from handlers.messenger import Line
from handlers.outcomes import Flood, NoSuchMethod, NotSent, ServerFault, TokenRefused, outcome_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN = "42:SECRET"


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    app = web.Application(client_max_size=50 * 2**20)
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def line(root: str, **timeouts: float) -> AsyncIterator[Line]:
    request = AiohttpRequest(**timeouts)
    async with request:
        yield Line(TOKEN, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot", request=request)


def answers(body: Any, status: int = 200) -> Handler:
    async def handle(_request: web.Request) -> web.Response:
        if isinstance(body, str):
            return web.Response(text=body, status=status, content_type="text/html")
        return web.json_response(body, status=status)

    return handle


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"ok": True, "result": {"message_id": 7}}, {"message_id": 7}),
        ({"ok": True, "result": None}, None),  # a poor server
        ({"ok": True}, None),  # a poorer one
        ({"ok": True, "result": []}, []),
    ],
)
async def test_results_come_raw(body, result):
    async with server(answers(body)) as root, line(root) as bot:
        assert await bot.call("sendMessage", {"chat_id": 1}) == result


@pytest.mark.parametrize(
    ("status", "body", "error", "outcome"),
    [
        (400, {"description": "Bad Request: chat not found"}, BadRequest, Outcome.GONE),
        (400, {"description": "Bad Request: message text is empty"}, BadRequest, Outcome.REJECTED),
        (400, {"description": "Bad Request: message is not modified: x"}, BadRequest, Outcome.SENT),
        (400, {"description": "Bad Request: message to edit not found"}, BadRequest, Outcome.GONE),
        (400, {"description": "Bad Request: message thread not found"}, BadRequest, Outcome.GONE),
        (400, {"description": "g", "parameters": {"migrate_to_chat_id": -1007}}, ChatMigrated, Outcome.MOVED),
        (401, {"description": "Unauthorized"}, TokenRefused, Outcome.NOT_DONE),
        (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden, Outcome.GONE),
        (404, {"description": "Not Found"}, NoSuchMethod, Outcome.LACKING),
        (404, "<html>nothing here</html>", NoSuchMethod, Outcome.LACKING),
        (409, {"description": "Conflict: terminated by other getUpdates request"}, Conflict, Outcome.NOT_DONE),
        (429, {"description": "Too Many", "parameters": {"retry_after": 9}}, Flood, Outcome.LATER),
        (429, {"description": "Too Many"}, Flood, Outcome.LATER),
        (429, "<html>slow down</html>", Flood, Outcome.LATER),
        (500, {"description": "API method 'getChat' is not supported."}, ServerFault, Outcome.LACKING),
        (501, {}, ServerFault, Outcome.LACKING),
        (500, {"description": "Internal Server Error"}, ServerFault, Outcome.UNKNOWN),
        (502, "<html><h1>502 Bad Gateway</h1></html>", ServerFault, Outcome.UNKNOWN),
        (200, "<html>please sign in to this network</html>", NetworkError, Outcome.UNKNOWN),
        (200, {"ok": False, "error_code": 403, "description": "Forbidden"}, Forbidden, Outcome.GONE),
        (302, "", NetworkError, Outcome.UNKNOWN),
    ],
)
async def test_every_refusal_is_named(status, body, error, outcome):
    async with server(answers(body, status)) as root, line(root) as bot:
        with pytest.raises(error) as raised:
            await bot.call("sendMessage")
    assert outcome_of(raised.value).outcome is outcome


async def test_a_pause_is_what_the_server_says_and_a_second_where_it_says_nothing():
    async with server(answers({"parameters": {"retry_after": 9}}, 429)) as root, line(root) as bot:
        with pytest.raises(Flood) as raised:
            await bot.call("sendMessage")
        assert outcome_of(raised.value).pause == timedelta(seconds=9)


async def test_no_server_means_certainly_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with line(f"http://127.0.0.1:{port}") as bot:
        with pytest.raises(NotSent) as raised:
            await bot.call("sendMessage")
    assert outcome_of(raised.value).outcome is Outcome.NOT_DONE
    assert TOKEN not in str(raised.value)


async def test_a_name_that_does_not_resolve_means_certainly_not_sent():
    async with line("http://nowhere.invalid") as bot:
        with pytest.raises(NotSent):
            await bot.call("sendMessage")


async def test_a_cut_connection_leaves_it_unknown():
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with server(cut) as root, line(root) as bot:
        with pytest.raises(NetworkError) as raised:
            await bot.call("sendMessage")
    assert outcome_of(raised.value).outcome is Outcome.UNKNOWN


async def test_an_answer_cut_in_the_middle_leaves_it_unknown():
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"ok": true, ')
        assert request.transport is not None
        request.transport.abort()
        return response

    async with server(half) as root, line(root) as bot:
        with pytest.raises(NetworkError) as raised:
            await bot.call("sendMessage")
    assert outcome_of(raised.value).outcome is Outcome.UNKNOWN


async def test_silence_times_out_and_leaves_it_unknown():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async with server(silent) as root, line(root, read_timeout=0.2) as bot:
        with pytest.raises(TimedOut) as raised:
            await bot.call("sendMessage")
        with pytest.raises(TimedOut):  # the caller's own patience
            await bot.call("getUpdates", read_timeout=0.1)
    assert outcome_of(raised.value).outcome is Outcome.UNKNOWN


async def test_parameters_go_as_form_fields_and_nothing_is_sent_for_none():
    seen: dict[str, Any] = {}

    async def note(request: web.Request) -> web.Response:
        seen.update(await request.post(), path=request.path, kind=request.content_type)
        return web.json_response({"ok": True, "result": True})

    params = {"chat_id": -5, "text": "王奶奶 & <b>", "reply_markup": {"inline_keyboard": []}, "message_thread_id": None}
    async with server(note) as root, line(root) as bot:
        await bot.call("sendMessage", params)
    assert seen.pop("path") == f"/bot{TOKEN}/sendMessage"
    assert seen.pop("kind") == "application/x-www-form-urlencoded"
    assert seen == {"chat_id": "-5", "text": "王奶奶 & <b>", "reply_markup": '{"inline_keyboard": []}'}


async def test_files_go_as_multipart():
    seen: dict[str, Any] = {}

    async def note(request: web.Request) -> web.Response:
        form = await request.post()
        seen.update(chat=form["chat_id"], photo=form["photo"].file.read(), name=form["photo"].filename)
        return web.json_response({"ok": True, "result": {"message_id": 3}})

    async with server(note) as root, line(root) as bot:
        await bot.call("sendPhoto", {"chat_id": 1, "photo": InputFile(b"\xff\xd8jpeg", filename="p.jpg")})
    assert seen == {"chat": "1", "photo": b"\xff\xd8jpeg", "name": "p.jpg"}


async def test_a_rebuilt_client_works_on():
    async with server(answers({"ok": True, "result": 1})) as root:
        request = AiohttpRequest()
        await request.initialize()
        bot = Line(TOKEN, base_url=f"{root}/bot", request=request)
        assert await bot.call("getMe") == 1
        await request.rebuild()
        assert await bot.call("getMe") == 1
        await request.shutdown()
        with pytest.raises(NotSent):
            await bot.call("getMe")


async def test_a_proxy_that_the_environment_names_is_used_but_not_where_it_says_so(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, str | None]] = []

    async def pass_on(request: web.Request) -> web.Response:
        asked.append((str(request.url.host), request.headers.get("Proxy-Authorization")))
        return web.json_response({"ok": True, "result": "by the proxy"})

    async with server(pass_on) as proxy, server(answers({"ok": True, "result": "itself"})) as root:
        monkeypatch.setenv("http_proxy", proxy.replace("http://", "http://li:secret@"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with line("http://telegram.invalid") as bot:
            assert [await bot.call("getMe") for _ in range(2)] == ["by the proxy"] * 2
        async with line(root) as bot:
            assert await bot.call("getMe") == "itself"
    assert asked == [("telegram.invalid", "Basic bGk6c2VjcmV0")] * 2

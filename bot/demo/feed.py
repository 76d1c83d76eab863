"""The demo page's backend: the page itself, its state, a stream of changes, and what a visitor does.

`GET /` and `/static/` the page, `GET /state` everything it shows, `GET /events` what changes (server-sent events,
resumable by `Last-Event-ID`), `GET /film` what has been shown until now, `POST /act` what is done with a phone. It
holds no secret: the bot's token is not needed for anything here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.demo import samples
from bot.demo.acts import ACT, MOST_PHOTOS, PHOTO_LIMIT, Refused, perform
from bot.demo.board import Board, Showing
from bot.demo.player import Player
from bot.demo.views import change_view, state_view
from bot.sandbox.records import Json

PAGE = Path(__file__).parent / "page"
BODY_LIMIT = 40 * 1024 * 1024  # bytes of one request
HEARTBEAT = 15.0  # seconds, real: a proxy or browser must not think the stream dead
MOST_STREAMS = 40
_WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104  what a visitor may have asked for, compared only

_MEDIA_TYPES = {"photo": "image/jpeg", "voice": "audio/ogg"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class PageFeed:
    """What is on the board, behind one page. `host` is the address it is served at, which browsers must ask for."""

    def __init__(self, board: Board, player: Player, *, host: str = "127.0.0.1", zone: str = "Asia/Shanghai") -> None:
        self._board = board
        self._player = player
        self._zone = zone
        self._closing = asyncio.Event()
        self._streams = 0
        hosts = ["*"] if host in _WILDCARDS else [host, "localhost", "127.0.0.1", "[::1]", f"[{host}]"]
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/state", self._state),
                Route("/events", self._events),
                Route("/film", self._film),
                Route("/act", self._act, methods=["POST"]),
                Route("/file/{path:path}", self._file),
                Route("/sample/{name}.jpg", self._sample),
                Mount("/static", StaticFiles(directory=PAGE)),
            ],
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
                Middleware(_Guarded),
            ],
        )

    def close(self) -> None:
        """End the streams, so that the server can stop at once."""
        self._closing.set()

    # --- looking -----------------------------------------------------------------------------------------------------

    async def _page(self, _request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def _state(self, _request: Request) -> Response:
        return JSONResponse(state_view(self._board.now, self._player, zone=self._zone))

    async def _film(self, _request: Request) -> Response:
        return JSONResponse(self._board.now.film.view() | {"scenes": self._player.played()})

    async def _file(self, request: Request) -> Response:
        stored = self._board.now.town.world.files.at_path(request.path_params["path"])
        if stored is None or stored.kind not in _MEDIA_TYPES:
            raise HTTPException(404, "no such photo or voice")
        kept = {"cache-control": "private, max-age=86400"}
        return Response(stored.data, media_type=_MEDIA_TYPES[stored.kind], headers=kept)

    async def _sample(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in samples.names():
            raise HTTPException(404, "no such sample")
        draw = samples.thumbnail if "small" in request.query_params else samples.sample
        data = await asyncio.to_thread(draw, name)
        return Response(data, media_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})

    # --- what changes ------------------------------------------------------------------------------------------------

    async def _events(self, request: Request) -> Response:
        if self._streams >= MOST_STREAMS:
            raise HTTPException(503, "too many pages are open")
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return StreamingResponse(
            self._stream(after), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )

    async def _stream(self, after: str) -> AsyncIterator[str]:
        """Changes since event `after` (`run-number`); of another run, or unreadable: `reload`, and then what comes."""
        run, _, number = after.rpartition("-")
        self._streams += 1
        try:
            yield "retry: 1000\n\n"
            while not self._closing.is_set():
                showing = self._board.now
                version = showing.town.world.version
                known = run == showing.run and number.isdecimal() and int(number) <= version
                if not known:
                    yield _frame(showing, {"type": "reload"}, version)
                async for frame in self._changes(showing, int(number) if known else version):
                    yield frame
                run = ""  # what comes after is another town
        finally:
            self._streams -= 1

    async def _changes(self, showing: Showing, seen: int) -> AsyncIterator[str]:
        """What changes in one showing since event number `seen`, until it is over."""
        world = showing.town.world
        while self._board.now is showing and not self._closing.is_set():
            while seen < world.version:
                event = world.events[seen]
                seen += 1
                if (change := change_view(showing, self._player, event)) is not None:
                    yield _frame(showing, change, seen)
            if not await self._changed(showing, seen):
                yield ": still here\n\n"

    async def _changed(self, showing: Showing, seen: int) -> bool:
        """Wait for a change, another showing, the end, or the next heartbeat; False: the heartbeat is due."""
        coming = (showing.town.world.wait_change(seen), self._board.over(showing), self._closing.wait())
        waits: list[asyncio.Task[object]] = [asyncio.create_task(one) for one in coming]
        try:
            done, _ = await asyncio.wait(waits, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            return bool(done)
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    # --- what is done ------------------------------------------------------------------------------------------------

    async def _act(self, request: Request) -> Response:
        try:
            act, uploads = await _read(request)
            done = await perform(self._board.now, self._player, ACT.validate_python(act), uploads)
            return JSONResponse({"ok": True} | done)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            return _refusal(Refused("bad_request", f"{where}: {first['msg']}", 422))
        except Refused as error:
            return _refusal(error)


def _frame(showing: Showing, change: Json, number: int) -> str:
    return f"id: {showing.run}-{number}\ndata: {json.dumps(change, ensure_ascii=False)}\n\n"


async def _read(request: Request) -> tuple[Json, list[bytes]]:
    """The act, as a JSON body, or as the field `act` of a form with files in `photo`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=MOST_PHOTOS, max_fields=2) as form:
            words = form.get("act")
            files = [part for part in form.getlist("photo") if isinstance(part, UploadFile)]
            if any((file.size or 0) > PHOTO_LIMIT for file in files):
                raise Refused("too_large", f"a photo over {PHOTO_LIMIT // 1024 // 1024} MB", 413)
            return _json(words if isinstance(words, str) else ""), [await file.read() for file in files]
    if kind != "application/json":
        raise Refused("bad_request", "JSON, or a form with files", 415)
    return _json((await request.body()).decode("utf-8", "replace")), []


def _json(words: str) -> Json:
    try:
        body = json.loads(words)
    except ValueError as error:
        raise Refused("bad_request", "the body is no JSON", 400) from error
    if not isinstance(body, dict):
        raise Refused("bad_request", "a JSON object is expected", 400)
    return body


def _refusal(error: Refused) -> Response:
    return JSONResponse({"ok": False, "error": error.code, "detail": error.detail}, error.status)


class _Guarded:
    """Around the whole app: no foreign page may act here, no body is endless, nothing is loaded from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        length = headers.get("content-length", "0")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            await _refusal(Refused("foreign_page", "another site's page may not act here", 403))(scope, receive, send)
        elif scope["method"] == "POST" and ("transfer-encoding" in headers or not length.isdecimal()):
            await _refusal(Refused("bad_request", "the length must be told", 411))(scope, receive, send)
        elif int(length) > BODY_LIMIT:
            await _refusal(Refused("too_large", f"over {BODY_LIMIT // 1024 // 1024} MB", 413))(scope, receive, send)
        else:
            await self._app(scope, receive, _with_policy(send))


def _with_policy(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = _POLICY
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "no-referrer"
            headers.setdefault("cache-control", "no-cache")
        await send(message)

    return sending

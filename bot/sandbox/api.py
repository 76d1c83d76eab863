"""The Bot API over HTTP: finds the method, meets the planned faults, performs, records, answers."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Effect, Fault
from bot.sandbox.methods import METHODS
from bot.sandbox.params import Params, read_params
from bot.sandbox.records import Json
from bot.sandbox.world import Call, World

Cut = Callable[[Scope], None]
"""Cuts the connection a request came on, without a word."""


class _CutOff(Response):
    """The answer that never comes: the connection is cut instead."""

    def __init__(self, cut: Cut) -> None:
        super().__init__()
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  nothing is sent
        self._cut(scope)
        while (await receive())["type"] != "http.disconnect":  # until the server has noticed it too
            pass


class BotApi:
    """One world behind `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World, cut: Cut) -> None:
        self.world = world
        self._cut = cut
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._serve_method, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._serve_file, methods=["GET"]),
            ],
            exception_handlers={HTTPException: _elsewhere},
        )

    async def _serve_method(self, request: Request) -> Response:
        world, name = self.world, request.path_params["method"]
        if world.faults.network_down:
            return _CutOff(self._cut)
        try:
            params = await read_params(request)
        except ApiError as error:
            return self._answer(name, Params({}), error=error)
        except ClientDisconnect:
            return _CutOff(self._cut)
        await world.faults.delay(name)
        fault = world.faults.take(name, params.shown)
        if world.faults.network_down or (fault is not None and fault.effect is Effect.DROP):
            self._note(name, params, 0, fault=fault)
            return _CutOff(self._cut)
        if fault is not None and fault.effect is Effect.HANG:
            self._note(name, params, 0, fault=fault)
            await _gone(request)
            return _CutOff(self._cut)
        if fault is not None and fault.effect is Effect.SLOW:
            await asyncio.sleep(fault.seconds)
        return await self._perform(request, name, params, fault)

    async def _perform(self, request: Request, name: str, params: Params, fault: Fault | None) -> Response:
        try:
            method = self._find(request.path_params["token"], name, fault)
            result = method(self.world, params)
            if inspect.isawaitable(result):
                result = await _while_connected(request, result)
        except ApiError as error:
            return self._answer(name, params, error=error, fault=fault)
        except ClientDisconnect:
            self._note(name, params, 0, "client went away")
            return _CutOff(self._cut)
        if fault is not None and fault.effect is Effect.LOSE_ANSWER:
            self._note(name, params, 0, "answer lost", result, fault)
            return _CutOff(self._cut)
        if fault is not None and fault.effect is Effect.SLOW_ANSWER:
            await asyncio.sleep(fault.seconds)
        return self._answer(name, params, result=result, fault=fault)

    def _find(self, token: str, name: str, fault: Fault | None) -> Callable[[World, Params], Any]:
        if self.world.faults.token_revoked or token != self.world.token:
            raise ApiError(401, "Unauthorized")
        if fault is not None and fault.effect is Effect.REFUSE:
            parameters = {"retry_after": fault.retry_after} if fault.retry_after else None
            raise ApiError(fault.code, fault.description, parameters)
        if (method := METHODS.get(name.lower())) is None:
            raise ApiError(404, "Not Found")
        return method

    def _answer(
        self,
        name: str,
        params: Params,
        *,
        result: Any = None,
        error: ApiError | None = None,
        fault: Fault | None = None,
    ) -> Response:
        if error is None:
            self._note(name, params, 200, result=result, fault=fault)
            return _json(200, {"ok": True, "result": result})
        self._note(name, params, error.code, error.description, fault=fault)
        return _json(error.code, error.to_json())

    def _note(
        self,
        name: str,
        params: Params,
        code: int,
        description: str = "",
        result: Any = None,
        fault: Fault | None = None,
    ) -> None:
        effect = fault.effect.value if fault is not None else None
        call = Call(self.world.clock.now(), name, params.shown, code, description, result, effect)
        self.world.calls.append(call)

    async def _serve_file(self, request: Request) -> Response:
        world = self.world
        if world.faults.network_down:
            return _CutOff(self._cut)
        await world.faults.delay("file")
        if world.faults.network_down:
            return _CutOff(self._cut)
        if world.faults.token_revoked or request.path_params["token"] != world.token:
            return _json(401, ApiError(401, "Unauthorized").to_json())
        if world.faults.files_broken:
            return PlainTextResponse("Internal Server Error", 500)
        stored = world.files.at_path(request.path_params["path"])
        if stored is None:
            return _json(404, ApiError(404, "Not Found").to_json())
        return Response(stored.data, media_type="application/octet-stream")


def _elsewhere(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's signature
    """A path, verb or body that is none of ours, in Telegram's form."""
    code, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    description = f"Bad Request: {detail}" if code == 400 else "Method Not Allowed" if code == 405 else "Not Found"
    return _json(code, ApiError(code, description).to_json())


def _json(status: int, body: Json) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")


async def _gone(request: Request) -> None:
    """Return when the client has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _while_connected(request: Request, work: Any) -> Any:
    """The result of a long poll; ClientDisconnect, and the poll is over, if the client hangs up first."""
    poll, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({poll, gone}, return_when=asyncio.FIRST_COMPLETED)
        if poll.done():
            return poll.result()
        raise ClientDisconnect
    finally:
        for task in (poll, gone):
            task.cancel()
        await asyncio.gather(poll, gone, return_exceptions=True)

"""The other way in: Telegram calls us. An update is answered with 200 only once it is committed to the inbox."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.catch_up import CatchUp
from bot.intake import ALLOWED, Inlet
from bot.serving import serving
from care.services.results import Outcome
from handlers.messenger import Line
from handlers.outcomes import outcome_of

log = structlog.get_logger(__name__)

LARGEST_UPDATE = 1024 * 1024  # bytes; Telegram's are a few thousand
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the header's name
LOOK_AGAIN = 1.0  # seconds between two looks at what still waits at Telegram
LOOK_EVERY = 60.0  # seconds, once nothing waits: whether Telegram is there at all


class Webhook:
    """Receives updates at the path of `url`, for callers that know the secret.

    `on_answer` is called whenever Telegram shows that it is there: with an update, or by its word that none waits.
    """

    def __init__(
        self,
        line: Line,
        inlet: Inlet,
        catch_up: CatchUp,
        *,
        url: str,
        secret: str,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self._line = line
        self._inlet = inlet
        self._catch_up = catch_up
        self._url = url
        self._secret = secret.encode()
        self._on_answer = on_answer
        path = urlsplit(url).path or "/"
        self.app = Starlette(routes=[Route(path, self._receive, methods=["POST"])])

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[str]:
        """Serve it; a taken port raises OSError."""
        async with serving(self.app, host, port) as root:
            yield root

    async def run(self) -> None:
        """Tell Telegram where we are, then look again and again whether it is there and what waits. Until cancelled.

        It does not say when it has delivered what had piled up, nor whether it is there while nobody writes: we can
        only ask.
        """
        await self._register()
        while True:
            waiting = await self._waiting_there()
            if waiting is None:
                self._catch_up.lost()
            elif waiting == 0:
                self._catch_up.reached()
                self._on_answer()
            else:
                self._catch_up.answered()
            await asyncio.sleep(LOOK_AGAIN if waiting != 0 else LOOK_EVERY)

    async def _register(self) -> None:
        params = {
            "url": self._url,
            "secret_token": self._secret.decode(),
            "allowed_updates": list(ALLOWED),
            "drop_pending_updates": False,
        }
        pause = 0.5
        while True:
            try:
                await self._line.call("setWebhook", params)
                log.info("webhook.set")
                return
            except TelegramError as error:
                log.warning("webhook.not_set", error=error.message[:200])
            await asyncio.sleep(pause)
            pause = min(30.0, pause * 2)

    async def _waiting_there(self) -> int | None:
        """How many updates Telegram still has for us; 0 where the server cannot say, None where it does not answer."""
        try:
            info = await self._line.call("getWebhookInfo")
        except TelegramError as error:
            if outcome_of(error).outcome is Outcome.LACKING:
                return 0
            log.info("webhook.info_failed", error=error.message[:200])
            return None
        count = info.get("pending_update_count") if isinstance(info, dict) else None
        return count if isinstance(count, int) else 0

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            log.warning("webhook.wrong_secret")
            return Response(status_code=403)
        body = await _bounded(request)
        if body is None:
            log.warning("webhook.too_large")
            return Response(status_code=413)
        try:
            raw = json.loads(body)
        except ValueError:
            log.warning("webhook.not_json")
            return Response(status_code=400)
        try:
            await self._inlet.keep([raw])
        except Exception as error:  # Telegram sends it again
            log.exception("intake.not_kept", error=type(error).__name__)
            return Response(status_code=503)
        self._catch_up.answered()
        self._on_answer()
        return Response()


async def _bounded(request: Request) -> bytes | None:
    """The body, or None if it is larger than any update."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_UPDATE:
            return None
    return bytes(body)

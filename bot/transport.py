"""HTTP to the Bot API on aiohttp, in the shape python-telegram-bot asks for.

Why not its own: under concurrency httpx costs ten times what the rest of an update costs. What matters to the callers
is that an error says whether the request can have been carried out: no connection is `NotSent`, a lost answer is not.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from handlers.outcomes import NotSent, refusal

UPLOAD_TIME = 60.0  # seconds that a body with files may take on its way beyond the read timeout


class AiohttpRequest(BaseRequest):
    """A pool of kept-alive connections. Timeouts are seconds of real time."""

    def __init__(self, *, connections: int = 100, read_timeout: float = 20.0, connect_timeout: float = 5.0) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}

    @property
    def read_timeout(self) -> float | None:
        """How long an answer is waited for where the caller does not say."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Make the connection pool; nothing is connected yet."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # the sockets close in the loop's next turn

    async def rebuild(self) -> None:
        """Throw the pool away and begin anew, as when a connection got wedged; calls in flight end in an error."""
        old, self._session = self._session, None
        await self.initialize()
        if old is not None:
            await old.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; its status and body. Raises the error an answer stands for, `NotSent` or `TimedOut`."""
        if self._session is None or self._session.closed:
            raise NotSent("the HTTP client is closed")
        read = _given(read_timeout, self._read_timeout)
        connect = _given(connect_timeout, self._connect_timeout)
        uploads = request_data is not None and request_data.contains_files
        timeout = aiohttp.ClientTimeout(
            total=connect + read + _given(write_timeout, UPLOAD_TIME if uploads else 0.0),
            connect=connect + _given(pool_timeout, connect),  # waiting for a free connection included
            sock_connect=connect,
            sock_read=read,
        )
        body = _body(request_data) if request_data is not None else None
        status, payload = await self._exchange(method, url, body, timeout)
        if not 200 <= status <= 299:
            raise refusal(status, _object(payload))
        return status, payload

    async def _exchange(
        self, method: str, url: str, body: aiohttp.FormData | None, timeout: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """Send and read; what aiohttp raises is sorted into "certainly not sent" and "unknown".

        `from None`: aiohttp's errors may hold the URL, and with it the token.
        """
        assert self._session is not None  # noqa: S101 -- the only caller has looked
        proxy = self._proxy_for(url)
        try:
            async with self._session.request(method, url, data=body, timeout=timeout, proxy=proxy) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"the connection broke ({type(error).__name__})") from None

    def _proxy_for(self, url: str) -> str | None:
        """The proxy that the environment names for this server, asked once.

        aiohttp's own `trust_env` asks at every call, in another thread each, and looks for passwords in ~/.netrc.
        """
        server = url[: url.find("/", len("https://"))]
        if server not in self._proxies:
            parts = urlsplit(server)
            self._proxies[server] = None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
        return self._proxies[server]

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as an object that has a `result`, if only null; never logs it, it may hold people's words.

        Raises `NetworkError` if it is no JSON object (a captive portal's page), and the refusal it stands for if it
        says that it is not ok in spite of its status.
        """
        body = _object(payload)
        if not body:
            raise NetworkError("the answer is not JSON")
        if body.get("ok") is False:
            code = body.get("error_code")
            raise refusal(code if isinstance(code, int) else 400, body)
        return {"result": None, **body}


def _given(value: ODVInput[float], default: float) -> float:
    """The caller's timeout, or ours; PTB's "no limit" (None) becomes an hour, nothing here waits for ever."""
    if isinstance(value, DefaultValue):
        return default
    return 3600.0 if value is None else float(value)


def _body(data: RequestData) -> aiohttp.FormData:
    """Multipart where there are files, else form fields: what every Bot API server reads."""
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    if data.contains_files:
        for name, (filename, content, mime) in data.multipart_data.items():
            whole = io.BytesIO(content) if isinstance(content, bytes) else content  # sent piece by piece
            form.add_field(name, whole, filename=filename, content_type=mime)
    return form


def _object(payload: bytes) -> Mapping[str, Any]:
    """The JSON object in the payload, or an empty one."""
    try:
        found = json.loads(payload.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""Starts and stops the sandbox's HTTP server inside the running event loop, within milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.sandbox.api import BotApi
from bot.sandbox.webhook import Pusher
from bot.sandbox.world import World


class _Connections:
    """The open connections by the client's address, so that a fault can cut them."""

    def __init__(self) -> None:
        self.state = ServerState()
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self, app: ASGIApp) -> type[H11Protocol]:
        """uvicorn's protocol for an application, keeping the list of open connections."""
        config = uvicorn.Config(
            app, ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=75
        )
        config.load()
        opened, state = self._open, self.state

        class Noted(H11Protocol):
            """A connection on the list while it is open."""

            def __init__(self) -> None:
                super().__init__(config, state, {})

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
                super().connection_made(transport)
                if self.client is not None:
                    opened[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                if self.client is not None:
                    opened.pop(self.client, None)

        return Noted

    def cut(self, scope: Scope) -> None:
        """Reset the connection a request came on."""
        transport = self._open.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()

    def cut_all(self) -> None:
        """Reset every connection."""
        for transport in list(self._open.values()):
            transport.abort()

    async def end(self) -> None:
        """Cut all and wait until what they carried has ended."""
        self.cut_all()
        running = list(self.state.tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the world's Bot API; yields its root, e.g. `http://127.0.0.1:43210`. Port 0 takes a free one.

    A taken port raises OSError. uvicorn's own `Server` is left out: it takes the process's signals and ticks.
    """
    connections = _Connections()
    protocol = connections.protocol(BotApi(world, connections.cut).app)
    server = await asyncio.get_running_loop().create_server(protocol, host, port)
    pushing = asyncio.create_task(Pusher(world).run())
    world.faults.on_cut.append(connections.cut_all)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        world.faults.on_cut.remove(connections.cut_all)
        server.close()
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)
        await connections.end()
        await server.wait_closed()

"""`gridcare demo` at the terminal: says where the page is, and ends cleanly at Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys

from rich.console import Console
from rich.text import Text

from bot.cli_options import EXIT_BAD_INPUT
from bot.demo.stage import BotEnded, PortTaken, demo

EXIT_BOT_ENDED = 1


async def show(host: str, port: int | None, speed: float) -> int:
    """Run the demo until SIGINT or SIGTERM; the exit code. The page's address is the one line on stdout."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    showing = asyncio.create_task(_show(console, host, port, speed))

    def end() -> None:
        if not showing.cancelling():  # once: a second Ctrl-C does not break the tidying up
            showing.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        await showing
    except asyncio.CancelledError:
        console.print("The demo has ended; nothing of it is left.", style="dim")
        return 0
    except PortTaken as error:
        console.print(Text(f"The page cannot be served: {error}.", "bold red"))
        console.print("If another demo runs there, end it; or choose another port: gridcare demo --port 8090")
        return EXIT_BAD_INPUT
    except BotEnded as error:
        console.print(Text(f"{error}: {error.__cause__!r}", "bold red"))
        return EXIT_BOT_ENDED
    return 0


async def _show(console: Console, host: str, port: int | None, speed: float) -> None:
    """The demo, until it is cancelled."""
    status = console.status("Setting up ...")
    status.start()
    try:
        async with demo(host=host, port=port, speed=speed, step=lambda words: status.update(f"{words} ...")) as running:
            status.stop()
            sys.stdout.write(f"{running.url}\n")
            sys.stdout.flush()
            console.print("Open it in a browser; Ctrl-C ends the demo.", style="dim")
            await running.wait()
    finally:
        status.stop()

"""`gridcare run`: the bot until a signal, and the exit code that says how it ended."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.advice import cannot_listen, token_refused
from bot.build import build
from bot.cli_options import EXIT_BAD_INPUT, EXIT_STORAGE, EXIT_TOKEN_REFUSED, EXIT_WATCHDOG
from bot.config import Config
from bot.gridcare import BadToken, LockLost
from bot.watchdog import Stalled
from storage.errors import CannotOpen

log = structlog.get_logger(__name__)


async def serve(config: Config) -> int:
    """Run until SIGTERM or SIGINT; the exit code. A second signal ends it at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stop, number)
    try:
        async with build(config) as app:
            await app.run(stop)
    except BadToken as error:
        log.error("token.refused", error=token_refused(str(error)))
        return EXIT_TOKEN_REFUSED
    except CannotOpen as error:
        log.error("storage.cannot_open", error=str(error))
        return EXIT_STORAGE
    except LockLost as error:
        log.error("storage.lock_lost", error=str(error))
        return EXIT_STORAGE
    except Stalled as error:
        log.error("watchdog.gave_up", error=str(error))
        return EXIT_WATCHDOG
    except OSError as error:  # an address to listen on is taken, or not ours
        log.error(
            "cannot_listen", error=cannot_listen("the config ([web] or [telegram] listen)", str(error.filename), error)
        )
        return EXIT_BAD_INPUT
    return 0


def _stop(stop: asyncio.Event, number: int) -> None:
    log.info("stopping", signal=signal.Signals(number).name)
    stop.set()
    loop = asyncio.get_running_loop()
    loop.remove_signal_handler(number)  # the next one is the system's own: it ends the process

"""The operator's own means of calling somebody, when nobody on the network answers: a command, or a webhook.

Either is given the words and says whether it did it. What it printed or answered stays unread: it may hold secrets.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import aiohttp

from bot.config import Config
from bot.config.environment import PREFIX
from handlers.content import AlarmWords

RUN_FOR = 30.0  # seconds of real time that a command is given
ANSWER_WITHIN = 15.0  # likewise a webhook
DIE_WITHIN = 2.0  # likewise a killed command: one that runs as somebody else may not be ours to kill


class NotTold(Exception):
    """It was not done; the message says why in a word or two, none of them the program's or the server's."""


class Means(Protocol):
    """A way to call somebody."""

    async def ring(self, words: AlarmWords) -> None:
        """Do it; raises NotTold."""


def means_of(config: Config) -> Means | None:
    """What `[alarm]` names."""
    alarm = config.alarm
    if alarm is None:
        return None
    return Command(alarm.command) if alarm.command is not None else Webhook(alarm.webhook or "")


def missing_program(config: Config) -> str | None:
    """The program that `alarm.command` names, if it is not there or may not be run."""
    if config.alarm is None or config.alarm.command is None:
        return None
    program = config.alarm.command[0].format(area="", text="", item="")
    return program if shutil.which(program) is None else None


@dataclass(frozen=True)
class Command:
    """A program and its arguments. No shell reads them: whatever the words hold, an argument stays one argument."""

    command: Sequence[str]
    seconds: float = RUN_FOR

    async def ring(self, words: AlarmWords) -> None:
        """Run it; exit code 0 is told. One that takes too long is killed with its children."""
        process = await self._start(words)
        try:
            async with asyncio.timeout(self.seconds):
                code = await process.wait()
        except TimeoutError:
            raise NotTold(f"not done within {self.seconds:g} s") from None
        finally:
            if process.returncode is None:
                await _kill(process)
        if code != 0:
            raise NotTold(f"exit code {code}" if code > 0 else f"ended by signal {-code}")

    async def _start(self, words: AlarmWords) -> Process:
        blanks = {"area": words.area, "text": words.text, "item": words.item}
        ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}  # not the bot's token
        try:
            # UTF-8 whatever the locale of the service; a session of its own, so that its children can be killed with it
            arguments = [word.format(**blanks).encode("utf-8", "surrogateescape") for word in self.command]
            return await asyncio.create_subprocess_exec(
                *arguments, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=ours, start_new_session=True
            )
        except (OSError, ValueError) as error:
            raise NotTold(type(error).__name__) from None


@dataclass(frozen=True)
class Webhook:
    """An address that takes the words as JSON."""

    url: str
    seconds: float = ANSWER_WITHIN

    async def ring(self, words: AlarmWords) -> None:
        """POST them; 2xx is told. A redirection is not followed: it may end where nobody is called."""
        timeout = aiohttp.ClientTimeout(total=self.seconds)
        try:
            async with (
                aiohttp.ClientSession(trust_env=True, timeout=timeout) as session,
                session.post(self.url, json=asdict(words), allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, OSError, ValueError) as error:  # a timeout is an OSError too
            raise NotTold(type(error).__name__) from None
        if not 200 <= status < 300:
            raise NotTold(f"HTTP {status}")


async def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DIE_WITHIN):
            await process.wait()

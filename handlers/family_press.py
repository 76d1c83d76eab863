"""Buttons a relative presses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.turn import Turn

Act = Callable[[Press, Spoken, Incoming, Turn, str], Awaitable[Answer]]  # the last: the presser's language

ACTS: Mapping[Button, Act] = {}

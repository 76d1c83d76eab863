"""What a method is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.params import Params
    from bot.sandbox.world import World

Method = Callable[["World", "Params"], Any | Awaitable[Any]]
"""Takes the world and the parameters, returns the `result` of the answer or raises ApiError; may be a coroutine."""

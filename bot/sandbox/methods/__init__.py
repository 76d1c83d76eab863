"""The Bot API's methods by name, one module a family; each takes the world and the call's parameters."""

from __future__ import annotations

from bot.sandbox.methods import chats, editing, profile, reading, sending
from bot.sandbox.methods.registry import Method

METHODS: dict[str, Method] = {
    name.lower(): method
    for family in (reading, sending, editing, chats, profile)
    for name, method in family.METHODS.items()
}
"""Every method this server has, by its lower-case name (Telegram does not mind the case)."""

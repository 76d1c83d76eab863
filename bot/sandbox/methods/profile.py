"""Who the bot is and what its menus say: getMe, commands by scope and language, descriptions."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.registry import Method
from bot.sandbox.params import Params, whole_number
from bot.sandbox.records import Json
from bot.sandbox.world import World

_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def get_me(world: World, params: Params) -> Json:  # noqa: ARG001  it takes none
    """The bot itself."""
    return world.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(world: World, params: Params) -> tuple[str, str]:
    scope = params.object("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if _SCOPES[kind]:
        world.chat_for_bot(scope.get("chat_id"), write=False)
    named = {name: whole_number(scope.get(name)) for name in _SCOPES[kind]}
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return json.dumps({"type": kind, **named}, sort_keys=True), language


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = str(given.get("command", "")).removeprefix("/"), str(given.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def set_my_commands(world: World, params: Params) -> bool:
    """The menu of one scope in one language."""
    commands = [_command(given) for given in params.array("commands") or []]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(world, params)] = commands
    world.record("commands")
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """What was set for exactly this scope and language."""
    return world.commands.get(_scope(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """The scope falls back to the next wider one."""
    world.commands.pop(_scope(world, params), None)
    world.record("commands")
    return True


_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def _setter(field: str) -> Method:
    def set_field(world: World, params: Params) -> bool:
        value = params.text(field)
        if len(value) > _LIMITS[field]:
            raise bad_request(f"the bot {field.replace('_', ' ')} is too long")
        world.profile[f"{field}:{params.text('language_code')}"] = value
        return True

    return set_field


def _getter(field: str) -> Method:
    def get_field(world: World, params: Params) -> Json:
        fallback = world.profile.get(f"{field}:", world.bot.first_name if field == "name" else "")
        return {field: world.profile.get(f"{field}:{params.text('language_code')}", fallback)}

    return get_field


def set_chat_menu_button(world: World, params: Params) -> bool:
    """The button beside the input field."""
    world.profile["menu_button"] = params.object("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:  # noqa: ARG001  one for all chats here
    """The button beside the input field, `commands` unless set."""
    button: Json = world.profile.get("menu_button", {"type": "commands"})
    return button


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}

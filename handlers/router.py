"""Which handler an update goes to. It reads like a menu."""

from __future__ import annotations

from dataclasses import replace

from handlers import group_commands, start
from handlers.content import After
from handlers.group import on_group
from handlers.incoming import Incoming
from handlers.our_standing import on_standing
from handlers.press import on_press
from handlers.report import on_private, on_private_edit
from handlers.tell import say_back
from handlers.turn import Turn

_IN_PRIVATE = {**group_commands.PRIVATE, **start.COMMANDS}
_WORDS = {**group_commands.WORDS, **start.WORDS}


async def handle(incoming: Incoming, turn: Turn) -> After:
    """Deal with one update inside its transaction; what is left to do after the commit is handed back."""
    incoming = await _as_it_is_known_now(incoming, turn)
    update = incoming.update
    if update.callback_query is not None:
        return await on_press(incoming, turn)
    if update.message is not None and incoming.private:
        await _private(incoming, turn)
    elif update.edited_message is not None and incoming.private:
        await on_private_edit(incoming, turn)
    elif update.message is not None:
        await _group(incoming, turn)
    elif update.my_chat_member is not None:
        await on_standing(incoming, turn)
    return After()  # other people's comings and goings, and channel posts, are none of our business


async def _as_it_is_known_now(incoming: Incoming, turn: Turn) -> Incoming:
    """What still comes from the old id of an upgraded group counts as said in the new one."""
    if incoming.private or incoming.chat is None:
        return incoming
    chat = await turn.uow.bindings.now_known_as(incoming.chat)
    return incoming if chat == incoming.chat else replace(incoming, chat=chat, moved=True)


async def _private(incoming: Incoming, turn: Turn) -> None:
    command, payload = _command(incoming)
    if command is None:
        await on_private(incoming, turn)
    else:
        await command(incoming, turn, payload)


async def _group(incoming: Incoming, turn: Turn) -> None:
    text = (incoming.update.message and incoming.update.message.text) or ""
    head, *rest = text.split(maxsplit=1) if text.startswith("/") else [""]
    name, _, addressee = head[1:].casefold().partition("@")
    ours = addressee in ("", turn.bot_username.casefold())
    if not name:
        await on_group(incoming, turn)
    elif ours and name in group_commands.COMMANDS:
        await group_commands.on_group_command(name, incoming, turn, rest[0].strip() if rest else "")
    elif ours and (addressee or name in start.COMMANDS):
        await say_back(turn, incoming, "group.command_here")


def _command(incoming: Incoming) -> tuple[start.Command | None, str]:
    """The command a private message is, and what follows it; plain words of ours count too."""
    text = ((incoming.update.message and incoming.update.message.text) or "").strip()
    if text.startswith("/"):
        head, _, payload = text.partition(" ")
        name = head[1:].partition("@")[0].casefold()
        return _IN_PRIVATE.get(name, start.on_unknown), payload.strip()
    return _WORDS.get(text), ""

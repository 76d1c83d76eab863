"""Which handler an update goes to. It reads like a menu."""

from __future__ import annotations

from handlers import start
from handlers.content import After
from handlers.group import on_group, on_standing
from handlers.incoming import Incoming
from handlers.press import on_press
from handlers.report import on_private, on_private_edit
from handlers.tell import say_back
from handlers.turn import Turn


async def handle(incoming: Incoming, turn: Turn) -> After:
    """Deal with one update inside its transaction; what is left to do after the commit is handed back."""
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


async def _private(incoming: Incoming, turn: Turn) -> None:
    command, payload = _command(incoming)
    if command is None:
        await on_private(incoming, turn)
    else:
        await command(incoming, turn, payload)


async def _group(incoming: Incoming, turn: Turn) -> None:
    text = (incoming.update.message and incoming.update.message.text) or ""
    name, _, addressee = text.split()[0].partition("@") if text.startswith("/") else ("", "", "")
    if not name:
        await on_group(incoming, turn)
    elif addressee.casefold() == turn.bot_username.casefold() or (not addressee and name[1:] in start.COMMANDS):
        await say_back(turn, incoming, "group.command_here")


def _command(incoming: Incoming) -> tuple[start.Command | None, str]:
    """The command a private message is, and what follows it; plain words of ours count too."""
    text = ((incoming.update.message and incoming.update.message.text) or "").strip()
    if text.startswith("/"):
        head, _, payload = text.partition(" ")
        name = head[1:].partition("@")[0].casefold()
        return start.COMMANDS.get(name, start.on_unknown), payload.strip()
    return start.WORDS.get(text), ""

"""Which handler an update goes to. It reads like a menu."""

from __future__ import annotations

from dataclasses import replace

from handlers import elder_commands, group_commands, start
from handlers.content import After
from handlers.elder import on_elder, on_elder_edit
from handlers.elder_signs import SignOfLife, by_message
from handlers.group import on_group
from handlers.incoming import Incoming
from handlers.our_standing import on_standing
from handlers.press import on_press
from handlers.private_words import WORDS
from handlers.report import on_private, on_private_edit
from handlers.tell import say_back
from handlers.turn import Turn

_IN_PRIVATE = {**group_commands.PRIVATE, **elder_commands.COMMANDS, **start.COMMANDS}


async def handle(incoming: Incoming, turn: Turn) -> After:
    """Deal with one update inside its transaction; what is left to do after the commit is handed back."""
    incoming = await _as_it_is_known_now(incoming, turn)
    update = incoming.update
    if update.callback_query is not None:
        return await on_press(incoming, turn)
    sign = await by_message(incoming, turn)  # an elder's: it counts whatever else it is
    if update.message is not None and incoming.private:
        await _private(incoming, turn, sign)
    elif update.edited_message is not None and incoming.private:
        await _private_edit(incoming, turn)
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


async def _private(incoming: Incoming, turn: Turn, sign: SignOfLife | None) -> None:
    command, payload = _command(incoming)
    text = (incoming.update.message and incoming.update.message.text) or ""
    if sign is not None and not text.startswith("/"):
        await on_elder(incoming, turn, sign)
    elif command is None:
        await on_private(incoming, turn)
    else:
        await command(incoming, turn, payload)


async def _private_edit(incoming: Incoming, turn: Turn) -> None:
    elder = await turn.uow.elders.find(turn.actor.id) if turn.actor.is_elder else None
    if elder is None:
        await on_private_edit(incoming, turn)
    else:
        await on_elder_edit(incoming, turn, elder)


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
    return WORDS.get(text), ""

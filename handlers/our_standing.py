"""What becomes of a chat when our own standing in it changes: let in, put out, made an admin or not."""

from __future__ import annotations

import structlog
from telegram import ChatMember, ChatMemberRestricted

from care.services import groups
from care.services.ports import Address
from handlers.incoming import Incoming
from handlers.turn import Turn

log = structlog.get_logger(__name__)

_GROUPS = ("group", "supergroup")
_ADMIN = ("administrator", "creator")


async def on_standing(incoming: Incoming, turn: Turn) -> None:
    """Our own standing in a chat has changed: what could not be shown is tried again, or goes to who can be reached.

    Somebody who takes his block back sees what he missed; a group that put us out is stood in for at once.
    """
    change = incoming.update.my_chat_member
    chat = incoming.chat
    if change is None or chat is None:
        return
    before, after = change.old_chat_member, change.new_chat_member
    log.info("chat.standing", chat=chat, status=after.status)
    if not _is_in(after):
        if not incoming.moved:  # the old id of an upgraded group is left by everybody
            await _put_out(turn, chat)
        return
    await turn.uow.cards.revive(chat)
    if change.chat.type not in _GROUPS:
        return
    if not _is_in(before):
        await groups.let_in(turn.uow, chat, turn.now, turn.rules)
    if after.status in _ADMIN:
        await groups.became_admin(turn.uow, chat, turn.now)
    elif await turn.uow.bindings.of_chat(chat):
        await groups.warn_no_admin(turn.uow, Address(chat), turn.now)


async def _put_out(turn: Turn, chat: int) -> None:
    await groups.put_out(turn.uow, chat, turn.now, turn.rules)
    for card in await turn.uow.cards.in_chat(chat):
        if (await turn.uow.items.get(card.item)).live:
            await turn.uow.cards.touch(card.item, [card.face])  # that it fails there calls others


def _is_in(member: ChatMember) -> bool:
    """Whether that standing is one inside the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in ("left", "kicked")

"""Who learns of what: privacy mode, service messages, and what a pressed button shows the bot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox.records import Chat, Json, Message

if TYPE_CHECKING:
    from bot.sandbox.world import World

ALWAYS_TOLD = ("pinned_message", "new_chat_title", "left_chat_member")
"""Service messages of a bot's own doing that it is told of all the same."""


def bot_hears(world: World, message: Message) -> bool:
    """Does Telegram send this message to the bot.

    Not its own (but some service messages); all of a private chat unless it is blocked; in a group all for an
    administrator or with privacy mode off, else service messages, commands, mentions and replies to itself.
    """
    if message.sender is world.bot:
        return any(key in message.content for key in ALWAYS_TOLD)
    chat = message.chat
    if chat.is_private:
        return True
    me = chat.member(world.bot.id)
    if me is None:
        gone: Json = message.content.get("left_chat_member", {})
        return gone.get("id") == world.bot.id
    if message.kind == "service" or me.is_admin or not world.privacy_mode:
        return True
    return _meant_for_bot(world, message)


def _meant_for_bot(world: World, message: Message) -> bool:
    if message.reply_to is not None and message.reply_to.sender is world.bot:
        return True
    name = (world.bot.username or "").lower()
    words = message.text.lower()
    command = re.match(r"/[a-z0-9_]{1,64}(?:@(\w+))?(?!\w)", words)
    if command:
        return command.group(1) in (None, name)
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", words) is not None


def addressed(message: Message, person: int) -> bool:
    """Is a `selective` keyboard meant for this person: mentioned, or the one replied to."""
    if message.reply_to is not None and message.reply_to.sender.id == person:
        return True
    entities = message.content.get("entities", []) + message.content.get("caption_entities", [])
    return any(entity.get("user", {}).get("id") == person for entity in entities)


def pressed_message(chat: Chat, message_id: int) -> Json:
    """The `message` of a callback query: whole, or inaccessible if it is gone or of before the group's upgrade."""
    found = chat.live(message_id)
    if found is not None and chat.migrated_to is None:
        return found.to_json()
    return {"message_id": message_id, "chat": chat.to_json(), "date": 0}

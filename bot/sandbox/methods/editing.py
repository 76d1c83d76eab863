"""edit*, delete*, answers to presses, reactions, pins: what changes messages that are there."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.sandbox.errors import bad_request
from bot.sandbox.markup import check_markup
from bot.sandbox.methods.registry import Method
from bot.sandbox.methods.sending import body_caption, body_text, input_media
from bot.sandbox.params import Params, whole_number
from bot.sandbox.records import Chat, Json, Message
from bot.sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
DELETABLE_FOR = timedelta(hours=48)
_CAPTIONED = ("photo", "video", "voice", "document", "animation", "audio")
_REPLACEABLE = ("photo", "video", "document", "animation", "audio")


def _editable(world: World, params: Params) -> Message:
    """The message to edit: there, the bot's own, and without a reply keyboard (whose keys hang on its content)."""
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.chat_for_bot(params.get("chat_id"))
    message_id = params.integer_required("message_id", "message identifier is not specified")
    found = chat.live(message_id)
    if found is None:
        raise bad_request("message to edit not found")
    other_keyboard = found.markup is not None and "inline_keyboard" not in found.markup
    if found.sender is not world.bot or found.kind == "service" or found.forward_origin or other_keyboard:
        raise bad_request("message can't be edited")
    return found


def _markup(message: Message, params: Params) -> Json | None:
    return check_markup(params.get("reply_markup"), private=message.chat.is_private, inline_only=True)


def _apply(world: World, message: Message, content: Json, markup: Json | None, kind: str | None = None) -> Json:
    """Edit and count it, unless nothing would change."""
    resolved = world.resolve_mentions(content)
    if resolved == message.content and markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    world.limits.reach(message.chat.id, world.clock.now())
    world.edit(message, content=content, markup=markup, kind=kind or message.kind)
    return message.to_json()


def edit_message_text(world: World, params: Params) -> Json:
    """Other words; a keyboard that is not sent again is gone."""
    message, content = _editable(world, params), body_text(params)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _apply(world, message, content, _markup(message, params))


def edit_message_caption(world: World, params: Params) -> Json:
    """Another caption under the same media."""
    message, caption = _editable(world, params), body_caption(params)
    if message.kind not in _CAPTIONED:
        raise bad_request("there is no caption in the message to edit")
    return _apply(world, message, {message.kind: message.content[message.kind]} | caption, _markup(message, params))


def edit_message_media(world: World, params: Params) -> Json:
    """Another picture (or file) with its own caption; in an album only of the same sort."""
    message = _editable(world, params)
    kind, content = input_media(world, params.object("media"), params.uploads)
    if message.kind not in _REPLACEABLE:
        raise bad_request("there is no media in the message to edit")
    visual = ("photo", "video")
    if message.album and kind != message.kind and not (kind in visual and message.kind in visual):
        raise bad_request("can't use media of the specified type in the album")
    return _apply(world, message, content, _markup(message, params), kind)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Other inline buttons, or none."""
    message = _editable(world, params)
    return _apply(world, message, message.content, _markup(message, params))


def _deletable(world: World, message: Message) -> None:
    """Raise unless the bot may delete it: its own, or anybody's where it is an admin; in any case younger than 48 h."""
    me = message.chat.member(world.bot.id)
    admin = me is not None and me.may("can_delete_messages")
    if message.sender is not world.bot and not message.chat.is_private and not admin:
        raise bad_request("message can't be deleted")
    if world.clock.now() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")


def delete_message(world: World, params: Params) -> bool:
    """Take one message away."""
    chat = world.chat_for_bot(params.get("chat_id"))
    message_id = params.integer_required("message_id", "message identifier is not specified")
    found = chat.live(message_id)
    if found is None:
        raise bad_request("message to delete not found")
    _deletable(world, found)
    world.delete(found)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Take up to 100 away; those that are not there are skipped."""
    chat = world.chat_for_bot(params.get("chat_id"))
    ids = params.array("message_ids") or []
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    found = [message for number in ids if (message := chat.live(whole_number(number))) is not None]
    for message in found:
        _deletable(world, message)
    for message in found:
        world.delete(message)
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """Stop the presser's spinner: with a toast, an alert or a link, or just so. Once, and in time."""
    query = world.queries.get(params.text("callback_query_id"))
    now = world.clock.now()
    if query is None or not query.spinning or now - query.at > world.callback_answer_within:
        raise bad_request(TOO_OLD)
    text, url = params.text("text"), params.text("url")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    own_link = rf"(?:https?://)?t\.me/{re.escape(world.bot.username or '')}\?start=[A-Za-z0-9_-]{{1,64}}"
    if url and not re.fullmatch(own_link, url, re.IGNORECASE):
        raise bad_request("URL_INVALID")
    answer: Json = {"text": text, "show_alert": params.flag("show_alert")} | ({"url": url} if url else {})
    world.answer(query, answer)
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """The bot's one emoji on a message, or none."""
    chat = world.chat_for_bot(params.get("chat_id"))
    found = chat.live(params.integer("message_id"))
    if found is None:
        raise bad_request("message to react not found")
    reactions = params.array("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if not isinstance(reaction, dict) or reaction.get("type") != "emoji" or reaction.get("emoji") not in EMOJI:
            raise bad_request("REACTION_INVALID")
    world.react(found, world.bot, reactions)
    return True


EMOJI = frozenset(
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓"
    "🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
) | {"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷\u200d♀"}
"""The emoji a bot may react with."""


def _pinnable(world: World, params: Params) -> Chat:
    chat = world.chat_for_bot(params.get("chat_id"))
    me = chat.member(world.bot.id)
    if not chat.is_private and not (me and me.may("can_pin_messages")):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message; the chat is told by a service message."""
    chat = _pinnable(world, params)
    found = chat.live(params.integer("message_id"))
    if found is None or found.kind == "service":
        raise bad_request("message to pin not found")
    if found.id not in chat.pinned:
        chat.pinned.append(found.id)
        world.record("pin", chat, found.id)
        content = {"pinned_message": found.to_json(with_reply=False)}
        world.post(chat, world.bot, "service", content, silent=params.flag("disable_notification"))
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """Take the named pin off, or the latest."""
    chat = _pinnable(world, params)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    world.record("pin", chat, message_id)
    return True


METHODS: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
}

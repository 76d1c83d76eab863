"""Chats as the page shows them: a message as a bubble, the keys of a phone, what an event changes of them. As JSON."""

from __future__ import annotations

from collections.abc import Iterable

from bot.demo.town import Desk, Town
from bot.sandbox.journal import Event
from bot.sandbox.records import Json, Message, User
from bot.sandbox.world import World

SHOWN_KINDS = ("message", "edit", "delete", "reaction", "pin")
"""Events that change what stands in a chat."""


def desks_of(town: Town, chat: int | None = None) -> list[Desk]:
    """Every place at which somebody reads and writes; of one chat, if that is named."""
    desks = [desk for pane in town.panes for desk in pane.desks]
    return desks if chat is None else [desk for desk in desks if desk.chat == chat]


def message_change(town: Town, event: Event) -> Json | None:
    """What an event of SHOWN_KINDS changes in its chat, as the world is now; None where no pane shows that chat."""
    desks = desks_of(town, event.chat_id) if event.chat_id is not None else []
    if not desks or event.chat_id is None:
        return None
    chat, world = event.chat_id, town.world
    found = world.chats[chat].live(event.message_id or 0)
    keyboards = keyboards_view(desks)
    if found is None:
        return {"type": "delete", "chat": chat, "id": event.message_id, "keyboards": keyboards}
    rings = event.kind == "message" and not found.silent
    return {"type": "message", "message": message_view(world, found), "keyboards": keyboards, "rings": rings}


def message_view(world: World, message: Message) -> Json:
    """One message as its readers see it."""
    content = message.content
    by_chat = message.sender_chat
    view: Json = {
        "id": message.id,
        "chat": message.chat.id,
        "date": message.date.isoformat(),
        "from": person_view(message.sender)
        if by_chat is None
        else {"id": by_chat.id, "name": by_chat.title, "bot": False},
        "kind": message.kind,
        "text": message.text,
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "buttons": [[_button(key) for key in row] for row in message.inline_keyboard],
        "replyTo": message.reply_to.id if message.reply_to is not None else None,
        "album": message.album,
        "edited": message.edit_date is not None,
        "silent": message.silent,
        "pinned": message.id in message.chat.pinned,
        "reactions": [entry["reaction"].get("emoji", "") for entry in message.reactions],
    }
    return view | _media(world, message) | _asks_reply(message)


def keyboards_view(desks: Iterable[Desk]) -> Json:
    """The reply keyboard of each desk, by `chat:person`; None where none is shown."""
    return {f"{desk.chat}:{desk.phone.id}": desk.phone.keyboard(desk.chat) for desk in desks}


def person_view(user: User) -> Json:
    """Somebody, or the bot."""
    return {"id": user.id, "name": user.name, "bot": user.is_bot, "username": user.username}


def _button(key: Json) -> Json:
    return {"text": key["text"], "data": key.get("callback_data"), "url": key.get("url"), "style": key.get("style")}


def _media(world: World, message: Message) -> Json:
    """The file, place or event that a message holds."""
    content = message.content
    if message.kind == "photo":
        return {"photo": [_size(world, size) for size in content["photo"]]}
    if message.kind in ("location", "venue"):
        place = content["location"]
        title = content.get("venue", {}).get("title")
        return {"place": {"latitude": place["latitude"], "longitude": place["longitude"], "title": title}}
    if message.kind == "sticker":
        return {"emoji": content["sticker"].get("emoji", "")}
    if message.kind == "contact":
        return {"contact": content["contact"]}
    if message.kind == "service":
        return {"service": {name: _named(value) for name, value in content.items()}}
    if message.kind != "text":
        file = content.get(message.kind) or {}
        told = {name: file.get(name) for name in ("file_name", "duration", "file_size")}
        return {"file": told | ({"url": _url(world, file["file_id"])} if message.kind == "voice" else {})}
    return {}


def _size(world: World, size: Json) -> Json:
    return {"url": _url(world, size["file_id"]), "width": size["width"], "height": size["height"]}


def _url(world: World, file_id: str) -> str:
    """Where the page gets a file: another content is another address, as browsers keep what they have seen."""
    stored = world.files.get(file_id)
    return f"/file/{stored.path}?{stored.unique_id}" if stored is not None else ""


def _named(value: object) -> object:
    """Who or what a service message names."""
    if isinstance(value, list):
        return [_named(one) for one in value]
    if isinstance(value, dict):
        return value.get("first_name") or value.get("name") or value.get("text") or ""
    return value


def _asks_reply(message: Message) -> Json:
    return {"asksReply": True} if (message.markup or {}).get("force_reply") else {}

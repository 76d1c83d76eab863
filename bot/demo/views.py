"""What the page is told: messages, keyboards, chats and people as JSON, from the world as it is now."""

from __future__ import annotations

from collections.abc import Iterable

from bot.clock import ScaledClock
from bot.demo import samples
from bot.demo.board import Showing
from bot.demo.player import Player
from bot.demo.timekeeper import Leap
from bot.demo.town import Desk, Town, town_map
from bot.sandbox.journal import Event
from bot.sandbox.records import Chat, Json, Message, User
from bot.sandbox.world import World

SPEEDS = (1, 10, 60, 600)
"""Clock seconds per wall second that the page offers; anything from the slowest to the fastest is accepted."""
SLOWEST, FASTEST = SPEEDS[0], SPEEDS[-1]


def state_view(showing: Showing, player: Player, *, zone: str) -> Json:
    """Everything the panes show, with `at` naming the last event that is in it."""
    town, world = showing.town, showing.town.world
    desks = [desk for pane in town.panes for desk in pane.desks]
    chats = {desk.chat: world.chats[desk.chat] for desk in desks}
    people = [world.bot, *{desk.phone.id: desk.phone.user for desk in desks}.values()]
    return {
        "at": f"{showing.run}-{world.version}",
        "clock": clock_view(showing.clock) | {"zone": zone},
        "day": player.view() | {"scenes": player.timeline()},
        "bot": world.bot.id,
        "people": [_person(user) for user in people],
        "panes": [
            {"id": pane.id, "desks": [{"person": desk.phone.id, "chat": desk.chat} for desk in pane.desks]}
            for pane in town.panes
        ],
        "chats": [_chat(chat) for chat in chats.values()],
        "messages": [message_view(world, message) for chat in chats.values() for message in chat.history()],
        "keyboards": keyboards_view(desks),
        "samples": list(samples.names()),
        "map": town_map(),
    }


def clock_view(clock: ScaledClock) -> Json:
    """The demo's clock: what it shows, how many of its seconds pass in one of ours, whether a leap holds it now."""
    return {"now": clock.now().isoformat(), "speed": clock.speed, "stands": clock.stands, "speeds": list(SPEEDS)}


def leap_view(leap: Leap) -> Json:
    """What a leap has done; `at` None: the bot waits for people only, and the clock goes on as before."""
    at = leap.at.isoformat() if leap.at is not None else None
    return {"since": leap.since.isoformat(), "at": at, "chats": list(leap.chats)}


def change_view(showing: Showing, player: Player, event: Event) -> Json | None:
    """What an event changes on the page, as things are now; None where it changes nothing there.

    A message is told as it is by now, not as it was then: so a page that comes back late is told the truth, and being
    told twice does no harm.
    """
    if event.kind == "clock":
        leap = event.details.get("leap")
        return {"type": "clock", "leap": leap and leap_view(leap)} | clock_view(showing.clock)
    if event.kind == "day":
        return {"type": "day"} | player.view()
    if event.kind == "hand":
        return {"type": "hand", "chat": event.details["where"]} | event.details
    if event.kind in ("member", "chat"):
        return {"type": "reload"}
    desks = [desk for pane in showing.town.panes for desk in pane.desks if desk.chat == event.chat_id]
    if not desks or event.chat_id is None:
        return None
    if event.kind in ("message", "edit", "delete", "reaction", "pin"):
        return _message_change(showing.town, desks, event.chat_id, event)
    if event.kind in ("press", "answer"):
        about = {"chat": event.chat_id, "message": event.message_id, "person": event.details["user"]}
        played = event.details["query"] in player.pressed  # to be seen on every page, as nobody pressed it on his own
        told = {name: event.details.get(name) for name in _TOLD[event.kind]}
        return {"type": event.kind, **about, **told, "played": played}
    return {"type": "typing", "chat": event.chat_id} if event.kind == "action" else None


def _message_change(town: Town, desks: list[Desk], chat: int, event: Event) -> Json:
    world = town.world
    found = world.chats[chat].live(event.message_id or 0)
    keyboards = keyboards_view(desks)
    if found is None:
        return {"type": "delete", "chat": chat, "id": event.message_id, "keyboards": keyboards}
    rings = event.kind == "message" and not found.silent
    return {"type": "message", "message": message_view(world, found), "keyboards": keyboards, "rings": rings}


_TOLD = {"press": ("query", "data"), "answer": ("query", "text", "show_alert", "url")}


def message_view(world: World, message: Message) -> Json:
    """One message as its readers see it."""
    content = message.content
    by_chat = message.sender_chat
    view: Json = {
        "id": message.id,
        "chat": message.chat.id,
        "date": message.date.isoformat(),
        "from": _person(message.sender) if by_chat is None else {"id": by_chat.id, "name": by_chat.title, "bot": False},
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


def _person(user: User) -> Json:
    return {"id": user.id, "name": user.name, "bot": user.is_bot, "username": user.username}


def _chat(chat: Chat) -> Json:
    people = [member.user.name for member in chat.present() if not member.user.is_bot]
    return {"id": chat.id, "title": chat.title, "private": chat.is_private, "members": people}


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

"""What a person sends: words, pictures, places. The part of a phone that writes into chats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, overload

from bot.sandbox import entities
from bot.sandbox.records import Chat, Json, Message, User, unix
from bot.sandbox.views import MessageView, PhoneError, view_of

if TYPE_CHECKING:
    from bot.sandbox.groups import Group
    from bot.sandbox.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


class Outgoing:
    """Sends as one person. `chat` is a Group, an id, or None for the private chat with the bot.

    `reply_to` is a message view or id; `thread` the id of a forum's topic.
    """

    def __init__(self, world: World, user: User, *, known_to_bot: bool = True) -> None:
        self.world = world
        self.user = user
        self.known_to_bot = known_to_bot
        self.started = False
        self.blocked = False

    @property
    def id(self) -> int:
        """The Telegram user id."""
        return self.user.id

    def chat(self, chat: Group | Chat | int | None = None) -> Chat:
        """The chat, if he is in it; PhoneError if not."""
        found = self._any_chat(chat)
        if found.is_private and found.id != self.id:
            raise PhoneError(f"{self.user.name} cannot look into somebody else's private chat")
        if not found.is_private and found.member(self.id) is None:
            raise PhoneError(f"{self.user.name} is not in {found.title!r}")
        return found

    def _any_chat(self, chat: Group | Chat | int | None) -> Chat:
        if chat is None:
            return self.world.chats[self.id]
        found = chat if isinstance(chat, Chat) else self.world.chats[chat if isinstance(chat, int) else chat.id]
        return found.migrated_to or found

    def _message(self, message: MessageView | int, chat: Group | Chat | int | None = None) -> Message | None:
        if isinstance(message, int):
            return self.chat(chat).live(message)
        self.chat(message.chat_id)  # a look into a chat he is not in is refused
        return self.world.chats[message.chat_id].live(message.id)

    # --- sending -----------------------------------------------------------------------------------------------------

    def _send(
        self,
        kind: str,
        content: Json,
        chat: Group | Chat | int | None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
        **extra: Any,
    ) -> MessageView:
        into = self.chat(chat)
        if into.is_private:
            if self.blocked:
                raise PhoneError(f"{self.user.name} has blocked the bot and must unblock it first")
            self.started = self.known_to_bot = True
        answered = self._message(reply_to, chat) if reply_to is not None else None
        if reply_to is not None and answered is None:
            raise PhoneError(f"the message {self.user.name} replies to is not there any more")
        if answered is not None and answered.in_topic:
            thread = answered.thread_id
        if thread is not None and (thread not in into.topics or into.topics[thread].closed):
            raise PhoneError(f"{into.title!r} has no open topic {thread}")
        message = self.world.post(into, self.user, kind, content, reply_to=answered, thread=thread, **extra)
        return view_of(self.world, message)

    def send_text(
        self,
        text: str,
        chat: Group | Chat | int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Type and send; a text over 4,096 goes out in parts, as the app does, and the last part is returned."""
        words, marked = entities.from_person(text)
        if not words:
            raise PhoneError("the app sends no empty message")
        while len(words) > TEXT_LIMIT:
            self._send("text", {"text": words[:TEXT_LIMIT]}, chat, reply_to, thread)
            words, marked = entities.from_person(words[TEXT_LIMIT:])
        content: Json = {"text": words} | ({"entities": marked} if marked else {})
        return self._send("text", content, chat, reply_to, thread)

    @overload
    def send_photo(
        self,
        photo: bytes,
        caption: str | None = None,
        chat: Group | Chat | int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView: ...

    @overload
    def send_photo(
        self,
        photo: Sequence[bytes],
        caption: str | None = None,
        chat: Group | Chat | int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> list[MessageView]: ...

    def send_photo(
        self,
        photo: bytes | Sequence[bytes],
        caption: str | None = None,
        chat: Group | Chat | int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView | list[MessageView]:
        """Send a picture, or several (2-10) as one album with the caption on the first."""
        if isinstance(photo, bytes):
            content = self.world.files.add_photo(photo).content() | _caption(caption)
            return self._send("photo", content, chat, reply_to, thread)
        if not 2 <= len(photo) <= 10:
            raise PhoneError("an album has 2 to 10 pictures")
        album = self.world.new_album()
        views = []
        for number, picture in enumerate(photo):
            content = self.world.files.add_photo(picture).content() | _caption(None if number else caption)
            views.append(self._send("photo", content, chat, reply_to, thread, album=album))
        return views

    def _send_file(
        self,
        kind: str,
        data: bytes,
        suffix: str,
        fields: Json,
        chat: Group | Chat | int | None,
        *,
        caption: str | None = None,
        size: int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        stored = self.world.files.add(kind, data, suffix=suffix, fields=fields, size=size)
        return self._send(kind, stored.content() | _caption(caption), chat, reply_to, thread)

    def send_video(
        self,
        data: bytes = b"video",
        caption: str | None = None,
        chat: Group | Chat | int | None = None,
        *,
        duration: int = 5,
        size: int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Send a video; `size` (bytes) pretends a large one without having it."""
        fields = {"width": 640, "height": 360, "duration": duration, "mime_type": "video/mp4"}
        return self._send_file(
            "video", data, ".mp4", fields, chat, caption=caption, size=size, reply_to=reply_to, thread=thread
        )

    def send_voice(
        self,
        data: bytes = b"voice",
        chat: Group | Chat | int | None = None,
        *,
        duration: int = 3,
        caption: str | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Send a voice message."""
        fields = {"duration": duration, "mime_type": "audio/ogg"}
        return self._send_file("voice", data, ".oga", fields, chat, caption=caption, reply_to=reply_to, thread=thread)

    def send_document(
        self,
        data: bytes,
        file_name: str = "file.bin",
        caption: str | None = None,
        chat: Group | Chat | int | None = None,
        *,
        mime_type: str = "application/octet-stream",
        size: int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Send a file as it is (a picture sent "without compression" is one too)."""
        fields = {"file_name": file_name, "mime_type": mime_type}
        suffix = "." + file_name.rpartition(".")[2] if "." in file_name else ""
        return self._send_file(
            "document", data, suffix, fields, chat, caption=caption, size=size, reply_to=reply_to, thread=thread
        )

    def send_sticker(
        self,
        emoji: str = "👍",
        chat: Group | Chat | int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Send a sticker that stands for an emoji."""
        fields: Json = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._send_file(
            "sticker", emoji.encode(), ".webp", fields | {"emoji": emoji}, chat, reply_to=reply_to, thread=thread
        )

    def send_location(
        self,
        latitude: float,
        longitude: float,
        live: bool = False,
        chat: Group | Chat | int | None = None,
        *,
        live_period: int = 3600,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Send a place on the map; a live one moves with `move_location`."""
        place: Json = {"latitude": latitude, "longitude": longitude}
        until = None
        if live:
            place |= {"live_period": live_period, "horizontal_accuracy": 15.0}
            until = self.world.clock.now() + timedelta(seconds=live_period)
        return self._send("location", {"location": place}, chat, reply_to, thread, live_until=until)

    def move_location(self, message: MessageView, latitude: float, longitude: float) -> MessageView:
        """His live location has moved: the bot gets an edited message."""
        found = self._own(message)
        if found.live_until is None or self.world.clock.now() >= found.live_until:
            raise PhoneError("only a live location moves, and only while it lives")
        place = found.content["location"] | {"latitude": latitude, "longitude": longitude}
        self.world.edit(found, content=found.content | {"location": place})
        return view_of(self.world, found)

    def send_venue(
        self,
        latitude: float,
        longitude: float,
        title: str,
        address: str = "",
        chat: Group | Chat | int | None = None,
        reply_to: MessageView | int | None = None,
        thread: int | None = None,
    ) -> MessageView:
        """Send a named place."""
        place = {"latitude": latitude, "longitude": longitude}
        content: Json = {"venue": {"location": place, "title": title, "address": address}, "location": place}
        return self._send("venue", content, chat, reply_to, thread)

    def send_contact(
        self, phone_number: str, first_name: str, chat: Group | Chat | int | None = None, user_id: int | None = None
    ) -> MessageView:
        """Send a phone number as a contact card."""
        card: Json = {"phone_number": phone_number, "first_name": first_name}
        return self._send("contact", {"contact": card | ({"user_id": user_id} if user_id else {})}, chat)

    def send_raw(self, kind: str, content: Json, chat: Group | Chat | int | None = None) -> MessageView:
        """Send whatever the Bot API may one day bring: `content` goes to the bot as it is."""
        return self._send(kind, content, chat)

    def forward(self, message: MessageView, chat: Group | Chat | int | None = None) -> MessageView:
        """Forward a message he sees into another chat."""
        found = self._message(message)
        if found is None:
            raise PhoneError("the message to forward is not there any more")
        origin = found.forward_origin or {
            "type": "user",
            "date": unix(found.date),
            "sender_user": found.sender.to_json(),
        }
        return self._send(found.kind, dict(found.content), chat, forward_origin=origin)

    # --- changing what was sent --------------------------------------------------------------------------------------

    def _own(self, message: MessageView) -> Message:
        found = self._message(message)
        if found is None or found.sender is not self.user:
            raise PhoneError(f"message {message.id} is not {self.user.name}'s to change, or is gone")
        return found

    def edit_text(self, message: MessageView, text: str) -> MessageView:
        """Change the words (or the caption) of his own message."""
        found = self._own(message)
        words, marked = entities.from_person(text)
        names = ("text", "entities") if found.kind == "text" else ("caption", "caption_entities")
        rest = {name: value for name, value in found.content.items() if name not in names}
        self.world.edit(found, content=rest | {names[0]: words} | ({names[1]: marked} if marked else {}))
        return view_of(self.world, found)

    def delete_message(self, message: MessageView) -> None:
        """Delete his own message, or as an admin anybody's, for everybody; a bot is never told of that."""
        member = self.chat(message.chat_id).member(self.id)
        found = self._message(message) if member is not None and member.is_admin else self._own(message)
        if found is not None:
            self.world.delete(found)

    def react(self, message: MessageView, emoji: str | None) -> None:
        """Put a reaction on a message, None takes it off; a bot hears of it as an admin who asked to."""
        found = self._message(message)
        if found is None:
            raise PhoneError("the message to react to is not there any more")
        self.world.react(found, self.user, [{"type": "emoji", "emoji": emoji}] if emoji else [])


def _caption(caption: str | None) -> Json:
    words, marked = entities.from_person(caption or "")
    if len(words) > TEXT_LIMIT:  # people with a premium account have long captions; nobody has longer ones
        raise PhoneError("the app takes no caption over 4,096 characters")
    return ({"caption": words} if words else {}) | ({"caption_entities": marked} if words and marked else {})

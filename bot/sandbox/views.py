"""What a person sees on the screen: snapshots of messages, answers to presses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.sandbox.records import Json, Message

if TYPE_CHECKING:
    from bot.sandbox.world import World


class PhoneError(AssertionError):
    """A person tried what his client does not offer: a button that is not there, a chat he is not in."""


class NoAnswer(PhoneError):
    """The bot left a pressed button without an answer; the spinner turned until the person gave up."""


@dataclass(frozen=True)
class CallbackAnswer:
    """What pops up after a press: a toast, an alert, a link that opens; empty text means the spinner just stopped."""

    text: str = ""
    alert: bool = False
    url: str | None = None


@dataclass(frozen=True)
class MessageView:
    """A message as somebody reads it at one moment; look again (`phone.see(view)`) for what became of it."""

    id: int
    chat_id: int
    date: datetime
    sender_id: int
    sender: str
    from_bot: bool
    kind: str
    text: str
    entities: tuple[Json, ...]
    photo: bytes | None
    file_id: str | None
    location: tuple[float, float] | None
    keys: tuple[tuple[Json, ...], ...]
    reply_markup: Json | None
    reply_to: int | None
    thread: int | None
    album: str | None
    edited: bool
    silent: bool
    pinned: bool
    content: Json

    @property
    def buttons(self) -> list[list[str]]:
        """Rows of labels of the inline buttons."""
        return [[key["text"] for key in row] for row in self.keys]

    @property
    def labels(self) -> list[str]:
        """All inline labels in reading order."""
        return [label for row in self.buttons for label in row]

    def button(self, label_or_data: str) -> Json:
        """The inline button with that label (or, failing that, that data); PhoneError if it is not there."""
        flat = [key for row in self.keys for key in row]
        for field in ("text", "callback_data"):
            for key in flat:
                if key.get(field) == label_or_data:
                    return key
        raise PhoneError(f"no button {label_or_data!r} on message {self.id}; it has {self.labels}: {self.text!r}")

    def has_button(self, label: str) -> bool:
        """Is there an inline button with exactly this label."""
        return label in self.labels


def view_of(world: World, message: Message) -> MessageView:
    """The message as it looks now."""
    content = message.content
    sizes = content.get("photo") or []
    media = sizes[-1] if sizes else content.get(message.kind)
    file_id = media.get("file_id") if isinstance(media, dict) else None
    stored = world.files.get(file_id) if file_id else None
    place = content.get("location")
    shown_by_chat = message.sender_chat is not None
    return MessageView(
        id=message.id,
        chat_id=message.chat.id,
        date=message.date,
        sender_id=message.sender.id,
        sender=(message.chat.title or "") if shown_by_chat else message.sender.name,
        from_bot=message.sender is world.bot,
        kind=message.kind,
        text=message.text,
        entities=tuple(content.get("entities") or content.get("caption_entities") or ()),
        photo=stored.data if stored is not None and stored.kind == "photo" else None,
        file_id=file_id,
        location=(place["latitude"], place["longitude"]) if place else None,
        keys=tuple(tuple(row) for row in message.inline_keyboard),
        reply_markup=message.markup,
        reply_to=message.reply_to.id if message.reply_to is not None else None,
        thread=message.thread_id if message.in_topic else None,
        album=message.album,
        edited=message.edit_date is not None,
        silent=message.silent,
        pinned=message.id in message.chat.pinned,
        content=content,
    )

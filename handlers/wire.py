"""How content looks on Telegram's wire: parameters of the Bot API's methods, nothing sent yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.content import Answer, Button, Content, Keyboard, Picture

Params = dict[str, Any]

LONGEST_TOAST = 200  # UTF-16 units

# The method, and the parameter that carries the file, of each kind of picture.
SENDING = {
    "photo": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "voice": ("sendVoice", "voice"),
    "video_note": ("sendVideoNote", "video_note"),
    "audio": ("sendAudio", "audio"),
    "document": ("sendDocument", "document"),
    "animation": ("sendAnimation", "animation"),
}
NO_PREVIEW = {"is_disabled": True}


def inline(rows: Sequence[Sequence[Button]]) -> Params:
    """An inline keyboard; without rows it takes the buttons away."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> Params:
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}


def reply_keyboard(keyboard: Keyboard) -> Params:
    """A reply keyboard; one without rows folds the present one away."""
    if not keyboard.rows:
        return {"remove_keyboard": True}
    rows = [
        [{"text": key.label, "request_location": True} if key.asks_location else {"text": key.label} for key in row]
        for row in keyboard.rows
    ]
    return {
        "keyboard": rows,
        "resize_keyboard": not keyboard.tall,
        "one_time_keyboard": keyboard.once,
        "is_persistent": keyboard.stays,
    }


def markup(content: Content) -> Params | None:
    """The one markup a message can carry: its buttons, else its keyboard."""
    if content.buttons:
        return inline(content.buttons)
    return reply_keyboard(content.keyboard) if content.keyboard is not None else None


def common(chat: int, thread: int | None, content: Content) -> Params:
    """What every new message says besides its text; None values are left out when it is sent."""
    reply = None
    if content.reply_to is not None:
        reply = {"message_id": content.reply_to, "allow_sending_without_reply": True}
    return {
        "chat_id": chat,
        "message_thread_id": thread,
        "disable_notification": True if content.silent else None,
        "protect_content": True if content.protected else None,
        "reply_parameters": reply,
    }


def text(content: Content) -> Params:
    """The words of a text message."""
    return {"text": content.text, "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}


def caption(content: Content) -> Params:
    """The words beside a picture."""
    return {"caption": content.text, "parse_mode": "HTML"} if content.text else {}


def media_group(pictures: Sequence[Picture], content: Content) -> list[Params]:
    """An album's pictures that Telegram has already; the first carries the words."""
    sendable = [picture for picture in pictures if picture.file is not None][:10]
    return [
        {"type": picture.kind, "media": picture.file, **(caption(content) if place == 0 else {})}
        for place, picture in enumerate(sendable)
    ]


def toast(answer: Answer) -> Params:
    """What answers a press."""
    words = answer.text.encode("utf-16-le")[: LONGEST_TOAST * 2].decode("utf-16-le", "ignore")
    return {"text": words or None, "show_alert": True if answer.alert else None, "url": answer.url}

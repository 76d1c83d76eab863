"""What a message is made of, before Telegram: the output of rendering, compared by value in tests."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Button:
    """An inline button: a label and either callback data (at most 64 bytes) or a url."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Key:
    """A key of a reply keyboard; pressing it sends its label, or the phone's location."""

    label: str
    asks_location: bool = False


@dataclass(frozen=True)
class Keyboard:
    """A reply keyboard, row by row. `once`: it folds away after use. `stays`: Telegram's is_persistent.

    `tall`: as high as the phone's own keyboard, so that two rows are two large keys.
    """

    rows: tuple[tuple[Key, ...], ...]
    once: bool = True
    stays: bool = False
    tall: bool = False


@dataclass(frozen=True)
class Picture:
    """What a media message shows.

    `kind` is photo, video, voice, audio, document or animation. One file is re-sent by `file`; several photos are
    composed to one contact sheet from the kept files `hashes` (SHA-256). `key` names this very picture, so that an
    edit uploads it only when it changed.
    """

    kind: str
    key: str
    file: str | None = None
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """One message: HTML text (a caption within 1,024 where there is a picture, else within 4,096) and what hangs on it.

    `album` (2 to 10 pictures) is sent as a media group with the text as the first caption and no buttons.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    keyboard: Keyboard | None = None
    picture: Picture | None = None
    album: tuple[Picture, ...] = ()
    silent: bool = False
    reply_to: int | None = None
    pin: bool = False  # where we may; that nobody sees it pinned is no reason not to send it
    unless_admin: bool = False  # only true, and so only sent, in a group where we are no admin
    protected: bool = False  # Telegram lets nobody pass it on or save it


@dataclass(frozen=True)
class AlarmWords:
    """What the operator's own means are given: plain text, nothing personal. `severity` is the domain's word for it."""

    area: str
    text: str
    item: int
    severity: str


@dataclass(frozen=True)
class Answer:
    """What the presser of a button sees at once: a toast of at most 200 characters, an alert, or a link to open."""

    text: str = ""
    alert: bool = False
    url: str | None = None


@dataclass
class After:
    """What is done, best effort, once the transaction has been committed."""

    press: str | None = None  # the callback query's id
    answer: Answer = field(default_factory=Answer)
    bare: tuple[int, int] | None = None  # (chat, message): an old message to strip of its buttons

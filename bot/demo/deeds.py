"""What somebody does with a phone in a script: said by what is seen on the screen, as a person would find it.

A button is found by its label on the newest message that has one, a message by its words. What is not there raises
NotThere: a script never acts on what nobody could see.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.demo import samples
from bot.demo.neighbours import Neighbour
from bot.sandbox.people import Phone
from bot.sandbox.records import Json
from bot.sandbox.views import MessageView, PhoneError
from bot.sandbox.world import CallbackQuery, World

VOICE_SECONDS = 5


class NotThere(Exception):
    """What is to be pressed or answered is not on the screen."""


@dataclass(frozen=True)
class Deed(ABC):
    """Somebody does something; `chat` None: in his private chat with the bot."""

    who: Neighbour
    chat: int | None = None

    @property
    def sought(self) -> str:
        """The words on the screen that it needs; empty: none."""
        return ""

    def aim(self, world: World) -> Json | None:
        """What the hand is about to touch, as the page finds it; None: nothing that has its place. Raises NotThere."""
        try:
            aimed = self._aim(world.phones[self.who.id])
        except PhoneError as error:
            raise NotThere(str(error)) from error
        return None if aimed is None else {"person": self.who.id, "where": self.chat or self.who.id} | aimed

    async def do(self, world: World) -> CallbackQuery | None:
        """Do it now; the query of a press. Raises NotThere."""
        try:
            return await self._do(world.phones[self.who.id])
        except PhoneError as error:
            raise NotThere(str(error)) from error

    def _aim(self, phone: Phone) -> Json | None:
        del phone
        return None

    @abstractmethod
    async def _do(self, phone: Phone) -> CallbackQuery | None: ...


@dataclass(frozen=True)
class Press(Deed):
    """An inline button whose label contains `label`, on the newest message that has it and contains `on`."""

    label: str = ""
    on: str = ""

    @property
    def sought(self) -> str:
        """The button's label."""
        return self.label

    def _aim(self, phone: Phone) -> Json | None:
        message, label = self._find(phone)
        return {"message": message.id, "data": message.button(label).get("callback_data", "")}

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        message, label = self._find(phone)
        return phone.press_nowait(message, label)

    def _find(self, phone: Phone) -> tuple[MessageView, str]:
        for message in reversed(phone.messages(self.chat)):
            if message.from_bot and self.on in message.text:
                for label in message.labels:
                    if self.label in label:
                        return message, label
        raise NotThere(f"no button {self.label!r} on a message with {self.on!r}")


@dataclass(frozen=True)
class Tap(Deed):
    """A key of the reply keyboard whose label contains `label`."""

    label: str = ""

    @property
    def sought(self) -> str:
        """The key's label."""
        return self.label

    def _aim(self, phone: Phone) -> Json | None:
        return {"key": self._find(phone)}

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        phone.tap_reply_key(self._find(phone), self.chat)
        return None

    def _find(self, phone: Phone) -> str:
        keys = [label for row in phone.reply_keyboard(self.chat) for label in row]
        found = next((label for label in keys if self.label in label), None)
        if found is None:
            raise NotThere(f"no key {self.label!r} among {keys}")
        return found


@dataclass(frozen=True)
class Say(Deed):
    """Words; `to`: a reply to the newest message of the bot with these words."""

    text: str = ""
    to: str = ""

    @property
    def sought(self) -> str:
        """What is replied to."""
        return self.to

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        phone.send_text(self.text, self.chat, _answered(phone, self.chat, self.to))
        return None


@dataclass(frozen=True)
class Photo(Deed):
    """A sample photo; `to` as in `Say`."""

    sample: str = ""
    caption: str = ""
    to: str = ""

    @property
    def sought(self) -> str:
        """What is replied to."""
        return self.to

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        phone.send_photo(samples.sample(self.sample), self.caption, self.chat, _answered(phone, self.chat, self.to))
        return None


@dataclass(frozen=True)
class Voice(Deed):
    """The sample voice message."""

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        phone.send_voice(voice(), self.chat, duration=VOICE_SECONDS)
        return None


@dataclass(frozen=True)
class Sticker(Deed):
    """A sticker that stands for an emoji."""

    emoji: str = "👍"

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        phone.send_sticker(self.emoji, self.chat)
        return None


@dataclass(frozen=True)
class Start(Deed):
    """START, at the first meeting."""

    async def _do(self, phone: Phone) -> CallbackQuery | None:
        phone.start()
        return None


def _answered(phone: Phone, chat: int | None, words: str) -> MessageView | None:
    return phone.find(words, chat) if words else None


@lru_cache(maxsize=1)
def voice() -> bytes:
    """A real voice message, Ogg with Opus, of VOICE_SECONDS: a machine says 我很好，就是不会按这个键。"""
    return (Path(__file__).parent / "a-voice.ogg").read_bytes()

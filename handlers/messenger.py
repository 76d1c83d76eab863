"""The border to Telegram: content in, `SendResult` out. No exception of the network gets past it.

It asks little of the server: a Bot API server that only has the text methods, answers `null`, or dates messages in
milliseconds is enough, because results are read raw and a picture that cannot be sent becomes a text.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
import telegram
from telegram.error import BadRequest, EndPointNotFound, TelegramError

from care.services.ports import Address, Clock, MediaStore
from care.services.results import Outcome, SendResult
from handlers import wire
from handlers.content import Answer, Content, Picture
from handlers.membership import Membership
from handlers.outcomes import (
    LONGEST_ERROR,
    ServerFault,
    outcome_of,
    says_it_is_no_text,
    says_thread_closed,
    says_thread_gone,
)
from handlers.render.blank import blank_picture
from handlers.render.contact_sheet import contact_sheet

log = structlog.get_logger(__name__)

LARGEST_FILE = 20 * 1024 * 1024  # bytes; Telegram's bound for bots


class Line(telegram.Bot):
    """python-telegram-bot's Bot, and any method by its name with its raw result.

    `Bot.do_api_request` does this too, but warns at each call that the method has a typed form; the typed forms do not
    survive a server that answers null.
    """

    async def call(self, method: str, params: wire.Params | None = None, *, read_timeout: float | None = None) -> Any:
        """The raw result; raises TelegramError. Parameters that are None are left out. Seconds of real time."""
        if read_timeout is None:
            return await self._post(method, params)
        return await self._post(method, params, read_timeout=read_timeout)

    def _insert_defaults(self, data: dict[str, object]) -> None:
        """Leave the parameters as they are: plain JSON, in which PTB would look for its own media objects."""


@dataclass(frozen=True)
class Shown:
    """How a message was sent or edited: whether it is a picture now, and which."""

    result: SendResult
    has_photo: bool = False
    media_key: str | None = None


@dataclass(frozen=True)
class TooBig:
    """The file is larger than the network hands out."""


@dataclass(frozen=True)
class Lost:
    """The file did not come; it may come later."""

    error: str


class Messenger:
    """Everything the house does on Telegram."""

    def __init__(self, line: Line, store: MediaStore, clock: Clock, *, local_files: bool = False) -> None:
        self.line = line
        self._store = store
        self._local_files = local_files
        self._warned: set[str] = set()
        self._membership = Membership(self._ask, clock, self._note)

    async def send(self, to: Address, content: Content) -> Shown:
        """A new message. A topic that is gone: to the chat itself; a picture that cannot be sent: as text."""
        shown = await self._send(to, content)
        if to.thread is not None and says_thread_gone(shown.result):
            log.warning("topic.gone", chat=to.chat, thread=to.thread)
            closed = says_thread_closed(shown.result)
            shown = await self._send(Address(to.chat), content)
            gone = not closed and shown.result.outcome is Outcome.SENT
            shown = replace(shown, result=replace(shown.result, topic_gone=gone))
        if content.pin and shown.result.message is not None:
            pin = {"chat_id": to.chat, "message_id": shown.result.message, "disable_notification": True}
            await self._attempt("pinChatMessage", pin)
        return shown

    async def _send(self, to: Address, content: Content) -> Shown:
        if len(content.album) > 1:
            shown = Shown(await self._send_album(to, content))
        elif picture := content.picture or next(iter(content.album), None):
            shown = Shown(await self._send_picture(to, content, picture), True, picture.key)
        else:
            return Shown(await self._send_text(to, content))
        if shown.result.outcome in (Outcome.REJECTED, Outcome.LACKING):
            log.warning("picture.refused", chat=to.chat, error=shown.result.error)
            return Shown(await self._send_text(to, content))
        return shown

    async def _send_text(self, to: Address, content: Content) -> SendResult:
        params = wire.common(to.chat, to.thread, content) | wire.text(content)
        return await self._attempt("sendMessage", params | {"reply_markup": wire.markup(content)})

    async def _send_album(self, to: Address, content: Content) -> SendResult:
        pictures = wire.media_group(content.album, content)
        if len(pictures) < 2:
            return SendResult(outcome=Outcome.REJECTED, error="an album needs two pictures that Telegram has")
        return await self._attempt("sendMediaGroup", wire.common(to.chat, to.thread, content) | {"media": pictures})

    async def _send_picture(self, to: Address, content: Content, picture: Picture) -> SendResult:
        method, field = wire.SENDING.get(picture.kind, wire.SENDING["document"])
        params = wire.common(to.chat, to.thread, content) | wire.caption(content)
        params["reply_markup"] = wire.markup(content)
        refused = SendResult(outcome=Outcome.REJECTED, error="the picture is not on disk")
        if picture.file is not None:
            refused = await self._attempt(method, params | {field: picture.file})
            if refused.outcome is not Outcome.REJECTED:
                return refused
        upload = await self._composed(picture)
        return await self._attempt("sendPhoto", params | {"photo": upload}) if upload is not None else refused

    async def _composed(self, picture: Picture) -> telegram.InputFile | None:
        """The kept photos as one file to upload; None if there are none."""
        photos = [photo for sha in picture.hashes if (photo := await self._store.read(sha)) is not None]
        sheet = photos[0] if len(photos) == 1 else await contact_sheet(photos) if photos else None
        return telegram.InputFile(sheet, filename="photos.jpg") if sheet is not None else None

    async def edit(
        self, to: Address, message: int, content: Content, *, has_photo: bool, shown_key: str | None
    ) -> Shown:
        """Change a message in place; what it is, text or picture, never changes. GONE: there is no such message."""
        target = {"chat_id": to.chat, "message_id": message, "reply_markup": wire.inline(content.buttons)}
        if not has_photo:
            return Shown(await self._attempt("editMessageText", target | wire.text(content)))
        picture = content.picture
        if picture is not None and picture.key != shown_key:
            result = await self._edit_media(target, content, picture)
            if result.outcome not in (Outcome.REJECTED, Outcome.LACKING):
                return Shown(result, True, picture.key)
        words = {"caption": content.text, "parse_mode": "HTML"}
        return Shown(await self._attempt("editMessageCaption", target | words), True, shown_key)

    async def _edit_media(self, target: wire.Params, content: Content, picture: Picture) -> SendResult:
        media: wire.Params = {"type": picture.kind, "media": picture.file} | wire.caption(content)
        upload = None
        if picture.file is None:
            upload = await self._composed(picture)
            if upload is None:
                return SendResult(outcome=Outcome.REJECTED, error="the picture is not on disk")
            media |= {"type": "photo", "media": "attach://upload"}
        return await self._attempt("editMessageMedia", target | {"media": media, "upload": upload})

    async def delete(self, chat: int, message: int) -> SendResult:
        """Take a message away; that it is not there counts as GONE."""
        return await self._attempt("deleteMessage", {"chat_id": chat, "message_id": message})

    async def bare(self, chat: int, message: int) -> SendResult:
        """Strip a message of its buttons."""
        params = {"chat_id": chat, "message_id": message, "reply_markup": wire.inline(())}
        return await self._attempt("editMessageReplyMarkup", params)

    async def blank(self, chat: int, message: int, words: str) -> SendResult:
        """Put other words in the place of all that a message shows, without buttons: where it cannot be deleted."""
        target = {"chat_id": chat, "message_id": message, "reply_markup": wire.inline(())}
        instead = Content(text=words)
        result = await self._attempt("editMessageText", target | wire.text(instead))
        if not says_it_is_no_text(result):
            return result
        media = {"type": "photo", "media": "attach://upload"} | wire.caption(instead)
        upload = telegram.InputFile(await asyncio.to_thread(blank_picture), filename="blank.jpg")
        result = await self._attempt("editMessageMedia", target | {"media": media, "upload": upload})
        if result.outcome in (Outcome.REJECTED, Outcome.LACKING):  # a voice, or a server without it
            result = await self._attempt("editMessageCaption", target | wire.caption(instead))
        return result

    async def answer_press(self, press: str, answer: Answer) -> SendResult:
        """End the spinner on the presser's button; best effort. A link that is refused: at least the words."""
        query = {"callback_query_id": press}
        result = await self._attempt("answerCallbackQuery", query | wire.toast(answer))
        if result.outcome is Outcome.REJECTED and answer.url is not None:
            result = await self._attempt("answerCallbackQuery", query | wire.toast(replace(answer, url=None)))
        return result

    async def is_member(self, chat: int, user: int) -> bool | None:
        """Whether the user belongs to the group; None if this server does not tell. Remembered for up to 10 minutes.

        Raises CannotAsk where the network does not answer just now.
        """
        return await self._membership.of(chat, user)

    def forget_member(self, chat: int, user: int) -> None:
        """Somebody came or went: ask anew next time."""
        self._membership.forget(chat, user)

    async def is_admin(self, chat: int) -> bool | None:
        """Whether we are an admin of the group; None where the network does not say."""
        bot, _, _ = self.line.token.partition(":")
        if not bot.isdecimal():
            return None
        try:
            told = await self.line.call("getChatMember", {"chat_id": chat, "user_id": int(bot)})
        except TelegramError as error:
            self._note("getChatMember", outcome_of(error))
            return None
        status = told.get("status") if isinstance(told, dict) else None
        return status in ("administrator", "creator") if isinstance(status, str) else None

    async def download(self, file: str) -> bytes | TooBig | Lost:
        """The content of a file that somebody sent."""
        try:
            told = await self.line.call("getFile", {"file_id": file})
            path = told.get("file_path") if isinstance(told, dict) else None
            if not isinstance(path, str):
                return Lost("the server named no file")
            if self._local_files and path.startswith("/"):
                return await asyncio.to_thread(Path(path).read_bytes)
            if isinstance(size := told.get("file_size"), int) and size > LARGEST_FILE and not self._local_files:
                return TooBig()
            return await self.line.request.retrieve(f"{self.line.base_file_url}/{quote(path)}", read_timeout=60)
        except BadRequest as error:
            return TooBig() if "too big" in error.message.lower() else Lost(error.message[:LONGEST_ERROR])
        except TelegramError as error:
            self._note("getFile", outcome_of(error))
            return Lost(error.message[:LONGEST_ERROR])
        except OSError as error:
            return Lost(type(error).__name__)

    async def _ask(self, method: str, params: wire.Params) -> Any:
        return await self.line.call(method, params)

    async def _attempt(self, method: str, params: wire.Params) -> SendResult:
        try:
            result = await self.line.call(method, params)
        except TelegramError as error:
            outcome = outcome_of(error)
            self._note(method, outcome)
            if isinstance(error, EndPointNotFound | ServerFault):
                log.debug("call.failed", method=method, error=outcome.error)
            return outcome
        first, *rest = _message_ids(result) or [None]
        also = tuple(message for message in rest if message is not None)
        return SendResult(outcome=Outcome.SENT, message=first, also=also)

    def _note(self, method: str, result: SendResult) -> None:
        """Warn of a method this server lacks, once."""
        if result.outcome is Outcome.LACKING and method not in self._warned:
            self._warned.add(method)
            log.warning("method.lacking", method=method, error=result.error)


def _message_ids(result: object) -> list[int | None]:
    """The ids of the message, or of an album's messages, in a result; None where the server did not tell."""
    parts = result if isinstance(result, list) else [result]
    found = [part.get("message_id") if isinstance(part, dict) else None for part in parts]
    return [message if isinstance(message, int) else None for message in found]

"""Telegram's refusals and a broken network, named one by one: the only place where they become a `SendResult`.

`BadRequest` and `TimedOut` are subclasses of `NetworkError` in python-telegram-bot, so the order of the questions in
`outcome_of` matters: a hopeless 400 must never look like a network that may come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from care.services.results import Outcome, SendResult

LONGEST_ERROR = 200
SERVER_SAYS = "server"


class NotSent(NetworkError):
    """There was no connection: the server has certainly not seen the request."""


class ServerFault(NetworkError):
    """The server, or a proxy before it, answered with a 5xx: what became of the request is unknown."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status

    @property
    def says_unsupported(self) -> bool:
        """Whether this is a poor server's way to say that it has no such method."""
        return self.status == HTTPStatus.NOT_IMPLEMENTED or "not supported" in self.message.lower()


class Flood(TelegramError):
    """429: the request was not carried out; try again after `pause`."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__(f"Too Many Requests: retry after {pause.total_seconds():g}")
        self.pause = pause


class NoSuchMethod(EndPointNotFound):
    """404: this server does not know the method (or, from getMe, the token)."""


class TokenRefused(InvalidToken):
    """401: the token is not, or no longer, valid."""


def refusal(status: int, body: Mapping[str, Any]) -> TelegramError:
    """The error that an answer with this HTTP status (or `error_code`) and body stands for."""
    words = str(body.get("description") or f"HTTP {status}")[:LONGEST_ERROR]
    given = body.get("parameters")
    parameters = given if isinstance(given, Mapping) else {}
    moved = parameters.get("migrate_to_chat_id")
    if isinstance(moved, int) and moved:
        return ChatMigrated(moved)
    wait = parameters.get("retry_after")
    if status == HTTPStatus.TOO_MANY_REQUESTS or wait:
        return Flood(timedelta(seconds=max(1, wait if isinstance(wait, int | float) else 1)))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFault(status, words)
    if status == HTTPStatus.NOT_FOUND:
        return NoSuchMethod(words)
    if status == HTTPStatus.UNAUTHORIZED:
        return TokenRefused(words)
    if status == HTTPStatus.FORBIDDEN:
        return Forbidden(words)
    if status == HTTPStatus.CONFLICT:
        return Conflict(words)
    return BadRequest(words) if status >= HTTPStatus.BAD_REQUEST else NetworkError(words)


# What a 400 says when the message, the chat or the person is not there for us (any more).
_GONE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message_id_invalid",
    "message thread not found",
    "topic_deleted",
    "topic_closed",
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "group chat was deactivated",
    "group chat was upgraded",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "need administrator rights",
)
THREAD_GONE = ("message thread not found", "topic_deleted", "topic_closed")


def outcome_of(error: TelegramError) -> SendResult:
    """What this error means for the attempt that ended in it."""
    words = _words(error)
    if isinstance(error, Flood):
        return SendResult(outcome=Outcome.LATER, pause=error.pause, error=words)
    if isinstance(error, ChatMigrated):
        return SendResult(outcome=Outcome.MOVED, moved_to=error.new_chat_id, error=words)
    if isinstance(error, Forbidden):
        return SendResult(outcome=Outcome.GONE, put_out=_says_put_out(words), error=words)
    if isinstance(error, EndPointNotFound):
        return SendResult(outcome=Outcome.LACKING, error=words)
    if isinstance(error, BadRequest):
        return _bad_request(words)
    if isinstance(error, NotSent | InvalidToken | Conflict):  # a token can come back; certainly nothing was done
        return SendResult(outcome=Outcome.NOT_DONE, error=words)
    if isinstance(error, ServerFault) and error.says_unsupported:
        return SendResult(outcome=Outcome.LACKING, error=words)
    if isinstance(error, TimedOut):
        return SendResult(outcome=Outcome.UNKNOWN, error=f"timed out: {words}")
    return SendResult(outcome=Outcome.UNKNOWN, error=words)


def _words(error: TelegramError) -> str:
    """The error for the log and the outbox; a 5xx begins with `server` and its status."""
    words = f"{SERVER_SAYS} {error.status}: {error.message}" if isinstance(error, ServerFault) else error.message
    return words[:LONGEST_ERROR]


def server_says_no(result: SendResult) -> bool:
    """Whether the server itself said that it failed, not a gateway that lost patience: most likely nothing was done."""
    return result.outcome is Outcome.UNKNOWN and result.error.startswith(
        tuple(f"{SERVER_SAYS} {status}" for status in (500, 502, 503))
    )


def _bad_request(words: str) -> SendResult:
    lower = words.lower()
    if "message is not modified" in lower:
        return SendResult(outcome=Outcome.SENT, error=words)
    if any(sign in lower for sign in _GONE):
        return SendResult(outcome=Outcome.GONE, error=words)
    return SendResult(outcome=Outcome.REJECTED, error=words)


def says_thread_gone(result: SendResult) -> bool:
    """Whether the chat is there, but its topic is not."""
    return result.outcome is Outcome.GONE and any(sign in result.error.lower() for sign in THREAD_GONE)


def says_thread_closed(result: SendResult) -> bool:
    """Whether the topic is there, but only admins may write in it."""
    return "topic_closed" in result.error.lower()


def _says_put_out(words: str) -> bool:
    """Whether a 403 says that a group has put us out; of one person it says that he has blocked us."""
    lower = words.lower()
    return "bot was kicked" in lower or "bot is not a member" in lower


def says_it_is_no_text(result: SendResult) -> bool:
    """Whether the message to edit carries a picture or a file, and its words are a caption."""
    return result.outcome is Outcome.REJECTED and "no text in the message" in result.error.lower()

"""The three things the dispatcher does in a chat: tell a notice, show a card, carry out a wish about a message.

Each renders when it is sent, talks to the network outside of any transaction, and records what became of it in one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.retrying import Again, after_attempt, may_repeat, pause_after
from bot.seams import Acts, Face
from care.domain import notices
from care.domain.errors import StaleState
from care.domain.notices import Lane
from care.domain.rules import Rules
from care.services.ports import Asked, Card, Clock, Database, Posted, Telling, UnitOfWork
from care.services.results import Outcome, SendResult
from handlers.messenger import Messenger, Shown

log = structlog.get_logger(__name__)

STALE_TRIES = 5
ROUTINE_CARD_COPIES = 5  # a card is a promise: where its answer is lost it is posted again, so often at most

Key = tuple[str, int, int, str]


@dataclass(frozen=True)
class Desk:
    """What every job works with."""

    db: Database
    messenger: Messenger
    face: Face
    acts: Acts
    clock: Clock
    rules: Rules

    async def record(self, write: Callable[[UnitOfWork, datetime], Awaitable[None]]) -> None:
        """What became of a call, in one transaction; a lost race is run again."""
        for attempt in range(STALE_TRIES):
            try:
                async with self.db.write() as uow:
                    await write(uow, self.clock.now())
            except StaleState:
                if attempt == STALE_TRIES - 1:
                    raise
                await asyncio.sleep(0)
            else:
                return


class Call(Protocol):
    """Around the call to the network itself, which is what the limits count."""

    def __enter__(self) -> None:
        """It leaves."""

    def __exit__(self, *_error: object) -> None:
        """It has been answered."""


class Job(Protocol):
    """One thing to be done in a chat."""

    @property
    def key(self) -> Key:
        """What it is, so that it is not done twice at once."""
        ...

    @property
    def chat(self) -> int:
        """Where."""
        ...

    @property
    def lane(self) -> Lane:
        """With how much haste."""
        ...

    @property
    def counts(self) -> bool:
        """Whether Telegram counts the call against its limits."""
        ...

    async def run(self, desk: Desk, call: Call, failures: int) -> SendResult | None:
        """Do it; None if the network was not called. `failures`: how often it failed here with no word on file."""
        ...

    async def abandon(self, desk: Desk, error: str) -> None:
        """It fails in our own code every time: put that on file instead of trying for ever."""


@dataclass(frozen=True)
class Tell:
    """One outbox row."""

    telling: Telling

    @property
    def key(self) -> Key:
        """The row."""
        return ("tell", self.telling.id, 0, "")

    @property
    def chat(self) -> int:
        """The recipient's chat."""
        return self.telling.address.chat

    @property
    def lane(self) -> Lane:
        """The row's lane."""
        return self.telling.lane

    @property
    def counts(self) -> bool:
        """A message counts."""
        return True

    async def run(self, desk: Desk, call: Call, failures: int) -> SendResult | None:  # noqa: ARG002 -- the row itself counts its attempts
        """Tell it, unless it has expired, is no longer wanted, or has nothing to say any more."""
        now = desk.clock.now()
        if self.telling.expires_at is not None and self.telling.expires_at <= now:
            await self._ended(desk, "expired", SendResult(outcome=Outcome.NOT_DONE, error="expired"))
            return None
        async with desk.db.read() as uow:
            content = await desk.face.present_telling(uow, self.telling, desk.rules, now)
        if content is None:
            await self._ended(desk, "superseded", SendResult(outcome=Outcome.NOT_DONE, error="nothing to say"))
            return None
        if not await self._marked_sending(desk):
            return None
        if content.reply_to is None and self.telling.reply_to is not None:
            content = replace(content, reply_to=self.telling.reply_to)
        with call:
            shown = await desk.messenger.send(self.telling.address, content)
        await self._attempted(desk, shown.result)
        return shown.result

    async def abandon(self, desk: Desk, error: str) -> None:
        """It cannot be rendered or recorded: failed."""
        await self._ended(desk, "failed", SendResult(outcome=Outcome.REJECTED, error=error))

    async def _marked_sending(self, desk: Desk) -> bool:
        """Put on file that it is on its way; False if it is not wanted any more."""
        wanted = False

        async def write(uow: UnitOfWork, _now: datetime) -> None:
            nonlocal wanted
            wanted = await uow.outbox.sending(self.telling.id)

        await desk.record(write)
        return wanted

    async def _attempted(self, desk: Desk, result: SendResult) -> None:
        step = after_attempt(self.telling.lane, self.telling.error, result, desk.clock.now())
        if not isinstance(step, Again):
            await self._ended(desk, step.state, result)
            return

        async def write(uow: UnitOfWork, _now: datetime) -> None:
            await uow.outbox.retry(self.telling.id, step.at, step.error)
            if result.outcome is Outcome.MOVED and result.moved_to is not None:
                await uow.bindings.move_chat(self.chat, result.moved_to)

        await desk.record(write)
        log.info("telling.again", row=self.telling.id, outcome=result.outcome, error=step.error)

    async def _ended(self, desk: Desk, state: str, result: SendResult) -> None:
        telling = replace(self.telling, state=state, message=result.message, error=result.error or None)

        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.outbox.ended(telling.id, state, message=telling.message, error=telling.error, now=now)
            if result.outcome is Outcome.SENT and result.message is not None:
                await _on_file(uow, telling, result.message, now)
            await desk.acts.record(uow, telling, result, now, desk.rules)

        await desk.record(write)
        emit = log.warning if state == "failed" else log.info
        said = {"row": telling.id, "kind": telling.notice.kind, "item": telling.item, "error": result.error}
        emit("telling.ended", state=state, **said)


async def _on_file(uow: UnitOfWork, telling: Telling, message: int, now: datetime) -> None:
    """So that a reply to this message finds its item, and a question can be taken away."""
    chat, notice = telling.address.chat, telling.notice
    posted = Posted(
        chat=chat, message=message, subject=notice.kind, item=telling.item, person=telling.person, posted_at=now
    )
    await uow.messages.record(posted)
    asked = _asks(telling)
    if asked is not None and telling.item is not None:
        sort, person = asked
        await uow.questions.sent_as(chat, person, sort, telling.item, message)


def _asks(telling: Telling) -> tuple[Asked, int] | None:
    """Which pending question the notice puts, and to whom."""
    match telling.notice:
        case notices.ProofQuestion(asked=person):
            return Asked.PROOF, person
        case notices.DismissQuestion(asked=person, in_words=True):
            return Asked.DISMISS_WORDS, person
    sort = {"place_question": Asked.PLACE, "where_question": Asked.WHERE, "not_yet_question": Asked.NOT_YET}.get(
        telling.notice.kind
    )
    return (sort, telling.person) if sort is not None and telling.person is not None else None


@dataclass(frozen=True)
class Show:
    """One card that lags what is wanted."""

    card: Card

    @property
    def key(self) -> Key:
        """The card."""
        return ("show", self.card.id, 0, "")

    @property
    def chat(self) -> int:
        """The card's chat."""
        return self.card.address.chat

    @property
    def lane(self) -> Lane:
        """The haste of what is not shown yet."""
        return self.card.lane

    @property
    def counts(self) -> bool:
        """Posts and edits count."""
        return True

    async def run(self, desk: Desk, call: Call, failures: int) -> SendResult | None:
        """Render once, however many changes there were, and post or edit."""
        async with desk.db.read() as uow:
            card = await uow.cards.get(self.card.id)
            if card is None or card.shown >= card.wanted:
                return None
            content = await desk.face.present_card(uow, card, desk.rules, desk.clock.now())
        if content is None or (card.posted and card.message is None):
            await self._leave(desk, card, nothing=content is None)
            return None
        if card.posted and card.message is not None:
            with call:
                shown = await desk.messenger.edit(
                    card.address, card.message, content, has_photo=card.has_photo, shown_key=card.media_key
                )
            return await self._edited(desk, card, card.message, shown)
        with call:
            shown = await desk.messenger.send(card.address, content)
        return await self._posted(desk, card, shown, failures)

    async def abandon(self, desk: Desk, error: str) -> None:
        """It cannot be rendered or recorded: given up until it is wanted again."""
        await self._given_up(desk, self.card, SendResult(outcome=Outcome.REJECTED, error=error))

    async def _leave(self, desk: Desk, card: Card, *, nothing: bool) -> None:
        """Nothing to show, or a message whose id nobody told us: until that changes there is nothing to do."""

        async def write(uow: UnitOfWork, now: datetime) -> None:
            if nothing and not card.posted:
                await uow.cards.give_up(card.id, "nothing to show")
                return
            await uow.cards.showed(
                card.id, card.wanted, card.message, has_photo=card.has_photo, media_key=card.media_key, now=now
            )

        await desk.record(write)

    async def _edited(self, desk: Desk, card: Card, message: int, shown: Shown) -> SendResult | None:
        result = shown.result
        if result.outcome is Outcome.SENT:
            await self._showed(desk, card, result, message, has_photo=card.has_photo, media_key=shown.media_key)
        elif result.outcome is Outcome.GONE:

            async def lost(uow: UnitOfWork, _now: datetime) -> None:
                await uow.cards.lost(card.id)

            await desk.record(lost)
            log.info("card.lost", item=card.item, chat=card.address.chat, error=result.error)
        else:
            await self._not_shown(desk, card, result)
        return result  # an edit can be repeated at will

    async def _posted(self, desk: Desk, card: Card, shown: Shown, failures: int) -> SendResult | None:
        result = shown.result
        if result.outcome is Outcome.SENT:
            await self._showed(
                desk, card, result, result.message, has_photo=shown.has_photo, media_key=shown.media_key
            )
        elif result.outcome is Outcome.UNKNOWN and self._enough_copies(result, failures + 1):
            # it stands there, or the server is beyond help; a press on it tells us its id
            log.error("card.fate_unknown", item=card.item, chat=card.address.chat, error=result.error)
            await self._showed(desk, card, result, None, has_photo=shown.has_photo, media_key=shown.media_key)
        else:
            await self._not_shown(desk, card, result)
        return result

    def _enough_copies(self, result: SendResult, unknown: int) -> bool:
        lost_answers = not may_repeat(Lane.ROUTINE, unknown, result) and unknown >= ROUTINE_CARD_COPIES
        return self.lane in (Lane.ROUTINE, Lane.BULK) and lost_answers

    async def _showed(
        self,
        desk: Desk,
        card: Card,
        result: SendResult,
        message: int | None,
        *,
        has_photo: bool,
        media_key: str | None,
    ) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.cards.showed(card.id, card.wanted, message, has_photo=has_photo, media_key=media_key, now=now)
            if message is not None and message != card.message:
                posted = Posted(
                    chat=card.address.chat,
                    message=message,
                    subject=card.face.value,
                    item=card.item,
                    person=card.person,
                    posted_at=now,
                )
                await uow.messages.record(posted)
            await desk.acts.shown(uow, card, result, now, desk.rules)

        await desk.record(write)
        log.info("card.shown", item=card.item, chat=card.address.chat, face=card.face.value, posted=not card.posted)

    async def _not_shown(self, desk: Desk, card: Card, result: SendResult) -> None:
        if result.outcome is Outcome.MOVED and result.moved_to is not None:
            await _move(desk, card.address.chat, result.moved_to)
        elif result.outcome in (Outcome.GONE, Outcome.REJECTED, Outcome.LACKING):
            await self._given_up(desk, card, result)

    async def _given_up(self, desk: Desk, card: Card, result: SendResult) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.cards.give_up(card.id, result.error)
            await desk.acts.shown(uow, card, result, now, desk.rules)

        await desk.record(write)
        log.warning("card.given_up", item=card.item, chat=card.address.chat, error=result.error)


@dataclass(frozen=True)
class Wish:
    """A message that shall go, or lose its buttons."""

    where: int
    message: int
    wish: str  # "gone" | "bare"

    @property
    def key(self) -> Key:
        """The message and the wish."""
        return ("wish", self.where, self.message, self.wish)

    @property
    def chat(self) -> int:
        """The message's chat."""
        return self.where

    @property
    def lane(self) -> Lane:
        """Nobody waits for it."""
        return Lane.ROUTINE

    @property
    def counts(self) -> bool:
        """Deleting is free, editing is not."""
        return self.wish != "gone"

    async def run(self, desk: Desk, call: Call, failures: int) -> SendResult | None:  # noqa: ARG002 -- it can be repeated at will
        """Carry it out; what is not there any more, or cannot be, counts as carried out."""
        with call:
            if self.wish == "gone":
                result = await desk.messenger.delete(self.where, self.message)
            else:
                result = await desk.messenger.bare(self.where, self.message)
        if result.outcome is Outcome.MOVED and result.moved_to is not None:
            await _move(desk, self.where, result.moved_to)
        elif result.outcome in (Outcome.SENT, Outcome.GONE, Outcome.REJECTED, Outcome.LACKING):
            await self.abandon(desk, result.error)
        return result

    async def abandon(self, desk: Desk, error: str) -> None:  # noqa: ARG002 -- a wish keeps no error
        """No more of it."""

        async def write(uow: UnitOfWork, _now: datetime) -> None:
            await uow.messages.granted(self.where, self.message, self.wish)

        await desk.record(write)


async def _move(desk: Desk, old: int, new: int) -> None:
    async def write(uow: UnitOfWork, _now: datetime) -> None:
        await uow.bindings.move_chat(old, new)

    await desk.record(write)
    log.info("chat.moved", old=old, new=new)


def hold_after(result: SendResult, failures: int) -> timedelta | None:
    """How long a card or wish that is still to be done rests after an attempt that left no word on file."""
    return pause_after(failures) if result.outcome is Outcome.UNKNOWN else None

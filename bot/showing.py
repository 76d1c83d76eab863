"""One card on its way: posted once, edited in place, posted anew where it is gone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.jobs import Call, Desk, Key, move
from care.domain.notices import Lane
from care.services.ports import Card, Posted, UnitOfWork
from care.services.results import Outcome, SendResult
from handlers.content import Content
from handlers.messenger import Shown
from handlers.outcomes import server_says_no

log = structlog.get_logger(__name__)

CARD_COPIES = 5  # a card is a promise: where its answer is lost it is posted again, so often at most


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
    def item(self) -> int:
        """The card's item."""
        return self.card.item

    @property
    def lane(self) -> Lane:
        """The haste of what is not shown yet."""
        return self.card.lane

    @property
    def counts(self) -> bool:
        """Posts and edits count."""
        return True

    async def run(self, desk: Desk, call: Call, lost: int) -> SendResult | None:
        """Render once, however many changes there were, and post or edit."""
        async with desk.db.read() as uow:
            card = await uow.cards.get(self.card.id)
            if card is None or card.shown >= card.wanted:
                return None
            content = await desk.face.present_card(uow, card, desk.rules, desk.clock.now())
        looks = _looks(content)
        if content is None or (card.posted and (card.message is None or card.digest == looks)):
            await self._leave(desk, card, nothing=content is None)
            return None
        if card.posted and card.message is not None:
            with call:
                shown = await desk.messenger.edit(
                    card.address, card.message, content, has_photo=card.has_photo, shown_key=card.media_key
                )
            return await self._edited(desk, card, card.message, shown, _kept(looks, content, shown))
        with call:
            shown = await desk.messenger.send(card.address, content)
        return await self._posted(desk, card, shown, lost, _kept(looks, content, shown))

    async def abandon(self, desk: Desk, error: str) -> None:
        """It cannot be rendered or recorded: given up until it is wanted again."""
        await self._given_up(desk, self.card, SendResult(outcome=Outcome.REJECTED, error=error))

    async def _leave(self, desk: Desk, card: Card, *, nothing: bool) -> None:
        """Nothing to show, a message whose id nobody told us, or one that looks so already: nothing is to be done."""

        async def write(uow: UnitOfWork, now: datetime) -> None:
            if nothing and not card.posted:
                await uow.cards.give_up(card.id, "nothing to show")
                return
            await uow.cards.showed(
                card.id,
                card.wanted,
                card.message,
                has_photo=card.has_photo,
                media_key=card.media_key,
                now=now,
                digest=card.digest,
            )

        await desk.record(write)

    async def _edited(self, desk: Desk, card: Card, message: int, shown: Shown, looks: str | None) -> SendResult | None:
        result = shown.result
        if result.outcome is Outcome.SENT:
            await self._showed(desk, card, message, replace(shown, has_photo=card.has_photo), looks)
        elif result.outcome is Outcome.GONE:

            async def lost(uow: UnitOfWork, _now: datetime) -> None:
                await uow.cards.lost(card.id)

            await desk.record(lost)
            log.info("card.lost", item=card.item, chat=card.address.chat, error=result.error)
        else:
            await self._not_shown(desk, card, result)
        return result  # an edit can be repeated at will

    async def _posted(self, desk: Desk, card: Card, shown: Shown, lost: int, looks: str | None) -> SendResult | None:
        result = shown.result
        if result.outcome is Outcome.SENT:
            await self._showed(desk, card, result.message, shown, looks)
        elif result.outcome is Outcome.UNKNOWN and not server_says_no(result):
            await self._answer_lost(desk, card, shown, lost + 1)
        else:
            await self._not_shown(desk, card, result)
        return result

    async def _answer_lost(self, desk: Desk, card: Card, shown: Shown, copies: int) -> None:
        """It may stand there so many times by now. With enough of them somebody else is shown it too, to be sure.

        An urgent one is posted on until there is an answer; with others a press on a copy will tell us its id.
        """
        fate = SendResult(outcome=Outcome.REJECTED, error=f"fate unknown: {shown.result.error}")
        if copies == CARD_COPIES:
            log.error("card.fate_unknown", item=card.item, chat=card.address.chat, error=shown.result.error)
        if copies >= CARD_COPIES and card.lane is not Lane.URGENT:
            await self._showed(desk, card, None, replace(shown, result=fate), None)
        elif copies == CARD_COPIES:

            async def passed_on(uow: UnitOfWork, now: datetime) -> None:
                await desk.acts.shown(uow, card, fate, now, desk.rules)

            await desk.record(passed_on)

    async def _showed(self, desk: Desk, card: Card, message: int | None, shown: Shown, looks: str | None) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.cards.showed(
                card.id,
                card.wanted,
                message,
                has_photo=shown.has_photo,
                media_key=shown.media_key,
                now=now,
                digest=looks,
            )
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
            await desk.acts.shown(uow, card, shown.result, now, desk.rules)

        await desk.record(write)
        log.info("card.shown", item=card.item, chat=card.address.chat, face=card.face.value, posted=not card.posted)

    async def _not_shown(self, desk: Desk, card: Card, result: SendResult) -> None:
        if result.outcome is Outcome.MOVED and result.moved_to is not None:
            await move(desk, card.address.chat, result.moved_to)
        elif result.outcome in (Outcome.GONE, Outcome.REJECTED, Outcome.LACKING):
            await self._given_up(desk, card, result)

    async def _given_up(self, desk: Desk, card: Card, result: SendResult) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.cards.give_up(card.id, result.error)
            await desk.acts.shown(uow, card, result, now, desk.rules)

        await desk.record(write)
        log.warning("card.given_up", item=card.item, chat=card.address.chat, error=result.error)


def _looks(content: Content | None) -> str | None:
    """A digest of all that a reader sees of it. An edit to the same looks would cost the group's limit for nothing."""
    if content is None:
        return None
    seen = (content.text, content.buttons, content.picture and content.picture.key)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _kept(looks: str | None, content: Content, shown: Shown) -> str | None:
    """None where its picture could not be shown by now: the next time it is tried again."""
    stale = shown.has_photo and content.picture is not None and shown.media_key != content.picture.key
    return None if stale else looks

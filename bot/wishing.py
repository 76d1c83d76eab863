"""A wish about one of our messages: that it goes, loses its buttons, or says something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.jobs import Call, Desk, Key, move
from care.domain.items import Kind
from care.domain.notices import Lane
from care.locale import say
from care.services.ports import Address, Face, UnitOfWork
from care.services.results import Outcome, SendResult
from handlers.content import Content

log = structlog.get_logger(__name__)

_REFUSED = (Outcome.REJECTED, Outcome.LACKING)
_ONLY_BUTTONS = frozenset({"menu", "no_admin", "bind_question", "unbind_question"})  # without them they say nothing
_PERSONAL = frozenset({"claimers_sheet"})  # what only its reader may read, and he no longer
_CARDS = frozenset(str(face) for face in Face)


@dataclass(frozen=True)
class Wish:
    """A message that shall go ("gone"), lose its buttons ("bare") or its words and picture too ("blank").

    "anew": it shall say what its notice says by now, and go where that is nothing.
    """

    where: int
    message: int
    wish: str

    @property
    def key(self) -> Key:
        """The message and the wish."""
        return ("wish", self.where, self.message, self.wish)

    @property
    def chat(self) -> int:
        """The message's chat."""
        return self.where

    @property
    def item(self) -> int | None:
        """Whatever it was about, no item waits for it."""
        return None

    @property
    def lane(self) -> Lane:
        """Nobody waits for it, unless somebody pressed a button to read something else."""
        return Lane.ANSWER if self.wish == "anew" else Lane.ROUTINE

    @property
    def counts(self) -> bool:
        """Deleting is free, editing is not."""
        return self.wish != "gone"

    async def run(self, desk: Desk, call: Call, lost: int) -> SendResult | None:  # noqa: ARG002 -- it can be repeated at will
        """Carry it out; what is not there any more counts as carried out. What cannot go (48 h) is changed instead."""
        if self.wish == "anew":
            return await self._anew(desk, call)
        words = await self._words(desk) if self.wish == "blank" else ""
        with call:
            if self.wish == "gone":
                result = await desk.messenger.delete(self.where, self.message)
            elif self.wish == "blank":
                result = await desk.messenger.blank(self.where, self.message, words)
            else:
                result = await desk.messenger.bare(self.where, self.message)
        if result.outcome is Outcome.MOVED and result.moved_to is not None:
            await move(desk, self.where, result.moved_to)
        elif self.wish == "gone" and result.outcome in _REFUSED:
            await self._instead(desk, result)
        elif result.outcome in (Outcome.SENT, Outcome.GONE, *_REFUSED):
            if self.wish == "blank" and result.outcome in _REFUSED:
                log.error("message.stays", chat=self.where, message=self.message, error=result.error)
            await self.abandon(desk, result.error)
        return result

    async def _anew(self, desk: Desk, call: Call) -> SendResult | None:
        """Edit it to what its notice says by now. What changes meanwhile is seen afterwards: then the wish stays."""
        async with desk.db.read() as uow:
            content = await self._read_anew(desk, uow)
        if content is None:
            await self._goes_instead(desk)
            return None
        with call:
            shown = await desk.messenger.edit(
                Address(self.where), self.message, content, has_photo=False, shown_key=None
            )
        result = shown.result
        if result.outcome is Outcome.MOVED and result.moved_to is not None:
            await move(desk, self.where, result.moved_to)
        elif result.outcome not in (Outcome.LATER, Outcome.UNKNOWN):

            async def write(uow: UnitOfWork, now: datetime) -> None:
                if result.outcome is not Outcome.SENT or await self._read_anew(desk, uow) == content:
                    await uow.messages.granted(self.where, self.message, self.wish)
                if result.outcome is Outcome.GONE:
                    await desk.acts.lost(uow, self.where, self.message, now, desk.rules)

            await desk.record(write)
        return result

    async def _read_anew(self, desk: Desk, uow: UnitOfWork) -> Content | None:
        telling = await uow.outbox.sent_as(self.where, self.message)
        if telling is None:
            return None
        return await desk.face.present_telling(uow, telling, desk.rules, desk.clock.now())

    async def _goes_instead(self, desk: Desk) -> None:
        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.messages.granted(self.where, self.message, self.wish)
            await uow.messages.wish_gone(self.where, self.message, now)

        await desk.record(write)

    async def abandon(self, desk: Desk, error: str) -> None:  # noqa: ARG002 -- a wish keeps no error
        """No more of it."""

        async def write(uow: UnitOfWork, _now: datetime) -> None:
            await uow.messages.granted(self.where, self.message, self.wish)

        await desk.record(write)

    async def _instead(self, desk: Desk, result: SendResult) -> None:
        """It cannot be deleted: what others must not read any more is blanked, any other message only goes silent."""

        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.messages.granted(self.where, self.message, "gone")
            if await self._must_not_be_read(uow):
                await uow.messages.wish_blank(self.where, self.message, now)
            else:
                await uow.messages.wish_bare(self.where, self.message, now)

        await desk.record(write)
        log.info("message.not_deleted", chat=self.where, message=self.message, error=result.error)

    async def _must_not_be_read(self, uow: UnitOfWork) -> bool:
        """A card that belongs elsewhere now, all that was said of a quarrel, and what nobody knows any more."""
        posted = await uow.messages.find(self.where, self.message)
        if posted is not None and posted.subject in _ONLY_BUTTONS:
            return False
        if posted is None or posted.item is None or posted.subject in _CARDS | _PERSONAL:
            return True
        return (await uow.items.get(posted.item)).kind is Kind.DISPUTE

    async def _words(self, desk: Desk) -> str:
        """In the reader's language, where it is one person's chat."""
        language = desk.rules.language
        async with desk.db.read() as uow:
            posted = await uow.messages.find(self.where, self.message)
            if self.where > 0 and posted is not None and posted.person is not None:
                language = (await uow.people.get(posted.person)).language or language
        if posted is None:  # nobody knows any more what it was: as where somebody was forgotten
            return say(language, "forget.deleted")
        instead = {"open_list": "open.outdated", "claimers_sheet": "sheet.taken_back"}
        return say(language, instead.get(posted.subject, "card.moved_on"))

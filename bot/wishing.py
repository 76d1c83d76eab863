"""A wish about one of our messages: that it goes, or loses its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.jobs import Call, Desk, Key, move
from care.domain.notices import Lane
from care.services.ports import UnitOfWork
from care.services.results import Outcome, SendResult


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
    def item(self) -> int | None:
        """Whatever it was about, no item waits for it."""
        return None

    @property
    def lane(self) -> Lane:
        """Nobody waits for it."""
        return Lane.ROUTINE

    @property
    def counts(self) -> bool:
        """Deleting is free, editing is not."""
        return self.wish != "gone"

    async def run(self, desk: Desk, call: Call, lost: int) -> SendResult | None:  # noqa: ARG002 -- it can be repeated at will
        """Carry it out; what is not there any more, or cannot be, counts as carried out."""
        with call:
            if self.wish == "gone":
                result = await desk.messenger.delete(self.where, self.message)
            else:
                result = await desk.messenger.bare(self.where, self.message)
        if result.outcome is Outcome.MOVED and result.moved_to is not None:
            await move(desk, self.where, result.moved_to)
        elif result.outcome in (Outcome.SENT, Outcome.GONE, Outcome.REJECTED, Outcome.LACKING):
            await self.abandon(desk, result.error)
        return result

    async def abandon(self, desk: Desk, error: str) -> None:  # noqa: ARG002 -- a wish keeps no error
        """No more of it."""

        async def write(uow: UnitOfWork, _now: datetime) -> None:
            await uow.messages.granted(self.where, self.message, self.wish)

        await desk.record(write)

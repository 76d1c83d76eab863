"""One outbox row on its way: told, put off, or ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.jobs import Call, Desk, Key
from bot.retrying import Again, after_attempt, may_stand
from care.domain import notices
from care.domain.notices import Lane
from care.services.ports import Asked, Posted, Telling, UnitOfWork
from care.services.results import Outcome, SendResult
from handlers.content import Content

log = structlog.get_logger(__name__)


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
    def item(self) -> int | None:
        """What the row is about, if about an item."""
        return self.telling.item

    @property
    def lane(self) -> Lane:
        """The row's lane."""
        return self.telling.lane

    @property
    def counts(self) -> bool:
        """A message counts."""
        return True

    async def run(self, desk: Desk, call: Call, lost: int) -> SendResult | None:  # noqa: ARG002 -- the row itself counts its attempts
        """Tell it, unless it has expired, is no longer wanted, or has nothing to say any more."""
        now = desk.clock.now()
        if self.telling.expires_at is not None and self.telling.expires_at <= now:
            await self._ended(desk, "expired", SendResult(outcome=Outcome.NOT_DONE, error="expired"))
            return None
        async with desk.db.read() as uow:
            content = await desk.face.present_telling(uow, self.telling, desk.rules, now)
        if content is None:
            in_flight = self.telling.state == "sending"  # at a kill: nobody was told what became of it
            stands = in_flight or may_stand(self.telling.error)
            moot = SendResult(outcome=Outcome.NOT_DONE, error="nothing to say", maybe_sent=stands)
            await self._ended(desk, "superseded", moot)
            return None
        if content.unless_admin and await desk.messenger.is_admin(self.chat) is not False:
            await self._ended(desk, "superseded", SendResult(outcome=Outcome.NOT_DONE, error="we are an admin there"))
            return None
        if not await self._marked_sending(desk):
            return None
        if content.reply_to is None and self.telling.reply_to is not None:
            content = replace(content, reply_to=self.telling.reply_to)
        with call:
            shown = await desk.messenger.send(self.telling.address, content)
        await self._attempted(desk, shown.result)
        if shown.result.outcome is Outcome.SENT and isinstance(self.telling.notice, notices.READ_AGAIN):
            await self._look_again(desk, content, shown.result)
        return shown.result

    async def _look_again(self, desk: Desk, said: Content, result: SendResult) -> None:
        """Somebody may have come while it was on its way, when nobody knew yet what to take back."""
        async with desk.db.read() as uow:
            content = await desk.face.present_telling(uow, self.telling, desk.rules, desk.clock.now())
        message = result.message
        if message is None or (content is not None and (content.text, content.buttons) == (said.text, said.buttons)):
            return

        async def write(uow: UnitOfWork, now: datetime) -> None:
            await uow.messages.wish_anew(self.chat, message, now)

        await desk.record(write)

    async def abandon(self, desk: Desk, error: str) -> None:
        """It cannot be rendered or recorded: failed."""
        await self._ended(desk, "failed", SendResult(outcome=Outcome.REJECTED, ours=True, error=error))

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
                await _on_file(uow, telling, result, now)
            await desk.acts.record(uow, telling, result, now, desk.rules)

        await desk.record(write)
        emit = log.warning if state == "failed" else log.info
        said = {"row": telling.id, "kind": telling.notice.kind, "item": telling.item, "error": result.error}
        emit("telling.ended", state=state, **said)


async def _on_file(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime) -> None:
    """So that a reply to this message finds its item, and a question can be taken away."""
    chat, subject, item, person = telling.address.chat, telling.notice.kind, telling.item, telling.person
    for message in (result.message, *result.also):
        if message is not None:
            posted = Posted(chat=chat, message=message, subject=subject, item=item, person=person, posted_at=now)
            await uow.messages.record(posted)
    asked = _asks(telling)
    if asked is not None and item is not None and result.message is not None:
        sort, asked_person = asked
        await uow.questions.sent_as(chat, asked_person, sort, item, result.message)


_IN_PRIVATE = {
    "place_question": Asked.PLACE,
    "where_question": Asked.WHERE,
    "not_yet_question": Asked.NOT_YET,
    "outcome_words_question": Asked.OUTCOME_WORDS,
    "hospital_question": Asked.HOSPITAL,
    "at_home_question": Asked.AT_HOME,
    "gone_question": Asked.GONE,
}


def _asks(telling: Telling) -> tuple[Asked, int] | None:
    """Which pending question the notice puts, and to whom."""
    match telling.notice:
        case notices.ProofQuestion(asked=person):
            return Asked.PROOF, person
        case notices.DismissQuestion(asked=person, in_words=in_words):
            return (Asked.DISMISS_WORDS if in_words else Asked.DISMISS), person
        case notices.PromiseQuestion(asked=person):
            return Asked.PROMISE, person
        case notices.TransferQuestion(asked=person):
            return Asked.TRANSFER, person
    sort = _IN_PRIVATE.get(telling.notice.kind)
    return (sort, telling.person) if sort is not None and telling.person is not None else None

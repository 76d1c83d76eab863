"""Short ways to answer a person in words: always through the outbox, never past it."""

from __future__ import annotations

from care.domain.notices import Lane, Notice, Sentence
from care.services.ports import Address, Step
from handlers.incoming import Incoming
from handlers.turn import Turn


async def tell_sender(
    turn: Turn, incoming: Incoming, notice: Notice, *, reply_to: int | None = None, person: int | None = None
) -> None:
    """Tell whoever sent this update, in the chat it came from; once per update, however often it is tried.

    `person`: who he is by now, where the update itself has made him somebody else.
    """
    if incoming.chat is None:
        return
    message = incoming.update.effective_message
    thread = message.message_thread_id if message and message.is_topic_message else None
    await turn.uow.outbox.tell(
        notice,
        Address(incoming.chat, thread),
        lane=Lane.ANSWER,
        step=Step.ANSWER,
        key=f"update:{incoming.update.update_id}:{notice.kind}",
        now=turn.now,
        person=person or turn.actor.id,
        reply_to=reply_to,
    )


async def say_back(turn: Turn, incoming: Incoming, key: str, **blanks: str | int) -> None:
    """One sentence of the catalogue back to the sender."""
    number = blanks.get("number")
    item = number if isinstance(number, int) else None
    await tell_sender(turn, incoming, Sentence(key=key, args=blanks, item=item))

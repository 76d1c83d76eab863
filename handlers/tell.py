"""Short ways to answer a person in words: always through the outbox, never past it."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Message

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
    await turn.uow.outbox.tell(
        notice,
        Address(incoming.chat, thread_of(incoming)),
        lane=Lane.ANSWER,
        step=Step.ANSWER,
        key=f"update:{incoming.update.update_id}:{notice.kind}",
        now=turn.now,
        person=person or turn.actor.id,
        reply_to=reply_to,
    )


def thread_of(incoming: Incoming) -> int | None:
    """The topic that the message, or the message pressed, is in; what is of before a group's upgrade is in none."""
    query = incoming.update.callback_query
    message = query.message if query is not None else incoming.update.effective_message
    if incoming.moved or not isinstance(message, Message) or not message.is_topic_message:
        return None
    return message.message_thread_id


async def say_once(turn: Turn, incoming: Incoming, key: str, blanks: Mapping[str, str | int]) -> None:
    """A refusal in a group, once a day for each person: the rest of the group need not hear it again."""
    day = turn.now.astimezone(turn.rules.zone).date()
    await turn.uow.outbox.tell(
        Sentence(key=key, args=dict(blanks)),
        Address(incoming.chat or 0, thread_of(incoming)),
        lane=Lane.ANSWER,
        step=Step.ANSWER,
        key=f"group:{incoming.chat}:{turn.actor.id}:{key}:{day}",
        now=turn.now,
        person=turn.actor.id,
        reply_to=incoming.message_here,
    )


async def say_back(turn: Turn, incoming: Incoming, key: str, **blanks: str | int) -> None:
    """One sentence of the catalogue back to the sender."""
    number = blanks.get("number")
    item = number if isinstance(number, int) else None
    await tell_sender(turn, incoming, Sentence(key=key, args=blanks, item=item))

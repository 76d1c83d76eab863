"""Which message of ours somebody replies to: by our file, or by its own buttons where a crash kept it off the file."""

from __future__ import annotations

from telegram import Message

from care.services.ports import Posted
from handlers.callback_data import Button, Press, UnknownPress
from handlers.turn import Turn

# What a message is that carries such a button; of a card's and a receipt's many buttons none stands here.
_QUESTIONS = {Button.NO_PROOF: "proof_question", Button.DISMISS_BECAUSE: "dismiss_question"}


async def replied_to(turn: Turn, message: Message) -> Posted | None:
    """The message of ours, with its subject and item.

    A message that was posted in the moment of a kill is posted again, since nobody told us its id. People may answer
    either copy, and both must count. What its buttons say can be believed: the network says that we have sent it. A
    question that is answered so goes, like the copy that is on file.
    """
    original = message.reply_to_message
    if original is None:
        return None
    posted = await turn.uow.messages.find(message.chat_id, original.message_id)
    if posted is not None:
        return posted
    press = _press_on(original, turn.bot_username)
    if press is None:
        return None
    if press.button in _QUESTIONS:
        await turn.uow.messages.wish_gone(message.chat_id, original.message_id, turn.now)
    return Posted(
        chat=message.chat_id,
        message=original.message_id,
        subject=_QUESTIONS.get(press.button, "card"),
        item=press.item,
        person=None,
        posted_at=turn.now,
    )


def _press_on(original: Message, bot_username: str) -> Press | None:
    """What the first button of a message of ours means; None for another's message, or one without buttons."""
    sender = original.from_user
    ours = sender is not None and sender.is_bot and (sender.username or "").casefold() == bot_username.casefold()
    if not ours or original.reply_markup is None:
        return None
    data = next((b.callback_data for row in original.reply_markup.inline_keyboard for b in row if b.callback_data), "")
    try:
        press = Press.unpack(str(data))
    except UnknownPress:
        return None
    return press if press.item else None

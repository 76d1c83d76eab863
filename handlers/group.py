"""Messages in a group: proofs, words on an item, and that the group has become a supergroup.

What people say to each other is none of our business and gets no answer.
"""

from __future__ import annotations

import structlog
from telegram import Message

from care.domain.errors import CareError
from care.domain.items import DismissReason, State
from care.domain.notices import ListCall, NameList
from care.domain.signs import is_warm
from care.services import claims, groups, reports, settling
from care.services.list_names import on_list
from care.services.ports import Asked, Posted, Question
from care.services.reports import Given
from care.services.standing import Spoken
from handlers.errors import sentence_for
from handlers.incoming import Incoming, is_anonymous
from handlers.reading import given_by
from handlers.replied import replied_to
from handlers.tell import say_back, say_once
from handlers.turn import Turn

log = structlog.get_logger(__name__)

_LISTS = ("name_list", "list_call")
_ABOUT_ITEMS = frozenset(
    {"card", "veiled", "called_again", "climbed", "reminder", "how_is_it"}
    | {"proof_question", "dismiss_question", "promise_question", "transfer_question"}
    | {"full_text", "all_media", "item_story", *_LISTS}
)


async def on_group(incoming: Incoming, turn: Turn) -> None:
    """Every message in a group that is not a command."""
    message = incoming.update.message
    if message is None:
        return
    if message.migrate_to_chat_id:
        await groups.moved(turn.uow, message.chat_id, message.migrate_to_chat_id, turn.now, turn.rules)
        return
    if message.pinned_message and _is_ours(message, turn):
        await turn.uow.messages.wish_gone(
            message.chat_id, message.message_id, turn.now
        )  # that the menu is pinned is seen
        return
    if message.new_chat_title:
        log.info("group.renamed", chat=incoming.chat)  # a group is known by its id
    given = given_by(message, turn.now)
    if given.empty:
        return
    try:
        await _proof_or_progress(incoming, turn, message, given)
    except CareError as error:
        key, blanks = sentence_for(error)
        log.info("reply.refused", chat=incoming.chat, by=turn.actor.id, why=key)
        await say_once(turn, incoming, "group.not_enrolled" if key == "refused.not_yours" else key, blanks)


def _is_ours(message: Message, turn: Turn) -> bool:
    sender = message.from_user
    return sender is not None and (sender.username or "").casefold() == turn.bot_username.casefold()


async def _proof_or_progress(incoming: Incoming, turn: Turn, message: Message, given: Given) -> None:
    replied = await _replied(turn, message)
    if replied is not None and is_anonymous(message):
        await say_back(turn, incoming, "group.anonymous")
        return
    if await _more_of_a_proof(turn, given):
        return
    if is_warm(given.text) and not given.enclosed:
        return  # 收到, 好的: neither a proof nor progress
    question = await _answered(turn, incoming, message, given, replied)
    spoken = Spoken(chat=incoming.chat or message.chat_id, private=False, member=turn.member)
    if question is not None and question.asked is Asked.DISMISS_WORDS:
        words = given.text.strip()
        await claims.dismiss(
            turn.uow, question.item, DismissReason.OTHER, turn.actor, spoken, turn.now, turn.rules, words
        )
    elif question is not None:
        await settling.prove(turn.uow, question.item, given, turn.actor, spoken, turn.now, turn.rules)
    elif replied is not None and (number := replied.item or await _only_one(turn, replied)) is not None:
        await _reply(turn, replied, number, given, spoken)
    elif replied is not None:  # a reminder of several things, or a list of several names
        await say_back(turn, incoming, "lists.which_one" if replied.subject in _LISTS else "chat.which_one")


async def _answered(
    turn: Turn, incoming: Incoming, message: Message, given: Given, replied: Posted | None
) -> Question | None:
    """The question of ours that it answers: by a reply to that item, or a bare photo for his latest 办结."""
    for question in await turn.uow.questions.pending(incoming.chat or message.chat_id, turn.actor.id):
        if replied is not None and replied.item == question.item:
            fits = question.asked is Asked.PROOF or (question.asked is Asked.DISMISS_WORDS and bool(given.text))
            if fits:
                return question
        elif message.reply_to_message is None and question.asked is Asked.PROOF and given.enclosed:
            return question
    return None


async def _reply(turn: Turn, replied: Posted, number: int, given: Given, spoken: Spoken) -> None:
    """A reply to the question for a proof is one, whoever gives it; any other reply is progress."""
    item = await turn.uow.items.get(number)
    awaited = item.state is State.CLAIMED and item.said_done_by is not None
    if awaited and (replied.subject == "proof_question" or item.said_done_by == turn.actor.id):
        await settling.prove(turn.uow, number, given, turn.actor, spoken, turn.now, turn.rules)
    else:
        await settling.note(turn.uow, number, given, turn.actor, spoken, turn.now, turn.rules)


async def _only_one(turn: Turn, replied: Posted) -> int | None:
    """The item of the one who is still missing on that list; None where it is not the only one."""
    if replied.subject not in _LISTS:
        return None
    telling = await turn.uow.outbox.sent_as(replied.chat, replied.message)
    said = telling.notice if telling is not None else None
    named = (said.list,) if isinstance(said, NameList) else said.lists if isinstance(said, ListCall) else ()
    rows = [await turn.uow.lists.get(number) for number in named]
    missing = {one.item.number for row in rows for one in await on_list(turn.uow, row) if one.item.live}
    return missing.pop() if len(missing) == 1 else None


async def _more_of_a_proof(turn: Turn, given: Given) -> bool:
    """The second and later photos of an album that was a proof."""
    if given.album is None or given.enclosed is None:
        return False
    first = await turn.uow.media.of_album(given.album)
    if first is None or first.by != turn.actor.id:
        return False
    item = await turn.uow.items.get(first.item)
    await reports.enclose(turn.uow, item, given, turn.actor, turn.now, first.purpose)
    await turn.uow.cards.touch(item.number)
    return True


async def _replied(turn: Turn, message: Message) -> Posted | None:
    """The message of ours that this one replies to, if it is about an item."""
    posted = await replied_to(turn, message)
    return posted if posted is not None and posted.subject in _ABOUT_ITEMS else None

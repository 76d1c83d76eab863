"""A private message from somebody who reports: what it is, in this order, and what becomes of it.

Key of our keyboards; an alarm, which no question of ours may swallow; answer to a pending question; reply to a message
of ours; a relative's word on an open alarm; kindness; a report.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from telegram import Message

from care.domain.errors import CareError, Refused
from care.domain.items import DismissReason, Item, Place, Severity, State
from care.domain.notices import MyReports
from care.domain.signs import is_warm, sounds_alarm
from care.locale import in_every_language
from care.services import claims, reports, settling
from care.services.ports import Asked, Question
from care.services.reports import Given
from care.services.standing import Spoken
from handlers.card_more import settled
from handlers.errors import sentence_for
from handlers.family import as_family
from handlers.incoming import Incoming
from handlers.outcome_words import answer_outcome
from handlers.reading import given_by
from handlers.replied import replied_to
from handlers.reply import as_reply
from handlers.tell import say_back, tell_sender
from handlers.turn import Turn

ANSWER_FRESH = timedelta(minutes=30)  # for so long a bare sentence may be meant for an older question

log = structlog.get_logger(__name__)


async def on_private(incoming: Incoming, turn: Turn) -> None:
    """Every message in a private chat that is not a command."""
    message = incoming.update.message
    if message is None:
        return
    given = given_by(message, turn.now)
    try:
        for attempt in (_as_key, _as_more_of_an_album, _as_alarm, _as_answer, as_reply, as_family, _as_kindness):
            if await attempt(incoming, turn, message, given):
                return
        await begins(incoming, turn, given)
    except CareError as error:
        key, blanks = sentence_for(error)
        log.info("message.refused", chat=incoming.chat, by=turn.actor.id, why=key)
        await say_back(turn, incoming, key, **blanks)


async def goes_on(incoming: Incoming, turn: Turn, message: Message, given: Given) -> bool:
    """Whether a message belongs to a report or a matter that is under way; if so it has been acted upon."""
    for attempt in (_as_key, _as_more_of_an_album, _as_answer, as_reply):
        if await attempt(incoming, turn, message, given):
            return True
    return False


async def on_private_edit(incoming: Incoming, turn: Turn) -> None:
    """Somebody changed an earlier message: it counts where it alarms or adds to a draft."""
    message = incoming.update.edited_message
    if message is None or message.location is not None:
        return
    given = Given(text=message.text or message.caption or "")
    drafting = next(iter(await _questions(turn, incoming, Asked.DETAILS)), None)
    if drafting is not None:
        item = await turn.uow.items.get(drafting.item)
        if given.text and given.text not in item.text:
            await reports.add_to(turn.uow, item, turn.actor, given, turn.now, turn.rules)
    elif sounds_alarm(given.text, turn.rules.alarm_words):
        await _alarm_by_edit(turn, message.chat_id, given)
    else:
        await say_back(turn, incoming, "chat.edited")


async def _alarm_by_edit(turn: Turn, chat: int, given: Given) -> None:
    """An alarm edited into a message, unless it only mends the words of an alarm that is out already."""
    for item in await turn.uow.items.by_reporter(turn.actor.id, 3):
        recent = turn.now - item.created_at <= ANSWER_FRESH
        if recent and item.live and item.severity is Severity.URGENT:
            await reports.add_to(turn.uow, item, turn.actor, given, turn.now, turn.rules)
            return
    await reports.report(turn.uow, turn.actor, chat, given, turn.now, turn.rules)


async def _as_key(incoming: Incoming, turn: Turn, message: Message, _given: Given) -> bool:
    """The text of a key of ours, however late."""
    text = (message.text or "").strip()
    if text in in_every_language("key.my_reports"):
        await tell_sender(turn, incoming, MyReports(person=turn.actor.id))
        return True
    waiting = await _questions(turn, incoming, Asked.PLACE, Asked.WHERE)
    item = await turn.uow.items.get(waiting[0].item) if waiting else None
    if text in in_every_language("key.location"):
        await say_back(turn, incoming, "chat.how_to_share")
        return True
    if text in in_every_language("key.skip"):
        await _skip(incoming, turn, item)
        return True
    if text in in_every_language("key.same_place"):
        await _same_place(incoming, turn, item)
        return True
    grid = next((area for area in turn.rules.tree.grids(turn.actor.home) if area.name == text), None)
    if grid is None:
        return False
    if item is None:
        await say_back(turn, incoming, "chat.late_key")
    else:
        where = Place(words=grid.name)
        await reports.place(turn.uow, item, where, grid.id, turn.actor, turn.now, turn.rules)
    return True


async def _skip(incoming: Incoming, turn: Turn, item: Item | None) -> None:
    if item is None:
        await say_back(turn, incoming, "chat.late_key")
    else:
        await reports.skip_place(turn.uow, item, turn.actor, turn.now, turn.rules)


async def _same_place(incoming: Incoming, turn: Turn, item: Item | None) -> None:
    last = await turn.uow.items.latest_place(turn.actor.id, turn.now - reports.SAME_PLACE)
    if item is None:
        await say_back(turn, incoming, "chat.late_key")
    elif last is None or last.place is None:
        await say_back(turn, incoming, "chat.no_last_place")
    else:
        await reports.place(turn.uow, item, last.place, last.area, turn.actor, turn.now, turn.rules)


async def _as_more_of_an_album(incoming: Incoming, turn: Turn, _message: Message, given: Given) -> bool:
    """The second and later photos of an album go where its first one went."""
    if given.album is None or given.enclosed is None:
        return False
    first = await turn.uow.media.of_album(given.album)
    if first is None or first.by != turn.actor.id:
        return False
    item = await turn.uow.items.get(first.item)
    if first.purpose == "report" and item.state in (State.DRAFT, State.OPEN, State.CLAIMED):
        await reports.add_to(turn.uow, item, turn.actor, given, turn.now, turn.rules)
        await _renew(incoming, turn, item, given)
    else:
        await reports.enclose(turn.uow, item, given, turn.actor, turn.now, first.purpose)
        await turn.uow.cards.touch(item.number)
    return True


async def _as_alarm(incoming: Incoming, turn: Turn, message: Message, given: Given) -> bool:
    """Words that alarm go out at once: with the report he is just making, else as a report of their own."""
    if incoming.chat is None or not sounds_alarm(given.text, turn.rules.alarm_words):
        return False
    about = await _replied_item(turn, message)
    for question in await _questions(turn, incoming, Asked.DETAILS, Asked.PLACE):
        item = await turn.uow.items.get(question.item)
        if about not in (None, item.number) or not _fresh(question, item, given, turn):
            continue
        if question.asked is Asked.PLACE and item.severity is Severity.URGENT:
            return False  # it is out already: these words say where
        await reports.add_to(turn.uow, item, turn.actor, given, turn.now, turn.rules)
        return True
    if about is None:
        await reports.report(turn.uow, turn.actor, incoming.chat, given, turn.now, turn.rules)
    return about is None


async def _as_answer(incoming: Incoming, turn: Turn, message: Message, given: Given) -> bool:
    """The answer to a question of ours; a reply answers only about the item it replies to, however late."""
    if given.empty:
        return False
    about = await _replied_item(turn, message)
    for question in await _questions(turn, incoming):
        if about is not None and question.item != about:
            continue
        item = await turn.uow.items.get(question.item)
        if about is None and not _fresh(question, item, given, turn):
            continue
        if await _answer(incoming, turn, question, item, given):
            return True
    return False


def _fresh(question: Question, item: Item, given: Given, turn: Turn) -> bool:
    """Whether a message that replies to nothing may be meant for this question: people soon forget what we asked."""
    age = (given.at or turn.now) - question.asked_at
    rules = turn.rules
    match question.asked:
        case Asked.DETAILS:
            wordless = item.state is State.DRAFT and not item.text and not given.enclosed
            return age <= (rules.draft_timeout if wordless else rules.join_within)
        case Asked.PLACE if given.place is None:
            return age <= rules.draft_timeout or (item.state is State.DRAFT and not item.held)
        case Asked.WHERE if given.place is None:
            return age <= ANSWER_FRESH
        case Asked.NOT_YET | Asked.OUTCOME_WORDS | Asked.HOSPITAL | Asked.AT_HOME:
            return age <= ANSWER_FRESH
        case _:
            return True


async def _answer(incoming: Incoming, turn: Turn, question: Question, item: Item, given: Given) -> bool:
    """Whether the message answers this question; if so it has been acted upon."""
    uow, who, now, rules = turn.uow, turn.actor, turn.now, turn.rules
    kind_words = is_warm(given.text) and not given.enclosed and not given.place
    if kind_words and not (given.text and question.asked is Asked.DISMISS_WORDS):
        return False
    match question.asked:
        case Asked.SELF_PHOTO if item.state not in (State.DRAFT, State.OPEN):
            await uow.questions.close(question.id)  # somebody else has it by now
            return False
        case Asked.SELF_PHOTO if given.enclosed:
            await settling.self_settle(uow, item, given, who, now, rules)
        case Asked.SELF_PHOTO if given.text:  # he tells what he did: the photo is awaited
            await reports.add_to(uow, item, who, given, now, rules)
        case Asked.NOT_YET:
            await settling.not_yet(uow, item, given, who, now, rules)
        case Asked.PROOF if not given.place:
            await settling.prove(uow, item.number, given, who, _spoken(incoming), now, rules)
            key, blanks = await settled(turn, item.number)
            await say_back(turn, incoming, key, **blanks)
        case Asked.DISMISS_WORDS if given.text:
            words, spoken = given.text.strip(), _spoken(incoming)
            await claims.dismiss(uow, item.number, DismissReason.OTHER, who, spoken, now, rules, words)
        case Asked.PLACE | Asked.WHERE if not given.enclosed and (item.live or item.state is State.DRAFT):
            await _answer_place(incoming, turn, item, given)
        case Asked.OUTCOME_WORDS | Asked.HOSPITAL | Asked.AT_HOME:
            await answer_outcome(incoming, turn, question.asked, item, given)
        case Asked.DETAILS:
            await reports.add_to(uow, item, who, given, now, rules)
            await _renew(incoming, turn, item, given)
        case _:
            return False
    return True


async def _answer_place(incoming: Incoming, turn: Turn, item: Item, given: Given) -> None:
    """Where it is; what has gone out already does not show him by itself that this was taken so: he is told."""
    where = given.place or Place(words=given.text.strip())
    out = item.state is not State.DRAFT
    area = reports.area_of(where, turn.actor, turn.rules)
    await reports.place(turn.uow, item, where, area, turn.actor, turn.now, turn.rules)
    if out:
        await say_back(turn, incoming, "chat.added", number=item.number)


async def _renew(incoming: Incoming, turn: Turn, item: Item, given: Given) -> None:
    """The next photo has its 60 s from this one, by when they were sent."""
    asked = await turn.uow.questions.of_item(item.number, [Asked.DETAILS])
    if incoming.chat is not None and asked:
        until = turn.now + turn.rules.draft_max
        sent = given.at or turn.now
        await turn.uow.questions.ask(incoming.chat, turn.actor.id, Asked.DETAILS, item.number, sent, until)


async def _as_kindness(incoming: Incoming, turn: Turn, message: Message, given: Given) -> bool:
    """谢谢, an emoji, a sticker: a warm line and no item. What we cannot read at all: how to say it."""
    if not given.empty and not (is_warm(given.text) and not given.enclosed and not given.place):
        return False
    if message.sticker or message.dice or given.text:
        waiting = await _questions(turn, incoming, Asked.DETAILS, Asked.PLACE)
        if waiting:
            await say_back(turn, incoming, "chat.warm_but_waiting", number=waiting[0].item)
        else:
            await say_back(turn, incoming, "chat.warm")
        return True
    await say_back(turn, incoming, "chat.unreadable")
    return True


async def begins(incoming: Incoming, turn: Turn, given: Given) -> None:
    """A report of its own."""
    if incoming.chat is None:
        raise Refused("chat.unreadable")
    await reports.report(turn.uow, turn.actor, incoming.chat, given, turn.now, turn.rules)


async def _questions(turn: Turn, incoming: Incoming, *asked: Asked) -> list[Question]:
    """What the sender owes an answer to here, the latest first."""
    if incoming.chat is None:
        return []
    found = await turn.uow.questions.pending(incoming.chat, turn.actor.id)
    return [question for question in found if not asked or question.asked in asked]


async def _replied_item(turn: Turn, message: Message) -> int | None:
    posted = await replied_to(turn, message)
    return posted.item if posted else None


def _spoken(incoming: Incoming) -> Spoken:
    return Spoken(chat=incoming.chat or 0, private=True)

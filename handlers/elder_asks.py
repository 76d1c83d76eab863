"""What an elder asks of us, or answers, in a word or two: as if she had pressed the button for it."""

from __future__ import annotations

from datetime import date, timedelta

from care.domain.away import Absence, back_on
from care.domain.elders import ElderRecord, ElderState, PauseWhy
from care.domain.errors import Refused
from care.domain.notices import (
    Away,
    AwayOffer,
    ElderHelp,
    LeaveQuestion,
    Notice,
    ShareQuestion,
    ThinkingOver,
    Watchers,
    WatchQuestion,
)
from care.domain.requests import Request, requests_in
from care.domain.until import until_of
from care.services import meeting, pausing, sharing, sos, warmth, watching
from care.services.ports import Posted
from handlers.incoming import Incoming
from handlers.private_words import WORDS
from handlers.tell import say_back, tell_sender
from handlers.turn import Turn

FRESH = timedelta(minutes=30)  # for so long a bare 好的 may be meant for what we asked
QUESTIONS = ("meeting", "thinking_over", "away_offer", "share_question", "watch_question", "leave_question")
_TERMS = {
    Request.TODAY: Absence.TODAY,
    Request.THREE_DAYS: Absence.THREE_DAYS,
    Request.WEEK: Absence.WEEK,
    Request.LATER: Absence.LATER,
}
_IN_HOSPITAL = ("院", "手术", "hospital")


async def on_request(incoming: Incoming, turn: Turn, elder: ElderRecord, text: str) -> bool:
    """Whether the message was such a word; if so it has been acted upon."""
    asked = requests_in(text)
    question = await _question(incoming, turn)
    if question is not None and await _answer(incoming, turn, elder, question, asked):
        return True
    if (
        question is not None
        and question.subject == "away_offer"
        and await _until(incoming, turn, elder, question, text)
    ):
        return True
    if Request.WILLING in asked and elder.state is not ElderState.JOINED:
        return await meeting.agree(turn.uow, elder, turn.now, turn.rules)
    if Request.MISTAKE in asked:
        if not await sos.well_after_sos(turn.uow, elder, turn.now, turn.rules):
            await warmth.answer_words(turn.uow, elder, "no_harm", False, turn.now, turn.rules)
        return True
    if Request.BACK in asked and elder.pause is not None:
        await come_back(incoming, turn, elder)
        return True
    if Request.LEAVE in asked:
        await ask_to_leave(incoming, turn, elder)
    elif Request.WATCHERS in asked:
        await tell_sender(turn, incoming, Watchers(elder=elder.id))
    elif Request.HELP in asked:
        await tell_sender(turn, incoming, ElderHelp(elder=elder.id))
    elif (command := WORDS.get(text.strip())) is not None:
        await command(incoming, turn, "")
    else:
        return False
    return True


async def ask_to_leave(incoming: Incoming, turn: Turn, elder: ElderRecord) -> None:
    """别问了: asked once. Who has left already hears that, and how to come back."""
    if elder.state is ElderState.LEFT:
        await say_back(turn, incoming, "elder.has_left")
    else:
        await tell_sender(turn, incoming, LeaveQuestion(elder=elder.id))


async def offer_away(incoming: Incoming, turn: Turn, elder: ElderRecord, word: str = "") -> None:
    """For how long? Who is not greeted anyway needs no pause."""
    if elder.state is not ElderState.JOINED:
        await say_back(turn, incoming, "elder.away_not_greeted")
        return
    why = PauseWhy.HOSPITAL if any(sign in word for sign in _IN_HOSPITAL) else PauseWhy.AWAY
    await tell_sender(turn, incoming, AwayOffer(elder=elder.id, why=why))


async def go_away(incoming: Incoming, turn: Turn, elder: ElderRecord, absence: Absence, why: PauseWhy) -> None:
    """今天, 3 天, 一周, 回来再说."""
    await _pause(incoming, turn, elder, back_on(absence, _today(turn)), why)


async def _until(incoming: Incoming, turn: Turn, elder: ElderRecord, question: Posted, text: str) -> bool:
    """五天, 12月1日, 下周一: an answer to 停几天呢？, too; whether it was one. A wrong day is said so."""
    try:
        until = until_of(text, _today(turn))
    except Refused as refused:
        if refused.key == "pause.until_unclear":
            return False
        await say_back(turn, incoming, "elder.away_when")  # a day that is over, or years ahead
        return True
    await _pause(incoming, turn, elder, until, await _why(turn, question))
    await question_over(turn, question.chat, question.message)
    return True


async def _pause(incoming: Incoming, turn: Turn, elder: ElderRecord, until: date | None, why: PauseWhy) -> None:
    """She is away: not greeted until then."""
    if until is None and why is PauseWhy.AWAY:
        why = PauseWhy.LATER
    await pausing.pause(turn.uow, elder, until, why, elder.person, turn.now, turn.rules)
    await tell_sender(turn, incoming, Away(elder=elder.id, until=until))


async def come_back(incoming: Incoming, turn: Turn, elder: ElderRecord) -> bool:
    """我回来了: greeted again from now on; False if she was not paused."""
    back = await pausing.resume(turn.uow, elder, elder.person, turn.now, turn.rules)
    if back:
        await say_back(turn, incoming, "elder.welcome_home")
    return back


def _today(turn: Turn) -> date:
    return turn.now.astimezone(turn.rules.zone).date()


async def question_over(turn: Turn, chat: int, message: int | None) -> None:
    """A question that was answered goes: a later 好的 must not be taken for its answer."""
    if message is not None:
        await turn.uow.messages.wish_gone(chat, message, turn.now)


async def _question(incoming: Incoming, turn: Turn) -> Posted | None:
    """The last thing we asked her, while it is fresh."""
    if incoming.chat is None:
        return None
    standing = await turn.uow.messages.standing(incoming.chat, *QUESTIONS)
    return standing[-1] if standing and turn.now - standing[-1].posted_at <= FRESH else None


async def _answer(
    incoming: Incoming, turn: Turn, elder: ElderRecord, question: Posted, asked: frozenset[Request]
) -> bool:
    """Whether these words answer that question."""
    yes, no = Request.YES in asked or Request.WILLING in asked, Request.NO in asked
    uow, now, rules = turn.uow, turn.now, turn.rules
    match question.subject:
        case "meeting" if yes and elder.state is not ElderState.JOINED:
            await uow.messages.wish_bare(question.chat, question.message, now)
            return await meeting.agree(uow, elder, now, rules)
        case "meeting" if no and elder.state is not ElderState.JOINED:
            await tell_sender(turn, incoming, ThinkingOver(elder=elder.id))
            return True
        case "leave_question" if yes:
            await meeting.leave(uow, elder, now, rules)
        case "away_offer" if term := next((_TERMS[one] for one in asked if one in _TERMS), None):
            await go_away(incoming, turn, elder, term, await _why(turn, question))
        case "share_question" if yes or no:
            await _share(incoming, turn, elder, question, yes)
        case "watch_question" if yes:
            await _unwatch(incoming, turn, elder, question)
        case "leave_question" | "away_offer" | "watch_question" if no:
            await say_back(turn, incoming, "elder.as_before")
        case _:
            return False
    await question_over(turn, question.chat, question.message)
    return True


async def _said_there(turn: Turn, question: Posted) -> Notice | None:
    telling = await turn.uow.outbox.sent_as(question.chat, question.message)
    return telling.notice if telling is not None else None


async def _why(turn: Turn, question: Posted) -> PauseWhy:
    offer = await _said_there(turn, question)
    return offer.why if isinstance(offer, AwayOffer) else PauseWhy.AWAY


async def _share(incoming: Incoming, turn: Turn, elder: ElderRecord, question: Posted, yes: bool) -> None:
    put = await _said_there(turn, question)
    if isinstance(put, ShareQuestion) and yes:
        await sharing.is_a_report(turn.uow, elder, put.share, question.chat, turn.now, turn.rules)
    elif isinstance(put, ShareQuestion) and await sharing.only_shared(turn.uow, elder, put.share):
        await say_back(turn, incoming, "elder.only_shared")


async def _unwatch(incoming: Incoming, turn: Turn, elder: ElderRecord, question: Posted) -> None:
    put = await _said_there(turn, question)
    if isinstance(put, WatchQuestion) and await watching.end_watch(turn.uow, elder, put.family, turn.now):
        await say_back(turn, incoming, "elder.watch_over")

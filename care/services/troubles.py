"""Words of an elder that sound unwell: she is asked, and where she does not answer somebody looks."""

from __future__ import annotations

from datetime import datetime

import structlog

from care.domain.cries import Cry
from care.domain.elders import ElderRecord
from care.domain.notices import Lane, Says, TroubleQuestion
from care.domain.replies import says_no, says_yes
from care.domain.rules import Rules
from care.domain.signs import Heard
from care.domain.states import Kind, Severity
from care.services import cries
from care.services.ports import Address, Inquired, Inquiry, Step, UnitOfWork
from care.services.reassuring import tell_her

log = structlog.get_logger(__name__)

NEED = "need"  # the subject of words that ask for somebody to come
MOOD = "mood"  # the subject of words that say that her heart is heavy, or worse


async def ask_trouble(
    uow: UnitOfWork,
    elder: ElderRecord,
    chat: int,
    heard: Heard,
    words: str,
    message: int,
    now: datetime,
    rules: Rules,
) -> None:
    """您是不是不舒服？ Unanswered for `trouble_confirm` it is an urgent `help`.

    While she is asked already, her words are only added; while people are on their way, they hear them. `message` is
    hers: the same one asks once.
    """
    log.info("trouble.heard", elder=elder.id, why=heard.reason)
    if await said_meanwhile(uow, elder, words, now, rules):
        return
    if (asked := await _asked(uow, elder, chat)) is not None:
        await uow.inquiries.add_words(asked.id, words)
        if heard.because == NEED or says_yes(words):
            await _come(uow, elder, f"{asked.words}\n{words}", now, rules)
        elif heard.because == MOOD:  # the heaviest sentence is never left without an answer
            await _tell(uow, elder, chat, TroubleQuestion(inquiry=asked.id, mood=True), f"mood:{asked.id}", now)
        return
    until = now + rules.checkin.trouble_confirm
    inquiry = await uow.inquiries.ask(chat, elder.id, Inquired.TROUBLE, elder.id, now, until, words)
    question = TroubleQuestion(inquiry=inquiry, mood=heard.because == MOOD)
    await _tell(uow, elder, chat, question, f"trouble:{chat}:{message}", now)


async def said_meanwhile(uow: UnitOfWork, elder: ElderRecord, words: str, now: datetime, rules: Rules) -> bool:
    """What she says while people are on their way: it is for who comes, and she hears so. False: nobody is."""
    cry = await cries.live_cry(uow, elder)
    if cry is None:
        return False
    cry = await cries.add_words(uow, cry, elder, words, now, rules)
    await tell_her(uow, cry, Says.NOTED, now, key=f"{cry.claimed_by}:{now:%Y%m%d%H%M}", who=cry.claimed_by)
    return True


async def answered(
    uow: UnitOfWork, elder: ElderRecord, chat: int, words: str, now: datetime, rules: Rules
) -> bool | None:
    """Whether her words answer 您是不是不舒服？: True, somebody shall come (and is called); False, she is well.

    None where she was not asked, or it cannot be told: then the time runs on, and silence has somebody look.
    """
    asked = await _asked(uow, elder, chat)
    if asked is None:
        return None
    if says_yes(words):
        await _come(uow, elder, asked.words, now, rules)
        return True
    if says_no(words):
        await cries.forget_trouble(uow, elder, now)
        return False
    return None


async def inquiry_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """She has not answered whether she is unwell: somebody is asked to look, urgently."""
    inquiry = await uow.inquiries.get(number)
    if inquiry is None or inquiry.due_at is None or inquiry.due_at > now:
        return
    await uow.inquiries.close(inquiry.id)
    elder = await uow.elders.find(inquiry.elder) if inquiry.asked is Inquired.TROUBLE else None
    if elder is None:
        return
    cry = await cries.live_cry(uow, elder)
    if cry is not None:
        await cries.add_words(uow, cry, elder, inquiry.words, now, rules)
        return
    await cries.call_for(
        uow, elder, Kind.HELP, Severity.URGENT, now, rules, reason=Cry.TROUBLE_WORDS, text=inquiry.words
    )


async def _come(uow: UnitOfWork, elder: ElderRecord, words: str, now: datetime, rules: Rules) -> None:
    """She says that somebody shall come."""
    await cries.call_for(uow, elder, Kind.SOS, Severity.URGENT, now, rules, reason=Cry.KEY, text=words)


async def _tell(
    uow: UnitOfWork, elder: ElderRecord, chat: int, question: TroubleQuestion, key: str, now: datetime
) -> None:
    await uow.outbox.tell(question, Address(chat), lane=Lane.URGENT, step=Step.HER, key=key, now=now, person=elder.id)


async def _asked(uow: UnitOfWork, elder: ElderRecord, chat: int) -> Inquiry | None:
    pending = await uow.inquiries.pending(chat, elder.id)
    return next((one for one in pending if one.asked is Inquired.TROUBLE and one.elder == elder.id), None)

"""What somebody says came of an elder's matter, by the buttons of his sheet; and what that asks of him in turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from care.domain.away import Absence, back_on
from care.domain.elders import PauseWhy
from care.domain.entitlement import GUARDED, Act
from care.domain.errors import NotNow, Refused
from care.domain.items import Action, Item
from care.domain.knocking import KNOCKED, TICKS, knock_of, toggled
from care.domain.notices import (
    AtHomeQuestion,
    AwayQuestion,
    HospitalQuestion,
    Lane,
    Notice,
    OutcomeNamed,
    OutcomeWordsQuestion,
)
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Ending, Kind, Severity, State
from care.services import endings, kin, lists, pausing, sheets, sos
from care.services.acts import GROUP_FACES, change, tell_person
from care.services.climbing import climb
from care.services.ports import Asked, Step, UnitOfWork
from care.services.standing import Spoken, item_for

# What may be named by a button; that she herself or her family has answered is not a worker's to say.
NAMED = (Ending.PHONED, Ending.SEEN, Ending.HOSPITAL, Ending.AWAY, Ending.GONE, Ending.OTHER)
ANSWER_WITHIN = timedelta(minutes=30)
LEFT_AT_HOME = "left_at_home"  # a history's reason: whoever cared for somebody there is in hospital now


async def done(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """✅ 办结 on her card: the claimer gets his sheet (again), anybody else the outcomes only."""
    item = await _may_settle(uow, number, who, spoken, rules)
    if item.claimed_by == who.id and await sheets.elder_of(uow, item) is not None:
        await sheets.hand_out(uow, item, who, now, rules)
    else:
        await sheets.ask_outcome(uow, item, who, now)
    return item


async def name(
    uow: UnitOfWork, number: int, ending: Ending, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """This is how it ended; what has to be known besides is asked at once. 📝 其他 ends nothing before its words."""
    item = await _may_settle(uow, number, who, spoken, rules)
    if ending is Ending.OTHER:
        await _ask(uow, item, Asked.OUTCOME_WORDS, OutcomeWordsQuestion(item=number, asked=who.id), who, now)
        return item
    return await _end(uow, item, ending, who, now, rules)


async def in_words(
    uow: UnitOfWork, number: int, words: str, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """📝 其他: the words have come."""
    item = await _may_settle(uow, number, who, spoken, rules)
    return await _end(uow, item, Ending.OTHER, who, now, rules, note=words)


async def knocked(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """🔕 敲门没人应 settles nothing: it climbs at once, her family hears it, and there is a list of what to try.

    Said again it is a word of his and calls nobody anew.
    """
    item = await _may_settle(uow, number, who, spoken, rules)
    before = knock_of(await uow.items.history(number))
    item = await _said(uow, item, who, now, rules, KNOCKED)
    elder = await sheets.elder_of(uow, item)
    if before is None:
        item = await climb(uow, item, who, now, rules, to=None, reason=KNOCKED, why=KNOCKED)
        if elder is not None:
            await kin.tell_family(uow, elder, kin.Trouble.KNOCKED, now, rules, item=item)
        await lists.renew_line(uow, item.number, now)
    await _read_anew(uow, item, now)
    return item


async def tick(
    uow: UnitOfWork, number: int, step: int, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """One line of the list is done, or not after all; the cards show it."""
    item = await _may_settle(uow, number, who, spoken, rules)
    knock = knock_of(await uow.items.history(number))
    if knock is None or step not in TICKS:
        raise Refused("refused.unknown_press")
    item = await _said(uow, item, who, now, rules, toggled(knock, step))
    await _read_anew(uow, item, now)
    return item


async def away_for(uow: UnitOfWork, number: int, absence: Absence, who: Person, now: datetime, rules: Rules) -> None:
    """🧳 外出: for how long. Raises Refused once that is moot, or for somebody else than who said it."""
    item = await _his_outcome(uow, number, Ending.AWAY, who)
    elder = await sheets.elder_of(uow, item)
    if elder is None:
        raise Refused("refused.gone")
    until = back_on(absence, now.astimezone(rules.zone).date())
    why = PauseWhy.LATER if until is None else PauseWhy.AWAY
    await pausing.pause(uow, elder, until, why, who, now, rules)
    await lists.renew(uow, elder.id, now)


async def hospital(uow: UnitOfWork, number: int, words: str, who: Person, now: datetime, rules: Rules) -> None:
    """🏥 which one; empty: he would rather not say now. Her family's message names it. Then: who is left at home?"""
    item = await _his_outcome(uow, number, Ending.HOSPITAL, who)
    await _answered(uow, item, Asked.HOSPITAL, who, now)
    if words:
        await change(
            uow, item, Action.NOTE, by=who, now=now, rules=rules, reason=endings.HOSPITAL, note=words, faces=()
        )
        for telling in await uow.outbox.told(number, [Step.ALL_CLEAR]):
            if telling.message is not None:
                await uow.messages.wish_anew(telling.address.chat, telling.message, now)
    await _ask(uow, item, Asked.AT_HOME, AtHomeQuestion(item=number, asked=who.id), who, now)


async def at_home(uow: UnitOfWork, number: int, words: str, who: Person, now: datetime, rules: Rules) -> Item | None:
    """家里还有谁要照顾？ Whoever that is becomes a matter of its own; empty: nobody."""
    item = await _his_outcome(uow, number, Ending.HOSPITAL, who)
    await _answered(uow, item, Asked.AT_HOME, who, now)
    elder = await sheets.elder_of(uow, item)
    if not words or elder is None:
        return None
    return await sos.call_for(uow, elder, Kind.HELP, Severity.HIGH, now, rules, reason=LEFT_AT_HOME, text=words)


async def undo_is_over(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """↶ is no longer offered where the outcome was named."""
    for posted in await uow.messages.of_item(item.number):
        if posted.subject == "outcome_named":
            await uow.messages.wish_anew(posted.chat, posted.message, now)


async def _may_settle(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, rules: Rules) -> Item:
    """Raises Refused; an outcome is named of what somebody has, so that an old button never ends a new alarm."""
    item = await item_for(uow, number, Act.SETTLE, who, spoken, rules)
    if item.kind not in GUARDED:
        raise Refused("refused.unknown_press")
    if item.state is State.OPEN:
        raise Refused("sheet.claim_first", number=number)
    if not item.live:
        raise NotNow(number, item.state, Action.RESOLVE)
    return item


async def _end(
    uow: UnitOfWork, item: Item, ending: Ending, who: Person, now: datetime, rules: Rules, *, note: str = ""
) -> Item:
    await _take_questions_off(uow, item, now)
    item = await endings.end(uow, item, ending, who, now, rules, note=note)
    key = f"{item.number}:outcome_named:{item.version}"
    named = OutcomeNamed(item=item.number, asked=who.id)
    await tell_person(uow, who, named, step=Step.OUTCOME, key=key, now=now, lane=Lane.ANSWER)
    if ending is Ending.HOSPITAL:
        await _ask(uow, item, Asked.HOSPITAL, HospitalQuestion(item=item.number, asked=who.id), who, now)
    if ending is Ending.AWAY:
        await _ask(uow, item, None, AwayQuestion(item=item.number, asked=who.id), who, now)
    return item


async def _his_outcome(uow: UnitOfWork, number: int, ending: Ending, who: Person) -> Item:
    """What was settled so, and by this person."""
    item = await uow.items.get(number)
    if item.ending is not ending or item.resolved_by != who.id:
        raise Refused("refused.not_now", number=number)
    return item


async def _said(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules, reason: str) -> Item:
    """A word of the claimer answers our asking; of somebody else it is noted."""
    action = Action.HEARD if item.claimed_by == who.id else Action.NOTE
    return await change(uow, item, action, by=who, now=now, rules=rules, reason=reason, faces=GROUP_FACES)


async def _ask(uow: UnitOfWork, item: Item, asked: Asked | None, notice: Notice, who: Person, now: datetime) -> None:
    """Put the question in private; what is answered in words waits for them."""
    if who.telegram_id is None:
        return
    if asked is not None:
        await _answered(uow, item, asked, who, now)
        await uow.questions.ask(who.telegram_id, who.id, asked, item.number, now, now + ANSWER_WITHIN)
    before = len(await uow.outbox.fates(item.number, Step.OUTCOME, who.id))
    key = f"{item.number}:{notice.kind}:{who.id}:{before}"
    await tell_person(uow, who, notice, step=Step.OUTCOME, key=key, now=now, lane=Lane.ANSWER)


async def _answered(uow: UnitOfWork, item: Item, asked: Asked, who: Person, now: datetime) -> None:
    """The question waits no longer, and what put it goes."""
    for question in await uow.questions.of_item(item.number, [asked]):
        if question.person == who.id:
            await uow.questions.close(question.id)
            if question.message is not None:
                await uow.messages.wish_gone(question.chat, question.message, now)


async def _read_anew(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """Sheets and outcomes in private show what has been tried."""
    for posted in await uow.messages.of_item(item.number):
        if posted.subject in ("claimers_sheet", "outcome_question"):
            await uow.messages.wish_anew(posted.chat, posted.message, now)


async def _take_questions_off(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """It has an outcome: who was asked for one need not name it."""
    await uow.outbox.supersede(item.number, [Step.OUTCOME])
    for posted in await uow.messages.of_item(item.number):
        if posted.subject in ("outcome_question", "outcome_words_question"):
            await uow.messages.wish_gone(posted.chat, posted.message, now)

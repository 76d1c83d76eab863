"""How an item ends: with a proof, without one, by the reporter's own hand; and how it opens again."""

from __future__ import annotations

from datetime import datetime

from care.domain.due import next_look
from care.domain.entitlement import Act
from care.domain.errors import NotNow, Refused
from care.domain.items import Action, Category, Details, Item, State, begin
from care.domain.notices import Lane, NotYetQuestion, ProofQuestion
from care.domain.people import Person
from care.domain.rules import Rules
from care.services import endings
from care.services.acts import PROGRESS, change, tell_person
from care.services.claims import renew_offers, take_back_questions, tell_reporter, where_pressed
from care.services.ended import tell_end, unsay_end
from care.services.ports import Address, Asked, Face, Step, UnitOfWork
from care.services.reports import LATE_ANSWERS, Given, close_questions, enclose, home_area, send_out
from care.services.showing import call_again, show
from care.services.standing import Spoken, item_for


async def say_done(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """✅ 办结: ask for the proof where it was pressed; until it comes the item stays claimed."""
    item = await item_for(uow, number, Act.SETTLE, who, spoken, rules)
    item = await change(uow, item, Action.SAY_DONE, by=who, now=now, rules=rules)
    await take_back_questions(uow, item, now, Asked.PROOF)
    until = now + rules.proof_within
    await uow.questions.ask(spoken.chat, who.id, Asked.PROOF, number, now, until)
    await uow.outbox.tell(
        ProofQuestion(item=number, asked=who.id),
        await where_pressed(uow, item, spoken),
        lane=Lane.ANSWER,
        step=Step.PROOF,
        key=f"{number}:proof:{item.version}",
        now=now,
        person=who.id,
        reply_to=spoken.message,
        expires_at=until,
    )
    return item


async def prove(
    uow: UnitOfWork, number: int, given: Given, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """The proof came, as a photo or in words: the item is settled."""
    item = await item_for(uow, number, Act.SETTLE, who, spoken, rules)
    if item.state is State.RESOLVED:  # a second photo of the same proof
        await enclose(uow, item, given, who, now, purpose="proof")
        await uow.cards.touch(number)
        return item
    return await _resolve(uow, item, given, who, now, rules, reason="proved")


async def settle_without_proof(
    uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """无需照片，直接办结."""
    item = await item_for(uow, number, Act.SETTLE, who, spoken, rules)
    return await _resolve(uow, item, Given(), who, now, rules, reason="no_proof")


async def offer_self(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """💪 我已随手处理: ask the reporter for the after-photo."""
    if item.held:
        raise Refused("refused.held", number=item.number)
    if item.state not in (State.DRAFT, State.OPEN):
        raise NotNow(item.number, item.state, Action.SELF_SETTLE)
    await close_questions(uow, item, Asked.DETAILS)
    if who.telegram_id is not None:
        await uow.questions.ask(who.telegram_id, who.id, Asked.SELF_PHOTO, item.number, now, now + rules.proof_within)
    return await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason="self_offered")


async def self_settle(uow: UnitOfWork, item: Item, given: Given, who: Person, now: datetime, rules: Rules) -> Item:
    """The after-photo came: the reporter did it himself, and a worker other than he confirms."""
    details = Details(
        self_settled=True,
        proof=given.text.strip() or None,
        area=item.area or await home_area(uow, item, rules),
        category=item.category or Category.OTHER,
    )
    item = await change(uow, item, Action.SELF_SETTLE, by=who, now=now, rules=rules, details=details)
    await enclose(uow, item, given, who, now, purpose="proof")
    await close_questions(uow, item)
    await renew_offers(uow, item, now)
    await show(uow, item, rules)
    return item


async def confirm_self(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """👍 确认 by a worker: the reporter's own work is good, and he hears it."""
    item = await item_for(uow, number, Act.CONFIRM_SELF, who, spoken, rules)
    item = await change(uow, item, Action.CONFIRM, by=who, now=now, rules=rules, reason="worker")
    await tell_reporter(uow, item, "ended.self_confirmed", now)
    return item


async def content(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """👍 满意 by the reporter."""
    return await change(uow, item, Action.CONFIRM, by=who, now=now, rules=rules, reason="reporter")


async def ask_not_yet(uow: UnitOfWork, item: Item, who: Person, now: datetime) -> Item:
    """↩️ 没解决: ask the reporter what is left to do."""
    if item.state not in (State.RESOLVED, State.CLOSED):
        raise NotNow(item.number, item.state, Action.REOPEN)
    if who.telegram_id is not None:
        key = f"{item.number}:not_yet:{item.version}"
        await tell_person(uow, who, NotYetQuestion(item=item.number), step=Step.NOT_YET, key=key, now=now)
        await uow.questions.ask(who.telegram_id, who.id, Asked.NOT_YET, item.number, now, now + LATE_ANSWERS)
    return item


async def not_yet(uow: UnitOfWork, item: Item, given: Given, who: Person, now: datetime, rules: Rules) -> Item:
    """The reporter says what is left: it opens again, or, once archived, a new item linked to it goes out."""
    await close_questions(uow, item, Asked.NOT_YET)
    if item.state is State.RESOLVED:
        item = await _reopen(uow, item, given.text.strip(), who, now, rules, reason="not_yet")
        await enclose(uow, item, given, who, now)
        return item
    number = await uow.items.next_number()
    details = Details(
        kind=item.kind,
        category=item.category,
        severity=item.severity,
        area=item.area,
        place=item.place,
        text=given.text.strip() or item.text,
        reporter=who.id,
        reporter_known=who.enrolled,
        linked_to=item.number,
    )
    fresh, event = begin(number, Action.REPORT, at=now, actor=who.id, details=details, reason="not_yet")
    await uow.items.add(fresh, event, next_look(fresh, now, rules))
    if who.telegram_id is not None:
        receipt = Address(who.telegram_id)
        await uow.cards.want(number, receipt, Face.RECEIPT, lane=Lane.ANSWER, person=who.id)
    await enclose(uow, fresh, given, who, now)
    return await send_out(uow, fresh, who, now, rules, reason="not_yet")


async def reopen(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """🔄 重新打开 on the card."""
    item = await item_for(uow, number, Act.REOPEN, who, spoken, rules)
    heard = item.state is State.RESOLVED and not await unsay_end(uow, item)
    item = await _reopen(uow, item, "", who, now, rules, reason="reopened")
    if heard and item.reporter not in (who.id, item.about):
        await tell_reporter(uow, item, "ended.reopened", now)
    return item


async def note(
    uow: UnitOfWork, number: int, given: Given, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """Progress, in the words of somebody who works on it; a photo is kept with the item."""
    item = await item_for(uow, number, Act.NOTE, who, spoken, rules)
    words = given.text.strip()
    item = await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason=PROGRESS, note=words)
    await enclose(uow, item, given, who, now)
    return item


async def _added_to(uow: UnitOfWork, live: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """An elder has one alarm of a sort at a time: what would open beside it raises the live one anew."""
    live = await change(uow, live, Action.URGE, by=who, now=now, rules=rules, reason="reopened")
    await call_again(uow, live, "reopened", now)
    return live


async def _resolve(
    uow: UnitOfWork, item: Item, given: Given, who: Person, now: datetime, rules: Rules, reason: str
) -> Item:
    await enclose(uow, item, given, who, now, purpose="proof")
    words = given.text.strip() or None
    faces = [Face.CARD, Face.VEILED]  # the reporter's receipt follows once he has been told
    item = await change(
        uow,
        item,
        Action.RESOLVE,
        by=who,
        now=now,
        rules=rules,
        reason=reason,
        details=Details(proof=words),
        faces=faces,
    )
    await enclose(uow, item, given, who, now, purpose="proof")
    await take_back_questions(uow, item, now)
    await tell_end(uow, item, now, rules)
    return item


async def _reopen(
    uow: UnitOfWork, item: Item, words: str, who: Person, now: datetime, rules: Rules, reason: str
) -> Item:
    """Open again: the first time it stays in its grid, from the second it is shown one rung higher too.

    Beside a younger live alarm of the same sort about one elder it raises that one anew, which is handed back.
    """
    if item.state is State.RESOLVED and (younger := await endings.younger_live(uow, item)) is not None:
        return await _added_to(uow, younger, who, now, rules)
    was = item
    # what its reporter settled before it went out has no clocks yet
    details = Details(policy=item.policy or rules.policy_of(item.kind, item.severity))
    item = await change(
        uow, item, Action.REOPEN, by=who, now=now, rules=rules, reason=reason, note=words, details=details
    )
    await unsay_end(uow, item)
    await endings.take_back(uow, was, item, who, now, rules, slip=False)
    await show(uow, item, rules)
    await call_again(uow, item, "reopened", now)
    return item

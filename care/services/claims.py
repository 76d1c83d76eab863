"""Who takes an item, gives it back, or says that it needs nobody."""

from __future__ import annotations

from datetime import datetime

from care.domain.entitlement import GUARDED, Act
from care.domain.errors import AlreadyClaimed, Refused
from care.domain.items import Action, Details, DismissReason, Item, Severity
from care.domain.notices import (
    DismissQuestion,
    Lane,
    PromiseQuestion,
    Sentence,
    TakenOver,
    TransferQuestion,
    WhereQuestion,
)
from care.domain.people import Person
from care.domain.rules import Rules
from care.services import sheets
from care.services.acts import GROUP_FACES, change, tell_person
from care.services.ended import tell_end
from care.services.ports import Address, Asked, Card, Step, UnitOfWork
from care.services.reports import LATE_ANSWERS
from care.services.showing import call_again, show
from care.services.standing import Spoken, area_here, is_above, item_for

# Questions that stand where they were asked until they are answered, and the outbox step that put them there.
IN_GROUPS = {
    Asked.PROOF: Step.PROOF,
    Asked.DISMISS: Step.DISMISS,
    Asked.DISMISS_WORDS: Step.DISMISS,
    Asked.PROMISE: Step.PROMISE,
    Asked.TRANSFER: Step.TRANSFER,
}
Menu = DismissQuestion | PromiseQuestion | TransferQuestion
_OF_THE_UNCLAIMED = (Asked.DISMISS, Asked.DISMISS_WORDS, Asked.TRANSFER)
_OF_THE_CLAIMER = (Asked.PROOF, Asked.PROMISE, Asked.TRANSFER)


async def claim(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """Give the item to the first entitled person who asks; raises AlreadyClaimed for the rest.

    An elder's matter is his once her sheet has reached him: until then the item stays open (`Item.pledged_by`).
    """
    item = await item_for(uow, number, Act.CLAIM, who, spoken, rules)
    item.apply(Action.CLAIM, at=now, actor=who.id)  # whoever is second hears so before anything of hers is sent
    here = None if spoken.private else await area_here(uow, item, await where_pressed(uow, item, spoken), rules)
    return await take(uow, item, who, here, now, rules)


async def take(
    uow: UnitOfWork, item: Item, who: Person, here: str | None, now: datetime, rules: Rules, *, reason: str = ""
) -> Item:
    """He takes what nobody has: at once, or as soon as the sheet has reached him. `here`: the area of the group."""
    if await sheets.elder_of(uow, item) is not None:
        return await sheets.pledge(uow, item, who, here, now, rules, reason=reason)
    return await has_it(uow, item, Action.CLAIM, who, here, now, rules, reason=reason)


async def has_it(
    uow: UnitOfWork,
    item: Item,
    action: Action,
    who: Person,
    here: str | None,
    now: datetime,
    rules: Rules,
    *,
    reason: str = "",
) -> Item:
    """The claim counts: by `action` (CLAIM, TAKE_OVER) it is his, and whoever waited for that learns it."""
    former = item.claimed_by
    details = Details(claimed_from=here)
    item = await change(uow, item, action, by=who, now=now, rules=rules, reason=reason, details=details)
    over = action is Action.TAKE_OVER
    await take_back_questions(uow, item, now, *(_OF_THE_CLAIMER if over else _OF_THE_UNCLAIMED))
    await renew_offers(uow, item, now)
    if over and former is not None:
        await show(uow, item, rules)  # the card that the former claimer had to himself goes
        told = await uow.people.get(former)
        key = f"{item.number}:taken_over:{item.version}"
        notice = TakenOver(item=item.number)
        await tell_person(uow, told, notice, step=Step.TRANSFER, key=key, now=now, lane=Lane.ROUTINE)
    return item


async def take_over(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """🤝: somebody above takes it from who has it, who is told kindly. An elder's matter once he has her sheet, too."""
    item = await item_for(uow, number, Act.TAKE_OVER, who, spoken, rules)
    where = await where_pressed(uow, item, spoken)
    former = item.claimed_by
    above = await is_above(uow, item, where, who if spoken.private else None, rules)
    if item.live and former is not None and (former == who.id or not above):  # or somebody of this group has it by now
        raise AlreadyClaimed(number, former)
    item.apply(Action.TAKE_OVER, at=now, actor=who.id)
    here = None if spoken.private else await area_here(uow, item, where, rules)
    if await sheets.elder_of(uow, item) is not None:
        return await sheets.pledge(uow, item, who, here, now, rules)
    return await has_it(uow, item, Action.TAKE_OVER, who, here, now, rules)


async def release(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """The claimer (or a coordinator) gives it back: it waits for somebody again."""
    item = await item_for(uow, number, Act.RELEASE, who, spoken, rules)
    item = await change(uow, item, Action.RELEASE, by=who, now=now, rules=rules)
    await take_back_questions(uow, item, now, *_OF_THE_CLAIMER)
    await show(uow, item, rules)  # a card that the claimer had to himself goes
    if item.kind in GUARDED and item.severity is Severity.URGENT:
        await call_again(uow, item, "given_back", now, who=who.id)
    return item


async def ask_why_not(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """🚫: ask the presser why the item needs nobody, where he pressed."""
    item = await item_for(uow, number, Act.DISMISS, who, spoken, rules)
    item.apply(Action.DISMISS, at=now, actor=who.id)  # refuses now what would be refused after the answer
    await ask_here(uow, item, Asked.DISMISS, DismissQuestion(item=number, asked=who.id), who, spoken, now, rules)
    return item


async def dismiss(
    uow: UnitOfWork,
    number: int,
    reason: DismissReason,
    who: Person,
    spoken: Spoken,
    now: datetime,
    rules: Rules,
    words: str = "",
) -> Item:
    """It needs nobody, for this reason; the reporter is told kindly."""
    item = await item_for(uow, number, Act.DISMISS, who, spoken, rules)
    details = Details(dismiss_reason=reason)
    item = await change(
        uow,
        item,
        Action.DISMISS,
        by=who,
        now=now,
        rules=rules,
        reason=reason,
        note=words,
        details=details,
        faces=GROUP_FACES,  # the reporter's receipt follows once he has been told
    )
    await take_back_questions(uow, item, now)
    await renew_offers(uow, item, now)
    await tell_end(uow, item, now, rules)
    return item


async def ask_reason_in_words(
    uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Item:
    """📝 其他: the reason will come as a sentence."""
    item = await item_for(uow, number, Act.DISMISS, who, spoken, rules)
    item.apply(Action.DISMISS, at=now, actor=who.id)
    await take_back_questions(uow, item, now, Asked.DISMISS)
    question = DismissQuestion(item=number, asked=who.id, in_words=True)
    await ask_here(uow, item, Asked.DISMISS_WORDS, question, who, spoken, now, rules)
    return item


async def ask_where(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """❓ 问问在哪: the question goes back to the reporter, once per state of knowledge."""
    item = await item_for(uow, number, Act.ASK_WHERE, who, spoken, rules)
    item.apply(Action.NOTE, at=now, actor=who.id)
    if not item.live:
        raise Refused("refused.ended", number=number)
    reporter = await uow.people.get(item.reporter) if item.reporter is not None else None
    if reporter is None or reporter.telegram_id is None:
        raise Refused("refused.no_reporter", number=number)
    if await uow.questions.of_item(number, [Asked.WHERE]):
        raise Refused("refused.asked_already", number=number)
    await tell_person(
        uow, reporter, WhereQuestion(item=number), step=Step.WHERE, key=f"{number}:where:{item.version}", now=now
    )
    await uow.questions.ask(reporter.telegram_id, reporter.id, Asked.WHERE, number, now, now + LATE_ANSWERS)
    return await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason="asked_where")


async def ask_here(
    uow: UnitOfWork,
    item: Item,
    asked: Asked,
    menu: Menu,
    who: Person,
    spoken: Spoken,
    now: datetime,
    rules: Rules,
) -> None:
    """Put a small menu under the card that was pressed. It waits `proof_within`; pressed again, it stands once."""
    step = IN_GROUPS[asked]
    for question in await uow.questions.of_item(item.number, [asked]):
        if (question.chat, question.person) != (spoken.chat, who.id):
            continue
        if question.message is None:
            return  # it is on its way
        await uow.messages.wish_gone(question.chat, question.message, now)
        await uow.questions.close(question.id)
    until = now + rules.proof_within
    await uow.questions.ask(spoken.chat, who.id, asked, item.number, now, until)
    before = len(await uow.outbox.told(item.number, [step]))
    card = await card_pressed(uow, item, spoken)
    await uow.outbox.tell(
        menu,
        card.address if card else Address(spoken.chat),
        lane=Lane.ANSWER,
        step=step,
        key=f"{item.number}:{asked}:{item.version}:{who.id}:{before}",
        now=now,
        person=who.id,
        reply_to=card.message if card else spoken.message,
        expires_at=until,
    )


async def renew_offers(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """Who was asked in private to take it need not answer any more, who let somebody help sees what came of it."""
    for telling in await uow.outbox.told(item.number, [Step.OFFER, Step.HAND]):
        if telling.message is not None:
            await uow.messages.wish_anew(telling.address.chat, telling.message, now)
    await uow.outbox.supersede(item.number, [Step.OFFER])


async def take_back_questions(uow: UnitOfWork, item: Item, now: datetime, *asked: Asked) -> None:
    """Questions about the item (default: all) wait no longer; what asked them in a group goes away, sent or not."""
    for question in await uow.questions.of_item(item.number, asked or None):
        await uow.questions.close(question.id)
        if question.message is not None and question.asked in IN_GROUPS:
            await uow.messages.wish_gone(question.chat, question.message, now)
    steps = {IN_GROUPS[one] for one in asked or IN_GROUPS if one in IN_GROUPS}
    if steps:
        await uow.outbox.supersede(item.number, steps)


async def where_pressed(uow: UnitOfWork, item: Item, spoken: Spoken) -> Address:
    """The chat, and the topic in it, where the item's card was pressed."""
    card = await card_pressed(uow, item, spoken)
    if card is not None:
        return card.address
    named = [row for row in await uow.lists.of_item(item.number) if row.address.chat == spoken.chat]
    pressed = [row for row in named if row.message == spoken.message]
    return next((row.address for row in pressed or named), Address(spoken.chat))


async def card_pressed(uow: UnitOfWork, item: Item, spoken: Spoken) -> Card | None:
    """The item's card in the chat where something was pressed: the pressed one, else the first of its topics."""
    cards = [card for card in await uow.cards.of_item(item.number) if card.address.chat == spoken.chat]
    pressed = [card for card in cards if card.message == spoken.message]
    return next(iter(pressed or cards), None)


async def tell_reporter(uow: UnitOfWork, item: Item, key: str, now: datetime) -> None:
    """One sentence to the reporter, once per state of the item."""
    if item.reporter is None:
        return
    reporter = await uow.people.get(item.reporter)
    notice = Sentence(key=key, args={"number": item.number}, item=item.number)
    await tell_person(
        uow, reporter, notice, step=Step.ANSWER, key=f"{item.number}:{key}:{item.version}", now=now, lane=Lane.ROUTINE
    )

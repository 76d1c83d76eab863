"""↪️ 转派: to another grid, to the area above, or to a person, who is asked first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from care.domain.areas import Level
from care.domain.entitlement import Act
from care.domain.errors import AlreadyClaimed, NotNow, Refused
from care.domain.items import Action, Details, Item, State
from care.domain.notices import Lane, Sentence, TransferOffer, TransferQuestion
from care.domain.people import WORKING, Person
from care.domain.rules import Rules
from care.domain.transfers import Why, destinations, landing
from care.services.acts import change, haste, tell_person
from care.services.claims import ask_here, claim, renew_offers, take_back_questions
from care.services.handing import OFFER_UNREACHABLE
from care.services.ports import Address, Asked, Face, Step, Telling, UnitOfWork
from care.services.rungs import rungs_of
from care.services.showing import call_again, show
from care.services.standing import Spoken, item_for

MOST_PEOPLE = 10  # more names than this nobody reads


async def ask_where_to(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """↪️: ask the presser where to, where he pressed."""
    item = await _transferable(uow, number, who, spoken, now, rules)
    await ask_here(uow, item, Asked.TRANSFER, TransferQuestion(item=number, asked=who.id), who, spoken, now, rules)
    return item


async def ask_whom(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """👤: ask the presser to whom; a menu of its own takes the place of the first."""
    item = await _transferable(uow, number, who, spoken, now, rules)
    if not await candidates(uow, item, who.id, rules):
        raise Refused("refused.nobody_to_ask")
    await take_back_questions(uow, item, now, Asked.TRANSFER)
    menu = TransferQuestion(item=number, asked=who.id, people=True)
    await ask_here(uow, item, Asked.TRANSFER, menu, who, spoken, now, rules)
    return item


async def candidates(uow: UnitOfWork, item: Item, asked: int, rules: Rules) -> Sequence[Person]:
    """Whom the presser may ask: enrolled workers who can be written to, of the item's own grid first, then the rest."""
    tree = rules.tree
    grid = next((step.id for step in tree.lineage(item.area) if step.level is Level.GRID), item.area)
    home = tree.community_of(item.area)
    near = [area for area in tree.areas if grid is not None and tree.under(area, grid)]
    far = [area for area in tree.areas if home is not None and tree.under(area, home.id)]
    found: dict[int, Person] = {}
    for areas in (near, far):
        for person in await uow.people.holding(WORKING, areas):
            if person.telegram_id is not None and person.id not in (asked, item.claimed_by):
                found.setdefault(person.id, person)
    return list(found.values())[:MOST_PEOPLE]


async def to_area(
    uow: UnitOfWork, number: int, area: str, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> tuple[Item, Why]:
    """To another area: the claim ends, reminders start anew. What is handed round goes to the area above."""
    item = await _transferable(uow, number, who, spoken, now, rules)
    wanted = rules.tree.get(area)
    if wanted is not None and wanted.id == item.area:
        raise Refused("refused.there_already", number=number, area=wanted.name)
    offered = destinations(rules.tree, item.area)
    if wanted is None or wanted not in [*offered.grids, offered.parent]:  # forged, or not in the config any more
        raise Refused("refused.unknown_press")
    land = landing(await uow.items.history(number), item.area, wanted.id, rules.tree)
    if land is None:
        raise Refused("refused.handed_round", number=number, area=wanted.name)
    former = item.claimed_by
    stood = {card.address for card in await uow.cards.of_item(number) if card.face is Face.CARD and card.posted}
    details = Details(area=land.area, offered_to=None)
    item = await change(uow, item, Action.TRANSFER, by=who, now=now, rules=rules, reason=land.why, details=details)
    await take_back_questions(uow, item, now)
    await renew_offers(uow, item, now)
    await show(uow, item, rules, handed_on=True)
    await _ring_where_it_stood(uow, item, stood, now, rules)
    if former is not None and former != who.id:
        await _tell_former(uow, item, former, now, rules)
    return item, land.why


async def to_person(
    uow: UnitOfWork, number: int, person: int, who: Person, spoken: Spoken, now: datetime, rules: Rules
) -> Person:
    """Ask somebody in private; the item waits in its grid meanwhile, and anybody may still claim it."""
    item = await _transferable(uow, number, who, spoken, now, rules)
    chosen = next((one for one in await candidates(uow, item, who.id, rules) if one.id == person), None)
    if chosen is None:  # forged, off the roster by now, or he has just claimed it
        raise Refused("refused.cannot_be_asked")
    former = item.claimed_by
    await renew_offers(uow, item, now)
    details = Details(offered_to=chosen.id)
    item = await change(uow, item, Action.TRANSFER, by=who, now=now, rules=rules, reason="person", details=details)
    await take_back_questions(uow, item, now)
    await show(uow, item, rules)  # a card that the former claimer had to himself goes
    await tell_person(
        uow,
        chosen,
        TransferOffer(item=number),
        step=Step.OFFER,
        key=f"{number}:offer:{item.version}",
        now=now,
        lane=haste(item),
    )
    if former is not None and former != who.id:
        await _tell_former(uow, item, former, now, rules)
    return chosen


async def accept(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    """👌 我接: he was asked and takes it; he gets the card where he is. Raises AlreadyClaimed where somebody has it."""
    asked = await uow.messages.find(spoken.chat, spoken.message) if spoken.message is not None else None
    if asked is not None and asked.item == number and asked.person == who.id:
        _still_waits(await uow.items.get(number), who)
    item = await claim(uow, number, who, spoken, now, rules)
    await uow.cards.want(number, Address(spoken.chat), Face.CARD, lane=haste(item), person=who.id)
    if spoken.message is not None:
        await uow.messages.wish_gone(spoken.chat, spoken.message, now)
    return item


async def offer_ended(uow: UnitOfWork, telling: Telling, now: datetime, rules: Rules, *, unreachable: bool) -> None:
    """The question reached him, or he cannot be reached in private: then the offer falls away, and the card says so."""
    item = await uow.items.get(telling.item or 0)
    waits = item.state is State.OPEN and item.offered_to is not None and item.offered_to == telling.person
    if not waits and telling.message is not None:  # settled while it was on its way
        await uow.messages.wish_anew(telling.address.chat, telling.message, now)
    if waits and unreachable:
        gone = Details(offered_to=None)
        await change(uow, item, Action.NOTE, by=None, now=now, rules=rules, reason=OFFER_UNREACHABLE, details=gone)


def _still_waits(item: Item, who: Person) -> None:
    """Raises what tells who was asked why he need not answer any more."""
    if item.claimed_by is not None and item.state is State.CLAIMED:
        raise AlreadyClaimed(item.number, item.claimed_by)
    if item.state is not State.OPEN:
        raise NotNow(item.number, item.state, Action.CLAIM)
    if item.offered_to != who.id:
        raise Refused("refused.offer_gone", number=item.number)


async def _transferable(uow: UnitOfWork, number: int, who: Person, spoken: Spoken, now: datetime, rules: Rules) -> Item:
    item = await item_for(uow, number, Act.TRANSFER, who, spoken, rules)
    item.apply(Action.TRANSFER, at=now, actor=who.id)  # refuses now what would be refused after the answer
    return item


async def _ring_where_it_stood(uow: UnitOfWork, item: Item, stood: set[Address], now: datetime, rules: Rules) -> None:
    """Where its new area is told, the card may stand already (it had climbed there): an edit rings nobody."""
    rungs = await rungs_of(uow, item, rules)
    first = {spot.address for spot in rungs[0].spots} if rungs else set()
    await call_again(uow, item, "transferred", now, only=first & stood)


async def _tell_former(uow: UnitOfWork, item: Item, former: int, now: datetime, rules: Rules) -> None:
    """Who had it need not go on; nobody takes it from him without a word."""
    area = rules.tree.get(item.area)
    args: dict[str, str | int] = {"number": item.number, "area": area.name if area else rules.community}
    sentence = "transfer.told_person" if item.offered_to is not None else "transfer.told_area"
    notice = Sentence(key=sentence, args=args, item=item.number)
    person = await uow.people.get(former)
    key = f"{item.number}:moved:{item.version}"
    await tell_person(uow, person, notice, step=Step.TRANSFER, key=key, now=now, lane=Lane.ROUTINE)

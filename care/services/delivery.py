"""What became of what we told and showed, and what follows from it."""

from __future__ import annotations

from datetime import datetime

import structlog

from care.domain.entitlement import coordinates
from care.domain.items import Action, Item, Severity
from care.domain.notices import Ended, HowIsIt, NameList, TransferOffer, WhereQuestion
from care.domain.rules import Rules
from care.services import alarm, erasing, greeting, groups, kin, list_posts, meeting, pledging, voices
from care.services.acts import REPORTER_UNREACHABLE, change
from care.services.asking import ask_in_group
from care.services.ports import Address, Asked, Card, Face, Telling, UnitOfWork
from care.services.reassuring import CRIES
from care.services.results import Outcome, SendResult
from care.services.rungs import coordinators
from care.services.showing import call_coordinators, call_next
from care.services.transferring import offer_ended

log = structlog.get_logger(__name__)

_ONE_AT_A_TIME = frozenset({"menu", "open_list", "no_admin", "today"})
_NEVER = (Outcome.GONE, Outcome.REJECTED, Outcome.LACKING)


async def record(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime, rules: Rules) -> None:
    """A telling ended. The reporter's receipt says the end once he has been told it, or cannot be."""
    await _of_the_group(uow, telling.address, result, now, rules)
    if telling.notice.kind in _ONE_AT_A_TIME and result.message is not None:
        await groups.replaced(uow, telling.notice.kind, telling.address, result.message, now)
    await greeting.delivered(uow, telling, result, now, rules)
    await kin.delivered(uow, telling, result, now)
    await meeting.delivered(uow, telling, result, now)
    await erasing.delivered(uow, telling)
    if isinstance(telling.notice, NameList):
        await _of_a_list(uow, telling.notice.list, result, now, rules)
    await voices.delivered(uow, telling, result, now)
    if telling.item is None:
        return
    await pledging.ended(uow, telling, result, now, rules)
    if isinstance(telling.notice, Ended):
        await uow.cards.touch(telling.item, [Face.RECEIPT])
        await _bare_if_undone(uow, telling.item, telling, now)
    if isinstance(telling.notice, TransferOffer):
        await offer_ended(uow, telling, now, rules, unreachable=result.outcome in _NEVER)
    if isinstance(telling.notice, WhereQuestion) and result.outcome in _NEVER:
        await _nobody_to_ask(uow, telling.item, now, rules)
    if isinstance(telling.notice, HowIsIt) and telling.person is not None and result.outcome in _NEVER:
        await ask_in_group(uow, await uow.items.get(telling.item), telling.notice, now)


async def shown(uow: UnitOfWork, card: Card, result: SendResult, now: datetime, rules: Rules) -> None:
    """A card was shown, or cannot be: what one chat cannot be shown goes on to somebody who can."""
    if await _of_the_group(uow, card.address, result, now, rules, card=card.id):
        return  # all that was to be shown there is shown elsewhere by now
    if result.outcome not in _NEVER or card.face in (Face.RECEIPT, Face.MOVED):
        return
    item = await uow.items.get(card.item)
    if not (item.live or item.held) or await _called_beside_a_group(uow, item, card, rules):
        return
    if card.person is None and await coordinators(uow, item.area, rules):
        await call_coordinators(uow, item, rules)
    elif not await call_next(uow, item, rules):
        await _nobody_reachable(uow, item, now, rules)


async def _called_beside_a_group(uow: UnitOfWork, item: Item, card: Card, rules: Rules) -> bool:
    """A worker whom an elder's cry called in private, too: his group has it, and speaks for itself if it has not."""
    if card.person is None or item.kind not in CRIES:
        return False
    if coordinates(await uow.people.get(card.person), item.area, rules.tree):
        return False
    return any(other.person is None for other in await uow.cards.of_item(item.number))


async def _of_a_list(uow: UnitOfWork, number: int, result: SendResult, now: datetime, rules: Rules) -> None:
    """A list of names stands, or cannot: nobody on it is shown to nobody."""
    if result.outcome is Outcome.SENT:
        await list_posts.posted(uow, number, result.message, now)
    elif result.outcome is Outcome.NOT_DONE:
        await list_posts.not_sent(uow, number)
    else:
        await list_posts.refused(uow, number, now, rules)


async def _nobody_reachable(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """Nobody is left to show it to on the network; something urgent rings the last rung, once in each opening."""
    log.error("item.nobody_reachable", item=item.number)
    if item.live and item.severity is Severity.URGENT:
        await alarm.sound(uow, item, now, rules, key=f"{item.number}:alarm:unreachable:{alarm.opening(item)}")


async def _bare_if_undone(uow: UnitOfWork, number: int, telling: Telling, now: datetime) -> None:
    """The end was taken back while it was on its way: its buttons ask about nothing."""
    item = await uow.items.get(number)
    if telling.message is not None and item.live:
        await uow.messages.wish_bare(telling.address.chat, telling.message, now)


async def _of_the_group(
    uow: UnitOfWork, address: Address, result: SendResult, now: datetime, rules: Rules, card: int | None = None
) -> bool:
    """What the attempt says of the group itself; whether that has settled what becomes of it."""
    if result.topic_gone:
        await groups.topic_gone(uow, address, now, rules, card=card)
    return result.put_out and await groups.put_out(uow, address.chat, now, rules)


async def _nobody_to_ask(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """The reporter cannot be reached: nobody waits for his answer, and the card says so."""
    item = await uow.items.get(number)
    for question in await uow.questions.of_item(number, [Asked.WHERE]):
        await uow.questions.close(question.id)
    await change(uow, item, Action.NOTE, by=None, now=now, rules=rules, reason=REPORTER_UNREACHABLE)

"""What becomes of 🙋 on a matter of an elder: her sheet has reached him and it is his, or the claim falls away."""

from __future__ import annotations

from datetime import datetime

from care.domain.entitlement import Act, may
from care.domain.errors import AlreadyClaimed, Refused
from care.domain.items import Action, Item, State
from care.domain.notices import ClaimersSheet, Lane, Spared
from care.domain.people import Person
from care.domain.rules import Rules
from care.services import claims, sheets
from care.services.acts import GROUP_FACES, change, tell_person
from care.services.enrolment import fingerprint
from care.services.ports import DoorTo, Seen, Step, Telling, UnitOfWork
from care.services.results import Outcome, SendResult
from care.services.showing import call_again

UNREACHABLE = "sheet_refused"  # a history's reason: the network does not let us write to him
UNOPENED = "sheet_unopened"  # likewise: he was given a link and has not come
_REFUSED = (Outcome.GONE, Outcome.REJECTED, Outcome.LACKING)
_MAYBE_SEEN = (Outcome.SENT, Outcome.UNKNOWN)


async def ended(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime, rules: Rules) -> None:
    """A sheet has arrived, or cannot; each one that may have been seen is noted."""
    notice = telling.notice
    if not isinstance(notice, ClaimersSheet):
        return
    item, who = await uow.items.get(notice.item), await uow.people.get(notice.asked)
    if result.outcome in _MAYBE_SEEN and item.about is not None:
        await uow.looks.note(who.id, item.about, Seen.SHEET, now, item.number)
    if result.outcome in _REFUSED:
        await _refused(uow, item, who, now, rules)
        return
    if result.outcome is Outcome.SENT:
        item = await _arrived(uow, item, who, now, rules)
    if not item.is_with(who.id):
        if item.live and (item.claimed_by or item.pledged_by) is not None:  # another one goes
            await spare(uow, item, who, now)
        if telling.message is not None:
            await uow.messages.wish_gone(telling.address.chat, telling.message, now)


async def spare(uow: UnitOfWork, item: Item, who: Person, now: datetime) -> None:
    """Another has it, or it has ended: who was about to go there hears so."""
    key = f"{item.number}:spared:{who.id}:{item.version}"
    notice = Spared(item=item.number, asked=who.id)
    await tell_person(uow, who, notice, step=Step.SPARED, key=key, now=now, lane=Lane.ANSWER)


async def fall_away(uow: UnitOfWork, item: Item, now: datetime, rules: Rules, *, reason: str) -> Item:
    """The sheet has not reached who said 🙋: kindly, somebody else is called. What another has stays his."""
    pledger = item.pledged_by
    item = await change(uow, item, Action.FALL_AWAY, by=None, now=now, rules=rules, reason=reason, faces=GROUP_FACES)
    await uow.outbox.supersede(item.number, [Step.SHEET], person=pledger)
    await claims.renew_offers(uow, item, now)
    if item.state is State.OPEN:
        await call_again(uow, item, reason, now, who=pledger)
    return item


async def by_link(uow: UnitOfWork, token: str, who: Person, now: datetime, rules: Rules) -> bool:
    """START with one of our one-time links: what it leads to is on its way. False for a link that is none of these.

    Raises Refused or AlreadyClaimed with why it leads nowhere.
    """
    door = await uow.doors.find(fingerprint(token))
    if door is None:
        return False
    item = await uow.items.get(door.item)
    if door.person != who.id:
        raise Refused("sheet.link_others")
    if door.used_at is not None:
        raise Refused("sheet.link_used")
    if now >= door.expires_at:
        raise Refused("sheet.link_expired", number=item.number)
    await uow.doors.use(fingerprint(token), now)
    if not item.live:
        raise Refused("refused.ended", number=item.number)
    if item.is_with(who.id):
        await _bring(uow, item, who, now, rules)
    elif door.to is DoorTo.SETTLE and may(Act.SETTLE, who, item, rules.tree, member=False):
        await sheets.ask_outcome(uow, item, who, now)
    elif item.state is State.CLAIMED and item.claimed_by is not None:
        raise AlreadyClaimed(item.number, item.claimed_by)
    elif may(Act.CLAIM, who, item, rules.tree, member=False):  # it had fallen away: he is here now
        await sheets.pledge(uow, item, who, None, now, rules)
    else:
        raise Refused("refused.not_yours")
    return True


async def bring_all(uow: UnitOfWork, who: Person, now: datetime, rules: Rules) -> None:
    """He has pressed START by himself: sheets that could not reach him before can now."""
    for item in await uow.items.pledged_by(who.id):
        await _bring(uow, item, who, now, rules)


async def _bring(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> None:
    fates = await uow.outbox.fates(item.number, Step.SHEET, who.id)
    if "failed" in fates[-1:] or not fates:
        await sheets.hand_out(uow, item, who, now, rules)


async def _arrived(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """Whose sheet arrives first has it, whoever else has said 🙋 meanwhile."""
    here = item.pledged_from if item.pledged_by == who.id else None
    if item.state is State.OPEN:
        return await claims.has_it(uow, item, Action.CLAIM, who, here, now, rules)
    if item.state is State.CLAIMED and item.pledged_by == who.id:
        return await claims.has_it(uow, item, Action.TAKE_OVER, who, here, now, rules)
    return item


async def _refused(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> None:
    """He cannot be written to. Who was given a link may still come by it; of anybody else the claim falls away."""
    if item.pledged_by == who.id and item.live:
        if not await uow.doors.stands_open(who.id, item.number, now):
            await fall_away(uow, item, now, rules, reason=UNREACHABLE)
    elif item.state is State.CLAIMED and item.claimed_by == who.id:
        item = await change(uow, item, Action.LAPSE, by=None, now=now, rules=rules, reason=UNREACHABLE)
        await call_again(uow, item, UNREACHABLE, now, who=who.id)

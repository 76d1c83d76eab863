"""The check that every press and reply passes: the person's right to the item, and the chat's."""

from __future__ import annotations

from dataclasses import dataclass

from care.domain.entitlement import NEVER, Act, coordinates, may
from care.domain.errors import NotFound, Refused
from care.domain.items import Item, Kind
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import LISTED
from care.services.ports import Address, UnitOfWork


@dataclass(frozen=True)
class Spoken:
    """Where an act comes from. `private`: the person's own chat with us. `member`: the network's word on a group."""

    chat: int
    private: bool
    member: bool | None = None
    message: int | None = None  # the message pressed or replied to


async def item_for(uow: UnitOfWork, number: int, act: Act, who: Person, spoken: Spoken, rules: Rules) -> Item:
    """The item, if this person may do this act to it from this chat; raises Refused with the sentence to say.

    A press counts by its data, not by its message: a card that a crash left without a record still acts, as long as
    the chat has the item's card.
    """
    try:
        item = await uow.items.get(number)
    except NotFound:
        raise Refused("refused.no_such_item", number=number) from None
    if item.kind is Kind.DISPUTE and not spoken.private:
        raise Refused("refused.quarrel")
    # whom we ask in private may have no card there: who was offered it, or took it in a group
    if not (spoken.private and who.id in (item.offered_to, item.claimed_by)):
        await _in_its_chat(uow, item, spoken, rules)
    if item.kind in NEVER.get(act, ()):
        raise Refused("refused.not_now", number=number)
    member = await _counts_as_member(uow, spoken, rules)
    if not may(act, who, item, rules.tree, member=member):
        raise Refused(_why_not(act, item, who))
    return item


def _why_not(act: Act, item: Item, who: Person) -> str:
    if act is Act.CONFIRM_SELF and item.reporter == who.id:
        return "refused.own_work"
    if act is Act.RELEASE and who.enrolled:
        return "refused.not_your_claim"
    return {Act.PROMISE: "refused.claimers_only", Act.UNDO: "refused.enders_only"}.get(act, "refused.not_yours")


async def area_here(uow: UnitOfWork, item: Item, where: Address, rules: Rules) -> str | None:
    """Of the areas that the item lies in, the lowest that is told in this chat (and topic); None for a private one."""
    bound = await uow.bindings.of_chat(where.chat)
    areas = {binding.area for binding in bound if binding.thread == where.thread} or {b.area for b in bound}
    return next((step.id for step in rules.tree.lineage(item.area) if step.id in areas), None)


async def is_above(uow: UnitOfWork, item: Item, where: Address, person: Person | None, rules: Rules) -> bool:
    """Whether this chat is above the one in which the item was claimed; a coordinator's own is above every group.

    `person`: whose private chat it is. A claim made in private counts as one of the item's own area.
    """
    if person is not None:
        return person.id != item.claimed_by and coordinates(person, item.area, rules.tree)
    base = item.claimed_from if rules.tree.get(item.claimed_from) else item.area
    here = await area_here(uow, item, where, rules)
    return here is not None and base is not None and here != base and rules.tree.under(base, here)


async def _in_its_chat(uow: UnitOfWork, item: Item, spoken: Spoken, rules: Rules) -> None:
    """Raises Refused where the chat never had the item, or has it no more."""
    if any(card.address.chat == spoken.chat for card in await uow.cards.of_item(item.number)):
        return
    if item.kind in LISTED and any(row.address.chat == spoken.chat for row in await uow.lists.of_item(item.number)):
        return
    if any(card.address.chat == spoken.chat for card in await uow.cards.retired(item.number)):
        area = rules.tree.get(item.area)
        raise Refused("refused.moved", number=item.number, area=area.name if area else rules.community)
    posted = await uow.messages.find(spoken.chat, spoken.message) if spoken.message else None
    if posted is None or posted.item != item.number:
        raise Refused("refused.wrong_chat")


async def _counts_as_member(uow: UnitOfWork, spoken: Spoken, rules: Rules) -> bool:
    """Members of a staff group may act on reports, unless the config says enrolled people only.

    Where the network cannot tell (None), the press itself is the evidence: only those in a group see its buttons.
    """
    if spoken.private or spoken.member is False or not rules.members_may_act:
        return False
    return await is_staff_group(uow, spoken.chat)


async def is_staff_group(uow: UnitOfWork, chat: int) -> bool:
    """Whether only people who work here are in the group."""
    audiences = {binding.audience for binding in await uow.bindings.of_chat(chat)}
    return audiences == {"staff"}

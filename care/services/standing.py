"""The check that every press and reply passes: the person's right to the item, and the chat's."""

from __future__ import annotations

from dataclasses import dataclass

from care.domain.entitlement import Act, may
from care.domain.errors import NotFound, Refused
from care.domain.items import Item, Kind
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import UnitOfWork


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
    if not await _chat_has(uow, item, spoken):
        raise Refused("refused.wrong_chat")
    member = await _counts_as_member(uow, spoken, rules)
    if not may(act, who, item, rules.tree, member=member):
        raise Refused(
            "refused.own_work" if act is Act.CONFIRM_SELF and item.reporter == who.id else "refused.not_yours"
        )
    return item


async def _chat_has(uow: UnitOfWork, item: Item, spoken: Spoken) -> bool:
    if any(card.address.chat == spoken.chat for card in await uow.cards.of_item(item.number)):
        return True
    posted = await uow.messages.find(spoken.chat, spoken.message) if spoken.message else None
    return posted is not None and posted.item == item.number


async def _counts_as_member(uow: UnitOfWork, spoken: Spoken, rules: Rules) -> bool:
    """Members of a staff group may act on reports, unless the config says enrolled people only.

    Where the network cannot tell (None), the press itself is the evidence: only those in a group see its buttons.
    """
    if spoken.private or spoken.member is False or not rules.members_may_act:
        return False
    return any(binding.audience == "staff" for binding in await uow.bindings.of_chat(spoken.chat))

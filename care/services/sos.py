"""What an elder says after her cry for help (不急, 按错了, ✅), and the truth where nobody comes.

Nothing she says makes the matter vanish: somebody of the neighbourhood looks at her in any case.
"""

from __future__ import annotations

from datetime import datetime

from care.domain.cries import Eased
from care.domain.elders import ElderRecord
from care.domain.errors import NotFound, Refused
from care.domain.items import Action, Details, Item
from care.domain.notices import Says
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Kind, Severity, State
from care.services import alarm, kin
from care.services.acts import change
from care.services.cries import call_for, forget_trouble
from care.services.ports import UnitOfWork
from care.services.reassuring import CRIES, is_her_own, tell_her
from care.services.showing import call_again
from care.services.troubles import ask_trouble

__all__ = ["ask_trouble", "call_for", "climbed", "mistake", "not_urgent", "well_after_sos"]

_TOLD = {Says.MISTAKE: kin.Trouble.MISTAKE, Says.WELL: kin.Trouble.SAYS_WELL}  # to her family, who fear for her
_SAID = {Says.MISTAKE: Eased.MISTAKE, Says.WELL: Eased.WELL}


async def not_urgent(uow: UnitOfWork, number: int, who: Person, now: datetime, rules: Rules) -> Item:
    """🙂 不急，想请人帮个忙: a small matter of the same number. Raises Refused, also where that is known."""
    elder, item = await _hers(uow, number, who)
    if item.kind is Kind.HELP and item.severity is Severity.NORMAL:
        raise Refused("sos.small_already")
    details = Details(kind=Kind.HELP, severity=Severity.NORMAL, policy=rules.policy_of(Kind.HELP, Severity.NORMAL))
    item = await change(uow, item, Action.EASE, by=who, now=now, rules=rules, reason=Eased.NOT_URGENT, details=details)
    await call_again(uow, item, Eased.NOT_URGENT, now)
    await kin.tell_family(uow, elder, kin.Trouble.NOT_URGENT, now, rules, item=item)
    await tell_her(uow, item, Says.SMALL, now)
    return item


async def mistake(uow: UnitOfWork, number: int, who: Person, now: datetime, rules: Rules) -> Item:
    """按错了: less haste, and a worker still looks. Raises Refused."""
    _, item = await _hers(uow, number, who)
    if item.severity is not Severity.URGENT:
        raise Refused("sos.mistake_already")
    return await _ease(uow, item, Says.MISTAKE, who, now, rules)


async def well_after_sos(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> bool:
    """✅ 我很好 while people are called to her urgently: less haste, and a worker still looks; False: none are.

    Where it is True she has been told so, and needs no other answer. An open 您是不是不舒服？ is answered by it.
    """
    await forget_trouble(uow, elder, now)
    urgent = [i for i in await uow.items.live_about(elder.id, CRIES) if i.severity is Severity.URGENT]
    for item in urgent:
        await _ease(uow, item, Says.WELL, elder.person, now, rules)
    return bool(urgent)


async def climbed(uow: UnitOfWork, item: Item, now: datetime, rules: Rules, *, first: bool) -> None:
    """It has climbed. The first time with nobody on the way she and her family hear the truth."""
    if item.kind not in CRIES or item.state is not State.OPEN or item.severity is not Severity.URGENT:
        return
    elder = await uow.elders.find(item.about) if item.about is not None else None
    if elder is None or not first:
        return
    await kin.tell_family(uow, elder, kin.Trouble.NOBODY, now, rules, item=item)
    if await is_her_own(uow, item):
        await tell_her(uow, item, Says.NOBODY, now, key=alarm.opening(item))


async def _ease(uow: UnitOfWork, item: Item, says: Says, who: Person, now: datetime, rules: Rules) -> Item:
    """Not urgent any more, by her own word; everybody who was called hears that it is still to be confirmed."""
    details = Details(severity=Severity.HIGH, policy=rules.policy_of(item.kind, Severity.HIGH))
    why = _SAID[says]
    item = await change(uow, item, Action.EASE, by=who, now=now, rules=rules, reason=why, details=details)
    await call_again(uow, item, why, now)
    elder = await uow.elders.find(who.id)
    if elder is not None:
        await kin.tell_family(uow, elder, _TOLD[says], now, rules, item=item)
    await tell_her(uow, item, says, now)
    return item


async def _hers(uow: UnitOfWork, number: int, who: Person) -> tuple[ElderRecord, Item]:
    """The live matter about who presses; raises Refused for anybody else, and once it is over."""
    try:
        item = await uow.items.get(number)
    except NotFound:
        raise Refused("refused.unknown_press") from None
    elder = await uow.elders.find(who.id)
    if elder is None or item.about != who.id or item.kind not in CRIES:
        raise Refused("refused.unknown_press")
    if not item.live:
        raise Refused("sos.over")
    return elder, item

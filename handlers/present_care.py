"""From what is to be told of elders to the message itself: which room renders it."""

from __future__ import annotations

from care.domain import notices as n
from care.domain.rules import Rules
from care.services.ports import Telling, UnitOfWork
from handlers.content import Content
from handlers.present_elder import present_of_elder
from handlers.present_family import present_of_family
from handlers.present_greetings import present_greeting
from handlers.present_lists import present_of_lists
from handlers.present_pausing import present_of_pauses
from handlers.present_sheet import present_of_sheet
from handlers.present_sos import present_of_sos
from handlers.render.speaker import Speaker

CareNotice = (
    n.ElderNotice | n.FamilyNotice | n.GreetingNews | n.ListNotice | n.PauseNotice | n.SosNotice | n.SheetNotice
)


async def present_of_care(
    uow: UnitOfWork, notice: CareNotice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """None if by now there is nothing to say."""
    if isinstance(notice, n.Greeting | n.GreetingNews):
        return await present_greeting(uow, notice, telling, rules, say)
    if isinstance(notice, n.ElderNotice):
        return await present_of_elder(uow, notice, telling, rules, say)
    if isinstance(notice, n.FamilyNotice):
        return await present_of_family(uow, notice, telling, rules, say)
    if isinstance(notice, n.ListNotice):
        return await present_of_lists(uow, notice, telling, rules, say)
    if isinstance(notice, n.PauseNotice):
        return await present_of_pauses(uow, notice, telling, rules, say)
    if isinstance(notice, n.SosNotice):
        return await present_of_sos(uow, notice, rules, say)
    return await present_of_sheet(uow, notice, telling, rules, say)

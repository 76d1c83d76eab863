"""From what a group or those over it are to be told to the message: reads what is needed anew, then renders it."""

from __future__ import annotations

from care.domain import notices as n
from care.domain.areas import Level
from care.domain.entitlement import Act, may
from care.domain.errors import NotFound
from care.domain.items import Kind
from care.domain.rules import Rules
from care.services import groups, hands, open_items
from care.services.ports import Telling, UnitOfWork
from care.services.views import area_place, item_view, name_of
from handlers.content import Content
from handlers.render import groups as render
from handlers.render import lists
from handlers.render.speaker import Speaker, escape

OfGroups = n.BindQuestion | n.UnbindQuestion | n.Menu | n.OpenList | n.ItemStory | n.NoAdmin | n.HelpingHand


async def present_of_groups(
    uow: UnitOfWork, notice: OfGroups, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """The message; None if by now there is nothing to say."""
    try:
        match notice:
            case n.BindQuestion():
                return await _bind_question(uow, notice, telling, rules, say)
            case n.UnbindQuestion():
                return await _unbind_question(uow, notice, telling, rules, say)
            case n.Menu():
                bound = await uow.bindings.of_chat(telling.address.chat)
                return render.menu(say, residents=any(b.audience == "residents" for b in bound)) if bound else None
            case n.OpenList():
                return await _open_list(uow, notice, telling, rules, say)
            case n.ItemStory():
                return await _item_story(uow, notice, telling, rules, say)
            case n.NoAdmin():
                return Content(text=say("group.make_admin"), unless_admin=True)
            case n.HelpingHand():
                return await _helping_hand(uow, notice, say)
    except NotFound:  # whom or what it was about has gone since
        return None


async def _bind_question(
    uow: UnitOfWork, notice: n.BindQuestion, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    area = rules.tree.get(notice.area)
    if area is None:
        asked = await uow.people.get(notice.asked)
        areas, bound = groups.areas_of(asked, rules), await uow.bindings.all()
        return render.which_area(areas, bound, telling.address.chat, say, missed=notice.missed) if areas else None
    if not notice.bound:
        return render.who_is_here(area, say)
    binding = await uow.bindings.of_area(area.id)
    if binding is None or binding.chat != telling.address.chat:
        return Content(text=say("group.not_bound_here", area=escape(area.name)))
    below = [grid for grid in rules.tree.areas.values() if rules.tree.under(grid.id, area.id)]
    grids = [place for place in below if place.level is Level.GRID] or [area]
    unmanned = [grid for grid in grids if not await groups.able_in(uow, grid.id, rules)]
    workers = len(await groups.able_in(uow, area.id, rules))
    return render.bound_here(area, binding.audience, workers, unmanned, say)


async def _unbind_question(
    uow: UnitOfWork, notice: n.UnbindQuestion, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    mine = {area.id for area in groups.areas_of(await uow.people.get(notice.asked), rules)}
    bound = [binding.area for binding in await uow.bindings.of_chat(telling.address.chat) if binding.area in mine]
    areas = [area for id_ in bound if (area := rules.tree.get(id_)) is not None]
    return render.which_leaves(areas, say) if areas else None


async def _open_list(
    uow: UnitOfWork, notice: n.OpenList, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    chat = telling.address.chat
    if notice.person is None:
        if not await uow.bindings.of_chat(chat):
            return None  # nothing is told there any more
        return lists.open_list(await open_items.open_in(uow, chat, rules), chat, say)
    person = await uow.people.get(notice.person)
    if person.telegram_id != chat:
        return None
    return lists.open_list(await open_items.open_for(uow, person, rules), chat, say)


async def _item_story(
    uow: UnitOfWork, notice: n.ItemStory, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """What may be told of it was decided when it was asked for; that may have changed since."""
    view = await item_view(uow, notice.item, rules)
    person = await uow.people.get(telling.person) if telling.person is not None else None
    private = person is not None and person.telegram_id == telling.address.chat
    if private and person is not None:
        allowed = may(Act.STORY, person, view.item, rules.tree, member=False)
    else:
        allowed = await open_items.seen_in(uow, view.item, telling.address.chat, rules)
    if not allowed:
        return None
    if view.item.kind is Kind.DISPUTE and not private:
        where = area_place(view.item.place, rules) or view.area
        return Content(text=lists.veiled_line(view.item, where, say), reply_to=telling.reply_to)
    return lists.item_story(view, await open_items.story_of(uow, view.item, rules), say)


async def _helping_hand(uow: UnitOfWork, notice: n.HelpingHand, say: Speaker) -> Content | None:
    item, helper = await uow.items.get(notice.item), await uow.people.get(notice.person)
    if not await hands.is_enrolled(uow, item, helper):
        return render.helping_hand(item, helper.id, helper.name, say)
    claimer = await name_of(uow, item.claimed_by)
    return render.enrolled_hand(item, helper.name, claimer, say, his=helper.id in (item.claimed_by, item.pledged_by))

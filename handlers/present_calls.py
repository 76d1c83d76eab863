"""What calls somebody to an item, read anew when it is sent or looked at again: None once it is moot."""

from __future__ import annotations

from dataclasses import replace

from care.domain import notices as n
from care.domain.entitlement import GUARDED
from care.domain.items import Item, State
from care.domain.rules import Rules
from care.services.ahead import ahead
from care.services.pledging import UNOPENED, UNREACHABLE
from care.services.ports import Card, Face, Telling, UnitOfWork
from care.services.views import ItemView, item_view, name_of, whom
from handlers.content import Content
from handlers.render import of_elder
from handlers.render.ladder import climbed, how_is_it, reminder
from handlers.render.questions import mention
from handlers.render.speaker import Speaker, escape, shorten


async def present_call(
    uow: UnitOfWork,
    notice: n.CalledAgain | n.Reminder | n.Climbed | n.HowIsIt,
    telling: Telling,
    rules: Rules,
    say: Speaker,
) -> Content | None:
    """The message, as a reply to what it hangs on."""
    match notice:
        case n.Reminder():
            content = await _reminder(uow, notice, telling, rules, say)
        case n.HowIsIt():
            content = await _how_is_it(uow, notice, telling, rules, say)
        case _:
            content = await _called(uow, notice, telling, rules, say)
    return content and replace(content, reply_to=telling.reply_to)


async def _called(
    uow: UnitOfWork, notice: n.CalledAgain | n.Climbed, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """Moot once somebody has come, or something later was said."""
    view = await item_view(uow, notice.item, rules)
    if not (_still_called(view.item, notice) and await _is_shown_there(uow, notice.item, telling)):
        return None
    silent = rules.quiet.silences(view.item, say.now)
    if isinstance(notice, n.Climbed):
        return replace(climbed(notice.whom, notice.item, say), silent=silent)
    return Content(text=await _call(uow, notice, view, say), silent=silent)


def _still_called(item: Item, notice: n.CalledAgain | n.Climbed) -> bool:
    if isinstance(notice, n.CalledAgain) and notice.why == "held":
        return item.held
    overtaken = notice.at is not None and item.progress is not None and item.progress.last_word_at > notice.at
    return item.live and not overtaken


async def _call(uow: UnitOfWork, notice: n.CalledAgain, view: ItemView, say: Speaker) -> str:
    number = notice.item
    if notice.why in ("lapsed", "given_back"):
        return say(f"again.{notice.why}", name=escape(await name_of(uow, notice.who) or "?"), number=number)
    if notice.why in (UNOPENED, UNREACHABLE) and notice.who is not None:
        who = await uow.people.get(notice.who)
        named = mention(who) if notice.why == UNREACHABLE else escape(who.name)
        return say(f"again.{notice.why}", name=named, number=number)
    if notice.why == "climbed" and view.claimer is not None:
        return say("again.climbed_claimed", name=escape(view.claimer), number=number)
    if notice.why == "reopened" and view.reason_words and view.item.kind not in GUARDED:
        return say("again.reopened_because", words=escape(shorten(view.reason_words, 200)), number=number)
    elder = of_elder.called(view.elder, say)
    return say(f"again.{notice.why}", number=number, area=escape(view.area or ""), elder=elder)


async def _reminder(
    uow: UnitOfWork, notice: n.Reminder, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """Of what it speaks of, what nobody has taken, and no later word speaks of in its place."""
    items = await uow.items.several([one.item for one in notice.waiting])
    here = {card.item for card in await uow.cards.in_chat(telling.address.chat) if _is_the_place(card, telling)}
    found = [items[one.item] for one in notice.waiting if one.item in here and _still_waits(items.get(one.item), one)]
    if not found:
        return None
    mentioned = [await uow.people.get(person) for person in notice.mention]
    next_steps = await ahead(uow, found[0], say.now, rules) if len(found) == 1 else None
    waiting = [(item, await _where(uow, item, rules, say)) for item in found]
    silent = all(rules.quiet.silences(item, say.now) for item in found)  # held up until the night
    return replace(reminder(waiting, say, mentioned=mentioned, daily=notice.daily, ahead=next_steps), silent=silent)


async def _where(uow: UnitOfWork, item: Item, rules: Rules, say: Speaker) -> str:
    area = rules.tree.get(item.area)
    return of_elder.where(await whom(uow, item, rules), area.name if area else None, say)


def _still_waits(item: Item | None, waiting: n.Waiting) -> bool:
    if item is None or item.state is not State.OPEN or item.progress is None:
        return False
    return item.progress.reminded_at == waiting.at


def _is_the_place(card: Card, telling: Telling) -> bool:
    """Its topic, or the chat itself, where the card has gone since its topic was deleted."""
    here, there = card.address, telling.address
    return card.face is Face.CARD and here.chat == there.chat and here.thread in (there.thread, None)


async def _is_shown_there(uow: UnitOfWork, item: int, telling: Telling) -> bool:
    return any(_is_the_place(card, telling) for card in await uow.cards.of_item(item))


async def _how_is_it(
    uow: UnitOfWork, notice: n.HowIsIt, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    """Moot once he has answered, was asked again, or has it no more."""
    view = await item_view(uow, notice.item, rules)
    item = view.item
    if item.state is not State.CLAIMED or item.claimed_by != notice.asked:
        return None
    if item.progress is None or item.progress.asked_at != notice.at:
        return None
    claimer = await uow.people.get(notice.asked)
    others = await uow.items.in_hand(notice.asked) - 1
    content = how_is_it(view, say, claimer, in_group=telling.address.chat != claimer.telegram_id, others=others)
    return replace(content, silent=rules.quiet.silences(item, say.now))

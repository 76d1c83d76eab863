"""From what is to be shown or told to the message itself: reads what is needed anew, then renders it purely."""

from __future__ import annotations

from datetime import datetime

from care.domain import notices as n
from care.domain.due import undo_until
from care.domain.errors import NotFound
from care.domain.items import Item, State
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ahead import ahead
from care.services.good_news import chosen_by
from care.services.ports import Card, Face, Telling, UnitOfWork
from care.services.reports import SAME_PLACE
from care.services.standing import is_above
from care.services.views import area_place, item_view
from handlers.content import AlarmWords, Content
from handlers.present_calls import present_call
from handlers.present_care import CareNotice, present_of_care
from handlers.present_groups import present_of_groups
from handlers.present_handed import present_handed
from handlers.render import questions
from handlers.render.alarm import alarm as render_alarm
from handlers.render.card import card as render_card
from handlers.render.card import moved, veiled
from handlers.render.card_buttons import Offers
from handlers.render.ladder import coming
from handlers.render.personal import help_text, language_question, my_reports, welcome
from handlers.render.pictures import parts
from handlers.render.receipt import receipt
from handlers.render.speaker import TEXT_LIMIT, Speaker, escape, shorten


async def present_card(uow: UnitOfWork, card: Card, rules: Rules, now: datetime) -> Content | None:
    """What the item's message in that chat shows now; None where there is nothing to show."""
    try:
        view = await item_view(uow, card.item, rules)
    except NotFound:
        return None
    person = await uow.people.get(card.person) if card.person is not None else None
    say = speaker(person, rules, now)
    if card.face is Face.RECEIPT:
        return receipt(view, say)
    if card.face is Face.MOVED:
        return moved(view, say) if card.posted else None
    if card.face is Face.VEILED:
        return veiled(view, say, area_place(view.item.place, rules))
    if not card.posted and view.item.state is State.CLOSED:
        return None  # it is over for long: no news for a group where it does not stand any more
    silent = not card.posted and rules.quiet.silences(view.item, now)
    offers = await _offers(uow, view.item, card, person, rules, now)
    lines = coming(await ahead(uow, view.item, now, rules), say)
    photo = card.has_photo if card.posted else None
    return render_card(view, say, has_photo=photo, silent=silent, coming=lines, offers=offers)


async def _offers(
    uow: UnitOfWork, item: Item, card: Card, person: Person | None, rules: Rules, now: datetime
) -> Offers:
    """What this card offers in this chat at this hour."""
    until = undo_until(item, rules)
    above = item.state is State.CLAIMED and await is_above(uow, item, card.address, person, rules)
    return Offers(take_over=above, undo=until is not None and now < until)


async def present_telling(uow: UnitOfWork, telling: Telling, rules: Rules, now: datetime) -> Content | None:
    """The message of an outbox row; None if by now there is nothing to say."""
    person = await uow.people.get(telling.person) if telling.person is not None else None
    private = person is not None and person.telegram_id == telling.address.chat
    say = speaker(person if private else None, rules, now)
    notice = telling.notice
    if isinstance(notice, CareNotice):
        return await present_of_care(uow, notice, telling, rules, say)
    match notice:
        case n.Sentence():
            blanks = {name: escape(value) if isinstance(value, str) else value for name, value in notice.args.items()}
            return Content(text=say(notice.key, **blanks), reply_to=telling.reply_to)
        case n.Welcome() | n.Help() | n.MyReports() | n.LanguageQuestion():
            return await _personal(uow, notice, person, say, rules)
        case n.FullText() | n.AllMedia():
            return await _whole(uow, notice, telling, rules, say)
        case n.CalledAgain() | n.Reminder() | n.Climbed() | n.HowIsIt():
            return await present_call(uow, notice, telling, rules, say)
        case n.PromiseQuestion() | n.TransferQuestion() | n.TransferOffer() | n.TakenOver():
            return await present_handed(uow, notice, telling, rules, say)
        case (
            n.BindQuestion()
            | n.UnbindQuestion()
            | n.Menu()
            | n.OpenList()
            | n.ItemStory()
            | n.NoAdmin()
            | n.HelpingHand()
        ):
            return await present_of_groups(uow, notice, telling, rules, say)
        case _:
            return await _question_or_end(uow, notice, telling, rules, say)


async def present_alarm(uow: UnitOfWork, telling: Telling, rules: Rules, now: datetime) -> AlarmWords | None:
    """What an SMS or a call says, in the installation's language; None while somebody has it, and once it is over."""
    try:
        item = await uow.items.get(telling.item or 0)
    except NotFound:
        return None
    return (
        render_alarm(item, speaker(None, rules, now), rules.tree, rules.community) if item.state is State.OPEN else None
    )


def speaker(person: Person | None, rules: Rules, now: datetime) -> Speaker:
    """The voice for one reader; groups are spoken to in the installation's language."""
    return Speaker((person and person.language) or rules.language, rules.zone, now)


async def _personal(
    uow: UnitOfWork,
    notice: n.Welcome | n.Help | n.MyReports | n.LanguageQuestion,
    person: Person | None,
    say: Speaker,
    rules: Rules,
) -> Content | None:
    if person is None:
        return None
    match notice:
        case n.Welcome():
            return welcome(person, say, rules.community, await chosen_by(uow, person))
        case n.Help():
            return help_text(person, say, await chosen_by(uow, person))
        case n.MyReports():
            items = await uow.items.by_reporter(person.id, 10)
            return my_reports([await item_view(uow, item.number, rules) for item in items], say)
        case n.LanguageQuestion():
            return language_question(say)


async def _question_or_end(
    uow: UnitOfWork, notice: n.Notice, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    if telling.item is None or telling.person is None:
        return None
    view = await item_view(uow, telling.item, rules)
    state = view.item.state
    person = await uow.people.get(telling.person)
    reply_to = telling.reply_to
    match notice:
        case n.PlaceQuestion():
            return await _place_question(uow, telling, person, rules, say)
        case n.WhereQuestion() if view.item.live:
            return questions.where_question(view, say, inline=person.is_elder)
        case n.NotYetQuestion() if state in (State.RESOLVED, State.CLOSED):
            return questions.not_yet_question(view, say)
        case n.ProofQuestion() if state is State.CLAIMED:
            return questions.proof_question(view, say, person, reply_to)
        case n.DismissQuestion() if state in (State.OPEN, State.DRAFT):
            return questions.dismiss_question(view, say, person, in_words=notice.in_words, reply_to=reply_to)
        case n.Ended() if state in (State.RESOLVED, State.CLOSED, State.DISMISSED):
            return questions.ended(view, say)
        case _:
            return None


async def _place_question(
    uow: UnitOfWork, telling: Telling, person: Person, rules: Rules, say: Speaker
) -> Content | None:
    view = await item_view(uow, telling.item or 0, rules)
    if view.item.place is not None or view.item.state not in (State.DRAFT, State.OPEN, State.CLAIMED):
        return None
    last = await uow.items.latest_place(person.id, say.now - SAME_PLACE)
    return questions.place_question(
        view,
        say,
        home=rules.tree.get(person.home),
        others=rules.tree.grids(person.home),
        has_last=last is not None,
        inline=person.is_elder,
    )


async def _whole(
    uow: UnitOfWork, notice: n.FullText | n.AllMedia, telling: Telling, rules: Rules, say: Speaker
) -> Content | None:
    view = await item_view(uow, notice.item, rules)
    if isinstance(notice, n.FullText):
        text = f"<b>#{notice.item}</b>\n{escape(shorten(view.item.text, TEXT_LIMIT - 200))}"
        return Content(text=text, reply_to=telling.reply_to)
    messages = parts([*view.media, *view.proofs])
    if notice.part >= len(messages):
        return None
    caption, files = say("album.head", number=notice.item), messages[notice.part]
    if len(files) == 1:
        return Content(text=caption, picture=files[0], reply_to=telling.reply_to)
    return Content(text=caption, album=files, reply_to=telling.reply_to)

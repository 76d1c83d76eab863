"""What somebody needs to know of an item to show it: read anew each time something is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from care.domain.areas import Level
from care.domain.entitlement import GUARDED
from care.domain.items import Action, Event, Item, Place, State
from care.domain.knocking import Knock, knock_of
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.acts import HAND, PROGRESS, REPORTER_UNREACHABLE
from care.services.handing import Handing, handing_of
from care.services.kin_views import Told, told_about
from care.services.naming import Named, name_of_elder
from care.services.ports import Asked, Medium, Recording, UnitOfWork
from care.services.reports import companion


@dataclass(frozen=True, kw_only=True)
class LastWord:
    """The latest word on an item from somebody who works on it."""

    who: str
    words: str


@dataclass(frozen=True)
class Whom:
    """The elder whom an item is about: form of address, building and age, and nothing else of her."""

    named: Named
    age: int | None


@dataclass(frozen=True)
class Cried:
    """By what people were last called to an elder: the reason in the history, and when; what she said since then."""

    reason: str
    at: datetime
    eased: str = ""  # an `Eased`, where it was her last word


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """An item with names in place of ids. Names are what the neighbourhood calls people; None: nobody, or not known."""

    item: Item
    area: str | None
    area_is_building: bool
    reporter: Person | None
    claimer: str | None
    resolver: str | None
    said_done: str | None
    dismisser: str | None
    confirmed: bool
    media: Sequence[Medium]
    proofs: Sequence[Medium]
    last_word: LastWord | None
    reason_words: str  # why it was dismissed, or what was left to do when it was reopened
    awaits_self_photo: bool
    sorted_by_time: bool  # the category is only what time gave it: the reporter may still say
    reporter_unreachable: bool  # he was asked where, and cannot be reached
    elder: Whom | None = None  # whom it is about, as far as a group may know
    cry: Cried | None = None
    to_hear: int | None = None  # a recording that plays all of hers that nobody has heard
    pledger: str | None = None  # has said 🙋, and the sheet has not reached him yet
    knock: Knock | None = None  # nobody opened, and what has been tried since
    hands: Sequence[str] = ()  # who is not enrolled and says that he can go, while nobody has it
    companion: int | None  # an earlier report of the same person that may be one thing with it
    handing: Handing = field(default_factory=Handing)
    family: Sequence[Told] = ()  # of whom it is about: who was told, and who has answered

    @property
    def place_is_vague(self) -> bool:
        """Whether a worker would not find it: no point, and no words beyond an area's name."""
        place = self.item.place
        if place is None:
            return True
        return not place.has_point and not self.area_is_building and (place.words or "") == (self.area or "")


async def item_view(uow: UnitOfWork, number: int, rules: Rules) -> ItemView:
    """The item as it stands now; raises NotFound."""
    item = await uow.items.get(number)
    history = await uow.items.history(number)
    area = rules.tree.get(item.area)
    questions = await uow.questions.of_item(number, [Asked.SELF_PHOTO])
    dismissed = _last(history, Action.DISMISS)
    reopened = _last(history, Action.REOPEN)
    anew = _last(history, Action.REOPEN, Action.UNDO)
    earlier = await companion(uow, item)
    return ItemView(
        item=item,
        area=area.name if area else None,
        area_is_building=area is not None and area.level is Level.BUILDING,
        reporter=await uow.people.get(item.reporter) if item.reporter is not None else None,
        claimer=await name_of(uow, item.claimed_by),
        resolver=await name_of(uow, item.resolved_by),
        said_done=await name_of(uow, item.said_done_by),
        dismisser=await name_of(uow, dismissed.actor if dismissed else None),
        confirmed=_last(history, Action.CONFIRM) is not None,
        media=await uow.media.of_item(number, "report"),
        proofs=[m for m in await uow.media.of_item(number, "proof") if anew is None or m.at >= anew.at],
        last_word=await _last_word(uow, history),
        reason_words=_reason_words(item, dismissed, reopened),
        awaits_self_photo=bool(questions),
        sorted_by_time=_sorted_by_time(history),
        reporter_unreachable=any(event.reason == REPORTER_UNREACHABLE for event in history),
        elder=await whom(uow, item, rules),
        cry=_cry(history),
        to_hear=played_together(await uow.recordings.of_item(number)) if item.kind in GUARDED else None,
        pledger=await name_of(uow, item.pledged_by),
        knock=knock_of(history),
        hands=await _hands(uow, item, history),
        companion=earlier.number if earlier else None,
        handing=await handing_of(uow, item, history),
        family=await told_about(uow, number) if item.about is not None else (),
    )


async def whom(uow: UnitOfWork, item: Item, rules: Rules) -> Whom | None:
    """The elder whom the item is about; None where it is about none."""
    elder = await uow.elders.find(item.about) if item.about is not None and item.kind in GUARDED else None
    if elder is None:
        return None
    now = item.created_at
    return Whom(await name_of_elder(uow, elder, rules, now), elder.age(now.astimezone(rules.zone).year))


async def name_of(uow: UnitOfWork, person: int | None) -> str | None:
    """What somebody is called where others read it."""
    return (await uow.people.get(person)).name if person is not None else None


def area_place(place: Place | None, rules: Rules) -> str | None:
    """The place's words, if they are nothing but the name of an area of ours: these may be shown to anybody."""
    names = {area.name for area in rules.tree.areas.values()}
    return place.words if place and place.words in names else None


async def _last_word(uow: UnitOfWork, history: Sequence[Event]) -> LastWord | None:
    """The last word on the work since the item was last opened; what its reporter adds stands in the text already."""
    for event in reversed(history):
        if event.action in (Action.SEND_OUT, Action.REOPEN):
            return None
        if event.action is Action.NOTE and event.note and event.reason == PROGRESS:
            return LastWord(who=await name_of(uow, event.actor) or "", words=event.note)
    return None


async def _hands(uow: UnitOfWork, item: Item, history: Sequence[Event]) -> list[str]:
    if item.state is not State.OPEN:
        return []
    who = dict.fromkeys(event.actor for event in history if event.reason == HAND)
    return [await name_of(uow, person) or "?" for person in who]


def _cry(history: Sequence[Event]) -> Cried | None:
    cried = _last(history, Action.RAISE, Action.URGE)
    last = _last(history, Action.RAISE, Action.URGE, Action.PRESS_AGAIN, Action.EASE)
    if cried is None or last is None:
        return None
    return Cried(cried.reason, cried.at, last.reason if last.action is Action.EASE else "")


def played_together(recordings: Sequence[Recording]) -> int | None:
    """Of an item's recordings the one whose ▶️ plays all that nobody has heard; None where all are heard."""
    return next((one.id for one in reversed(recordings) if one.heard_at is None), None)


def _sorted_by_time(history: Sequence[Event]) -> bool:
    sorting = [event for event in history if event.details.category is not None]
    return bool(sorting) and sorting[-1].action is Action.SEND_OUT


def _last(history: Sequence[Event], *actions: Action) -> Event | None:
    return next((event for event in reversed(history) if event.action in actions), None)


def _reason_words(item: Item, dismissed: Event | None, reopened: Event | None) -> str:
    if item.dismiss_reason is not None and dismissed:
        return dismissed.note
    return reopened.note if reopened else ""

"""A report begins, grows with its reporter's answers, and goes out. With the first message it exists and is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from care.domain.due import next_look
from care.domain.items import Action, Category, Details, DismissReason, Item, Kind, Place, Severity, State, begin
from care.domain.notices import Lane, PlaceQuestion, Sentence
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.signs import sounds_alarm
from care.domain.states import HASTE_OF, KIND_OF
from care.services.acts import change, tell_person
from care.services.ports import Address, Asked, Face, Step, UnitOfWork
from care.services.showing import call_again, call_coordinators, show, take_out_of_groups

log = structlog.get_logger(__name__)

LATE_ANSWERS = timedelta(hours=24)  # for so long a place that was asked for may still be given
SAME_PLACE = timedelta(hours=12)  # for so long 📍 还是刚才那里 means something
MOST_BYTES = 20_000_000  # a bot cannot fetch more; Bot API, getFile: "up to 20MB in size"
_COMPANION = timedelta(minutes=30)  # for so long 🔗 offers an earlier report as the same thing


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A file that came with a message: the network's ids for it, its sort, and its size in bytes where told."""

    kind: str
    file: str
    unique: str
    size: int | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody sent in one message."""

    text: str = ""
    place: Place | None = None
    enclosed: Enclosed | None = None
    album: str | None = None
    at: datetime | None = None  # when it was sent; it may reach us much later

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it that a report could hold."""
        return not (self.text.strip() or self.place or self.enclosed)


async def report(uow: UnitOfWork, reporter: Person, chat: int, given: Given, now: datetime, rules: Rules) -> Item:
    """A new report from this message. It waits as a draft for the reporter's answers, unless the words alarm."""
    alarm = sounds_alarm(given.text, rules.alarm_words)
    number = await uow.items.next_number()
    spot = _named_spot(given, reporter, rules)
    details = Details(
        kind=Kind.REPORT,
        severity=Severity.URGENT if alarm else Severity.NORMAL,
        text=given.text.strip(),
        reporter=reporter.id,
        reporter_known=reporter.enrolled,
        **spot,
    )
    item, event = begin(number, Action.REPORT, at=now, actor=reporter.id, details=details)
    await uow.items.add(item, event, next_look(item, now, rules))
    log.info("item.report", item=number, by=reporter.id, alarm=alarm or None)
    await enclose(uow, item, given, reporter, now)
    await uow.cards.want(number, Address(chat), Face.RECEIPT, lane=Lane.ANSWER, person=reporter.id)
    await uow.questions.ask(chat, reporter.id, Asked.DETAILS, number, given.at or now, now + rules.draft_max)
    if alarm:
        item = await send_out(uow, item, reporter, now, rules, reason="alarm_words")
        if item.place is None:
            await ask_place(uow, item, reporter, now)
        return item
    if not reporter.enrolled and await _over_limit(uow, reporter, now, rules):
        return await _hold(uow, item, now, rules)
    return item


async def add_to(uow: UnitOfWork, item: Item, who: Person, given: Given, now: datetime, rules: Rules) -> Item:
    """More photos, words or a place for a report on file; words that alarm send it out at once."""
    if item.state not in (State.DRAFT, State.OPEN, State.CLAIMED):
        item = await change(uow, item, Action.NOTE, by=who, now=now, rules=rules, reason="added", note=given.text)
        await enclose(uow, item, given, who, now)
        return item
    added = await enclose(uow, item, given, who, now)
    text = "\n".join(part for part in (item.text, given.text.strip()) if part)
    spot = _named_spot(given, who, rules) if item.place is None or given.place else {}
    if item.state is State.CLAIMED:  # somebody has it: it is told where, and stays where it is
        spot.pop("area", None)
    if text == item.text and not spot and not added:
        return item
    details = Details(text=text, **spot)
    item = await change(uow, item, Action.AMEND, by=who, now=now, rules=rules, reason="added", details=details)
    if "place" in spot:
        await close_questions(uow, item, Asked.PLACE, Asked.WHERE)
    if sounds_alarm(given.text, rules.alarm_words) and item.severity is not Severity.URGENT:
        return await make_urgent(uow, item, who, now, rules, reason="alarm_words")
    if item.live and "area" in spot:
        await show(uow, item, rules)
    return item


async def enclose(
    uow: UnitOfWork, item: Item, given: Given, who: Person, now: datetime, purpose: str = "report"
) -> bool:
    """Keep the message's file with the item and have it fetched; whether there was a new one."""
    file = given.enclosed
    if file is None:
        return False
    too_big = file.size is not None and file.size > MOST_BYTES
    added = await uow.media.add(
        item.number,
        purpose=purpose,
        kind=file.kind,
        file=file.file,
        unique=file.unique,
        size=file.size,
        by=who.id,
        at=now,
        due_at=None if too_big else now,
        album=given.album,
    )
    if added and too_big:
        notice = Sentence(key="chat.too_big", args={"number": item.number}, item=item.number)
        await tell_person(uow, who, notice, step=Step.ANSWER, key=f"{item.number}:too_big:{file.unique}", now=now)
    return added


async def categorise(uow: UnitOfWork, item: Item, category: Category, who: Person, now: datetime, rules: Rules) -> Item:
    """The reporter says what it is about; then he is asked where, unless that is known: then it goes out."""
    severity = item.severity
    if severity is not Severity.URGENT:
        severity = HASTE_OF.get(category, Severity.NORMAL)
    kind = KIND_OF.get(category, Kind.REPORT)
    details = Details(category=category, severity=severity, kind=kind)
    if item.live and (severity, kind) != (item.severity, item.kind):
        details = Details(category=category, severity=severity, kind=kind, policy=rules.policy_of(kind, severity))
    turned = item.live and kind is not item.kind
    item = await change(uow, item, Action.AMEND, by=who, now=now, rules=rules, reason="category", details=details)
    await close_questions(uow, item, Asked.DETAILS)
    if turned:  # what the group saw of it goes, and it is posted anew
        await show(uow, item, rules)
        await take_out_of_groups(uow, item, now)
    if item.held:
        return item
    if item.state is State.DRAFT and item.place is not None:
        return await send_out(uow, item, who, now, rules, reason="answered")
    if item.place is None:
        await ask_place(uow, item, who, now)
    return item


async def make_urgent(
    uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules, reason: str = "urgent"
) -> Item:
    """🆘: out at once, whatever is still unknown; a report on file becomes urgent."""
    details = Details(severity=Severity.URGENT, policy=rules.policy_of(item.kind, Severity.URGENT))
    item = await change(uow, item, Action.URGE, by=who, now=now, rules=rules, reason=reason, details=details)
    if reason != "alarm_words":  # a press ends the gathering of photos, words do not
        await close_questions(uow, item, Asked.DETAILS)
    if item.state is State.DRAFT:
        item = await send_out(uow, item, who, now, rules, reason=reason)
    else:
        await call_again(uow, item, "urgent", now)
    if item.place is None:
        await ask_place(uow, item, who, now)
    return item


async def place(
    uow: UnitOfWork, item: Item, where: Place, area: str | None, who: Person, now: datetime, rules: Rules
) -> Item:
    """The reporter says where it is; while nobody has it, that moves it to the right grid."""
    moves = area is not None and item.state in (State.DRAFT, State.OPEN)
    details = Details(place=where, area=area) if moves else Details(place=where)
    item = await change(uow, item, Action.AMEND, by=who, now=now, rules=rules, reason="place", details=details)
    await close_questions(uow, item, Asked.PLACE, Asked.WHERE)
    if item.state is State.DRAFT and item.category is not None and not item.held:
        return await send_out(uow, item, who, now, rules, reason="answered")
    if item.live and moves:
        await show(uow, item, rules)
    return item


async def skip_place(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """跳过: it goes out with what is known."""
    await close_questions(uow, item, Asked.PLACE)
    if item.state is State.DRAFT and not item.held:
        return await send_out(uow, item, who, now, rules, reason="answered")
    return item


async def withdraw(uow: UnitOfWork, item: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """✍️ 不是上报: it was only talk."""
    details = Details(dismiss_reason=DismissReason.NOT_A_REPORT)
    item = await change(uow, item, Action.DISMISS, by=who, now=now, rules=rules, reason="not_a_report", details=details)
    await close_questions(uow, item)
    return item


async def same_as(uow: UnitOfWork, item: Item, other: Item, who: Person, now: datetime, rules: Rules) -> Item:
    """🔗: this report is one thing with an earlier one, which takes over its photos and words."""
    for medium in await uow.media.of_item(item.number, "report"):
        file = Enclosed(kind=medium.kind, file=medium.file, unique=medium.unique, size=medium.size)
        await enclose(uow, other, Given(enclosed=file), who, now)
    await add_to(uow, other, who, Given(text=item.text), now, rules)
    await uow.cards.touch(other.number)
    details = Details(dismiss_reason=DismissReason.SAME, linked_to=other.number)
    item = await change(uow, item, Action.DISMISS, by=who, now=now, rules=rules, reason="same", details=details)
    await close_questions(uow, item)
    return item


async def send_out(uow: UnitOfWork, item: Item, by: Person | None, now: datetime, rules: Rules, *, reason: str) -> Item:
    """To the grid, with what is known: by its place, else the reporter's home grid, else the community."""
    area = item.area or await home_area(uow, item, rules)
    policy = rules.policy_of(item.kind, item.severity)
    details = Details(area=area, policy=policy)
    if item.category is None:
        details = Details(area=area, policy=policy, category=Category.OTHER)
    item = await change(uow, item, Action.SEND_OUT, by=by, now=now, rules=rules, reason=reason, details=details)
    await show(uow, item, rules)
    if reason == "timeout":
        await close_questions(uow, item, Asked.DETAILS)
    return item


async def approve(uow: UnitOfWork, item: Item, by: Person, now: datetime, rules: Rules) -> Item:
    """✅ 放行: a coordinator lets an unknown person's further report go out."""
    return await send_out(uow, item, by, now, rules, reason="approved")


async def ask_place(uow: UnitOfWork, item: Item, who: Person, now: datetime) -> None:
    """Ask the reporter where it is, once per item."""
    told = await tell_person(
        uow, who, PlaceQuestion(item=item.number), step=Step.PLACE, key=f"{item.number}:place", now=now
    )
    if told and who.telegram_id is not None:
        await uow.questions.ask(who.telegram_id, who.id, Asked.PLACE, item.number, now, now + LATE_ANSWERS)


async def companion(uow: UnitOfWork, item: Item) -> Item | None:
    """The reporter's report just before this one, if both may be one thing."""
    if item.reporter is None or item.state is not State.DRAFT:
        return None
    for other in await uow.items.by_reporter(item.reporter, 5):
        recent = item.created_at - other.created_at <= _COMPANION
        if other.number < item.number and recent and (other.live or other.state is State.DRAFT):
            return other
    return None


async def close_questions(uow: UnitOfWork, item: Item, *asked: Asked) -> None:
    """These questions about the item (default: all) wait no longer."""
    for question in await uow.questions.of_item(item.number, asked or None):
        await uow.questions.close(question.id)


async def _hold(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> Item:
    item = await change(
        uow, item, Action.HOLD, by=None, now=now, rules=rules, reason="daily_limit", details=Details(held=True)
    )
    await call_coordinators(uow, item, rules)
    return item


async def _over_limit(uow: UnitOfWork, reporter: Person, now: datetime, rules: Rules) -> bool:
    made = await uow.items.count_reports(reporter.id, _midnight(now, rules.zone))
    return made > rules.daily_limit_unknown  # the one just begun is among them


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


async def home_area(uow: UnitOfWork, item: Item, rules: Rules) -> str | None:
    """The area an item belongs to when no place is known: the reporter's home, else the community."""
    home = (await uow.people.get(item.reporter)).home if item.reporter is not None else None
    if home in rules.tree.areas:
        return home
    community = rules.tree.community_of(home)
    return community.id if community else None


def _named_spot(given: Given, who: Person, rules: Rules) -> dict[str, Any]:
    """What the message itself says of the place: a point, or the name of a known grid or building."""
    if given.place is not None:
        area_id = area_of(given.place, who, rules)
        return {"place": given.place, "area": area_id} if area_id else {"place": given.place}
    area = rules.tree.named(given.text, near=who.home)
    return {"area": area.id, "place": Place(words=area.name)} if area else {}


def area_of(where: Place, who: Person, rules: Rules) -> str | None:
    """The area a place lies in: by its boundary, or by a name in its words; a point outside all: his community."""
    if where.latitude is not None and where.longitude is not None:
        found = rules.boundaries.area_at(where.latitude, where.longitude)
        community = rules.tree.community_of(who.home)
        return found or (community.id if community else None)
    named = rules.tree.named(where.words or "", near=who.home)
    return named.id if named else None

"""A cry for help: 🆘, alarm words, trouble words that nobody took back, a voice that nobody has heard.

It works in every state of an elder. What she, or somebody for her, cries later is added to the same matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from care.domain.cries import HER_OWN, Cry
from care.domain.due import next_look
from care.domain.elders import ElderRecord
from care.domain.items import Action, Details, Event, Item, begin
from care.domain.notices import Says
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Kind, Severity, State
from care.services import alarm, kin
from care.services.acts import change
from care.services.groups import able_in
from care.services.ports import Address, Inquired, UnitOfWork
from care.services.reassuring import CRIES, tell_her
from care.services.showing import call_again, call_coordinators, show

log = structlog.get_logger(__name__)

HER_WORDS = "her_words"  # a history's reason: she has said something while people are on their way
QUIET_FOR = timedelta(minutes=1)  # who presses again and again makes the phones ring once in it
RING_AGAIN = timedelta(minutes=10)  # so often at most the operator's own means are rung for one cry


async def call_for(
    uow: UnitOfWork,
    elder: ElderRecord,
    kind: Kind,
    severity: Severity,
    now: datetime,
    rules: Rules,
    *,
    reason: str,
    text: str = "",
    by: Person | None = None,
) -> Item:
    """Open an `sos` or `help` item about her (or add to a live `sos`, which is raised anew), and tell all it concerns.

    `reason`: a `Cry`, or another short code; it goes to the history. `text`: her words, for the claimer alone.
    `by`: who cries; by default she herself where the reason is her own. Works in every state of hers.
    """
    who = by or (elder.person if reason in (Cry.KEY, Cry.ALARM_WORDS) else None)
    await forget_trouble(uow, elder, now)
    if kind is Kind.SOS:
        if live := await uow.items.live_about(elder.id, [Kind.SOS]):
            return await _again(uow, elder, live[0], severity, who, reason, text, now, rules)
        helps = await uow.items.live_about(elder.id, [Kind.HELP])
        growing = [item for item in helps if item.state is State.OPEN or item.severity is Severity.URGENT]
        if growing:
            return await _grow(uow, elder, growing[-1], who, reason, text, now, rules)
    return await _open(uow, elder, kind, severity, who, reason, text, now, rules)


async def live_cry(uow: UnitOfWork, elder: ElderRecord) -> Item | None:
    """The matter in which people are on their way to her, if there is one: an `sos`, else an urgent `help`."""
    live = await uow.items.live_about(elder.id, CRIES)
    urgent = [item for item in live if item.kind is Kind.SOS or item.severity is Severity.URGENT]
    return min(urgent, key=lambda item: item.kind is not Kind.SOS, default=None)


async def add_words(uow: UnitOfWork, item: Item, elder: ElderRecord, words: str, now: datetime, rules: Rules) -> Item:
    """What she says while people are on their way: it goes onto the sheet of who comes, who hears that it is there."""
    history = await uow.items.history(item.number)
    told = any(event.reason == HER_WORDS and now - event.at < QUIET_FOR for event in history)
    details = Details(text=_more(item.text, words))
    item = await change(
        uow, item, Action.NOTE, by=elder.person, now=now, rules=rules, reason=HER_WORDS, details=details, faces=()
    )
    for posted in await uow.messages.of_item(item.number):
        if posted.subject == "claimers_sheet":
            await uow.messages.wish_anew(posted.chat, posted.message, now)
    claimer = await uow.people.get(item.claimed_by) if item.claimed_by is not None else None
    if claimer is not None and claimer.telegram_id is not None and not told:
        await call_again(uow, item, "words", now, only=[Address(claimer.telegram_id)])
    return item


async def forget_trouble(uow: UnitOfWork, elder: ElderRecord, now: datetime) -> None:
    """She is not asked any more whether she is unwell: she, or somebody for her, has said."""
    chat = elder.person.telegram_id
    if chat is None:
        return
    for inquiry in await uow.inquiries.pending(chat, elder.id):
        if inquiry.asked is Inquired.TROUBLE:
            await uow.inquiries.close(inquiry.id)
            for posted in await uow.messages.standing(chat, "trouble_question"):
                if posted.posted_at >= inquiry.asked_at:
                    await uow.messages.wish_bare(chat, posted.message, now)


async def _open(
    uow: UnitOfWork,
    elder: ElderRecord,
    kind: Kind,
    severity: Severity,
    who: Person | None,
    reason: str,
    text: str,
    now: datetime,
    rules: Rules,
) -> Item:
    number = await uow.items.next_number()
    area = rules.tree.get(elder.area) or rules.tree.root_community()
    details = Details(
        kind=kind,
        severity=severity,
        policy=rules.policy_of(kind, severity),
        area=area.id if area else None,
        text=text.strip(),
        about=elder.id,
    )
    item, event = begin(number, Action.RAISE, at=now, actor=who.id if who else None, details=details, reason=reason)
    await uow.items.add(item, event, next_look(item, now, rules))
    log.info("item.raise", item=number, kind=kind, severity=severity, by=event.actor, reason=reason)
    await show(uow, item, rules)
    await _see_that_somebody_can_come(uow, item, now, rules)
    await _tell_those_near(uow, elder, item, who, now, rules)
    if kind is Kind.SOS:
        await tell_her(uow, item, Says.CALLING, now)
    elif reason in HER_OWN:
        await tell_her(uow, item, Says.UNHEARD if reason == Cry.UNHEARD else Says.LOOKING, now)
    return item


async def _see_that_somebody_can_come(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """Where nobody is enrolled who may take it, the coordinators see it at once; where nobody at all, it rings."""
    if item.severity is not Severity.URGENT:
        return
    if item.area is None or not await able_in(uow, item.area, rules):
        await call_coordinators(uow, item, rules)
    if not await uow.cards.of_item(item.number):
        await alarm.sound(uow, item, now, rules, key=f"{item.number}:alarm:nobody:{alarm.opening(item)}")


async def _tell_those_near(
    uow: UnitOfWork, elder: ElderRecord, item: Item, who: Person | None, now: datetime, rules: Rules
) -> None:
    """Her family, unless it is a small matter; not him who says so himself."""
    if item.severity is not Severity.NORMAL:
        why = kin.Trouble.SOS if item.kind is Kind.SOS else kin.Trouble.HELP
        await kin.tell_family(uow, elder, why, now, rules, item=item, by=who)


async def _again(
    uow: UnitOfWork,
    elder: ElderRecord,
    item: Item,
    severity: Severity,
    who: Person | None,
    reason: str,
    text: str,
    now: datetime,
    rules: Rules,
) -> Item:
    """Once more: added to the live one, which rings; within a minute of the last ring it is only added."""
    words = _more(item.text, text)
    details = Details(text=words) if words != item.text else None
    more_urgent = severity.rank < item.severity.rank
    if not more_urgent and _rang_just_now(await uow.items.history(item.number), now):
        return await change(
            uow, item, Action.NOTE, by=who, now=now, rules=rules, reason=reason, details=details, faces=()
        )
    if more_urgent:
        raised = Details(text=words, severity=severity, policy=rules.policy_of(item.kind, severity))
        item = await change(uow, item, Action.URGE, by=who, now=now, rules=rules, reason=reason, details=raised)
        await _tell_those_near(uow, elder, item, who, now, rules)
    else:
        item = await change(uow, item, Action.PRESS_AGAIN, by=who, now=now, rules=rules, reason=reason, details=details)
    await call_again(uow, item, "pressed" if reason == Cry.KEY else "cried", now)
    await tell_her(uow, item, Says.AGAIN, now, who=item.claimed_by)
    await _ring_again(uow, item, now, rules)
    return item


async def _grow(
    uow: UnitOfWork,
    elder: ElderRecord,
    item: Item,
    who: Person | None,
    reason: str,
    text: str,
    now: datetime,
    rules: Rules,
) -> Item:
    """A help that nobody has (or an urgent one) turns out an `sos`: the number stays, everybody hears of it anew."""
    details = Details(
        kind=Kind.SOS,
        severity=Severity.URGENT,
        policy=rules.policy_of(Kind.SOS, Severity.URGENT),
        text=_more(item.text, text),
    )
    item = await change(uow, item, Action.URGE, by=who, now=now, rules=rules, reason=reason, details=details)
    await show(uow, item, rules)
    await call_again(uow, item, "grown", now)
    await _see_that_somebody_can_come(uow, item, now, rules)
    await _tell_those_near(uow, elder, item, who, now, rules)
    await tell_her(uow, item, Says.CALLING, now)
    return item


async def _ring_again(uow: UnitOfWork, item: Item, now: datetime, rules: Rules) -> None:
    """All rungs have it, nobody has come, and she cries again: the operator's own means, too."""
    climbs = len(item.policy.climb_unclaimed) if item.policy else 0
    if item.state is State.OPEN and item.progress is not None and 0 < climbs <= item.progress.climbed:
        spell = int(now.timestamp() // RING_AGAIN.total_seconds())
        await alarm.sound(uow, item, now, rules, key=f"{item.number}:alarm:again:{spell}")


def _rang_just_now(history: Sequence[Event], now: datetime) -> bool:
    """Whether a cry that was repeated made the phones ring within the last minute; the card itself does not count."""
    return any(event.action in (Action.PRESS_AGAIN, Action.URGE) and now - event.at < QUIET_FOR for event in history)


def _more(text: str, words: str) -> str:
    """Both, unless it has been said in these words already."""
    words = words.strip()
    return text if not words or words in text else "\n".join(part for part in (text, words) if part)

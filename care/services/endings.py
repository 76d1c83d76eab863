"""How an elder's matter ends: one way for whoever says so, and everybody who was told hears it; and how that is undone.

What an outcome asks of who named it (which hospital, for how long) is `care.services.outcomes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from care.domain.checkins import How, Why
from care.domain.elders import ElderRecord, PauseWhy
from care.domain.items import Action, Details, Event, Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Ending, Kind, State
from care.services import checkins, ended, kin, lists, parting, pausing
from care.services.acts import GROUP_FACES, change
from care.services.claims import renew_offers, take_back_questions
from care.services.pledging import spare
from care.services.ports import Step, UnitOfWork
from care.services.reassuring import no_second_thoughts, second_thoughts
from care.services.sheets import elder_of, hand_out

HOSPITAL = "hospital"  # a history's reason: the note says to which hospital she was taken

# She is well: by whose word, and how it is known.
_WELL = {
    Ending.PHONED: (Why.SEEN, How.CALL),
    Ending.SEEN: (Why.SEEN, How.VISIT),
    Ending.FAMILY: (Why.FAMILY, How.FAMILY),
}
# She is not greeted any more until somebody says so; how long a journey takes is asked afterwards.
_PAUSES = {
    Ending.HOSPITAL: PauseWhy.HOSPITAL,
    Ending.AWAY: PauseWhy.LATER,
    Ending.GONE: PauseWhy.GONE,
}
# Where somebody of the neighbourhood knows what is with her, nobody need look for her because she was silent.
_FINDS_HER = frozenset({Ending.PHONED, Ending.SEEN, Ending.HOSPITAL, Ending.AWAY, Ending.GONE})


async def end(
    uow: UnitOfWork, item: Item, ending: Ending, by: Person | None, now: datetime, rules: Rules, *, note: str = ""
) -> Item:
    """The item is settled with this outcome; its check-in, the family, the claimer, the lists and cards follow.

    `by`: who says so (the elder herself for HERSELF). Raises NotNow where it is not live.
    """
    elder = await elder_of(uow, item)
    item = await _settle(uow, item, ending, by, now, rules, note)
    if item.reporter != item.about:  # a neighbour who had seen something; of herself everybody speaks elsewhere
        await ended.tell_end(uow, item, now, rules)
    if elder is None:
        return item
    silent = [] if ending not in _FINDS_HER else await uow.items.live_about(elder.id, [Kind.MISSED_CHECKIN])
    settled = [item, *[await _settle(uow, other, ending, by, now, rules, note) for other in silent]]
    await _of_her(uow, elder, item, ending, by, now, rules)
    for one in settled:
        until = now + rules.all_clear_after
        await kin.tell_end(uow, elder, ending, now, rules, item=one, by=by, not_before=_told_from(ending, now, until))
    await lists.renew(uow, elder.id, now)
    return item


async def take_back(
    uow: UnitOfWork, was: Item, item: Item, by: Person, now: datetime, rules: Rules, *, slip: bool
) -> None:
    """It has not ended after all: who heard so hears that, pauses are over, its claimer has the sheet again.

    `was`: the item as it had ended. What ended with it goes on, too. `slip`: ↶, by which she was not found well, nor
    away; 🔄 says that something is still to be done, and whoever had seen her has seen her.
    """
    elder = await elder_of(uow, item)
    if elder is None or was.ending is None:
        return
    await _forget_what_was_asked(uow, item, now)
    together = [item]
    if was.resolved_at is not None:
        for other in await uow.items.settled_at(elder.id, was.resolved_at):
            if other.number != was.number and (other.ending, other.resolved_by) == (was.ending, was.resolved_by):
                undone = await change(uow, other, Action.UNDO, by=by, now=now, rules=rules, reason=State.RESOLVED)
                together.append(undone)
    for one in together:
        await kin.unsay_end(uow, one, now, rules)
        if one.state is State.CLAIMED and one.claimed_by is not None:
            await hand_out(uow, one, await uow.people.get(one.claimed_by), now, rules)
        await second_thoughts(uow, one, now)
    if was.ending in _WELL and slip:
        await checkins.unfound(uow, elder, was, now, rules)
    if was.ending in _PAUSES and await _greet_again(uow, elder, was, by, now, rules) and slip:
        await checkins.unstopped(uow, elder, was, now, rules)
    if was.ending is Ending.GONE:
        await parting.not_asked_any_more(uow, item, now)
    await lists.renew(uow, elder.id, now)


def hospital_of(history: Iterable[Event]) -> str:
    """To which hospital she was taken, as somebody wrote it; empty where nobody has said."""
    return next((event.note for event in reversed([*history]) if event.reason == HOSPITAL and event.note), "")


async def younger_live(uow: UnitOfWork, item: Item) -> Item | None:
    """A live alarm of the same sort about her, of which there can be one at a time; it cannot be opened beside that."""
    if item.about is None or item.kind not in (Kind.SOS, Kind.MISSED_CHECKIN, Kind.UNREACHABLE):
        return None
    found: Sequence[Item] = await uow.items.live_about(item.about, [item.kind])
    return next((other for other in found if other.number != item.number), None)


async def _settle(
    uow: UnitOfWork, item: Item, ending: Ending, by: Person | None, now: datetime, rules: Rules, note: str
) -> Item:
    """The item is over, and who had it, or was about to, need not go there."""
    going = dict.fromkeys(one for one in (item.claimed_by, item.pledged_by) if one is not None)
    item = await change(
        uow,
        item,
        Action.RESOLVE,
        by=by,
        now=now,
        rules=rules,
        reason=ending,
        note=note,
        details=Details(ending=ending),
        faces=GROUP_FACES,
    )
    await take_back_questions(uow, item, now)
    await renew_offers(uow, item, now)
    await no_second_thoughts(uow, item, now)
    for person in going:
        if by is None or person != by.id:
            await spare(uow, item, await uow.people.get(person), now)
    return item


async def _of_her(
    uow: UnitOfWork, elder: ElderRecord, item: Item, ending: Ending, by: Person | None, now: datetime, rules: Rules
) -> None:
    """Her check-ins and her greetings."""
    if ending in _WELL and by is not None:
        why, how = _WELL[ending]
        await checkins.found_well(uow, elder, by, why, how, now, rules)
    if (why_away := _PAUSES.get(ending)) is not None:
        await pausing.pause(uow, elder, None, why_away, by, now, rules)
    if ending is Ending.GONE:
        await parting.ask(uow, item, now, rules)


async def _greet_again(uow: UnitOfWork, elder: ElderRecord, was: Item, by: Person, now: datetime, rules: Rules) -> bool:
    """The pause that the outcome began is over; one that it took the place of holds again. True if none holds now."""
    pause = elder.pause
    if pause is None or was.resolved_at is None or pause.since < was.resolved_at or pause.by != was.resolved_by:
        return False
    await pausing.resume(uow, elder, by, now, rules)
    earlier = await uow.elders.pause_before(elder.id, was.resolved_at)
    if earlier is not None:
        before, words = earlier
        who = await uow.people.get(before.by) if before.by is not None else by
        await pausing.pause(uow, elder, before.until, before.why, who, now, rules, words=words)
    return earlier is None


async def _forget_what_was_asked(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """What its outcome asked, and where it could be undone: all of it is moot."""
    await take_back_questions(uow, item, now)
    await uow.outbox.supersede(item.number, [Step.OUTCOME, Step.SPARED])
    for telling in await uow.outbox.told(item.number, [Step.OUTCOME]):
        if telling.message is not None:
            await uow.messages.wish_gone(telling.address.chat, telling.message, now)


def _told_from(ending: Ending, now: datetime, until: datetime) -> datetime:
    """What she herself or her family say is no slip of a thumb; of the rest nobody hears for half a minute."""
    return now if ending in (Ending.HERSELF, Ending.FAMILY) else until

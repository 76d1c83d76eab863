"""An elder's check-in: signs of life settle it, silence raises it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.silence import next_look
from care.domain.states import Ending, Kind
from care.services import endings, kin, lists, silence
from care.services.cries import live_cry
from care.services.planning import plan_one
from care.services.ports import Greeted, UnitOfWork

log = structlog.get_logger(__name__)

_NOT_SAID = (How.VOICE, How.CRY)  # by these she does not say that she is well
_MISSING = (Kind.MISSED_CHECKIN, Kind.UNREACHABLE)


async def sign_of_life(
    uow: UnitOfWork,
    elder: ElderRecord,
    sent_at: datetime,
    how: How,
    now: datetime,
    rules: Rules,
    *,
    checkin: int | None = None,
) -> bool:
    """She gave a sign of life, sent at that moment (the message's own date); True if it settled an open check-in.

    `checkin`: the one that a press names, where it had waited at the network and bears no date.
    A missed check-in that is an item already, or an unreachable phone, is ended by it, too; but a voice only stops the
    clock: it ends nothing before somebody has listened (`heard_well`). So does a cry, and whatever she says while
    people are called to her: her family must not hear 您放心 then.
    """
    sent_at = min(sent_at, now)
    signs = [(one, await _sign(uow, one, sent_at, how, rules)) for one in await _meant(uow, elder, sent_at, checkin)]
    settled = [was for was, signed in signs if was.outcome is not signed.outcome]
    ended = how not in _NOT_SAID and await _is_well(uow, elder, sent_at, now, rules)
    if settled or ended:
        log.info("elder.heard_of", elder=elder.id, checkins=[one.id for one in settled], how=how)
    if settled or ended or any(was.why is not signed.why for was, signed in signs):  # 上门见到 by now is 本人报
        await lists.renew(uow, elder.id, now)
    return bool(settled)


async def heard_well(uow: UnitOfWork, elder: ElderRecord, sent_at: datetime, now: datetime, rules: Rules) -> None:
    """Somebody has listened to the voice that she sent at that moment, and she is well: what it left open ends."""
    if await _is_well(uow, elder, sent_at, now, rules):
        await lists.renew(uow, elder.id, now)


async def found_well(
    uow: UnitOfWork, elder: ElderRecord, by: Person, why: Why, how: How, now: datetime, rules: Rules
) -> None:
    """Somebody else has reached her (FAMILY, SEEN): her open and missed check-ins say so.

    Who was told of her silence is told its end by the caller: it knows in which words.
    """
    for checkin in await uow.checkins.of_elder(elder.id, now):
        if checkin.told_at is None and checkin.due_at > now:
            continue  # she is asked all the same
        well = checkin.found_well(by.id, now, why, how)
        if well != checkin:
            await uow.checkins.save(well, next_look(well, rules.checkin))
            await uow.outbox.supersede_checkin(checkin.id)
    await lists.renew(uow, elder.id, now)


async def unfound(uow: UnitOfWork, elder: ElderRecord, was: Item, now: datetime, rules: Rules) -> None:
    """The end of that item, which said that she was found well, was a slip: her check-ins are as they were before it.

    What is final stays as it is.
    """
    if was.resolved_at is None or was.resolved_by is None:
        return
    for checkin in await uow.checkins.of_elder(elder.id, now):
        missed = checkin.unfound(was.resolved_by, was.resolved_at)
        if missed != checkin:
            await uow.checkins.save(missed, next_look(missed, rules.checkin))
            log.info("checkin.unfound", checkin=checkin.id, outcome=missed.outcome, item=was.number)


async def unstopped(uow: UnitOfWork, elder: ElderRecord, was: Item, now: datetime, rules: Rules) -> None:
    """The end of that item, which said that she is away, was a slip: what she had been asked waits for her answer."""
    for checkin in await uow.checkins.of_elder(elder.id, now):
        missed = checkin.unstopped()
        if missed != checkin and was.resolved_at is not None:
            await uow.checkins.save(missed, next_look(missed, rules.checkin))
            await kin.unsay_silence_end(uow, checkin.id, was.resolved_at, now, rules)
            log.info("checkin.unstopped", checkin=checkin.id, item=was.number)


async def raise_silence(uow: UnitOfWork, elder: ElderRecord, by: Person, now: datetime, rules: Rules) -> Item | None:
    """☎️ 打不通: her silence becomes an item now; None if she is not silent. One that is an item already is that one."""
    live = await uow.items.live_about(elder.id, [Kind.MISSED_CHECKIN])
    silent = [one for one in await uow.checkins.of_elder(elder.id, now) if one.silent and one.raised_at is None]
    if not silent:
        return live[0] if live else None
    return await silence.raise_now(uow, silent[-1], elder, by, now, rules)


async def plan_for(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """She joined, is back, or is greeted at another time: today's and tomorrow's check-ins that are still to come."""
    if elder.greets_by_phone:
        await plan_one(uow, Greeted(elder.id, elder.times, elder.state_since), now, rules)


async def stop_asking(uow: UnitOfWork, elder: ElderRecord, why: Why, now: datetime, rules: Rules) -> None:
    """She is paused or has left (PAUSED, NOT_JOINED): what is open is settled so, prompts on their way are taken back.

    A silence that is an item already runs to its outcome; who was told of one that is none yet hears that it is over.
    """
    for checkin in await uow.checkins.of_elder(elder.id, now):
        if checkin.settled or checkin.item is not None or (checkin.told_at is None and checkin.due_at > now):
            continue  # what is still to come is settled when it is due: she may be back by then
        await uow.checkins.save(checkin.stopped(why), None)
        await uow.outbox.supersede_checkin(checkin.id)
        if checkin.family_at is not None:
            ending = Ending.AWAY if why is Why.PAUSED else Ending.HERSELF
            await kin.tell_end(uow, elder, ending, now, rules, checkin=checkin.id)
    await lists.renew(uow, elder.id, now)


async def _meant(uow: UnitOfWork, elder: ElderRecord, sent_at: datetime, named: int | None) -> Sequence[CheckIn]:
    """For which check-ins it counts: for all that are open at its date, or only for the one a press names."""
    if named is None:
        return await uow.checkins.of_elder(elder.id, sent_at)
    return [one for one in await uow.checkins.several([named]) if one.elder == elder.id and one.told_at is not None]


async def _sign(uow: UnitOfWork, checkin: CheckIn, sent_at: datetime, how: How, rules: Rules) -> CheckIn:
    """Put it on file; the check-in as it is by now. One that was open is not asked about any more."""
    signed = checkin.sign(checkin.within(sent_at), how)
    if signed != checkin:
        await uow.checkins.save(signed, next_look(signed, rules.checkin))
        if checkin.outcome is not Outcome.OK:
            await uow.outbox.supersede_checkin(checkin.id)
    return signed


async def _is_well(uow: UnitOfWork, elder: ElderRecord, sent_at: datetime, now: datetime, rules: Rules) -> bool:
    """What was feared for her is over: items end, and who was told of her silence hears it. False if nothing was."""
    if await live_cry(uow, elder) is not None:
        return False
    over = [item for item in await uow.items.live_about(elder.id, _MISSING) if await _answers(uow, item, sent_at)]
    for item in over:
        await endings.end(uow, item, Ending.HERSELF, elder.person, now, rules)
    ended = await _silences_told(uow, elder, sent_at)
    for checkin in ended:
        await kin.tell_end(uow, elder, Ending.HERSELF, now, rules, checkin=checkin, by=elder.person)
    return bool(over or ended)


async def _silences_told(uow: UnitOfWork, elder: ElderRecord, sent_at: datetime) -> Sequence[int]:
    """Of which silences somebody was told, that never were an item, and that this sign is the end of."""
    told = {
        alert.checkin: alert.told_at
        for alert in await uow.alerts.unended(elder.id)
        if alert.checkin is not None and alert.item is None
    }
    kept = await uow.checkins.several(told)
    return [one.id for one in kept if one.outcome is Outcome.OK or _after(sent_at, told[one.id])]


async def _answers(uow: UnitOfWork, item: Item, sent_at: datetime) -> bool:
    """Whether the sign shows that she is well after what the item is about: it came later, or all of it is settled."""
    if item.kind is Kind.MISSED_CHECKIN:
        silences = await uow.checkins.of_item(item.number)
        if silences and all(one.outcome is Outcome.OK for one in silences):
            return True
        since = max([one.raised_at for one in silences if one.raised_at is not None], default=item.opened_at)
    else:
        since = item.opened_at
    return since is None or _after(sent_at, since)


def _after(sent_at: datetime, moment: datetime) -> bool:
    """A message's date is cut to the second."""
    return sent_at >= moment.replace(microsecond=0)

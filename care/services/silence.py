"""What time does for an elder's check-in: she is asked, asked again, her family is told, somebody goes and looks.

No step is taken while something of hers is unread (`catch_up_max` at most, then it is marked so), nor for a time in
which we could not hear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from care.domain.checkins import CheckIn, Do, Outcome, Why
from care.domain.elders import ElderRecord, ElderState
from care.domain.family import Trouble
from care.domain.items import Action, Item
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.silence import Decision, decide, next_look
from care.domain.states import Kind
from care.services import greeting, kin, lists, outages
from care.services.acts import change
from care.services.ports import UnitOfWork
from care.services.raising import open_about

log = structlog.get_logger(__name__)

TOGETHER = 30  # check-ins in one transaction: ten milliseconds of work, so that nobody waits for it
LOOK_AGAIN = timedelta(seconds=1)  # while something of hers is unread

SILENT = "silent"  # a history's reason: she has not answered
NO_ANSWER = "no_answer"  # a history's reason: nor her family's call
MISSED_AGAIN = "missed_again"  # a history's reason: nor the next greeting


@dataclass(frozen=True)
class _Ears:
    """What we may not have heard: outages, chats with something unread and since when; whether there may be more."""

    deaf: Sequence[tuple[datetime, datetime]]
    unread: Mapping[int, datetime]
    maybe_more: bool

    def unread_of(self, elder: ElderRecord) -> datetime | None:
        """Since when something of hers waits here."""
        return self.unread.get(elder.person.telegram_id or 0)

    def doubtful(self, elder: ElderRecord) -> bool:
        """Whether she may have answered, and we do not know it yet."""
        return self.maybe_more or self.unread_of(elder) is not None


async def checkin_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """One check-in whose time has come."""
    await checkins_due(uow, [number], now, rules)


async def checkins_due(uow: UnitOfWork, numbers: Sequence[int], now: datetime, rules: Rules) -> None:
    """Several, in one transaction: who is to be asked is asked together, every other step is taken for itself."""
    found = await uow.checkins.several(numbers)
    elders = {elder.id: elder for elder in await uow.elders.several({one.elder for one in found})}
    ears = await _ears(uow, found, list(elders.values()))
    to_ask: list[tuple[CheckIn, ElderRecord]] = []
    for checkin in found:
        elder = elders.get(checkin.elder)
        if elder is None:  # she has been erased
            await uow.checkins.save(checkin.stopped(Why.NOT_JOINED), None)
        elif await _look(uow, checkin, elder, ears, now, rules):
            to_ask.append((checkin, elder))
    await _ask(uow, to_ask, now, rules)


async def raise_now(
    uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, by: Person, now: datetime, rules: Rules
) -> Item:
    """☎️ 打不通: somebody goes and looks at once."""
    return await _raise(uow, checkin, elder, now, rules, by=by, reason=NO_ANSWER)


async def _look(
    uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, ears: _Ears, now: datetime, rules: Rules
) -> bool:
    """Take the step that is due, but for asking; True if she is to be asked."""
    checkin = checkin.heard_but(ears.deaf)
    decision = await _decision(uow, checkin, elder, now, rules)
    if decision.do is Do.NOTHING:
        await uow.checkins.save(checkin, decision.look_again)
        return False
    if decision.do is Do.SETTLE:
        await _settle(uow, checkin, decision.why, now)
        return False
    since = ears.unread_of(elder)
    if since is not None and now - since < rules.checkin.catch_up_max:
        await uow.checkins.look_again(checkin.id, min(since + rules.checkin.catch_up_max, now + LOOK_AGAIN))
        return False
    if decision.do in (Do.ASK, Do.ASK_LATE):
        return True
    await _step(uow, checkin, elder, decision.do, now, rules, maybe_answered=ears.doubtful(elder))
    return False


async def _decision(uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, now: datetime, rules: Rules) -> Decision:
    joined = elder.state if elder.greets_by_phone or elder.state is not ElderState.JOINED else ElderState.INVITED
    paused = elder.pause is not None and elder.pause.holds(checkin.day)
    followed = True
    if now >= checkin.final_at and checkin.silent and checkin.away:
        after = await uow.checkins.following(checkin)
        followed = after is not None and (after.told_at is not None or after.outcome is Outcome.OK)
    return decide(checkin, joined, paused, rules.checkin, now, followed=followed)


async def _settle(uow: UnitOfWork, checkin: CheckIn, why: Why, now: datetime) -> None:
    """Its outcome is known without asking."""
    outage = why is Why.OUTAGE
    settled = checkin.not_asked(why) if outage else checkin.stopped(why)
    await uow.outbox.supersede_checkin(checkin.id)
    await uow.checkins.save(settled, None)
    log.info("checkin.settled", checkin=checkin.id, outcome=settled.outcome, why=why)
    if outage:
        await outages.came_late(uow, settled, now)


async def _ask(uow: UnitOfWork, to_ask: Sequence[tuple[CheckIn, ElderRecord]], now: datetime, rules: Rules) -> None:
    told = await greeting.ask(uow, to_ask, now, rules) if to_ask else []
    elders = {elder.id: elder for _, elder in to_ask}
    for checkin in told:
        if checkin.late:
            await outages.came_late(uow, checkin, now)
        if elders[checkin.elder].person.telegram_id is None:  # we have never seen her phone
            kept = await uow.checkins.get(checkin.id)
            await greeting.refused(uow, kept, elders[checkin.elder], now, rules)


async def _step(
    uow: UnitOfWork, checkin: CheckIn, elder: ElderRecord, do: Do, now: datetime, rules: Rules, *, maybe_answered: bool
) -> None:
    """One step of her silence."""
    log.info("checkin.silent", checkin=checkin.id, step=do, maybe_answered=maybe_answered or None)
    if do is Do.RAISE:
        await _raise(uow, checkin, elder, now, rules, by=None, reason=SILENT, maybe_answered=maybe_answered)
        return
    done = checkin.did(do, now, maybe_answered=maybe_answered)
    done = await uow.checkins.save(done, next_look(done, rules.checkin))
    if do is Do.REMIND:
        await greeting.ask_again(uow, done, elder, now, rules)
    else:
        await kin.tell_family(uow, elder, Trouble.SILENT, now, rules, checkin=checkin.id)


async def _raise(
    uow: UnitOfWork,
    checkin: CheckIn,
    elder: ElderRecord,
    now: datetime,
    rules: Rules,
    *,
    by: Person | None,
    reason: str,
    maybe_answered: bool = False,
) -> Item:
    """Her silence is a matter of the neighbourhood: her name goes on the list. Of her who is missed already, again."""
    family_first = checkin.family_at is None
    if family_first:
        checkin = checkin.did(Do.TELL_FAMILY, now)
    live = next(iter(await uow.items.live_about(elder.id, [Kind.MISSED_CHECKIN])), None)
    if live is None:
        item = await open_about(uow, elder, Kind.MISSED_CHECKIN, now, rules, by=by.id if by else None, reason=reason)
    else:
        item = await change(uow, live, Action.URGE, by=by, now=now, rules=rules, reason=MISSED_AGAIN)
    raised = replace(checkin.did(Do.RAISE, now, maybe_answered=maybe_answered), item=item.number)
    await uow.checkins.save(raised, None)
    await uow.outbox.supersede_checkin(checkin.id)
    if family_first:
        await kin.tell_family(uow, elder, Trouble.SILENT, now, rules, checkin=checkin.id)
    await uow.alerts.adopt(checkin.id, item.number)
    await kin.became_item(uow, item.number, now)
    await lists.name_silent(uow, item, now, rules)
    return item


async def _ears(uow: UnitOfWork, found: Sequence[CheckIn], elders: Sequence[ElderRecord]) -> _Ears:
    asked = min((one.asked_at for one in found if one.asked_at is not None), default=None)
    deaf = await uow.outages.deaf_since(asked) if asked is not None else []
    chats = [elder.person.telegram_id for elder in elders if elder.person.telegram_id is not None]
    return _Ears(deaf, await uow.inbox.unread_since(chats), await uow.outages.unread())

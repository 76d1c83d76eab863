"""An elder's phone takes nothing from us: one matter until it does again, not one a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog

from care.domain.elders import ElderRecord, ElderState
from care.domain.family import Trouble
from care.domain.items import Item
from care.domain.notices import Lane, NeverReached
from care.domain.rules import Rules
from care.domain.states import Ending, Kind
from care.services import endings, kin
from care.services.outages import heard_of, read_anew
from care.services.ports import Step, Telling, UnitOfWork
from care.services.raising import open_about
from care.services.rungs import coordinators, first_to_hear, in_private
from care.services.showing import show

log = structlog.get_logger(__name__)

QUIET = timedelta(
    days=7
)  # somebody has looked after it, and the phone is as it was: for so long nobody is called again
TOGETHER = timedelta(minutes=2)  # what comes in so soon is one message


async def lost_sight_of(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """Her phone takes nothing any more: somebody calls her or goes there."""
    latest = await uow.items.latest_about(elder.id, Kind.UNREACHABLE)
    if latest is not None and (latest.live or _lately(latest, now)):
        return
    item = await open_about(uow, elder, Kind.UNREACHABLE, now, rules, by=None, reason="refused")
    await kin.tell_family(uow, elder, Trouble.UNREACHABLE, now, rules, item=item)
    await show(uow, item, rules)


async def found_again(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """Her phone takes what we send: where somebody was to look after that, it is over."""
    for item in await uow.items.live_about(elder.id, [Kind.UNREACHABLE]):
        await endings.end(uow, item, Ending.HERSELF, elder.person, now, rules)


async def never_reached(uow: UnitOfWork, elder: ElderRecord, day: date, now: datetime, rules: Rules) -> None:
    """Her phone has never taken a greeting: she is invited again, and her group and the coordinators hear it that day.

    One message a day for all of them.
    """
    await uow.elders.set_state(elder.id, ElderState.INVITED, now)
    log.info("elder.never_reached", elder=elder.id)
    spots = (*await first_to_hear(uow, elder.area, now, rules), *in_private(await coordinators(uow, elder.area, rules)))
    for spot in dict.fromkeys(spots):
        address = spot.address
        told = await uow.outbox.tell(
            NeverReached(day=day),
            address,
            lane=Lane.ROUTINE,
            step=Step.NEVER_REACHED,
            key=f"never_reached:{day}:{address.chat}:{address.thread or 0}",
            now=now,
            person=spot.person,
            not_before=now + TOGETHER,
        )
        if not told:
            await read_anew(uow, address.chat, NeverReached(day=day), now)


async def of_day(
    uow: UnitOfWork, notice: NeverReached, telling: Telling, now: datetime, rules: Rules
) -> Sequence[ElderRecord]:
    """Of whom the message to this place speaks: who has pressed START since is not among them any more."""
    refused = {checkin.elder for checkin in await uow.checkins.refused(notice.day)}
    invited = [one for one in await uow.elders.several(refused) if one.state is ElderState.INVITED]
    return await heard_of(uow, invited, telling, now, rules)


def _lately(item: Item, now: datetime) -> bool:
    return item.resolved_at is not None and now - item.resolved_at < QUIET

"""One rung higher: because nobody took it, because its claimer is silent, or because somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from care.domain.errors import Refused
from care.domain.items import Action, Details, Item, Severity, State
from care.domain.notices import CalledAgain, Climbed, Lane
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import LISTED
from care.services import alarm, lists, sos
from care.services.acts import GROUP_FACES, change
from care.services.ports import Face, Step, UnitOfWork
from care.services.rungs import Rung, rungs_of, told
from care.services.showing import show

log = structlog.get_logger(__name__)


async def climb(
    uow: UnitOfWork,
    item: Item,
    by: Person | None,
    now: datetime,
    rules: Rules,
    *,
    to: int | None,
    reason: str,
    why: str = "climbed",
) -> Item:
    """Show it to the next rung, with sound. `to`: of how many climbs it then has taken; None: one more.

    `why`: what those who are called hear, as in `CalledAgain`.
    """
    rungs = await rungs_of(uow, item, rules)
    before = told(rungs, item)
    climbed = await change(
        uow,
        item,
        Action.CLIMB,
        by=by,
        now=now,
        rules=rules,
        reason=reason,
        details=Details(climb_to=to),
        faces=GROUP_FACES,
    )
    after = told(rungs, climbed)
    if climbed.kind in LISTED:
        await lists.climbed(uow, climbed, before, after, now, rules)
    else:
        await show(uow, climbed, rules)
        await _call_all(uow, climbed, before, after, why, now)
    await sos.climbed(uow, climbed, now, rules, first=item.progress is None or item.progress.climbed == 0)
    if _is_last(climbed):
        await alarm.sound(uow, climbed, now, rules, key=f"{item.number}:alarm:{alarm.opening(climbed)}")
    return climbed


async def _call_all(
    uow: UnitOfWork, item: Item, before: Sequence[Rung], after: Sequence[Rung], why: str, now: datetime
) -> None:
    """Whoever hears of it now, and those below who share a chat with those above."""
    new = [rung for rung in after if rung not in before]
    called = new or (after if item.severity is Severity.URGENT else after[-1:])  # a climb never ends with nobody told
    for rung in called:
        await _call(uow, item, CalledAgain(item=item.number, why=why, at=now), rung, now)
    for rung in before[-1:] if new else ():
        if rung.also:
            await _call(uow, item, Climbed(item=item.number, whom=rung.also[-1], at=now), rung, now)
    if not new:
        log.warning("item.at_the_top", item=item.number)


def _is_last(item: Item) -> bool:
    """Whether nobody has an urgent matter after its last climb: then the operator's own means ring, too."""
    if item.state is not State.OPEN or item.severity is not Severity.URGENT:
        return False
    return (
        item.policy is not None
        and item.progress is not None
        and item.progress.climbed >= len(item.policy.climb_unclaimed)
    )


async def climb_by_hand(uow: UnitOfWork, item: Item, by: Person, now: datetime, rules: Rules) -> Item:
    """⬆️ 上报: raises Refused where everybody has it already."""
    rungs = await rungs_of(uow, item, rules)
    item.apply(Action.CLIMB, at=now, actor=by.id)  # refuses what the state does not allow
    if len(told(rungs, item)) >= len(rungs):
        raise Refused("refused.at_the_top", number=item.number)
    return await climb(uow, item, by, now, rules, to=None, reason="by_hand")


async def _call(uow: UnitOfWork, item: Item, notice: CalledAgain | Climbed, rung: Rung, now: datetime) -> None:
    """A sounding reply to the rung's cards that are there: their edit rings nobody. A new one sounds by itself."""
    places = {spot.address for spot in rung.spots}
    for card in await uow.cards.of_item(item.number):
        if card.face is Face.CARD and card.posted and card.address in places:
            await uow.outbox.tell(
                notice,
                card.address,
                lane=Lane.URGENT if item.severity is Severity.URGENT else Lane.ROUTINE,
                step=Step.CLIMB,
                key=f"{item.number}:{notice.kind}:{item.version}:{card.id}",
                now=now,
                person=card.person,
                reply_to=card.message,
            )

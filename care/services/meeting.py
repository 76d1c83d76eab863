"""An elder and we: how she is met, agrees, and leaves; who of those around her hears it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from care.domain.checkins import Why
from care.domain.elders import ElderRecord, ElderState
from care.domain.notices import (
    WITH_KEYS,
    BackNews,
    Farewell,
    Introduction,
    Lane,
    LeftNews,
    Meeting,
    Notice,
    Rehearsal,
)
from care.domain.people import Person
from care.domain.rules import Rules
from care.services import checkins
from care.services.acts import tell_person
from care.services.ports import Step, Telling, UnitOfWork
from care.services.results import Outcome, SendResult
from care.services.rungs import coordinators

log = structlog.get_logger(__name__)

KEYS_LAST = timedelta(days=7)  # her two keys are sent again after that, with a word to her that is due anyway
TAKE_BACK = timedelta(hours=24)  # for so long she may take back that she has left


def first_words(elder: ElderRecord) -> Notice:
    """What she hears when she presses START: whether she wants it, or, where she has agreed, her two keys."""
    if elder.state is ElderState.JOINED:
        return Introduction(elder=elder.id, again=elder.keyboard_at is not None)
    return Meeting(elder=elder.id)


def needs_keys(elder: ElderRecord, now: datetime) -> bool:
    """Whether her two keys are to come with the next word to her: phones lose them."""
    return elder.keyboard_at is None or now - elder.keyboard_at >= KEYS_LAST


async def agree(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> bool:
    """✅ 愿意: she takes part from now on, gets her two keys, tries them once; False if she takes part already."""
    if elder.state is ElderState.JOINED:
        return False
    await _join(uow, elder, now, rules)
    notice = Rehearsal(elder=elder.id)
    await tell_person(uow, elder.person, notice, step=Step.ANSWER, key=f"rehearsal:{elder.id}:{_at(now)}", now=now)
    return True


async def leave(
    uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules, *, to_be_forgotten: bool = False
) -> bool:
    """🚪 不再问候: she is not greeted any more; False where she had left already. Her 🆘 works as before.

    What is an item already runs to its outcome. Her family and the coordinators hear it once she can hardly have
    pressed by mistake (`undo_within`); at once where she is to be forgotten, of which she hears otherwise.
    """
    if elder.state is ElderState.LEFT:
        return False
    await uow.elders.set_state(elder.id, ElderState.LEFT, now)
    left = replace(elder, state=ElderState.LEFT, state_since=now)
    await checkins.stop_asking(uow, left, Why.NOT_JOINED, now, rules)
    if not to_be_forgotten:
        goodbye = Farewell(elder=elder.id, at=now)
        await tell_person(uow, elder.person, goodbye, step=Step.ANSWER, key=f"farewell:{elder.id}:{_at(now)}", now=now)
    tell_at = now if to_be_forgotten else now + rules.undo_within
    await _tell_those_around(uow, elder, LeftNews(elder=elder.id, at=now), now, rules, tell_at)
    log.info("elder.left", elder=elder.id)
    return True


def may_take_back(elder: ElderRecord, now: datetime) -> bool:
    """Whether she has left so lately that one press brings her back."""
    since = elder.state_since
    return elder.state is ElderState.LEFT and since is not None and now - since < TAKE_BACK


async def stay(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> bool:
    """↶ 还是继续吧: as if she had not left; False where there is nothing to take back any more."""
    if not may_take_back(elder, now):
        return False
    await _join(uow, elder, now, rules)
    return True


async def delivered(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime) -> None:
    """A word to an elder went out: with it her two keys, where it brought them."""
    notice = telling.notice
    if isinstance(notice, WITH_KEYS) and notice.keyboard and result.outcome is Outcome.SENT:
        await uow.elders.sent_keyboard(notice.elder, now)


async def those_around(uow: UnitOfWork, elder: ElderRecord, rules: Rules) -> Sequence[Person]:
    """Her family and the coordinators over her area, as far as they can be reached; each once, never herself."""
    family = [relative.person for relative in await uow.elders.family_of(elder.id)]
    everybody = [*family, *await coordinators(uow, elder.area, rules)]
    found = {person.id: person for person in everybody if person.telegram_id is not None}
    return [person for person in found.values() if person.id != elder.id]


async def _join(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """She takes part; who has heard that she had left hears this, too."""
    await uow.elders.set_state(elder.id, ElderState.JOINED, now)
    joined = replace(elder, state=ElderState.JOINED, state_since=now)
    await checkins.plan_for(uow, joined, now, rules)
    if elder.state is ElderState.LEFT and elder.state_since is not None:
        await _unsay_farewell(uow, elder, now)
        if now - elder.state_since >= rules.undo_within:
            await _tell_those_around(uow, elder, BackNews(elder=elder.id, at=now), now, rules, now)
    log.info("elder.joined", elder=elder.id, back=elder.state is ElderState.LEFT or None)


async def _unsay_farewell(uow: UnitOfWork, elder: ElderRecord, now: datetime) -> None:
    chat = elder.person.telegram_id
    for posted in await uow.messages.standing(chat, "farewell") if chat is not None else ():
        await uow.messages.wish_anew(posted.chat, posted.message, now)


async def _tell_those_around(
    uow: UnitOfWork, elder: ElderRecord, news: LeftNews | BackNews, now: datetime, rules: Rules, at: datetime
) -> None:
    for person in await those_around(uow, elder, rules):
        key = f"{news.kind}:{elder.id}:{_at(now)}:{person.id}"
        await tell_person(uow, person, news, step=Step.NEWS, key=key, now=now, lane=Lane.ROUTINE, not_before=at)


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

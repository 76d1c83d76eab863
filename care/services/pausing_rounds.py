"""Time and pauses: the group hears the evening before that somebody is greeted again; open ones are asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time

from care.domain.elders import ElderRecord, ElderState, PauseWhy
from care.domain.notices import Lane, PauseList, PauseQuestion, PausesEnd
from care.domain.pauses import Look, PauseOnFile, Week, look
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.acts import tell_person
from care.services.ports import Step, UnitOfWork
from care.services.rungs import Spot, coordinators, first_to_hear


async def pause_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Look at a pause whose time has come; several that end on one day are told in one message a group."""
    row = await uow.pauses.get(number)
    if row is None:
        return
    do, following = look(row, now, rules.zone, Week(weekday=rules.weekday, at=rules.week_at))
    elder = await uow.elders.find(row.elder)
    if elder is None or elder.state is ElderState.LEFT:
        do, following = Look.NOTHING, None
    match do:
        case Look.TELL_GROUP:
            await _tell_groups(uow, row, now, rules)
        case Look.ASK if elder is not None:
            await _ask(uow, row, elder, now)
            await uow.pauses.asked(row.id, now, following)
        case Look.LIST if elder is not None:
            await _list(uow, elder, now, rules)
            await uow.pauses.look_again([row.id], following)
        case _:
            if following != row.next_at:
                await uow.pauses.look_again([row.id], following)


async def _tell_groups(uow: UnitOfWork, row: PauseOnFile, now: datetime, rules: Rules) -> None:
    """明天起照常问候: everybody of whom it is time to say so, in the chat that hears first of her grid."""
    day = row.pause.until
    if day is None:
        return
    rows = await uow.pauses.ending(day, now)
    back = [e for e in await uow.elders.several([one.elder for one in rows]) if e.state is ElderState.JOINED]
    in_chats: dict[Spot, list[int]] = defaultdict(list)
    hears: dict[str | None, Sequence[Spot]] = {}
    for elder in back:
        if elder.area not in hears:
            hears[elder.area] = await first_to_hear(uow, elder.area, now, rules)
        for spot in hears[elder.area]:
            in_chats[spot].append(elder.id)
    for spot, elders in in_chats.items():
        await uow.outbox.tell(
            PausesEnd(day=day, elders=tuple(elders)),
            spot.address,
            lane=Lane.ROUTINE,
            step=Step.PAUSE,
            key=f"pauses_end:{day}:{spot.address.chat}:{spot.address.thread}:{rows[0].id}",
            now=now,
            person=spot.person,
            expires_at=datetime.combine(day, time(), rules.zone).astimezone(UTC),
        )
    await uow.pauses.look_again([one.id for one in rows], None)


async def _ask(uow: UnitOfWork, row: PauseOnFile, elder: ElderRecord, now: datetime) -> None:
    """还在外面吗？ To herself, or to her family where she is in hospital or has no phone for it."""
    family = [relative.person for relative in await uow.elders.family_of(elder.id)]
    for person in _whom_to_ask(row, elder, [one for one in family if one.telegram_id is not None]):
        notice = PauseQuestion(pause=row.id, elder=elder.id)
        key = f"pause:{row.id}:ask:{now.isoformat()}:{person.id}"
        await tell_person(uow, person, notice, step=Step.PAUSE, key=key, now=now, lane=Lane.ROUTINE)


def _whom_to_ask(row: PauseOnFile, elder: ElderRecord, family: Sequence[Person]) -> Sequence[Person]:
    herself = [elder.person] if elder.greets_by_phone and elder.person.telegram_id is not None else []
    return (family or herself) if row.pause.why is PauseWhy.HOSPITAL else (herself or family)


async def _list(uow: UnitOfWork, elder: ElderRecord, now: datetime, rules: Rules) -> None:
    """Nobody has answered: the coordinators see it, all of them in one message each."""
    day = now.astimezone(rules.zone).date()
    for person in await coordinators(uow, elder.area, rules):
        key = f"pause_list:{person.id}:{day}"
        notice = PauseList(person=person.id)
        await tell_person(uow, person, notice, step=Step.PAUSE, key=key, now=now, lane=Lane.ROUTINE)

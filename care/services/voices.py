"""Voices and videos of elders: a person must hear them. Played in private, and noted who has listened to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from care.domain.cries import Cry
from care.domain.elders import ElderRecord
from care.domain.entitlement import looks_after
from care.domain.errors import NotFound, Refused
from care.domain.items import Action, Item
from care.domain.notices import Lane, RecordingPlayed, Says, VoiceReceived
from care.domain.people import Person
from care.domain.rules import Rules
from care.domain.states import Kind, Severity
from care.services import checkins, cries, lists
from care.services.acts import change
from care.services.ports import Address, Hearing, Recording, Seen, Step, Telling, UnitOfWork
from care.services.reassuring import tell_her
from care.services.results import Outcome, SendResult
from care.services.showing import call_again

log = structlog.get_logger(__name__)

ONE_ANSWER = timedelta(minutes=1)  # who speaks in several pieces is answered once
_PLAYED = "recording_played"


async def heard_from(
    uow: UnitOfWork,
    elder: ElderRecord,
    chat: int,
    message_id: int,
    kind: str,
    file_id: str,
    sent_at: datetime,
    now: datetime,
    rules: Rules,
) -> None:
    """She has sent a voice or video: the group's 🎧 list names her, and she is asked whether she is well.

    `kind`: voice | video | video_note | audio. While people are called to her it hangs on that card instead, and who
    has the matter gets it without a press.
    """
    before = await uow.recordings.unheard_of(elder.id)
    due_at = now + rules.checkin.unheard_after
    recording = await uow.recordings.add(
        elder.id, chat, message_id, kind=kind, file=file_id, sent_at=sent_at, due_at=due_at
    )
    if recording is None:
        return
    log.info("voice.came", elder=elder.id, recording=recording, kind=kind)
    cry = await cries.live_cry(uow, elder)
    if cry is not None:
        await _add_to(uow, cry, [recording], now, rules)
        await _bring_to_who_has_it(uow, cry, recording, now)
        await tell_her(uow, cry, Says.NOTED, now, key=f"{cry.claimed_by}:{now:%Y%m%d%H%M}", who=cry.claimed_by)
        return
    if not any(sent_at - one.sent_at < ONE_ANSWER for one in before):
        await uow.outbox.tell(
            VoiceReceived(recording=recording),
            Address(chat),
            lane=Lane.URGENT,
            step=Step.HER,
            key=f"voice:{recording}",
            now=now,
            person=elder.id,
        )
    await lists.name_voice(uow, recording, elder, now, rules)


@dataclass(frozen=True)
class Played:
    """Whose voice was sent to the presser, and how many pieces. `sure`: we know that he can be written to."""

    elder: ElderRecord
    count: int
    sure: bool


async def play(
    uow: UnitOfWork, recording: int, presser: Person, now: datetime, rules: Rules, *, here: bool = False
) -> Played:
    """▶️: what nobody has heard yet of this elder, all of it, is sent to the presser in private.

    For enrolled workers and coordinators of where she lives; raises Refused. It is tried also where he may never have
    pressed START: then the face leads him there, and he comes with `here`. That he has heard it is noted once the
    network has taken it (`delivered`).
    """
    elder, first = await _known(uow, recording, presser, rules)
    if presser.telegram_id is None:
        raise Refused("refused.gone")
    waiting = list(await uow.recordings.unheard_of(elder.id))
    if not waiting:
        raise await _heard_by(uow, first)
    for place, one in enumerate(waiting, start=1):
        await _send(uow, one, presser, now, last=place == len(waiting), again="start" if here else "")
    log.info("voice.played", elder=elder.id, recording=recording, to=presser.id, count=len(waiting))
    return Played(elder, len(waiting), sure=here or await uow.messages.reached(presser.telegram_id))


async def delivered(uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime) -> None:
    """A recording has reached who wanted to listen: the audit says so."""
    if isinstance(telling.notice, RecordingPlayed) and telling.person is not None and result.outcome is Outcome.SENT:
        one = await uow.recordings.get(telling.notice.recording)
        await uow.looks.note(telling.person, one.elder, Seen.RECORDING, now, item=one.item)


async def nothing_wrong(uow: UnitOfWork, recording: int, presser: Person, now: datetime, rules: Rules) -> ElderRecord:
    """👂 听了，没事: that one, and what was played with it. Raises Refused, also where somebody has said so before."""
    elder, one = await _close(uow, recording, presser, now, rules)
    await checkins.heard_well(uow, elder, one.sent_at, now, rules)
    return elder


async def something_wrong(uow: UnitOfWork, recording: int, presser: Person, now: datetime, rules: Rules) -> Item:
    """🆘 有事: people are called to her at once. Raises Refused."""
    elder, known = await _known(uow, recording, presser, rules)
    if known.heard_at is None:
        await _close(uow, recording, presser, now, rules, keep=True)
    return await cries.call_for(uow, elder, Kind.SOS, Severity.URGENT, now, rules, reason=Cry.RECORDING, by=presser)


async def recording_due(uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
    """Nobody has listened in time: one `help` for all of hers that wait; what is live about her takes them, too."""
    one = await uow.recordings.get(number)
    if one.state is not Hearing.WAITING or one.due_at is None or one.due_at > now:
        return
    elder = await uow.elders.find(one.elder)
    if elder is None:  # she has been erased
        await uow.recordings.heard(number, one.elder, now)
        return
    waiting = [each.id for each in await uow.recordings.unheard_of(elder.id) if each.state is Hearing.WAITING]
    item = await _takes_it(uow, elder)
    if item is not None:
        await _add_to(uow, item, waiting, now, rules)
    else:
        item = await cries.call_for(uow, elder, Kind.HELP, Severity.HIGH, now, rules, reason=Cry.UNHEARD)
        for each in waiting:
            await uow.recordings.raised(each, item.number)
    await lists.renew(uow, elder.id, now)


async def _add_to(uow: UnitOfWork, item: Item, recordings: Sequence[int], now: datetime, rules: Rules) -> None:
    """They hang on a matter that is live: its cards play them, and say so aloud (once a minute)."""
    for recording in recordings:
        await uow.recordings.raised(recording, item.number)
    history = await uow.items.history(item.number)
    rang = any(event.reason == Cry.UNHEARD and now - event.at < ONE_ANSWER for event in history)
    item = await change(uow, item, Action.NOTE, by=None, now=now, rules=rules, reason=Cry.UNHEARD)
    if not rang:
        await call_again(uow, item, "voice", now)


async def _takes_it(uow: UnitOfWork, elder: ElderRecord) -> Item | None:
    """What is live about her already: a cry for help, else a help that an unheard voice has become before."""
    cry = await cries.live_cry(uow, elder)
    if cry is not None:
        return cry
    numbers = {one.item for one in await uow.recordings.unheard_of(elder.id) if one.item is not None}
    return next((one for one in await uow.items.live_about(elder.id, [Kind.HELP]) if one.number in numbers), None)


async def _known(uow: UnitOfWork, recording: int, presser: Person, rules: Rules) -> tuple[ElderRecord, Recording]:
    """The recording, if he may hear it; raises Refused."""
    try:
        one = await uow.recordings.get(recording)
    except NotFound:
        raise Refused("refused.gone") from None
    elder = await uow.elders.find(one.elder)
    if elder is None:
        raise Refused("refused.gone")
    if not looks_after(presser, elder.id, elder.area, rules.tree):
        raise Refused("refused.not_yours")
    return elder, one


async def _close(
    uow: UnitOfWork, recording: int, presser: Person, now: datetime, rules: Rules, *, keep: bool = False
) -> tuple[ElderRecord, Recording]:
    """It is heard, with all that came before it; a copy on the presser's phone goes, unless it is to be kept."""
    elder, one = await _known(uow, recording, presser, rules)
    if one.heard_at is not None:
        raise await _heard_by(uow, one)
    heard = [each for each in await uow.recordings.unheard_of(elder.id) if each.id <= recording]
    for each in heard:
        await uow.recordings.heard(each.id, presser.id, now)
    await _put_away(uow, presser, {each.id for each in heard}, now, keep=keep)
    for number in {each.item for each in heard if each.item is not None}:
        await uow.cards.touch(number)
    await lists.renew(uow, elder.id, now)
    log.info("voice.heard", elder=elder.id, recording=recording, by=presser.id, count=len(heard))
    return elder, one


async def _put_away(uow: UnitOfWork, who: Person, recordings: set[int], now: datetime, *, keep: bool) -> None:
    """Her voice does not stay on his phone longer than it is needed; where it is, it loses its buttons."""
    chat = who.telegram_id
    for posted in await uow.messages.standing(chat, _PLAYED) if chat is not None else ():
        telling = await uow.outbox.sent_as(posted.chat, posted.message)
        notice = telling.notice if telling is not None else None
        if not isinstance(notice, RecordingPlayed) or notice.recording not in recordings:
            continue
        if keep:
            await uow.messages.wish_bare(posted.chat, posted.message, now)
        else:
            await uow.messages.wish_gone(posted.chat, posted.message, now)


async def _heard_by(uow: UnitOfWork, one: Recording) -> Refused:
    name = (await uow.people.get(one.heard_by)).name if one.heard_by is not None else "?"
    return Refused("hear.heard_already", name=name)


async def _bring_to_who_has_it(uow: UnitOfWork, item: Item, recording: int, now: datetime) -> None:
    """What she says while somebody is on the way to her is his to hear, without a press."""
    if item.claimed_by is None:
        return
    claimer = await uow.people.get(item.claimed_by)
    if claimer.telegram_id is None:
        return
    await _send(uow, await uow.recordings.get(recording), claimer, now, last=True)


async def _send(uow: UnitOfWork, one: Recording, to: Person, now: datetime, *, last: bool, again: str = "") -> None:
    """Once a minute: who presses ▶️ twice in a row is not sent it twice."""
    assert to.telegram_id is not None  # noqa: S101 -- whoever calls has looked
    await uow.outbox.tell(
        RecordingPlayed(recording=one.id, last=last),
        Address(to.telegram_id),
        lane=Lane.ANSWER,
        step=Step.HEAR,
        key=f"voice:{one.id}:to:{to.id}:{now:%Y%m%d%H%M}{again}",
        now=now,
        person=to.id,
    )

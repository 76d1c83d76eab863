"""Buttons of a cry for help, pressed by an elder; and of her voice, pressed by who listens."""

from __future__ import annotations

from collections.abc import Mapping

from care.domain.cries import Cry
from care.domain.elders import ElderRecord
from care.domain.errors import Refused
from care.domain.states import Kind, Severity
from care.locale import say
from care.services import sos, voices
from care.services.naming import name_of_elder
from care.services.standing import Spoken
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.elder_press import Act
from handlers.incoming import Incoming
from handlers.render.speaker import Speaker
from handlers.tell import say_back
from handlers.turn import Turn

_HEAR = "hear-"  # begins the payload of the link by which somebody presses START in order to listen


async def _need(_press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """🆘 需要, 🆘 需要帮助 on a message."""
    elder = await _elder(turn)
    await sos.call_for(
        turn.uow, elder, Kind.SOS, Severity.URGENT, turn.now, turn.rules, reason=Cry.KEY, by=elder.person
    )
    await _bare(spoken, turn)
    return Answer(say(language, "sos.called"))


async def _well(_press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, _language: str) -> Answer:
    """✅ 不用，我很好, ✅ 我很好 under what was asked about her words or her voice."""
    elder = await _elder(turn)
    if not await sos.well_after_sos(turn.uow, elder, turn.now, turn.rules):
        await say_back(turn, incoming, "sos.fine")
    await _bare(spoken, turn)
    return Answer()


async def _small(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, _language: str) -> Answer:
    """🙂 不急，想请人帮个忙."""
    await sos.not_urgent(turn.uow, press.item, turn.actor, turn.now, turn.rules)
    await _bare(spoken, turn)
    return Answer()


async def _mistake(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, _language: str) -> Answer:
    """按错了."""
    await sos.mistake(turn.uow, press.item, turn.actor, turn.now, turn.rules)
    await _bare(spoken, turn)
    return Answer()


async def _hear(press: Press, _spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """▶️ on a card."""
    return await play(press.item, turn, language)


async def _heard(press: Press, _spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """👂 听了，没事."""
    elder = await voices.nothing_wrong(turn.uow, press.item, turn.actor, turn.now, turn.rules)
    return Answer(say(language, "hear.heard", who=await _named(elder, turn, language)))


async def _trouble(press: Press, _spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """🆘 有事."""
    item = await voices.something_wrong(turn.uow, press.item, turn.actor, turn.now, turn.rules)
    return Answer(say(language, "hear.raised", number=item.number))


async def play(recording: int, turn: Turn, language: str) -> Answer:
    """▶️ on a card or list: to the presser in private; who never pressed START is led there by a link."""
    played = await voices.play(turn.uow, recording, turn.actor, turn.now, turn.rules)
    if not played.sure:
        url = f"https://t.me/{turn.bot_username}?start={_HEAR}{recording}"
        return Answer(say(language, "hear.start_first"), url=url)
    return Answer(say(language, "hear.sent", who=await _named(played.elder, turn, language), count=played.count))


def recording_in(payload: str) -> int | None:
    """The recording that somebody pressed START for; None if it was for something else."""
    number = payload.removeprefix(_HEAR)
    return int(number) if payload.startswith(_HEAR) and number.isascii() and number.isdecimal() else None


async def play_at_start(recording: int, incoming: Incoming, turn: Turn) -> None:
    """He has pressed START by the link: it comes now."""
    try:
        await voices.play(turn.uow, recording, turn.actor, turn.now, turn.rules, here=True)
    except Refused as refused:
        await say_back(turn, incoming, refused.key, **refused.args_for_sentence)


async def _elder(turn: Turn) -> ElderRecord:
    """Who presses; raises Refused for anybody who is no elder."""
    elder = await turn.uow.elders.find(turn.actor.id)
    if elder is None:
        raise Refused("refused.unknown_press")
    return elder


async def _bare(spoken: Spoken, turn: Turn) -> None:
    """What she has answered asks no more."""
    if spoken.message is not None:
        await turn.uow.messages.wish_bare(spoken.chat, spoken.message, turn.now)


async def _named(elder: ElderRecord, turn: Turn, language: str) -> str:
    named = await name_of_elder(turn.uow, elder, turn.rules, turn.now)
    return Speaker(language, turn.rules.zone, turn.now).named(named)


ACTS: Mapping[Button, Act] = {
    Button.SOS_NEED: _need,
    Button.SOS_WELL: _well,
    Button.SOS_SMALL: _small,
    Button.SOS_MISTAKE: _mistake,
    Button.HEAR: _hear,
    Button.HEARD_WELL: _heard,
    Button.HEARD_TROUBLE: _trouble,
}

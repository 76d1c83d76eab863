"""Free words of a relative: his word on an open alarm, that she is away, or that he worries. A report is a report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram import Message

from care.domain.elders import ElderState
from care.domain.family import Answer
from care.domain.family_words import away, word_of
from care.domain.notices import FamilyAsk, FamilyWhich, PauseMenu
from care.domain.people import Role
from care.domain.signs import is_warm, sounds_like_report
from care.services import kin_answers, kin_words
from care.services.kin_words import OpenAlarm
from care.services.reports import Given
from handlers.incoming import Incoming
from handlers.tell import say_back, tell_sender
from handlers.turn import Turn

ALOUD = frozenset({"voice", "video_note", "audio"})
# Of whom a relative speaks when he says that somebody is away.
_OF_HER = re.compile(
    r"妈|娘|爸|爹|奶|爷|姥|外婆|外公|婆婆|公公|岳|老人|老太|她|他|\b(?:mum|mom|dad|grand|mother|father|she|he)",
    re.IGNORECASE,
)


async def as_family(incoming: Incoming, turn: Turn, message: Message, given: Given) -> bool:
    """Whether the message is a relative's word about an elder of his; if so it has been acted upon."""
    aloud = given.enclosed is not None and given.enclosed.kind in ALOUD
    text = given.text.strip()
    if Role.FAMILY not in turn.actor.roles or given.place or not (text or aloud) or (given.enclosed and not aloud):
        return False
    if sounds_like_report(text):
        return False
    alarms = await kin_words.open_alarms(turn.uow, turn.actor, turn.now)
    if not alarms:
        return bool(text) and (await _is_away(incoming, turn, text) or await _worries(incoming, turn, message, text))
    return await _on_alarms(incoming, turn, message, text, alarms)


async def _on_alarms(incoming: Incoming, turn: Turn, message: Message, text: str, alarms: Sequence[OpenAlarm]) -> bool:
    """What is plain is taken; what is not is asked about with two taps; thanks alone are thanks."""
    rules = turn.rules
    word = word_of(text, trouble_words=rules.trouble_words, alarm_words=rules.alarm_words)
    if word is None and text and is_warm(text):
        return False
    year = turn.now.astimezone(rules.zone).year
    alarms = kin_words.named_in(text, alarms, year)
    if (word is None or word.answer is not Answer.BAD) and text and away(text) and all(a.is_silence for a in alarms):
        await _offer_pause(incoming, turn, [alarm.elder.id for alarm in alarms])
        return True
    clear = word.answer if word is not None and word.clear else None
    if len(alarms) == 1 and clear is not None:
        taken = await kin_answers.answer(turn.uow, alarms[0].alert.id, clear, turn.actor, turn.now, rules)
        await say_back(turn, incoming, taken.key)
        return True
    return await _ask(incoming, turn, message, text, alarms, clear)


async def _is_away(incoming: Incoming, turn: Turn, text: str) -> bool:
    """我妈回老家了: shall the greetings pause?"""
    if not (away(text) and _OF_HER.search(text)):
        return False
    watched = await turn.uow.elders.watched_by(turn.actor.id)
    greeted = [elder.id for elder in watched if elder.state is ElderState.JOINED]
    if not greeted:
        return False
    await _offer_pause(incoming, turn, greeted)
    return True


async def _worries(incoming: Incoming, turn: Turn, message: Message, text: str) -> bool:
    """我妈电话打不通, before anybody else had missed her: it is about her, and never goes off as a report of litter."""
    rules = turn.rules
    if is_warm(text):
        return False
    word = word_of(text, trouble_words=rules.trouble_words, alarm_words=rules.alarm_words)
    if word is None and not _OF_HER.search(text):
        return False
    if word is not None and word.clear and word.answer is Answer.WELL:  # nothing waits for it
        await say_back(turn, incoming, "family.heard_well")
        return True
    alarms = await kin_words.worry(turn.uow, turn.actor, turn.now)
    return bool(alarms) and await _ask(incoming, turn, message, text, alarms, None)


async def _ask(
    incoming: Incoming, turn: Turn, message: Message, text: str, alarms: Sequence[OpenAlarm], said: Answer | None
) -> bool:
    """Of whom does he speak, and what does it come to? His words are kept until he says so."""
    await kin_words.keep_words(turn.uow, turn.actor, message.chat_id, alarms[0].elder.id, text, turn.now)
    if len(alarms) > 1:
        numbers = tuple(alarm.alert.id for alarm in alarms)
        await tell_sender(turn, incoming, FamilyWhich(alerts=numbers, said=said), reply_to=message.message_id)
    else:
        await tell_sender(turn, incoming, FamilyAsk(alert=alarms[0].alert.id), reply_to=message.message_id)
    return True


async def _offer_pause(incoming: Incoming, turn: Turn, elders: Sequence[int]) -> None:
    if len(elders) == 1:
        await tell_sender(turn, incoming, PauseMenu(asked=turn.actor.id, elder=elders[0]))
    else:
        await tell_sender(turn, incoming, PauseMenu(asked=turn.actor.id, among=tuple(elders)))

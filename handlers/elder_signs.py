"""Whatever an elder sends is a sign of life: by the message's own date, before anything else is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telegram import Message

from care.domain.checkins import How
from care.domain.elders import ElderRecord
from care.domain.reading import read
from care.domain.signs import Heard, Sign, heard_in
from care.locale import in_every_language
from care.services import checkins, cries
from care.services.ports import Inquired
from handlers.callback_data import Button, Press, UnknownPress
from handlers.incoming import Incoming, is_forwarded, is_own_forward
from handlers.reading import UNDATED, enclosed_in
from handlers.turn import Turn

ARTICLE = 100  # characters; somebody else's text of that length, passed on, does not speak of her
_CALLING = frozenset({Sign.ALARM, Sign.TROUBLE})
ALOUD = frozenset({"voice", "video", "video_note", "audio"})


@dataclass(frozen=True)
class SignOfLife:
    """A message of an elder. `settled`: a check-in had waited for it. `fresh`: not scheduled, no live location."""

    elder: ElderRecord
    settled: bool
    fresh: bool


async def by_message(incoming: Incoming, turn: Turn) -> SignOfLife | None:
    """What the message is of an elder's, in whatever chat; None where it is no elder's."""
    message = incoming.update.message
    if message is None or not turn.actor.is_elder:
        return None
    elder = await turn.uow.elders.find(turn.actor.id)
    if elder is None:
        return None
    how = _how(message)
    if how is None:
        return SignOfLife(elder, settled=False, fresh=False)
    if how is not How.KEY and (_cries(message, turn) or await _is_unwell(turn, elder)):
        how = How.CRY
    at = sent_at(message, turn)
    settled = await checkins.sign_of_life(turn.uow, elder, at, how, turn.now, turn.rules)
    return SignOfLife(elder, settled=settled, fresh=True)


async def by_press(data: str, turn: Turn) -> None:
    """Any button an elder presses while we listen; ✅ 我很好 does it itself. A press that had waited bears no date."""
    if not turn.actor.is_elder or turn.backlog or _button(data) is Button.WELL:
        return
    elder = await turn.uow.elders.find(turn.actor.id)
    if elder is None:
        return
    button = _button(data)
    unwell = button is Button.SOS_NEED or (button is not Button.SOS_WELL and await _is_unwell(turn, elder))
    how = How.CRY if unwell else How.KEY
    await checkins.sign_of_life(turn.uow, elder, turn.received_at, how, turn.now, turn.rules)


def sent_at(message: Message, turn: Turn) -> datetime:
    """The message's own date; where a server does not tell it, when it reached us. Never in the future."""
    dated = message.date.year > UNDATED
    return min(message.date if dated else turn.received_at, turn.now)


def is_key(message: Message, key: str) -> bool:
    """Whether the text is that of one of our keys, in whatever language, with or without its emoji."""
    letters = read(message.text or "").letters
    return bool(letters) and letters in {read(label).letters for label in in_every_language(key)}


def _how(message: Message) -> How | None:
    """What sort of sign it is; None for none: sent by the phone and not by her, or what the network itself says."""
    if message.is_from_offline or _moves(message):
        return None
    if message.text:
        return How.KEY if is_key(message, "key.well") else How.TEXT
    file = enclosed_in(message)
    if file is not None and file.kind in ALOUD:
        return How.VOICE
    if message.photo:
        return How.PHOTO
    if message.sticker or message.dice:
        return How.STICKER
    other = message.location or message.venue or message.contact or message.poll or message.story or message.game
    return How.OTHER if file is not None or other is not None else None


def _moves(message: Message) -> bool:
    """A live location. (The attribute itself warns that its type will change.)"""
    return message.location is not None and "live_period" in message.location.to_dict()


def words_in(message: Message, text: str, turn: Turn) -> Heard:
    """What her words call for. A sticker that cries for help, and what she passes on, is asked about at most."""
    if message.sticker is not None:
        cry = heard_in(message.sticker.emoji or "").sign is Sign.ALARM
        return Heard(Sign.TROUBLE, because="sticker") if cry else Heard(Sign.PLAIN)
    heard = heard_in(text, trouble_words=turn.rules.trouble_words, alarm_words=turn.rules.alarm_words)
    if heard.sign not in _CALLING or not of_others(message):
        return heard
    if len(text) > ARTICLE:
        return Heard(Sign.PLAIN)
    return Heard(Sign.TROUBLE, heard.word, "forwarded")


def of_others(message: Message) -> bool:
    """Whether somebody else had said it and she passed it on."""
    return is_forwarded(message) and not is_own_forward(message)


def _cries(message: Message, turn: Turn) -> bool:
    """Whether it calls for somebody, or may: nobody is to hear of it that she is well. /help is no cry."""
    text = message.text or message.caption or ""
    return not text.startswith("/") and (is_key(message, "key.cry") or words_in(message, text, turn).sign in _CALLING)


async def _is_unwell(turn: Turn, elder: ElderRecord) -> bool:
    """People are on their way to her, or she has not answered yet whether she is unwell: only her ✅ says otherwise."""
    if await cries.live_cry(turn.uow, elder) is not None:
        return True
    chat = elder.person.telegram_id
    pending = await turn.uow.inquiries.pending(chat, elder.id) if chat is not None else ()
    return any(one.asked is Inquired.TROUBLE and one.elder == elder.id for one in pending)


def _button(data: str) -> Button | None:
    try:
        return Press.unpack(data).button
    except UnknownPress:
        return None

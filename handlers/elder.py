"""A private message of an elder: what it is, in this order, and what she hears back. It is a sign of life already.

Her two keys; words that alarm; a word on somebody else's matter, where she works here; what must be heard; words that
tell of trouble; what she asks of us or answers; going away; her own reports; a photo; anything else gets a warm line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Message

from care.domain.elders import ElderRecord
from care.domain.errors import CareError
from care.domain.people import WORKING, Role
from care.domain.replies import says_no
from care.domain.signs import Heard, Sign, sounds_like_report
from care.domain.states import Kind, Severity
from care.services import sharing, sos, troubles, voices, warmth
from care.services.reports import Given
from handlers import elder_asks, report
from handlers.elder_signs import ALOUD, SignOfLife, is_key, of_others, sent_at, words_in
from handlers.errors import sentence_for
from handlers.family import as_family
from handlers.incoming import Incoming
from handlers.reading import given_by
from handlers.replied import replied_to
from handlers.tell import say_back, say_once
from handlers.turn import Turn

log = structlog.get_logger(__name__)

_REPORTING = WORKING | {Role.COURIER, Role.COORDINATOR, Role.MEDIATOR}


@dataclass(frozen=True)
class Said:
    """A message of hers, read."""

    incoming: Incoming
    turn: Turn
    elder: ElderRecord
    sign: SignOfLife
    message: Message
    given: Given
    heard: Heard

    @property
    def chat(self) -> int:
        """Her private chat."""
        return self.message.chat_id

    async def answer(self, why: str) -> None:
        """A short warm word; what settled her check-in gets the day's warm line."""
        turn = self.turn
        await warmth.answer_words(turn.uow, self.elder, why, self.sign.settled, turn.now, turn.rules)


async def on_elder(incoming: Incoming, turn: Turn, sign: SignOfLife) -> None:
    """Every private message of an elder that is no slash command."""
    message = incoming.update.message
    if message is None:
        return
    given = given_by(message, turn.now)
    said = Said(incoming, turn, sign.elder, sign, message, given, words_in(message, given.text, turn))
    try:
        for attempt in _IN_THIS_ORDER:
            if await attempt(said):
                return
        await _listen(said)
    except CareError as error:
        key, blanks = sentence_for(error)
        log.info("message.refused", chat=incoming.chat, by=turn.actor.id, why=key)
        await say_back(turn, incoming, key, **blanks)


async def on_elder_edit(incoming: Incoming, turn: Turn, elder: ElderRecord) -> None:
    """She changed an earlier message: no sign of life, but a cry is a cry."""
    message = incoming.update.edited_message
    if message is None or message.location is not None:  # a live location that moves
        return
    given = given_by(message, turn.now)
    heard = words_in(message, given.text, turn)
    if heard.sign is Sign.ALARM:
        await _cry(turn, elder, "alarm_words", given.text)
    elif heard.sign is Sign.TROUBLE:
        await sos.ask_trouble(
            turn.uow, elder, message.chat_id, heard, given.text, message.message_id, turn.now, turn.rules
        )
    else:
        await say_once(turn, incoming, "elder.edited", {})


async def _cry(turn: Turn, elder: ElderRecord, reason: str, text: str = "") -> None:
    await sos.call_for(
        turn.uow, elder, Kind.SOS, Severity.URGENT, turn.now, turn.rules, reason=reason, text=text.strip()
    )


async def _as_cry(said: Said) -> bool:
    """🆘 需要帮助: at once, whatever else is going on; likewise words that alarm."""
    if is_key(said.message, "key.cry") and not of_others(said.message):
        await _cry(said.turn, said.elder, "key")
    elif said.heard.sign is Sign.ALARM:
        await _cry(said.turn, said.elder, "alarm_words", said.given.text)
        await _as_recording(said)  # a video with such words is to be seen, too
    else:
        return False
    return True


async def _as_well(said: Said) -> bool:
    """✅ 我很好, the key or its words."""
    if not is_key(said.message, "key.well"):
        return False
    turn = said.turn
    if not said.sign.fresh:
        await say_back(turn, said.incoming, "elder.scheduled")
    elif await sos.well_after_sos(turn.uow, said.elder, turn.now, turn.rules):
        log.info("elder.well_after_sos", elder=said.elder.id)
    else:
        await warmth.answer_well(turn.uow, said.elder, said.sign.settled, turn.now, turn.rules)
    return True


async def _as_work(said: Said) -> bool:
    """A reply to a matter of the grid, of an elder who is liaison: it tells of others, not of her."""
    if not said.turn.actor.roles & _REPORTING:
        return False
    posted = await replied_to(said.turn, said.message)
    return posted is not None and posted.item is not None and await _as_report_under_way(said)


async def _as_recording(said: Said) -> bool:
    """Her voice, her video: somebody must hear it. What others filmed and she passes on is theirs."""
    file = said.given.enclosed
    if file is None or file.kind not in ALOUD or (of_others(said.message) and file.kind != "voice"):
        return False
    turn, message = said.turn, said.message
    at = sent_at(message, turn)
    await voices.heard_from(
        turn.uow, said.elder, said.chat, message.message_id, file.kind, file.file, at, turn.now, turn.rules
    )
    return True


async def _as_trouble(said: Said) -> bool:
    """Words that tell of trouble: she is asked."""
    if said.heard.sign is not Sign.TROUBLE:
        return False
    turn, message = said.turn, said.message
    await sos.ask_trouble(
        turn.uow, said.elder, said.chat, said.heard, said.given.text, message.message_id, turn.now, turn.rules
    )
    return True


async def _as_answer_to_trouble(said: Said) -> bool:
    """不用, 没事, 快来: her answer to 您是不是不舒服？ in words."""
    turn = said.turn
    if said.given.enclosed:
        return False
    comes = await troubles.answered(turn.uow, said.elder, said.chat, said.given.text, turn.now, turn.rules)
    if comes is False:
        await say_back(turn, said.incoming, "sos.fine")
    return comes is not None


async def _as_request(said: Said) -> bool:
    """What a short message asks of us, or answers; and the words that are commands to others, too."""
    return await elder_asks.on_request(said.incoming, said.turn, said.elder, said.given.text)


async def _as_word_to_who_comes(said: Said) -> bool:
    """While people are on their way to her, what she says and where she is goes to them; 没事了 is as good as ✅."""
    turn, given = said.turn, said.given
    words = "\n".join(part for part in (given.text.strip(), _on_the_map(given)) if part)
    if given.enclosed or not words:
        return False
    if says_no(words) and await sos.well_after_sos(turn.uow, said.elder, turn.now, turn.rules):
        return True
    if said.heard.sign is Sign.KIND:
        return False
    return await troubles.said_meanwhile(turn.uow, said.elder, words, turn.now, turn.rules)


def _on_the_map(given: Given) -> str:
    place = given.place
    if place is None:
        return ""
    link = f"https://uri.amap.com/marker?position={place.longitude:.6f},{place.latitude:.6f}&coordinate=wgs84"
    return " ".join(part for part in ("📍", place.words or "", link if place.has_point else "") if part)


async def _as_family(said: Said) -> bool:
    """A word on her husband, where she is told of him."""
    return await as_family(said.incoming, said.turn, said.message, said.given)


async def _as_away(said: Said) -> bool:
    """出门, 去儿子家, 住院: shall the greetings rest?"""
    if said.heard.sign is not Sign.AWAY or said.given.enclosed:
        return False
    await elder_asks.offer_away(said.incoming, said.turn, said.elder, said.heard.word)
    return True


async def _as_report_under_way(said: Said) -> bool:
    """What belongs to a report of hers: more of its album, its place, an answer, a reply."""
    posted = await replied_to(said.turn, said.message)
    if posted is not None and posted.item is not None and not said.turn.actor.roles & _REPORTING:
        item = await said.turn.uow.items.get(posted.item)
        if item.reporter != said.elder.id:  # of her own need she hears, too: what she says to that is no work on it
            return False
    return await report.goes_on(said.incoming, said.turn, said.message, said.given)


async def _as_share(said: Said) -> bool:
    """A photo, or a sentence by which something is amiss: 是要反映问题吗？ From a courier the sentence is one."""
    turn, given = said.turn, said.given
    shown = given.enclosed is not None and (given.enclosed.kind == "photo" or _is_picture(said.message))
    if not shown and (given.enclosed or not given.text or not sounds_like_report(given.text)):
        return False
    if not shown and turn.actor.roles & _REPORTING:
        await report.begins(said.incoming, turn, given)
        return True
    await sharing.show_us(turn.uow, said.elder, said.chat, said.message.message_id, given, turn.now, turn.rules)
    return True


_IN_THIS_ORDER: tuple[Callable[[Said], Awaitable[bool]], ...] = (
    _as_cry,
    _as_well,
    _as_work,
    _as_recording,
    _as_trouble,
    _as_answer_to_trouble,
    _as_request,
    _as_word_to_who_comes,
    _as_family,
    _as_away,
    _as_report_under_way,
    _as_share,
)


async def _listen(said: Said) -> None:
    """Nothing is to be done but to have heard it."""
    message, given, turn = said.message, said.given, said.turn
    if given.text and not given.enclosed:
        await sharing.add_words(turn.uow, said.elder, said.chat, message.message_id, given, turn.now, turn.rules)
    if message.is_from_offline:
        await say_back(turn, said.incoming, "elder.scheduled")
    elif said.heard.sign is Sign.KIND or message.sticker or message.dice:
        await said.answer("kind")
    else:
        await said.answer("heard" if given.text and not given.enclosed else "got_it")


def _is_picture(message: Message) -> bool:
    """A photo that was sent as a file."""
    return message.document is not None and (message.document.mime_type or "").startswith("image/")

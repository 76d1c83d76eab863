"""Answers in words to what an outcome asks: what has happened, which hospital, who is left at home."""

from __future__ import annotations

from care.domain.items import Item
from care.locale import in_every_language
from care.services import outcomes
from care.services.ports import Asked
from care.services.reports import Given
from care.services.standing import Spoken
from handlers.incoming import Incoming
from handlers.tell import say_back
from handlers.turn import Turn

_NOBODY = frozenset({"没有", "没有了", "没有人", "无", "没人", "nobody", "no one", "no", "none"})


async def answer_outcome(incoming: Incoming, turn: Turn, asked: Asked, item: Item, given: Given) -> None:
    """The words go where the question asked for them; a picture alone is asked for in words."""
    words = given.text.strip()
    if not words:
        await say_back(turn, incoming, "outcome.words_only")
        return
    match asked:
        case Asked.OUTCOME_WORDS:
            spoken = Spoken(chat=incoming.chat or 0, private=True)
            await outcomes.in_words(turn.uow, item.number, words, turn.actor, spoken, turn.now, turn.rules)
        case Asked.HOSPITAL:
            skipped = words in in_every_language("button.no_hospital")
            await outcomes.hospital(turn.uow, item.number, "" if skipped else words, turn.actor, turn.now, turn.rules)
        case _:
            await _left_at_home(incoming, turn, item, words)


async def _left_at_home(incoming: Incoming, turn: Turn, item: Item, words: str) -> None:
    nobody = words.strip("。.！!").casefold() in _NOBODY | in_every_language("button.nobody_at_home")
    raised = await outcomes.at_home(turn.uow, item.number, "" if nobody else words, turn.actor, turn.now, turn.rules)
    if raised is None:
        await say_back(turn, incoming, "outcome.thanks")
    else:
        await say_back(turn, incoming, "outcome.at_home_raised", number=raised.number)

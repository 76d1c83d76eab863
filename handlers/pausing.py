"""/pause and /resume, in a group and in private; and in plain words."""

from __future__ import annotations

from care.domain.errors import CareError, Refused
from care.domain.notices import PauseMenu
from care.domain.until import Wish, pause_words
from care.services import pausing
from care.services.pausing_choice import meant, pausable, why_of
from handlers.errors import sentence_for
from handlers.incoming import Incoming
from handlers.tell import say_back, tell_sender
from handlers.turn import Turn


async def pause_here(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/pause NAME UNTIL [WHY] in a group; without a name it asks whom, without a day for how long."""
    await tell_sender(turn, incoming, await _paused(turn, payload, incoming.chat), reply_to=incoming.message_here)


async def resume_here(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/resume NAME in a group; without a name it asks who is back."""
    await tell_sender(turn, incoming, await _resumed(turn, payload, incoming.chat), reply_to=incoming.message_here)


async def pause_in_private(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/pause in private: of whoever is his to look after."""
    try:
        await tell_sender(turn, incoming, await _paused(turn, payload, None))
    except CareError as error:
        await _refuse(incoming, turn, error)


async def resume_in_private(incoming: Incoming, turn: Turn, payload: str) -> None:
    """/resume in private."""
    try:
        await tell_sender(turn, incoming, await _resumed(turn, payload, None))
    except CareError as error:
        await _refuse(incoming, turn, error)


def words_of(text: str, turn: Turn) -> Wish:
    """What follows a command, taken apart; raises Refused with an example where the day is none."""
    return pause_words(text, turn.now.astimezone(turn.rules.zone).date())


async def _paused(turn: Turn, payload: str, chat: int | None) -> PauseMenu:
    """Done, where one is meant and the day is known; else what is still to be asked."""
    elders = await pausable(turn.uow, turn.actor, chat, turn.rules)
    wish = words_of(payload, turn)
    if not wish.name:
        return PauseMenu(asked=turn.actor.id)
    found = meant(wish.name, elders, turn.now, turn.rules)
    if not found.exact and not found.near:
        raise Refused("pause.no_such")
    if len(found.exact) != 1:
        among = found.exact or found.near
        return PauseMenu(asked=turn.actor.id, among=among, until=wish.until, missed=not found.exact)
    [number] = found.exact
    if wish.given:
        elder = next(one for one in elders if one.id == number)
        why = why_of(wish.why, is_open=wish.until is None)
        await pausing.pause(
            turn.uow, elder, wish.until, why, turn.actor, turn.now, turn.rules, words=wish.why, tell_her=True
        )
    return PauseMenu(asked=turn.actor.id, elder=number, settled=wish.given)


async def _resumed(turn: Turn, payload: str, chat: int | None) -> PauseMenu:
    elders = await pausable(turn.uow, turn.actor, chat, turn.rules)
    if not payload:
        return PauseMenu(asked=turn.actor.id, back=True)
    found = meant(payload, elders, turn.now, turn.rules)
    if not found.exact and not found.near:
        raise Refused("pause.no_such")
    if len(found.exact) != 1:
        return PauseMenu(asked=turn.actor.id, among=found.exact or found.near, back=True, missed=not found.exact)
    elder = next(one for one in elders if one.id == found.exact[0])
    await pausing.resume(turn.uow, elder, turn.actor, turn.now, turn.rules)
    return PauseMenu(asked=turn.actor.id, elder=elder.id, settled=True)


async def _refuse(incoming: Incoming, turn: Turn, error: CareError) -> None:
    key, blanks = sentence_for(error)
    await say_back(turn, incoming, key, **blanks)
